"""What reading hands on: the entries of a source, as text that is safe to store and to show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class RawEntry:
    """An entry as its source wrote it, before cleaning: `title` and `content` may be HTML and are never shown.

    `url` is absolute, http or https, or None. `teaser` says that `content` is known not to be the full text.
    """

    key: str
    url: str | None
    title: str
    content: str
    teaser: bool
    published: datetime | None = None
    published_raw: str = ""
    language: str | None = None


@dataclass(frozen=True, slots=True)
class RawReading:
    """What a source kind finds in one document, in the document's order; the other fields as in `Reading`."""

    entries: tuple[RawEntry, ...]
    title: str = ""
    language: str | None = None
    ttl: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One announcement found in a source.

    All strings are cleaned plain text (see `watcher/extract/clean.py`), never markup. `key` identifies the entry
    within its source and survives re-ordering, http/https and tracking-parameter flips. `url` is an absolute http(s)
    address or None. `text` is the most complete text that the source itself carries; `teaser` says that it is only a
    teaser and the page at `url` has the rest. `published` is None when the source gives no date that can be
    trusted; `published_raw` keeps what it wrote.
    """

    key: str
    url: str | None
    title: str
    text: str
    teaser: bool
    published: datetime | None = None
    published_raw: str = ""
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """All entries of one document, newest first where the source has an order.

    `left_over` counts the entries beyond the cap: they are not lost, a later check takes them.
    `ttl` is the feed's own wish for the time between checks, or None.
    """

    entries: tuple[Entry, ...]
    title: str = ""
    language: str | None = None
    left_over: int = 0
    ttl: timedelta | None = None
