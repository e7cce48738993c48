"""Alerts to Slack, Teams, Discord, Matrix, ntfy, Telegram and a hundred others, through the library apprise (an extra).

apprise brings an HTTP stack of its own. It is outside the guard of `watcher.fetch`: it dials whatever address it is
given, follows redirects and believes proxies in the environment. So its addresses come from sources.yaml only, which
belongs to the operators; nothing that a page, a subscriber or a publisher says becomes one. What apprise learns is
less than HTTP tells: no status, no Retry-After, no id that a receiver could know a second copy by.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta, tzinfo
from typing import TYPE_CHECKING
from urllib.parse import unquote

from watcher.alerts.channels.base import Channel, Means, Sender, is_reference, texts
from watcher.alerts.oneline import one_line
from watcher.alerts.render import email
from watcher.alerts.retry import WEBHOOK
from watcher.errors import ConfigError, DeliveryError
from watcher.models.alerts import ClaimedDelivery, Sent
from watcher.models.catalog import Recipient
from watcher.models.secret import MASK

if TYPE_CHECKING:
    from apprise import AppriseResult, NotifyBase

INSTALL = 'pip install "asylum-watcher[apprise]"'
PATIENCE = timedelta(seconds=30)
"""Of one message, however many requests it takes."""
CONNECT = timedelta(seconds=5)
READ = timedelta(seconds=15)
"""The longest silence of a receiver; an address may ask for less with ?rto= and ?cto=, not for more."""
_PIECES = re.compile(r"[/:@?&=,;\s]+")
_SHORTEST_SECRET = 4


@dataclass(frozen=True, slots=True)
class AppriseOptions:
    """Where the messages go."""

    urls: str | tuple[str, ...]
    """A reference to an address that apprise understands, or a list: ${NAME} or file:path. Their paths are secrets."""

    def __post_init__(self) -> None:
        if not texts(self.urls):
            raise ValueError("urls is empty; write at least one reference like ${WATCHER_SLACK}")
        for number, url in enumerate(texts(self.urls), 1):
            if not is_reference(url):  # what it is instead may be a token: it is not repeated
                raise ValueError(
                    f"urls: number {number} is written out; such addresses hold tokens, so keep it in the environment "
                    "or a file and write ${WATCHER_SLACK} or file:/run/secrets/slack"
                )


@dataclass(frozen=True, slots=True)
class AppriseSender:
    """Hands messages to apprise, one address at a time. `secret` resolves references; `patience` is for a message."""

    secret: Callable[[str], str]
    timezone: tzinfo
    patience: timedelta = PATIENCE

    @property
    def deadline(self) -> timedelta:
        """A little more than `patience`, so that apprise's own account of what went wrong is heard."""
        return self.patience + timedelta(seconds=5)

    async def send(self, claimed: ClaimedDelivery, recipient: Recipient) -> Sent:
        """One message to one address. Nothing but apprise's own "sent to all" counts as sent."""
        from apprise import Apprise, NotifyFormat

        delivery = claimed.delivery
        url = self._resolved(delivery.address)
        said = email(delivery.payload, recipient.language, recipient.place or self.timezone)
        desk = Apprise()
        desk.add(await asyncio.to_thread(_service, url, delivery.address))  # the first one loads every service: 0.5 s
        result = await desk.async_notify(
            title=_unpinging(said.subject),
            body=_unpinging(said.text),
            body_format=NotifyFormat.TEXT,
            timeout=self.patience.total_seconds(),
            log_level=logging.WARNING,
        )
        return _judge(result, url, delivery.address)

    def _resolved(self, reference: str) -> str:
        try:
            return self.secret(reference)
        except ConfigError as error:
            raise DeliveryError(f"not sent: {error}") from error


def _service(url: str, reference: str) -> NotifyBase:
    """The service behind an address, with our limits on its patience."""
    from apprise import Apprise, AppriseAsset, OverflowMode

    service = Apprise.instantiate(url, asset=AppriseAsset(app_id="watcher", app_desc="watcher"))
    if service is None:
        raise DeliveryError(
            f"not sent: {reference} holds no address that apprise understands; "
            "correct it (https://appriseit.com lists the forms), then retry"
        )
    service.socket_connect_timeout = min(service.socket_connect_timeout, CONNECT.total_seconds())
    service.socket_read_timeout = min(service.socket_read_timeout, READ.total_seconds())
    if service.overflow_mode == OverflowMode.UPSTREAM:  # what is too long for one message becomes several, uncut
        service.overflow_mode = OverflowMode.SPLIT
    return service


def _judge(result: AppriseResult, url: str, reference: str) -> Sent:
    """Sent, or the reasons that apprise gives for each target that did not take it."""
    names = ", ".join(one.name for one in result.results) or "apprise"
    if result:
        return Sent(one_line(f"taken by {names}", 200))
    said = one_line(without_secrets("; ".join(_reasons(result)), url), 300)
    advice = f"check the address behind {reference} and that its service works"
    raise DeliveryError(f"{names}: {result.status.name.lower()} ({said or 'no reason given'}); {advice}", answer=said)


def _reasons(result: AppriseResult) -> Iterator[str]:
    """What was logged while each target failed; a target that was not waited for says so."""
    for one in result.results:
        if one.status.name == "TIMEOUT":
            yield "no answer in time"
        yield from (line.message for attempt in one.attempts if not attempt for line in attempt.logs)
    yield from (line.message for line in result.call_logs())


def without_secrets(text: str, url: str) -> str:
    """The text with every piece of the address masked: in `slack://` and its like, host and path are the tokens."""
    schema, _, rest = url.partition("://")
    pieces = {piece for form in (rest, unquote(rest)) for piece in _PIECES.split(form)} - {schema}
    for piece in sorted(pieces, key=len, reverse=True):
        if len(piece) >= _SHORTEST_SECRET:
            text = text.replace(piece, MASK)
    return text


def _unpinging(text: str) -> str:
    """A title of a publisher calls nobody: word joiners break what chats read as @everyone or <!channel>."""
    return text.replace("@", "@\u2060").replace("<!", "<\u2060!").replace("<#", "<\u2060#")


def _addresses(recipient: Recipient) -> tuple[str, ...]:
    return texts(recipient.options["urls"])


def _build(means: Means) -> Sender:
    try:
        import apprise
    except ImportError as error:
        raise ConfigError(f"the apprise channel needs the library apprise; install it: {INSTALL}") from error
    for name in (apprise.logger.name, "urllib3"):  # their lines may hold addresses; what matters is in the answer
        logging.getLogger(name).propagate = False
    return AppriseSender(means.secret, means.timezone)


CHANNEL = Channel(name="apprise", options=AppriseOptions, addresses=_addresses, schedule=WEBHOOK, build=_build)
