"""The matches mirrored in memory: built once, then kept as the database has them by the order of changes.

Whoever writes a match notes it in the same transaction (`watcher.store.changes`); whoever asks reads on from where the
mirror stands, within the transaction in which they read everything else. Nothing is kept beside the tables that could
come to differ from them, and a process that never asks pays nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, or_, select

from watcher.models.changes import Noun
from watcher.store import changes, keeping, words
from watcher.store.bitmaps import COLUMNS, Bitmaps, Bits
from watcher.store.chunks import chunks
from watcher.store.engine import reading
from watcher.store.schema import changes as notes
from watcher.store.schema import matches

_KEPT = 100
"""Answers of the search index."""
_BUILT_ANEW = 5_000
"""So many changes at once cost more to look up one by one than to read everything again."""


@dataclass(frozen=True, slots=True)
class View:
    """What one transaction sees. `found` keeps the answers of the search index for as long as nothing changes."""

    bitmaps: Bitmaps
    position: int
    restored: datetime | None
    found: dict[words.Wanted, Bits] = field(default_factory=dict)

    def with_words(self, connection: Connection, wanted: words.Wanted) -> Bits:
        """The matches whose entries have all these words and phrases."""
        bits = self.found.get(wanted)
        if bits is None:
            bits = self.bitmaps.of_entries(words.matched(connection, wanted))
            if len(self.found) >= _KEPT:
                self.found.clear()
            self.found[wanted] = bits
        return bits


class Mirror:
    """One for each store; may be asked from any thread."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = Lock()
        self._view: View | None = None

    @contextmanager
    def reading(self) -> Iterator[tuple[Connection, View]]:
        """A transaction that only reads, and the matches as it sees them, or a moment later. Raises StoreError."""
        changes.place(self._engine)
        with reading(self._engine) as connection:
            with self._lock:
                self._view = _refreshed(connection, self._view)
                view = self._view
            yield connection, view


def _refreshed(connection: Connection, view: View | None) -> View:
    last, restored = changes.last(connection), keeping.last(connection, keeping.RESTORE)
    at = restored.at if restored else None
    if view is None or view.restored != at:
        return View(_all(connection), last, at)
    ids = _changed_since(connection, view.position)
    if last <= view.position and not ids:
        return view
    if len(ids) > _BUILT_ANEW:
        return View(_all(connection), last, at)
    return View(view.bitmaps.changed(_some(connection, ids)) if ids else view.bitmaps, max(last, view.position), at)


def _changed_since(connection: Connection, position: int) -> list[str]:
    """The ids of matches with a note that was placed since, or that is there and not placed yet."""
    unread = or_(notes.c.position > position, notes.c.position.is_(None))
    query = select(notes.c.about).distinct().where(unread, notes.c.noun == Noun.MATCH.value)
    return list(connection.scalars(query.limit(_BUILT_ANEW + 1)))


def _all(connection: Connection) -> Bitmaps:
    return Bitmaps().changed(connection.execute(select(*matches.c[COLUMNS]).order_by(matches.c.seq)).all())


def _some(connection: Connection, ids: list[str]) -> list[Any]:
    query = select(*matches.c[COLUMNS])
    return [row for chunk in chunks(ids) for row in connection.execute(query.where(matches.c.id.in_(chunk)))]
