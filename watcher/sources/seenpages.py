"""Which pages of a sitemap are known, in 64 KiB, whatever its size.

A site may list millions of pages; what is kept is a mark of each of the newest ones, and a line in time below which
everything counts as known. Exactly:

- Of pages with a date (lastmod, or the date of a news sitemap) the newest 2,000 are remembered. Once older ones had to
  be dropped, a page that is listed for the first time with a date not newer than the newest dropped one is not noticed.
- Of pages without a believable date the first and last 750 of a sitemap are remembered, of a part of an index the
  first and last 75, of ten parts. A page that joins a longer list in its middle (farther than half of that from both
  ends) is not noticed.
- A page that changes is not a new one: watch it with `kind: page`. (An old page that was dropped and changes is.)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from watcher.sources import recall

DATED = 2000
UNDATED = 1500
UNDATED_OF_PART = 150
PARTS = 300
"""Parts of an index that are known; the newest ones."""
_DOCUMENTS = 10
_RULES = 1
_PAGE, _SLUG, _TIME = 6, 3, 4
_MARK = _PAGE + _SLUG
_LATEST = 2**32 - 1


class State(IntEnum):
    """How far the reading of a part has come."""

    UNREAD = 0
    """It is old: what is new in it will have a date above the floor."""
    AT_FIRST = 1
    """To be read for the first time, and its pages are learnt."""
    NEWCOMER = 2
    """To be read, and all its pages are new: it was not in the index before."""
    READ = 3


@dataclass(frozen=True, slots=True)
class Part:
    """A sitemap that an index lists: `time` is the lastmod (seconds, 0: none) that it was last taken with.

    `level` counts the indexes above it.
    """

    time: int
    level: int
    state: State = State.UNREAD


@dataclass(slots=True)
class Seen:
    """What is remembered; `left` is how many entries the first reading may still bring, `floor` the line in time."""

    root: str
    left: int
    floor: int = 0
    dated: dict[bytes, int] = field(default_factory=dict)
    undated: dict[str, list[bytes]] = field(default_factory=dict)
    parts: dict[str, Part] = field(default_factory=dict)

    def remember_dated(self, pages: Iterable[tuple[bytes, int]]) -> None:
        """Take pages in; when there are too many, the oldest go, and the floor rises."""
        self.dated |= {mark: min(time, _LATEST) for mark, time in pages}
        newest = sorted(self.dated.items(), key=lambda page: page[1], reverse=True)
        if len(newest) > DATED:
            self.floor = max(self.floor, newest[DATED][1])
        self.dated = dict(newest[:DATED])

    def remember_undated(self, document: str, pages: Sequence[tuple[bytes, int]]) -> None:
        """Take a document's undated pages in, in its order; of many only the ends.

        Each comes with the time that its document claims and nobody believes; the floor rises to that of those that
        are dropped, should it be believed one day.
        """
        room = self.room(document)
        kept, dropped = _ends(pages, room), pages[room // 2 : len(pages) - room // 2] if len(pages) > room else ()
        self.floor = max(self.floor, max((time for _, time in dropped), default=0))
        self.undated.pop(document, None)
        self.undated[document] = [mark for mark, _ in kept]
        for oldest in list(self.undated)[:-_DOCUMENTS]:
            del self.undated[oldest]

    def remember_parts(self, parts: dict[str, Part]) -> None:
        """Take parts in; when there are too many, the oldest go, and the floor rises."""
        newest = sorted((self.parts | parts).items(), key=lambda part: part[1].time or _LATEST, reverse=True)
        if len(newest) > PARTS:
            self.floor = max(self.floor, newest[PARTS][1].time)
        self.parts = dict(newest[:PARTS])

    def room(self, document: str) -> int:
        """How many undated pages of a document are remembered."""
        return UNDATED if document == self.root else UNDATED_OF_PART

    def pages(self) -> set[bytes]:
        """The marks of all known pages, without what they are called."""
        marks = [*self.dated, *(mark for marks in self.undated.values() for mark in marks)]
        return {mark[:_PAGE] for mark in marks}

    def written(self) -> str:
        """As a memory."""
        values: dict[str, Any] = {
            "root": self.root,
            "left": self.left,
            "floor": self.floor,
            "dated": recall.packed(mark + time.to_bytes(_TIME) for mark, time in self.dated.items()),
            "undated": {document: recall.packed(marks) for document, marks in self.undated.items()},
            "parts": recall.packed(_packed_part(mark, part) for mark, part in self.parts.items()),
        }
        return recall.written(_RULES, values)


def read(memory: str) -> Seen | None:
    """What was remembered; None when other rules than these wrote it."""
    values = recall.read(memory, _RULES)
    if values is None:
        return None
    dated = recall.unpacked(values["dated"], _MARK + _TIME)
    return Seen(
        root=values["root"],
        left=values["left"],
        floor=values["floor"],
        dated={page[:_MARK]: int.from_bytes(page[_MARK:]) for page in dated},
        undated={document: recall.unpacked(marks, _MARK) for document, marks in values["undated"].items()},
        parts=dict(_unpacked_part(part) for part in recall.unpacked(values["parts"], _PAGE + _TIME + 1)),
    )


def mark_of(address: str) -> str:
    """What stands for a document; `address` is canonical."""
    return recall.mark(address, _PAGE).hex()


def mark(address: str, slug: str) -> bytes:
    """What stands for a page, and for what it is called; `address` is canonical, `slug` may be empty."""
    return recall.mark(address, _PAGE) + (recall.mark(slug, _SLUG) if slug else bytes(_SLUG))


def page_of(mark: bytes) -> bytes:
    """The part of a mark that stands for the page."""
    return mark[:_PAGE]


def slug_of(mark: bytes) -> bytes:
    """The part of a mark that stands for what the page is called; empty for none."""
    return mark[_PAGE:] if any(mark[_PAGE:]) else b""


def _ends(pages: Sequence[tuple[bytes, int]], room: int) -> Sequence[tuple[bytes, int]]:
    return pages if len(pages) <= room else [*pages[: room // 2], *pages[len(pages) - room // 2 :]]


def _packed_part(mark: str, part: Part) -> bytes:
    flags = part.level | part.state << 4
    return bytes.fromhex(mark) + min(part.time, _LATEST).to_bytes(_TIME) + bytes([flags])


def _unpacked_part(packed: bytes) -> tuple[str, Part]:
    flags = packed[-1]
    time = int.from_bytes(packed[_PAGE:-1])
    return packed[:_PAGE].hex(), Part(time, flags & 15, State(flags >> 4))
