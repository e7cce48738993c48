"""Alerts by mail: one message per address, TLS required, the server's answer read as what it is."""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo

import aiosmtplib

from watcher.alerts.channels.base import Channel, Means, Sender, texts
from watcher.alerts.doors import NO_DOOR, Doors
from watcher.alerts.mail import compose
from watcher.alerts.oneline import one_line
from watcher.alerts.retry import MAIL
from watcher.alerts.smtp import SmtpSettings, is_mailbox, sender_address
from watcher.errors import ConfigError, DeliveryError
from watcher.models.alerts import ClaimedDelivery, Sent
from watcher.models.catalog import Recipient

GOODBYE = 5.0
"""Seconds for QUIT: the message is taken already, nothing depends on it."""

_STATUS = re.compile(r"5\.[0-9]{1,3}\.[0-9]{1,3}(?![0-9.])")
"""What an answer begins with whose server says why: RFC 2034 section 4, RFC 3463 section 2."""


@dataclass(frozen=True, slots=True)
class EmailOptions:
    """Who gets the mail."""

    to: str | tuple[str, ...]
    """One address or a list; each gets a message of its own and does not see the others."""

    def __post_init__(self) -> None:
        if not texts(self.to):
            raise ValueError("to is empty; write at least one address")
        for address in texts(self.to):
            if not is_mailbox(address):
                raise ValueError(f"{address!r} is no address; write it like desk@example.org (ASCII, domains as xn--)")


@dataclass(frozen=True, slots=True)
class EmailSender:
    """Hands messages to the mail server, at most `settings.at_once` at a time."""

    settings: SmtpSettings
    clock: Callable[[], datetime]
    timezone: tzinfo
    tls: ssl.SSLContext | None = None
    doors: Doors | None = None
    _free: asyncio.Semaphore = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_free", asyncio.Semaphore(self.settings.at_once))

    @property
    def deadline(self) -> timedelta:
        return self.settings.patience.whole

    async def send(self, claimed: ClaimedDelivery, recipient: Recipient) -> Sent:
        """One message to one address over a connection of its own."""
        delivery = claimed.delivery
        message = compose(
            delivery.payload,
            delivery_id=delivery.id,
            mail_from=self.settings.mail_from,
            to=delivery.address,
            language=recipient.language,
            now=self.clock(),
            timezone=recipient.place or self.timezone,
            door=self.doors.of(recipient, delivery.address) if self.doors else NO_DOOR,
            thread=delivery.thread,
        )
        async with self._free:
            with _understood(self.settings):
                async with self._connection() as server:
                    return await self._hand_over(server, delivery.address, message)

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[aiosmtplib.SMTP]:
        """A connection that is logged in. It always closes, and how it closes no longer matters."""
        server = self._client()
        await server.connect()
        try:
            yield server
            with suppress(aiosmtplib.SMTPException, OSError):
                await server.quit(timeout=GOODBYE)
        finally:
            server.close()

    def _client(self) -> aiosmtplib.SMTP:
        settings = self.settings
        return aiosmtplib.SMTP(
            hostname=settings.host,
            port=settings.port,
            local_hostname=_own_name(),
            use_tls=settings.tls == "tls",
            start_tls=settings.tls == "starttls",  # True = refuse to go on without (S10)
            username=settings.user or None,
            password=settings.password.reveal() if settings.user else None,
            tls_context=self.tls,
            timeout=settings.patience.connect.total_seconds(),
        )

    async def _hand_over(self, server: aiosmtplib.SMTP, address: str, message: bytes) -> Sent:
        """The envelope, then the message. The steps are taken singly, for each has a patience of its own."""
        sender, patience = sender_address(self.settings.mail_from).addr_spec, self.settings.patience
        command = patience.command.total_seconds()
        await server.mail(sender, timeout=command)
        await server.rcpt(address, timeout=command)
        answer = await server.data(message, timeout=patience.message.total_seconds())
        return Sent(one_line(f"{answer.code} {answer.message}", 200))


@contextmanager
def _understood(settings: SmtpSettings) -> Iterator[None]:
    """What goes wrong with the mail server comes out as a DeliveryError."""
    try:
        yield
    except (aiosmtplib.SMTPException, OSError, ValueError) as error:
        raise translated(error, settings) from error


def translated(error: Exception, settings: SmtpSettings) -> DeliveryError:
    """What a failed attempt means (RFC 5321 section 4.2.1): 4xx passes, 5xx for a recipient or a message does not.

    What is wrong with the server, the login or the sender is nothing that the recipient can help: tried again.
    """
    server = f"mail server {settings.shown}"
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        return _refused(error, f"{server} refuses our login", "check user and password of WATCHER_SMTP_URL")
    if isinstance(error, aiosmtplib.SMTPSenderRefused):
        return _refused(error, f"{server} refuses our sender", "check WATCHER_MAIL_FROM")
    if isinstance(error, aiosmtplib.SMTPRecipientRefused):
        what, permanent = f"{server} refuses the recipient", error.code >= 500
        return _refused(error, what, "check the address", permanent=permanent, status=_status(error))
    if isinstance(error, aiosmtplib.SMTPDataError):
        return _refused(
            error, f"{server} refuses the message", "see what it says", permanent=error.code >= 500, of_message=True
        )
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return _refused(error, f"{server} takes no mail now", "nothing to do unless it lasts")
    return DeliveryError(_without_answer(error, server))


def _without_answer(error: Exception, server: str) -> str:
    if isinstance(error, ssl.SSLError):
        return f"{server}: no safe connection ({_text(error)}); check its name and certificate"
    if isinstance(error, TimeoutError):
        return f"{server} did not answer in time ({_text(error)}); check that it is reachable and not busy"
    if "STARTTLS" in str(error):
        return f"{server} offers no STARTTLS, so nothing was sent; use smtps://, or have TLS set up there"
    return f"{server}: {_text(error)}; check WATCHER_SMTP_URL and that the server runs"


def _refused(
    error: aiosmtplib.SMTPResponseException,
    what: str,
    advice: str,
    *,
    permanent: bool = False,
    of_message: bool = False,
    status: str = "",
) -> DeliveryError:
    said = _said(error)
    return DeliveryError(
        f"{what} ({said}); {advice}",
        permanent=permanent,
        of_message=of_message and permanent,
        answer=said,
        refused=status if permanent else "",
    )


def _status(error: aiosmtplib.SMTPResponseException) -> str:
    """Why an address is refused for good: the status if the server gives one, else its reply code."""
    status = _STATUS.match(error.message)
    return status[0] if status else str(error.code)


def _said(error: aiosmtplib.SMTPResponseException) -> str:
    return one_line(f"{error.code} {error.message}", 200)


def _text(error: Exception) -> str:
    return one_line(str(error), 200) or type(error).__name__


def _own_name() -> str:
    """Our name for EHLO without asking a name server, which may hang: RFC 5321 section 4.1.4 allows the literal."""
    name = socket.gethostname()
    return name if "." in name else "[127.0.0.1]"


def _addresses(recipient: Recipient) -> tuple[str, ...]:
    return texts(recipient.options["to"])


def _build(means: Means) -> Sender:
    if means.smtp is None:
        raise ConfigError(
            "e-mail needs a mail server; set WATCHER_SMTP_URL, like smtp://user@mail.example.org:587, "
            "and WATCHER_SMTP_PASSWORD_FILE to a file with its password"
        )
    return EmailSender(means.smtp, means.clock, means.timezone, means.tls, means.doors)


CHANNEL = Channel(name="email", options=EmailOptions, addresses=_addresses, schedule=MAIL, build=_build)
