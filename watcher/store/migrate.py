"""The schema: what state it is in, and how it gets to the newest one, one transaction per step.

A database carries a table `watcher_version`, and an SQLite file our application id besides, so that nobody else's
database is ever taken for ours. The steps are the scripts in `alembic/versions`.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sqlalchemy import URL, Connection, NullPool, event, text

from watcher.errors import StoreError
from watcher.store.engine import connect_file, make_engine, make_private, read_url, sqlite_path, translated
from watcher.store.troubles import explain, place

HEAD = "0019"
"""The newest revision in `alembic/versions`; kept here so that a current database needs no Alembic to be opened."""
VERSION_TABLE = "watcher_version"
_CURRENT = "SELECT version_num FROM watcher_version"
APPLICATION_ID = 0x57544352
"""`PRAGMA application_id` of our SQLite files: "WTCR"."""
_UPGRADE_LOCK = 0x57544355


class SchemaState(StrEnum):
    """How a database's schema relates to this version of watcher."""

    EMPTY = "empty"
    CURRENT = "current"
    OLDER = "older"
    NEWER = "newer"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class SchemaStatus:
    """The revision that the database has (None: none), the one this version wants, and what that means."""

    current: str | None
    head: str
    state: SchemaState


def status(url: str) -> SchemaStatus:
    """In what state the schema is; changes nothing, makes no file. Raises StoreError when it cannot be read."""
    parsed = read_url(url)
    path = sqlite_path(parsed)
    current, has_tables = _look_postgresql(parsed) if path is None else _look_sqlite(parsed, path)
    return SchemaStatus(current, HEAD, _state(current, has_tables))


def upgrade(url: str) -> SchemaStatus:
    """Bring the schema to the newest revision, under a lock, each step whole or not at all; returns the new status.

    An SQLite file with an older schema is copied first, to `<file>.before-<new revision>`. Raises StoreError for a
    newer or foreign database and for one that cannot be written.
    """
    parsed = read_url(url)
    path = sqlite_path(parsed)
    if path is not None:
        _check_directory(path)
    with translated(parsed), _file_lock(path) if path is not None else server_lock(url):
        found = status(url)
        if found.state is SchemaState.CURRENT:
            return found
        _refuse(parsed, found)
        if path is not None:
            _prepare_file(path, found)
        _run_steps(url)
    return status(url)


def ensure_ready(url: str, *, verify: bool = False) -> SchemaStatus:
    """Make the database usable, or raise StoreError saying what it is and what to do.

    An empty or older schema is upgraded; a newer or foreign database, garbage, and a database that can only be read
    are refused. `verify` also reads every page of an SQLite file (PRAGMA quick_check: seconds per gigabyte).
    """
    parsed = read_url(url)
    found = status(url)
    _refuse(parsed, found)
    if found.state is not SchemaState.CURRENT:
        found = upgrade(url)
    with translated(parsed):
        _try_writing(url)
    path = sqlite_path(parsed)
    if verify and path is not None:
        _verify(parsed, path)
    return found


def scripts() -> Path:
    """Where the migrations are: inside the installed package, or at the top of the checkout."""
    here = Path(__file__).resolve()
    shipped = here.parents[1] / "_shipped" / "alembic"
    return shipped if shipped.is_dir() else here.parents[2] / "alembic"


# --- looking -----------------------------------------------------------------------------------------------------


def _state(current: str | None, has_tables: bool) -> SchemaState:
    if current is None:
        return SchemaState.FOREIGN if has_tables else SchemaState.EMPTY
    if current == HEAD:
        return SchemaState.CURRENT
    return SchemaState.OLDER if current < HEAD else SchemaState.NEWER


def _look_sqlite(url: URL, path: Path) -> tuple[str | None, bool]:
    """The revision, and whether there is anything in the file."""
    if not path.exists():
        _check_directory(path)
        return None, False
    try:
        with closing(connect_file(path)) as connection:
            return _look_file(connection)
    except sqlite3.Error as error:
        raise StoreError(explain(url, str(error))) from error


