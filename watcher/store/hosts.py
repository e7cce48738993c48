"""Hosts: what they said of themselves, kept over a restart for as long as it holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, delete, select

from watcher.models.hosts import HostNote, NoteKind
from watcher.store.engine import insert, reading, writing
from watcher.store.schema import host_notes


@dataclass(frozen=True, slots=True)
class Hosts:
    """Holds (Retry-After) and copies of robots.txt."""

    _engine: Engine

    def keep(self, notes: Sequence[HostNote], now: datetime) -> None:
        """Keep these in place of what the same hosts said before, and forget what no longer holds."""
        rows = [{"kind": n.kind.value, "about": n.about, "until": n.until, "text": n.text} for n in notes]
        with writing(self._engine) as connection:
            connection.execute(delete(host_notes).where(host_notes.c.until <= now))
            if rows:
                statement = insert(connection, host_notes)
                newer = {"until": statement.excluded.until, "text": statement.excluded.text}
                connection.execute(statement.on_conflict_do_update(index_elements=["kind", "about"], set_=newer), rows)

    def notes(self, now: datetime) -> list[HostNote]:
        """What still holds."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(host_notes).where(host_notes.c.until > now)).all()
        return [HostNote(NoteKind(row.kind), row.about, row.until, row.text) for row in rows]
