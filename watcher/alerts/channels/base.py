"""What every channel is, what a sender promises, and how the channels are found.

A channel is one module in this package with a constant `CHANNEL`. Nothing else has to be touched to add one.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import ssl
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from typing import Protocol, TextIO

from watcher.alerts.doors import Doors
from watcher.alerts.retry import Schedule
from watcher.alerts.smtp import SmtpSettings
from watcher.errors import ConfigError
from watcher.models.alerts import ClaimedDelivery, Sent
from watcher.models.catalog import Recipient

_REFERENCE = re.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]*\}|file:.+")


class Answer(Protocol):
    """What an HTTP receiver said: the status and the beginning of the body."""

    @property
    def status(self) -> int: ...

    @property
    def body(self) -> bytes: ...

    @property
    def headers(self) -> Mapping[str, str]: ...

    @property
    def retry_after(self) -> timedelta | None: ...


class Post(Protocol):
    """Sends a body to an address through the one guarded door to the network (`watcher.fetch`).

    Follows no redirect, reads at most 64 KiB of the answer, ends within `deadline`. Raises FetchError.
    """

    async def __call__(self, url: str, *, headers: Mapping[str, str], body: bytes, deadline: timedelta) -> Answer: ...


class Sender(Protocol):
    """Sends what a channel carries.

    `deadline` bounds one send, whatever the receiver does; leases on deliveries must last longer.
    """

    @property
    def deadline(self) -> timedelta: ...

    async def send(self, claimed: ClaimedDelivery, recipient: Recipient) -> Sent:
        """Send one delivery to its address. Raises DeliveryError, and nothing else on purpose."""
        ...


@dataclass(frozen=True, slots=True)
class Means:
    """What senders are built from: the process hands in what it has. What a channel needs and is None, it asks for.

    `secret` turns a reference ("${NAME}", "file:path") into its value; it raises ConfigError for one that leads
    nowhere.
    """

    clock: Callable[[], datetime]
    secret: Callable[[str], str]
    timezone: tzinfo = UTC
    """Of the times in mails."""
    smtp: SmtpSettings | None = None
    tls: ssl.SSLContext | None = None
    """For SMTP; None: the machine's certificate authorities."""
    doors: Doors | None = None
    """The links in mails by which their readers end them; None: there are none."""
    post: Post | None = None
    console: TextIO | None = None
    """Where the console channel prints; None: standard output."""


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to send. `options` is the frozen dataclass of what a recipient may set; it raises ValueError itself.

    `addresses` gives the addresses of a recipient as they are written in sources.yaml (never a resolved secret): they
    are stored, shown, and part of a delivery's id. `build` raises ConfigError when a means is missing.
    """

    name: str
    options: type
    addresses: Callable[[Recipient], tuple[str, ...]]
    schedule: Schedule
    build: Callable[[Means], Sender] = field(repr=False)


@cache
def channels() -> Mapping[str, Channel]:
    """Every channel of this package by its name, in alphabetical order."""
    package = __name__.rpartition(".")[0]
    folder = importlib.import_module(package).__path__
    names = sorted(module.name for module in pkgutil.iter_modules(folder) if module.name != "base")
    found = [importlib.import_module(f"{package}.{name}").CHANNEL for name in names]
    return {channel.name: channel for channel in found}


def senders(recipients: Iterable[Recipient], means: Means) -> dict[str, Sender]:
    """The senders of the channels that these recipients use. Raises ConfigError: a line per channel that cannot be."""
    used = {recipient.channel: recipient.id for recipient in recipients}
    built: dict[str, Sender] = {}
    mistakes: list[str] = []
    for name, recipient_id in sorted(used.items()):
        try:
            built[name] = _channel(name).build(means)
        except ConfigError as error:
            mistakes.append(f"recipient {recipient_id}: {error}")
    if mistakes:
        raise ConfigError("\n".join(mistakes))
    return built


def addresses(recipient: Recipient) -> tuple[str, ...]:
    """The addresses of a recipient; none when its channel does not exist."""
    channel = channels().get(recipient.channel)
    return channel.addresses(recipient) if channel else ()


def texts(value: str | Collection[str]) -> tuple[str, ...]:
    """An option that may be one text or a list of them, as a tuple."""
    return (value,) if isinstance(value, str) else tuple(value)


def is_reference(text: str) -> bool:
    """Whether it names a secret instead of being one: "${NAME}" or "file:path"."""
    return _REFERENCE.fullmatch(text) is not None


def _channel(name: str) -> Channel:
    if name not in channels():
        raise ConfigError(f"there is no channel {name!r}; there are: {', '.join(channels())}")
    return channels()[name]