def _look_file(connection: sqlite3.Connection) -> tuple[str | None, bool]:
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    mark = connection.execute("PRAGMA application_id").fetchone()[0]
    if mark != APPLICATION_ID or VERSION_TABLE not in tables:
        return None, bool(tables) or mark != 0
    row = connection.execute(_CURRENT).fetchone()
    return (row[0] if row else None), True


def _look_postgresql(url: URL) -> tuple[str | None, bool]:
    engine = make_engine(url.render_as_string(hide_password=False), poolclass=NullPool)
    with translated(url), engine.connect() as connection:
        tables = set(connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")))
        if VERSION_TABLE not in tables:
            return None, bool(tables)
        return connection.scalar(text(_CURRENT)), True


def _refuse(url: URL, found: SchemaStatus) -> None:
    if found.state is SchemaState.NEWER:
        raise StoreError(
            f"{place(url)}: its schema is {found.current}, newer than this version of watcher knows ({HEAD}); "
            "install the newer watcher, or restore the backup that was made before the upgrade"
        )
    if found.state is SchemaState.FOREIGN:
        raise StoreError(
            f"{place(url)}: this is not a watcher database (it holds something else); "
            "set WATCHER_DATABASE_URL or WATCHER_DATA_DIR to another place"
        )


def _check_directory(path: Path) -> None:
    if not path.parent.is_dir():
        raise StoreError(f"{path}: its directory does not exist; make it: mkdir -p {path.parent}")


def _try_writing(url: str) -> None:
    """A write that is taken back: a file or server that can only be read shows itself at once."""
    engine = make_engine(url, poolclass=NullPool)
    with engine.connect() as connection, connection.begin() as transaction:
        connection.execute(text("UPDATE watcher_version SET version_num = version_num"))
        transaction.rollback()


def _verify(url: URL, path: Path) -> None:
    try:
        with closing(connect_file(path)) as connection:
            answer = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.Error as error:
        answer = str(error)
    if answer != "ok":
        raise StoreError(explain(url, f"database disk image is malformed: {answer}"))


# --- upgrading ---------------------------------------------------------------------------------------------------


@contextmanager
def _file_lock(path: Path) -> Iterator[None]:
    lock = path.with_name(path.name + ".upgrade-lock")
    try:
        make_private(lock)
    except OSError as error:
        why = os.strerror(error.errno or 0)
        raise StoreError(f"{lock}: cannot be made ({why}); make the directory writable for this user") from error
    with lock.open("r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # closing the file gives it back
        yield


@contextmanager
def server_lock(url: str) -> Iterator[None]:
    """While the block runs, nobody else changes the tables of this PostgreSQL database."""
    engine = make_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:  # the lock ends with the connection
        connection.execute(text(f"SELECT pg_advisory_lock({_UPGRADE_LOCK}, hashtext(current_schema()))"))
        yield


def _prepare_file(path: Path, found: SchemaStatus) -> None:
    make_private(path)
    if found.state is SchemaState.OLDER:
        _back_up(path, path.with_name(f"{path.name}.before-{HEAD}"))


def _back_up(path: Path, to: Path) -> None:
    """A whole copy or none: written beside, then renamed."""
    beside = to.with_name(to.name + ".part")
    beside.unlink(missing_ok=True)
    make_private(beside)
    with closing(connect_file(path)) as source, closing(connect_file(beside)) as copy:
        source.backup(copy)
    beside.replace(to)


def _run_steps(url: str) -> None:
    # Imported here: Alembic and its template engine are not needed, and not loaded, once the schema is current.
    from alembic.config import Config

    from alembic import command

    config = Config()
    config.set_main_option("script_location", str(scripts()).replace("%", "%%"))
    engine = make_engine(url, poolclass=NullPool)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _without_foreign_keys)
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _without_foreign_keys(connection: sqlite3.Connection, _: object) -> None:
    # Batch migrations drop and rebuild tables, which would delete what refers to them; env.py checks at the end.
    connection.execute("PRAGMA foreign_keys = OFF")


def foreign_keys_hold(connection: Connection) -> bool:
    """Whether every reference of an SQLite database leads somewhere; asked at the end of each migration step."""
    return connection.exec_driver_sql("PRAGMA foreign_key_check").first() is None
