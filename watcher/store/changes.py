"""The order of changes: who reads on from a position misses nothing, whatever else is being written.

The writer notes a change in its own transaction. On SQLite there is one writer at a time, so the note gets its
position at once. On PostgreSQL a sequence is given out before the commit, and a late commit would come to stand before
what was read already; so there the notes are placed when somebody reads, when all they see is committed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, bindparam, func, select, text, update

from watcher.models.changes import Noted, Noun
from watcher.store.engine import reading, writing
from watcher.store.schema import changes

_AT_ONCE = 10_000
_ONE_READER = 4_711_001
"""The advisory lock of those who place notes."""
_UNPLACED = changes.c.position.is_(None)


@dataclass(frozen=True, slots=True)
class Changes:
    """What happened, in the order in which it was committed, as far as the database can tell."""

    _engine: Engine

    def since(self, position: int, limit: int) -> list[Noted]:
        """The changes after a position (0: from the beginning), oldest first."""
        place(self._engine)
        wanted = select(changes).where(changes.c.position > position).order_by(changes.c.position).limit(limit)
        with reading(self._engine) as connection:
            rows = connection.execute(wanted).all()
        return [Noted(row.position, Noun(row.noun), row.about, row.at) for row in rows]

    def last(self) -> int:
        """The position of the newest change that has one; 0 when there is none."""
        with reading(self._engine) as connection:
            return last(connection)


def place(engine: Engine) -> None:
    """Give a position to what has none yet, but is committed; on SQLite that is nothing."""
    if engine.dialect.name == "sqlite":
        return
    with reading(engine) as connection:
        if connection.scalar(select(changes.c.seq).where(_UNPLACED).limit(1)) is None:
            return
    with writing(engine) as connection:
        # before the snapshot of the next statement, so that it sees what the one before placed
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_READER})
        waiting = connection.scalars(select(changes.c.seq).where(_UNPLACED).order_by(changes.c.seq).limit(_AT_ONCE))
        before = last(connection)
        placed = [{"it": seq, "place": before + number} for number, seq in enumerate(waiting, 1)]
        if placed:
            here = update(changes).where(changes.c.seq == bindparam("it"))
            connection.execute(here.values(position=bindparam("place")), placed)


def note(connection: Connection, noun: Noun, about: Iterable[str], at: datetime) -> None:
    """Tell readers of these, within the transaction that changes them."""
    rows: list[dict[str, object]] = [{"noun": noun.value, "about": each, "at": at, "position": None} for each in about]
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        before = last(connection)
        rows = [row | {"position": before + number} for number, row in enumerate(rows, 1)]
    connection.execute(changes.insert(), rows)


def last(connection: Connection) -> int:
    """See `Changes.last`."""
    return connection.scalar(select(func.max(changes.c.position))) or 0
