"""Alerts in the terminal: one block each, for trying out and for people who watch the daemon."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, TextIO

from watcher.alerts import digest, notices, trouble
from watcher.alerts.channels.base import Channel, Means, Sender
from watcher.alerts.oneline import one_line
from watcher.alerts.phrases import phrases
from watcher.alerts.render import LINE, marked_text, subject, surest_first, web_link
from watcher.alerts.retry import LOCAL
from watcher.errors import DeliveryError
from watcher.models.alerts import ClaimedDelivery, Sent
from watcher.models.catalog import Recipient

ADDRESS: Final = "console"


@dataclass(frozen=True, slots=True)
class ConsoleOptions:
    """Nothing to set."""


@dataclass(frozen=True, slots=True)
class ConsoleSender:
    """Prints to a stream; None is the standard output of the moment."""

    stream: TextIO | None
    deadline: timedelta = timedelta(seconds=10)

    async def send(self, claimed: ClaimedDelivery, recipient: Recipient) -> Sent:
        """One block; the stream may block, so it is written in a thread."""
        block = "\n".join(lines(claimed.delivery.payload, recipient.language))
        try:
            await asyncio.to_thread(self._write, f"\n{block}\n")
        except (OSError, ValueError) as error:
            raise DeliveryError(f"the terminal cannot be written to ({error}); is it still open?") from error
        return Sent("shown")

    def _write(self, block: str) -> None:
        stream = self.stream or sys.stdout
        encoding = stream.encoding or "utf-8"
        stream.write(block.encode(encoding, "replace").decode(encoding))
        stream.flush()


def lines(payload: Mapping[str, Any], language: str) -> Iterator[str]:
    """The lines of a block: what happens, the title, the quotation, where to read on, which rule asked for it."""
    if trouble.is_incident(payload):
        yield from trouble.lines(payload, language)
        return
    if notices.is_notice(payload):
        yield from notices.lines(payload, language)
        return
    if digest.is_digest(payload):
        yield f"▌ {subject(payload, language)}"
        for each in payload["data"]["alerts"]:
            yield from lines({"data": each}, language)
        return
    words, data = phrases(language), payload["data"]
    first = surest_first(data["matches"])[0]
    yield f"▌ {subject(payload, language)}"
    yield f"▌ {one_line(data['entry']['title'], LINE)}"
    yield f"▌   “{marked_text(first['quote'])}”"
    for link in (data["links"]["source"], data["links"]["review"]):
        if web_link(link):
            yield f"▌ {link}"
    for rule in data["rules"]:
        yield f"▌ {words.rule} {one_line(': '.join(filter(None, (rule['id'], rule['note']))), LINE)}"


def _build(means: Means) -> Sender:
    return ConsoleSender(means.console)


CHANNEL = Channel(
    name="console",
    options=ConsoleOptions,
    addresses=lambda recipient: (ADDRESS,),
    schedule=LOCAL,
    build=_build,
)
