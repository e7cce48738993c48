"""What the steps of one check share and hand to each other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from watcher.models.checks import ClaimedSource, KnownEntry, TextState
from watcher.models.documents import Document
from watcher.models.entries import Entry
from watcher.pipeline.tools import Tools

PUBLISHED_BEFORE_SEEN = timedelta(days=1)
"""How much older than its appearance the date of a new entry may be."""


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

    def ca_file(self, url: str) -> str | None:
        """The source's CA file, for addresses of the source's own host; it vouches for no other."""
        source = self.claimed.source
        same = source.ca_file is not None and urlsplit(url).netloc == urlsplit(source.url).netloc
        return source.ca_file if same else None

    def is_old_news(self, entry: Entry) -> bool:
        """Whether a new entry belongs to the backfill. One that was published since an earlier part of it is news."""
        begun = self.claimed.last_news_at
        since = begun is not None and entry.published is not None and entry.published > begun - PUBLISHED_BEFORE_SEEN
        return self.is_backfill and not since


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
    document: Document | None = None
    page: Document | None = None
    page_error: str = ""
    page_attempts: int = 0
    page_due_at: datetime | None = None
    said: Entry | None = None
    """The entry as its source gives it, where its page has given it another title."""


def found(
    entry: Entry, known: KnownEntry | None, document: Document | None = None, *, is_waiting: bool = False
) -> Found:
    """An entry before its page was looked at."""
    state = _state(entry)
    return Found(entry, known, is_waiting, entry.text, state, document)


def _state(entry: Entry) -> TextState:
    if entry.scan:
        return TextState.SCAN
    return TextState.WAITING if entry.teaser and entry.url else TextState.SOURCE
