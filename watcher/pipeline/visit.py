"""What the steps of one check share and hand to each other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from watcher.models.checks import ClaimedSource, KnownEntry, TextState
from watcher.models.documents import Document
from watcher.models.entries import Entry
from watcher.pipeline.tools import Tools


@dataclass(frozen=True, slots=True)
class Visit:
    """One check under way. `deadline` is a time of the event loop's clock, in seconds."""

    claimed: ClaimedSource
    tools: Tools
    started_at: datetime
    deadline: float

    @property
    def is_backfill(self) -> bool:
        """The first complete check of a source is stored and shown, and rings nobody (unless asked to)."""
        return self.claimed.first_read_at is None and not self.claimed.source.alert_backfill


@dataclass(frozen=True, slots=True)
class Found:
    """An entry worth storing: new (`known` is None), changed, or stored without its page (`is_waiting`).

    `text` and what follows say how far its text has come; before its page is read, the teaser is the text.
    """

    entry: Entry
    known: KnownEntry | None
    is_waiting: bool
    text: str
    text_state: TextState
    page: Document | None = None
    page_error: str = ""
    page_attempts: int = 0
    page_due_at: datetime | None = None


def found(entry: Entry, known: KnownEntry | None, *, is_waiting: bool = False) -> Found:
    """An entry before its page was looked at."""
    state = TextState.WAITING if entry.teaser and entry.url else TextState.SOURCE
    return Found(entry, known, is_waiting, entry.text, state)
