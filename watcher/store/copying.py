"""A copy of everything from one database into another: in small transactions, taken up again after a crash."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, NullPool

from watcher.errors import StoreError
from watcher.models.keeping import Table
from watcher.store import keeping, migrate, transfer
from watcher.store.engine import make_engine, read_url, reading, writing
from watcher.store.fingerprint import differences, fingerprint
from watcher.store.lock import DaemonLock
from watcher.store.troubles import place


def copy(
    source_url: str, target_url: str, holder: str, now: datetime, *, tell: Callable[[str], None] = lambda name: None
) -> dict[str, Table]:
    """Copy all of the source into the target, which must be empty or an unfinished copy of the same source.

    `tell` hears the name of each table when it is done. Ends with a comparison of both by counts and hashes, which is
    returned. Raises StoreError: for a target that holds something else, for a database that a daemon watches, and when
    both are not the same in the end.
    """
    origin = place(read_url(source_url))
    if read_url(source_url) == read_url(target_url):
        raise StoreError(f"{origin}: a database cannot be copied into itself; name two")
    _refuse_source(source_url, origin)
    with ExitStack() as held:
        for url in (source_url, target_url):
            held.enter_context(DaemonLock(url, holder))
        source, target = make_engine(source_url, poolclass=NullPool), _prepared(target_url)
        with reading(source) as snapshot:
            _Copy(snapshot, target, origin, now).run(tell)
            return _finish(snapshot, target, origin, now)


def _refuse_source(url: str, origin: str) -> None:
    found = migrate.status(url)
    if found.state is not migrate.SchemaState.CURRENT:
        raise StoreError(f"{origin}: the database is {found.state}; bring it to this version with `watcher db upgrade`")


def _prepared(url: str) -> Engine:
    """The target with our tables; those of a run that was killed while it made them are completed."""
    found, engine = migrate.status(url).state, make_engine(url, poolclass=NullPool)
    if found is migrate.SchemaState.OLDER:
        with reading(engine) as connection:
            found = migrate.SchemaState.EMPTY if transfer.is_empty(connection) else found
    if found is migrate.SchemaState.EMPTY:
        migrate.upgrade(url)
    elif found is not migrate.SchemaState.CURRENT:
        raise StoreError(f"{place(read_url(url))}: the database is {found}; name an empty one to copy into")
    return engine


@dataclass(frozen=True, slots=True)
class _Copy:
    """One run. How far it came is written with each batch, so that the next run goes on after it."""

    source: Connection
    target: Engine
    origin: str
    now: datetime

    def run(self, tell: Callable[[str], None]) -> None:
        done = self._begun()
        shelf, after = done.get("shelf", transfer.SHELVES[0]), done.get("after")
        for name in transfer.SHELVES[transfer.SHELVES.index(shelf) :]:
            self._shelf(name, after if name == shelf else None)
            tell(name)

    def _begun(self) -> Mapping[str, Any]:
        """How far an earlier run came."""
        with writing(self.target) as connection:
            begun = keeping.last(connection, keeping.COPY)
            if begun is not None and begun.said["from"] == self.origin and not begun.said["finished"]:
                return begun.said
            if begun is not None or not transfer.is_empty(connection):
                raise StoreError(
                    f"{place(self.target.url)}: there is something in it that is not an unfinished copy of "
                    f"{self.origin}; name an empty database to copy into"
                )
            self._note(connection)
        return {}

    def _shelf(self, name: str, after: transfer.Key | None) -> None:
        while rows := transfer.batch(self.source, name, after):
            after = transfer.key_of(name, rows[-1])
            with writing(self.target) as connection:
                transfer.put(connection, name, rows)
                self._note(connection, shelf=name, after=after)

    def _note(self, connection: Connection, **done: Any) -> None:
        said = {"from": self.origin, "finished": False, **done}
        keeping.note(connection, keeping.COPY, self.now, said)


def _finish(snapshot: Connection, target: Engine, origin: str, now: datetime) -> dict[str, Table]:
    with reading(target) as connection:
        copied = fingerprint(connection)
    wrong = differences(fingerprint(snapshot), copied)
    if wrong:
        raise StoreError(
            f"{place(target.url)}: it is not what {origin} holds ({'; '.join(wrong)}): something was written to one of "
            "them meanwhile; copy again into an empty database"
        )
    with writing(target) as connection:
        transfer.write_sequences(connection, transfer.read_sequences(snapshot))
        for what in (keeping.BACKUP, keeping.RESTORE, keeping.PRUNE):
            if done := keeping.last(snapshot, what):
                keeping.note(connection, what, done.at, done.said)
        keeping.note(connection, keeping.COPY, now, {"from": origin, "finished": True})
    return copied
