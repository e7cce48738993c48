"""A real feed over years: the snapshots of the White House's briefing-room feed, each served until the next one."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from watcher.models.documents import Document, Validators

_ITEM = re.compile(rb"<item>.*?</item>", re.DOTALL)


@dataclass(frozen=True)
class Recorded:
    """What was captured; between two captures the feed is as in the earlier one."""

    moments: tuple[datetime, ...]
    files: tuple[Path, ...]
    name: str = "briefing-room"
    kind: str = "feed"
    stirs: bool = False
    url: str = "https://www.whitehouse.example.org/feed/"

    def body(self, at: datetime, *, earlier: int = 0) -> bytes:
        return self.files[max(bisect_right(self.moments, at) - 1 - earlier, 0)].read_bytes()

    def answer(self, at: datetime) -> Document:
        return self._document(self.body(at), at)

    def empty(self, at: datetime) -> Document:
        return self._document(_ITEM.sub(b"", self.body(at)), at)

    def short(self, at: datetime) -> Document:
        body = self.body(at)
        for item in _ITEM.findall(body)[3:]:
            body = body.replace(item, b"")
        return self._document(body, at)

    def old(self, at: datetime) -> Document:
        return self._document(self.body(at, earlier=3), at)

    def silent(self, began: datetime, at: datetime) -> Document:
        return self.answer(began)

    def document(self, body: str, at: datetime, *, html: bool = False) -> Document:
        return self._document(body.encode(), at, "text/html")

    def _document(self, body: bytes, at: datetime, media_type: str = "application/rss+xml") -> Document:
        return Document(
            url=self.url,
            final_url=self.url,
            status=200,
            headers=(),
            media_type=media_type,
            charset="utf-8",
            body=body,
            sha256=hashlib.sha256(body).hexdigest(),
            fetched_at=at,
            redirects=(),
            validators=Validators(),
        )


def recorded(folder: Path) -> Recorded:
    """The snapshots of a folder; a file is named after its moment."""
    files = sorted(folder.glob("*.xml"))
    return Recorded(tuple(_moment(file) for file in files), tuple(files))


def _moment(file: Path) -> datetime:
    return datetime.strptime(file.stem[:17], "%Y-%m-%dT%H%M%S").replace(tzinfo=UTC)
