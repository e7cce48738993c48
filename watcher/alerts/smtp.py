"""Which mail server takes our messages, and how we talk to it: read from an address like smtp://user@host:587."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from email.headerregistry import Address
from email.utils import parseaddr
from ipaddress import ip_address
from typing import Literal
from urllib.parse import SplitResult, unquote, urlsplit

from watcher.errors import ConfigError
from watcher.models.secret import Secret

Tls = Literal["starttls", "tls", "plain"]

NO_PASSWORD = Secret("")
_SCHEMES: dict[str, tuple[Tls, int]] = {
    "smtp": ("starttls", 587),
    "smtps": ("tls", 465),
    "smtp+plain": ("plain", 25),
}
_EXAMPLE = "write smtp://user:password@host:587 (STARTTLS) or smtps://user:password@host:465"
_MAILBOX = re.compile(
    r"(?=.{3,254}\Z)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64})*"
    r"@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*"
)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long we wait for a mail server: to connect, for an answer to a command, for the answer to a message.

    RFC 5321 section 4.5.3.2.6 asks to wait 10 minutes for the last one, because a message that is given up too early
    may arrive twice (ours then under the same Message-ID). The default is shorter for a reason: a delivery is leased
    for as long as it may take, so after a crash all deliveries would wait that long. With a slow server, raise it;
    the lease follows.
    """

    connect: timedelta = timedelta(seconds=20)
    command: timedelta = timedelta(seconds=30)
    message: timedelta = timedelta(seconds=60)
    whole: timedelta = timedelta(seconds=90)
    """One delivery from its turn to its end, waiting for a free connection included."""


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """The mail server of this installation. `mail_from` is "address" or "Name <address>"; `at_once` connections."""

    host: str
    port: int
    tls: Tls
    user: str = ""
    password: Secret = NO_PASSWORD
    mail_from: str = "watcher@localhost"
    at_once: int = 4
    patience: Patience = Patience()

    @property
    def shown(self) -> str:
        """The server as people see it: host and port, no user, no password."""
        return f"{self.host}:{self.port}"


def parse_smtp_url(
    url: str, password: str = "", *, mail_from: str = "watcher@localhost", allow_plain: bool = False
) -> SmtpSettings:
    """Settings from WATCHER_SMTP_URL. `password` is used when the address has none.

    `smtp://` requires STARTTLS, `smtps://` is TLS from the start, `smtp+plain://` has none and goes to loopback only,
    unless `allow_plain`. Raises ConfigError, which never shows what may be a password.
    """
    parts, port = _split(url)
    if parts.scheme not in _SCHEMES:
        raise ConfigError(
            f"{parts.scheme or 'an address without scheme'}:// is no way to reach a mail server; {_EXAMPLE}"
        )
    if not parts.hostname:
        raise ConfigError(f"the address of the mail server has no host; {_EXAMPLE}")
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise ConfigError(
            "the address of the mail server has something after the host and port;"
            " in a user or password write / as %2F, ? as %3F, # as %23, @ as %40"
        )
    tls, usual_port = _SCHEMES[parts.scheme]
    if tls == "plain" and not allow_plain and not is_loopback(parts.hostname):
        raise ConfigError(f"smtp+plain:// would send mail to {parts.hostname} in the clear; {_EXAMPLE}")
    user, secret = unquote(parts.username or ""), unquote(parts.password or "") or password
    if secret and not user:
        raise ConfigError(f"there is a password for the mail server but no user; {_EXAMPLE}")
    return SmtpSettings(parts.hostname, port or usual_port, tls, user, Secret(secret), parse_mail_from(mail_from))


def parse_mail_from(text: str) -> str:
    """WATCHER_MAIL_FROM as it is used: "address" or "Name <address>". Raises ConfigError."""
    sender = sender_address(text)
    if not text.isprintable() or not is_mailbox(sender.addr_spec):
        raise ConfigError(f"{text!r} is no sender for mail; write alerts@example.org or Watcher <alerts@example.org>")
    return text.strip()


def sender_address(mail_from: str) -> Address:
    """Name and address of a sender."""
    name, address = parseaddr(mail_from.strip())
    user, _, domain = address.rpartition("@")
    return Address(name, user, domain)


def is_mailbox(address: str) -> bool:
    """Whether it is a plain address that every mail server can take: RFC 5321 dot-string @ domain, ASCII."""
    return _MAILBOX.fullmatch(address) is not None


def _split(url: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(url.strip())
        return parts, parts.port
    except ValueError:
        raise ConfigError(f"the address of the mail server cannot be read; {_EXAMPLE}") from None


def is_loopback(host: str) -> bool:
    """Whether a host, by name or address, is this machine only."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
