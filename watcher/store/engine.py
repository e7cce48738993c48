"""The connection: how SQLite and PostgreSQL are opened, how a transaction begins, how their errors become ours."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, ProgrammingError

from watcher.errors import StoreError
from watcher.store.troubles import explain, explain_url

BUSY = 10.0
"""Seconds that a writer waits for another one."""
_CONNECT = 10
"""Seconds that PostgreSQL has to answer."""


def read_url(url: str) -> URL:
    """The URL, checked: a SQLite file, or PostgreSQL through psycopg. Raises StoreError."""
    try:
        parsed = make_url(url)
        parsed.get_dialect()
    except (ArgumentError, ImportError, ValueError) as error:
        raise StoreError(explain_url(url, str(error))) from error
    if parsed.get_backend_name() == "sqlite" and parsed.database not in (None, "", ":memory:"):
        return parsed.set(drivername="sqlite+pysqlite")
    if parsed.get_backend_name() == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    raise StoreError(explain_url(parsed.render_as_string(hide_password=True), "not a kind of database watcher knows"))


def conninfo(url: str) -> str:
    """The same PostgreSQL for a library that knows psycopg only. Raises StoreError when it is no PostgreSQL."""
    parsed = read_url(url)
    if sqlite_path(parsed) is not None:
        raise StoreError(
            f"{parsed.database}: several processes share their work on PostgreSQL only; set WATCHER_DATABASE_URL to "
            "postgresql+psycopg://..., or use `watcher run`, which does everything in one process on SQLite"
        )
    return parsed.set(drivername="postgresql").render_as_string(hide_password=False)


def sqlite_path(url: URL) -> Path | None:
    """The database file, or None when the database is not SQLite."""
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


def journal_mode(version: tuple[int, ...]) -> str:
    """The journal mode that is safe with this SQLite: WAL only where the WAL-reset bug is fixed.

    Fixed in 3.51.3, and in the branches from 3.50.7 and 3.44.6 (https://sqlite.org/wal.html#walresetbug).
    """
    fixed = version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)
    return "WAL" if fixed else "DELETE"


def make_engine(url: str, **options: Any) -> Engine:
    """An engine whose transactions are real ones on both databases; connects on first use. Raises StoreError."""
    parsed = read_url(url)
    path = sqlite_path(parsed)
    if path is None:
        connect = {"connect_timeout": _CONNECT, "options": _postgresql_options(parsed)}
        return create_engine(parsed, pool_pre_ping=True, connect_args=connect, **options)
    engine = create_engine(parsed, creator=lambda: connect_file(path), **options)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def connect_file(path: Path) -> sqlite3.Connection:
    """A connection to a file that is there: a database that vanished is an error, never silently a new one."""
    name = f"file:{quote(str(path.absolute()))}?mode=rw"
    return sqlite3.connect(name, uri=True, timeout=BUSY, check_same_thread=False)


def _postgresql_options(url: URL) -> str:
    """Those of the URL, and times in UTC."""
    given = url.query.get("options", "")
    return " ".join(("-c timezone=UTC", *((given,) if isinstance(given, str) else given))).strip()


def _prepare_sqlite(connection: sqlite3.Connection, _: object) -> None:
    # We say BEGIN ourselves: the driver would not put DDL into the transaction, and would begin without the lock.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {int(BUSY * 1000)}")
    mode = journal_mode(sqlite3.sqlite_version_info)
    if connection.execute("PRAGMA journal_mode").fetchone()[0].upper() != mode:
        connection.execute(f"PRAGMA journal_mode = {mode}")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and writes later fails at once when somebody else wrote in between, whatever
    # the busy timeout says; so writers take the lock when they begin.
    readonly = connection.get_execution_options().get("readonly")
    connection.exec_driver_sql("BEGIN" if readonly else "BEGIN IMMEDIATE")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that may write: committed at the end, rolled back by any exception. Raises StoreError."""
    with translated(engine.url), engine.begin() as connection:
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One transaction that only reads; sees one state of the database. Raises StoreError."""
    with translated(engine.url), engine.connect() as connection:
        snapshot = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
        with (chosen := connection.execution_options(readonly=True, **snapshot)).begin():
            yield chosen


@contextmanager
def translated(url: URL) -> Iterator[None]:
    """What the database refuses becomes a StoreError that says what to do; our own mistakes stay what they are."""
    try:
        yield
    except DBAPIError as error:
        if isinstance(error, IntegrityError | DataError | ProgrammingError) and _sqlstate(error) not in _OPERATIONAL:
            raise
        raise StoreError(explain(url, str(error.orig))) from error


_OPERATIONAL = ("42501", "42P01")
"""PostgreSQL's insufficient_privilege and undefined_table: about the database as it is, not about our SQL."""


def _sqlstate(error: DBAPIError) -> str:
    return getattr(error.orig, "sqlstate", None) or ""


def insert(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """INSERT that can say ON CONFLICT, in the dialect of the connection."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def make_private(path: Path) -> None:
    """Make the file if it is not there, readable by its owner only; SQLite gives its journals the same rights."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
