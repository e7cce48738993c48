"""A backup: one SQLite file with everything in it, of whichever database, readable with any SQLite tool.

One format for both databases, so that a backup of PostgreSQL can be put back into SQLite and the other way round, and
needs no tools of the server's own version. It is written beside, verified, and only then given its name.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import zlib
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, NullPool, select

from watcher.errors import StoreError
from watcher.models.keeping import Backup, Table
from watcher.store import keeping, migrate, transfer
from watcher.store.engine import connect_file, make_engine, make_private, read_url, reading, sqlite_path, writing
from watcher.store.fingerprint import differences, fingerprint
from watcher.store.schema import captures


def back_up(url: str, to: Path, now: datetime, *, replace: bool = False) -> Backup:
    """Write one while the daemon runs. Raises StoreError when it cannot be written, or what was written is not whole.

    It is of one moment: a read transaction on PostgreSQL, SQLite's backup interface on SQLite, where writers wait
    while the pages are copied unless the database has a write-ahead log.
    """
    _refuse(url, to, replace)
    part = to.with_name(to.name + ".part")
    try:
        part.unlink(missing_ok=True)
        make_private(part)
        tables = _write(url, part, now)
        verify(part, tables)
        in_place(part, to)
    except OSError as error:
        raise StoreError(f"{to}: cannot be written ({error.strerror}); the database is as it was") from error
    made = Backup(to, to.stat().st_size, now, tables)
    engine = make_engine(url, poolclass=NullPool)
    with writing(engine) as connection:
        keeping.note(connection, keeping.BACKUP, now, {"path": str(to.absolute()), "octets": made.octets})
    return made


def verify(path: Path, tables: Mapping[str, Table] | None) -> dict[str, Table]:
    """Read all of a file back: its pages, its references, its captures, and `tables` if they are known.

    Returns what is in it. Raises StoreError.
    """
    problem = _damage(path)
    if problem:
        raise StoreError(f"{path}: it is damaged ({problem}); take another backup")
    engine = make_engine(f"sqlite:///{path}", poolclass=NullPool)
    with reading(engine) as connection:
        found = fingerprint(connection)
        damaged = [f"capture {sha256}: damaged" for sha256 in damaged_captures(connection)[:3]]
        wrong = differences(tables or {}, found) + damaged
    settle(path)
    if wrong:
        raise StoreError(f"{path}: it is not what was backed up ({'; '.join(wrong)}); take another backup")
    return found


def damaged_captures(connection: Connection) -> list[str]:
    """The digests of the captures whose bytes are others."""
    query = select(captures.c.sha256, captures.c.deflated)
    with connection.execute(query.execution_options(yield_per=20)) as found:
        return [row.sha256 for row in found if not is_whole(row.deflated, row.sha256)]


def is_whole(deflated: bytes, sha256: str) -> bool:
    """Whether stored bytes are those of a digest."""
    try:
        return hashlib.sha256(zlib.decompress(deflated)).hexdigest() == sha256
    except zlib.error:
        return False


def settle(path: Path) -> None:
    """Make a file that nobody else has open complete in itself: no journal beside it."""
    with closing(connect_file(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")


def in_place(part: Path, to: Path) -> None:
    """Give a file that is written its name: after a crash or a power cut there is the old one or the new one."""
    _sync(part)
    part.replace(to)
    _sync(to.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _refuse(url: str, to: Path, replace: bool) -> None:
    found = migrate.status(url)
    if found.state is not migrate.SchemaState.CURRENT:
        raise StoreError(f"the database is {found.state}: run `watcher db upgrade` before it is backed up")
    if to.exists() and not replace:
        raise StoreError(f"{to}: there is a file of this name; name another one, or say --force to replace it")
    if not to.parent.is_dir():
        raise StoreError(f"{to}: its directory does not exist; make it: mkdir -p {to.parent}")
    own = sqlite_path(read_url(url))
    if own is not None and own.resolve() == to.resolve():
        raise StoreError(f"{to}: this is the database itself; name another file")


def _write(url: str, part: Path, now: datetime) -> dict[str, Table]:
    path = sqlite_path(read_url(url))
    before: dict[str, Table] = {}
    if path is None:
        before = _from_server(url, part)
    else:
        _from_file(path, part)
    engine = make_engine(f"sqlite:///{part}", poolclass=NullPool)
    with writing(engine) as connection:
        tables = before or fingerprint(connection)
        said = {"tables": {name: asdict(table) for name, table in tables.items()}}
        keeping.note(connection, keeping.BACKUP, now, said)
    settle(part)
    return tables


def _from_file(path: Path, part: Path) -> None:
    try:
        with closing(connect_file(path)) as source, closing(connect_file(part)) as copy:
            source.backup(copy)
    except sqlite3.Error as error:
        raise StoreError(f"{path}: cannot be backed up to {part} ({error}); look at the disk") from error


def _from_server(url: str, part: Path) -> dict[str, Table]:
    own = f"sqlite:///{part}"
    part.unlink()
    migrate.upgrade(own)
    part.with_name(part.name + ".upgrade-lock").unlink(missing_ok=True)
    source, target = make_engine(url, poolclass=NullPool), make_engine(own, poolclass=NullPool)
    with reading(source) as snapshot:
        with writing(target) as connection:
            transfer.move(snapshot, connection)
        return fingerprint(snapshot)


def _damage(path: Path) -> str:
    """What SQLite says against a file; "" when it is whole and every reference leads somewhere."""
    try:
        with closing(connect_file(path)) as connection:
            answer = str(connection.execute("PRAGMA integrity_check(1)").fetchone()[0])
            lost = connection.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.Error as error:
        return str(error)
    return answer if answer != "ok" else f"a row of {lost[0]} refers to nothing" if lost else ""
