"""Captures: the bytes that were read, kept by their SHA-256, and how they came."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, func, or_, select

from watcher.errors import StoreError
from watcher.models.documents import Document, Validators
from watcher.models.views import CaptureView, VisitRow
from watcher.store.backup import damaged_captures, is_whole
from watcher.store.codec import load_plain
from watcher.store.engine import reading
from watcher.store.schema import captures, entries, revisions, visits
from watcher.store.troubles import place

_VISITS = 100


@dataclass(frozen=True, slots=True)
class Captures:
    """The raw documents behind the entries."""

    _engine: Engine

    def show(self, sha256: str) -> CaptureView | None:
        """What is known of the bytes with that digest, with the last hundred answers in which they came."""
        with reading(self._engine) as connection:
            size = connection.scalar(select(captures.c.size).where(captures.c.sha256 == sha256))
            if size is None:
                return None
            theirs = select(visits).where(visits.c.capture_sha256 == sha256).order_by(visits.c.seq.desc())
            rows = connection.execute(theirs.limit(_VISITS)).all()
        return CaptureView(sha256, size, tuple(map(_visit, rows)))

    def read(self, sha256: str) -> bytes | None:
        """The bytes with that digest, or None when they are not kept. Raises StoreError when they are damaged."""
        with reading(self._engine) as connection:
            deflated = connection.scalar(select(captures.c.deflated).where(captures.c.sha256 == sha256))
        return None if deflated is None else self._inflated(deflated, sha256)

    def of_entry(self, entry_id: str) -> list[Document] | None:
        """The documents that brought an entry and its revisions, oldest first; None when there is no such entry.

        Those that were pruned are left out. Raises StoreError when one is damaged.
        """
        named = or_(revisions.c.visit_seq == visits.c.seq, revisions.c.page_visit_seq == visits.c.seq)
        query = select(visits, captures.c.deflated).join(captures, captures.c.sha256 == visits.c.capture_sha256)
        with reading(self._engine) as connection:
            seq = connection.scalar(select(entries.c.seq).where(entries.c.id == entry_id))
            theirs = query.where(select(revisions.c.number).where(revisions.c.entry_seq == seq, named).exists())
            rows = connection.execute(theirs.order_by(visits.c.fetched_at, visits.c.seq)).all()
        return None if seq is None else [self._document(row) for row in rows]

    def verify(self) -> tuple[int, list[str]]:
        """How many there are, and the digests of those that are damaged. Reads all of them."""
        with reading(self._engine) as connection:
            number = connection.scalar(select(func.count()).select_from(captures)) or 0
            return number, damaged_captures(connection)

    def _document(self, row: Any) -> Document:
        return Document(
            url=row.url,
            final_url=row.final_url,
            status=row.status,
            headers=tuple((name, value) for name, value in load_plain(row.headers)),
            media_type=row.media_type,
            charset=row.charset,
            body=self._inflated(row.deflated, row.capture_sha256),
            sha256=row.capture_sha256,
            fetched_at=row.fetched_at,
            redirects=tuple(load_plain(row.redirects)),
            validators=Validators(),
        )

    def _inflated(self, deflated: bytes, sha256: str) -> bytes:
        if is_whole(deflated, sha256):
            return zlib.decompress(deflated)
        where = place(self._engine.url)
        raise StoreError(f"{where}: the capture {sha256} is damaged; restore it from a backup (watcher db restore)")


def _visit(row: Any) -> VisitRow:
    between = tuple(map(str, load_plain(row.redirects)))
    return VisitRow(row.source_id, row.url, row.final_url, between, row.status, row.media_type, row.fetched_at)
