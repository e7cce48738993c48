"""Putting a backup back: into a database that nobody else uses, whole or not at all, and never sending by itself.

What had not been delivered when the backup was made may have been since. So it goes out only when a person said so:
either now (`hold` False), or later, alert by alert (`Deliveries.release`).
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from urllib.parse import quote

from sqlalchemy import Connection, NullPool, delete, func, select, update

from watcher.errors import StoreError
from watcher.models.alerts import DeliveryState
from watcher.models.keeping import Restored, Table
from watcher.store import keeping, migrate, transfer
from watcher.store.backup import in_place, settle, verify
from watcher.store.engine import connect_file, make_engine, make_private, read_url, reading, sqlite_path, writing
from watcher.store.lock import DaemonLock
from watcher.store.schema import deliveries, login_tokens, sessions

_WORK = ".restoring-"
_SIDES = ("-journal", "-wal", "-shm")


def is_overwriting(url: str) -> bool:
    """Whether a restore would replace something. Raises StoreError for a database that is not ours."""
    found = migrate.status(url)
    if found.state is migrate.SchemaState.FOREIGN:
        raise StoreError(f"{url}: this is not a watcher database; set WATCHER_DATABASE_URL to another place")
    if found.state is migrate.SchemaState.EMPTY:
        return False
    with reading(make_engine(url, poolclass=NullPool)) as connection:
        return not transfer.is_empty(connection)


def open_alerts(backup: Path) -> int:
    """How many deliveries had not come to an end when the backup was made. Raises StoreError when it is none."""
    _refuse(backup)
    with closing(_opened(backup)) as connection:
        return int(connection.execute("SELECT count(*) FROM deliveries WHERE due_at IS NOT NULL").fetchone()[0])


def restore(backup: Path, url: str, holder: str, now: datetime, *, hold: bool, overwrite: bool) -> Restored:
    """Put it back, upgraded to this version. Sessions and login links end: people log in again.

    Raises StoreError when the backup is damaged, a daemon runs on the database, or something is there that
    `overwrite` does not allow to replace. An SQLite database that is replaced stays beside, as
    `<file>.before-restore`.
    """
    _refuse(backup)
    with DaemonLock(url, holder):
        if not overwrite and is_overwriting(url):
            raise StoreError("there is a database with something in it; say --force to replace it")
        path = sqlite_path(read_url(url))
        with _working_copy(backup, path) as work:
            made_at, tables = _check(work)
            migrate.upgrade(f"sqlite:///{work}")
            count = _prepare(work, now, hold=hold)
            replaced = None
            if path is None:
                _onto_server(work, url)
            else:
                replaced = _onto_file(work, path)
    return Restored(made_at, tables, count, hold, replaced)


@contextmanager
def _working_copy(backup: Path, path: Path | None) -> Iterator[Path]:
    """A copy to work on: beside the SQLite database that it will become, else among the temporary files."""
    if path is not None:
        for left_over in path.parent.glob(f"{_WORK}*"):  # of a restore that was killed
            rmtree(left_over)
    with TemporaryDirectory(prefix=_WORK, dir=path.parent if path is not None else None) as folder:
        work = Path(folder) / "watcher.db"
        make_private(work)
        with closing(_opened(backup)) as source, closing(connect_file(work)) as copy:
            source.backup(copy)
        yield work


def _opened(backup: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(backup.absolute()))}?mode=ro", uri=True)


def _refuse(backup: Path) -> None:
    if not backup.is_file():
        raise StoreError(f"{backup}: there is no such file; name one that `watcher db backup` wrote")
    found = migrate.status(f"sqlite:///{backup}")
    if found.state in (migrate.SchemaState.FOREIGN, migrate.SchemaState.EMPTY):
        raise StoreError(f"{backup}: this is no backup of watcher's")
    if found.state is migrate.SchemaState.NEWER:
        raise StoreError(f"{backup}: a newer watcher made it ({found.current}); install that version to restore it")


def _check(work: Path) -> tuple[datetime | None, dict[str, Table]]:
    """When it was made and what is in it, both as far as it says so: a copy from before an upgrade says nothing."""
    url = f"sqlite:///{work}"
    if migrate.status(url).state is not migrate.SchemaState.CURRENT:
        migrate.ensure_ready(url, verify=True)
    with reading(make_engine(url, poolclass=NullPool)) as connection:
        made = keeping.last(connection, keeping.BACKUP)
    said: Mapping[str, Mapping[str, object]] = made.said.get("tables", {}) if made else {}
    recorded = {name: Table(rows=_number(each["rows"]), sha256=str(each["sha256"])) for name, each in said.items()}
    return (made.at if recorded and made else None), verify(work, recorded)


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def _prepare(work: Path, now: datetime, *, hold: bool) -> int:
    """Make the copy what it shall be when it is in place; returns how many alerts had not come to an end."""
    undone = deliveries.c.due_at.is_not(None)
    with writing(make_engine(f"sqlite:///{work}", poolclass=NullPool)) as connection:
        count = connection.scalar(select(func.count()).select_from(deliveries).where(undone)) or 0
        if hold:
            connection.execute(update(deliveries).where(undone).values(held_values(now)))
        _end_sessions(connection)
        keeping.note(connection, keeping.RESTORE, now, {"hold": hold})
    settle(work)
    return count


def held_values(now: datetime) -> dict[str, object]:
    """What a delivery becomes that waits for a person after a restore."""
    ended = {"due_at": None, "lease_until": None, "finished_at": now}
    return {"state": DeliveryState.RESTORED.value, "fence": deliveries.c.fence + 1, **ended}


def _end_sessions(connection: Connection) -> None:
    """Who logged out since would be logged in again."""
    for table in (sessions, login_tokens):
        connection.execute(delete(table))


def _onto_file(work: Path, path: Path) -> Path | None:
    """The new database in the old one's place, which stays beside."""
    kept = _put_aside(path) if path.exists() else None
    in_place(work, path)
    return kept


def _put_aside(path: Path) -> Path:
    """A second name for the old database; a journal that belongs to it must not be taken for one of the new."""
    with suppress(sqlite3.Error):  # damaged: it is kept as it is
        settle(path)
    kept = path.with_name(path.name + ".before-restore")
    for side in _SIDES:
        beside = path.with_name(path.name + side)
        if beside.exists():
            beside.replace(kept.with_name(kept.name + side))
    kept.unlink(missing_ok=True)
    os.link(path, kept)
    return kept


def _onto_server(work: Path, url: str) -> None:
    """Everything in one transaction: until it commits, the old database is what everybody sees."""
    migrate.upgrade(url)
    source, target = (make_engine(each, poolclass=NullPool) for each in (f"sqlite:///{work}", url))
    with reading(source) as snapshot, writing(target) as connection:
        transfer.empty(connection)
        transfer.move(snapshot, connection)
        for what in (keeping.BACKUP, keeping.RESTORE, keeping.PRUNE):
            if done := keeping.last(snapshot, what):
                keeping.note(connection, what, done.at, done.said)
