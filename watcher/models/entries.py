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
    scan: bool = False
    """Its document is pictures of pages: there is a text that nobody but a person can read."""
    authentication: str = ""
    """Of an entry that came by mail: what the receiving server found out about its sender (spf, dkim, dmarc)."""
    versions: tuple[str, ...] = ()
    """Addresses at which the source says that it stands in other languages."""


@dataclass(frozen=True, slots=True)
class RawReading:
    """What a source kind finds in one document, in the document's order; the other fields as in `Reading`."""

    entries: tuple[RawEntry, ...]
    title: str = ""
    language: str | None = None
    ttl: timedelta | None = None
    memory: str | None = None
    more: tuple[str, ...] = ()
    again: bool = False
    left_over: int = 0
    """Entries that the kind itself passed over, because no child could hold them all."""
    note: str = ""


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
    scan: bool = False
    """Its document is pictures of pages: there is a text that nobody but a person can read."""
    authentication: str = ""
    """Of an entry that came by mail: what the receiving server found out about its sender (spf, dkim, dmarc)."""
    links: tuple[str, ...] = ()
    """Addresses that its text links to, as far as the source carries them; at most 64."""
    versions: tuple[str, ...] = ()
    """Addresses at which the source, or its page, says that it stands in other languages."""


@dataclass(frozen=True, slots=True)
class Reading:
    """All entries of one document, newest first where the source has an order.

    `left_over` counts the entries beyond the cap, `still_new` those of them that are not stored yet: they are not
    lost, later checks take them.
    `ttl` is the feed's own wish for the time between checks, or None.
    """

    entries: tuple[Entry, ...]
    title: str = ""
    language: str | None = None
    left_over: int = 0
    still_new: int = 0
    ttl: timedelta | None = None
    memory: str | None = None
    """What the kind wants to be told again when it next reads this source (see `sources.base.Kind`), or None."""
    more: tuple[str, ...] = ()
    """Addresses of further documents of this source, to be read in this order: next pages, parts of an index."""
    again: bool = False
    """Whether the document is to be read again at the next check though it be the same: what it leads to may change."""
    note: str = ""
    """What a person should know about what was not taken, or ""."""
