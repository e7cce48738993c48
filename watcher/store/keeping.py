"""Keeping: when the database itself was last backed up, restored, copied or pruned, and what came of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, select

from watcher.models.keeping import Done
from watcher.store.codec import dump_plain, load_plain
from watcher.store.engine import insert, reading, writing
from watcher.store.schema import keeping, sources

BACKUP, RESTORE, PRUNE, COPY = "backup", "restore", "prune", "copy"


@dataclass(frozen=True, slots=True)
class Keeping:
    """The last time of each."""

    _engine: Engine

    def last(self, what: str) -> Done | None:
        """When it was last done, or None."""
        with reading(self._engine) as connection:
            return last(connection, what)

    def note(self, what: str, at: datetime, said: Mapping[str, Any]) -> None:
        """Remember that it was done; what was said before of the same is replaced."""
        with writing(self._engine) as connection:
            note(connection, what, at, said)


def last(connection: Connection, what: str) -> Done | None:
    """See `Keeping.last`."""
    row = connection.execute(select(keeping).where(keeping.c.what == what)).first()
    return Done(row.at, load_plain(row.note)) if row is not None else None


def note(connection: Connection, what: str, at: datetime, said: Mapping[str, Any]) -> None:
    """See `Keeping.note`."""
    values = {"at": at, "note": dump_plain(said)}
    new = insert(connection, keeping).values(what=what, **values)
    connection.execute(new.on_conflict_do_update(index_elements=["what"], set_=values))


def unread_since_restore(connection: Connection, source_ids: Collection[str]) -> frozenset[str]:
    """Those of the sources that have not been read since a restore that holds alerts back.

    What they bring next may have been found, and told, after the backup was made.
    """
    restored = last(connection, RESTORE)
    if restored is None or not restored.said.get("hold"):
        return frozenset()
    query = select(sources.c.id).where(sources.c.id.in_(source_ids), sources.c.last_success_at < restored.at)
    return frozenset(connection.scalars(query))
