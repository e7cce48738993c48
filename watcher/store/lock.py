"""One daemon per database: a lock that ends with its holder, whatever way it ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import URL, Connection, NullPool, text
from sqlalchemy.exc import DBAPIError

from watcher.errors import StoreError
from watcher.store.engine import make_engine, make_private, read_url, sqlite_path, translated
from watcher.store.troubles import place

_DAEMON_LOCK = 0x57544344
_TAKE = text("SELECT pg_try_advisory_lock(:lock, hashtext(current_schema()))")
_HOLDER = text(
    "SELECT application_name FROM pg_stat_activity JOIN pg_locks USING (pid)"
    " WHERE locktype = 'advisory' AND granted AND classid = :lock"
    " AND objid::bigint = hashtext(current_schema())::bigint & 4294967295"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


class DaemonLock:
    """`with DaemonLock(url, "process 4711 on host h since 10:32"):` nobody else watches this database.

    Raises StoreError, naming the first, when somebody does. On SQLite the lock is on the file `<database>.lock`, on
    PostgreSQL an advisory lock of a session; the kernel or the server frees it when the holder is killed.
    """

    def __init__(self, url: str, holder: str) -> None:
        self._url = read_url(url)
        self._holder = holder
        self._connection: Connection | None = None
        self._held: AbstractContextManager[Connection | None] | None = None

    def __enter__(self) -> Self:
        path = sqlite_path(self._url)
        held = _on_server(self._url, self._holder) if path is None else _on_file(self._url, path, self._holder)
        self._connection = held.__enter__()
        self._held = held
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        held, self._held, self._connection = self._held, None, None
        if held is not None:
            held.__exit__(None, None, None)

    def take_again(self) -> bool:
        """Get back a lock that was lost with its session; False while the database is away or another one has it."""
        with suppress(StoreError, DBAPIError):
            self.__exit__(None, None, None)
        try:
            self.__enter__()
        except StoreError:
            return False
        return True

    def is_held(self) -> bool:
        """Whether it is still ours: PostgreSQL frees it when the session is lost, for example by a restart."""
        if self._connection is None:
            return self._held is not None
        try:
            return bool(self._connection.scalar(text("SELECT 1")))
        except DBAPIError:
            return False


def _refused(url: URL, first: str) -> StoreError:
    return StoreError(
        f"{place(url)}: {first or 'another process'} watches this database; "
        "stop it first, or give this one a database of its own (WATCHER_DATA_DIR)"
    )


@contextmanager
def _on_file(url: URL, path: Path, holder: str) -> Iterator[None]:
    lock = path.with_name(path.name + ".lock")
    try:
        make_private(lock)
        file = lock.open("r+")
    except OSError as error:
        advice = "its directory must exist and be writable for this user"
        raise StoreError(f"{lock}: cannot be made ({os.strerror(error.errno or 0)}); {advice}") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _refused(url, file.read().strip()) from None
        # The file stays: removing it would let two processes each lock a file of that name.
        file.truncate()
        file.write(holder)
        file.flush()
        yield
        file.seek(0)
        file.truncate()


@contextmanager
def _on_server(url: URL, holder: str) -> Iterator[Connection]:
    address = url.render_as_string(hide_password=False)
    engine = make_engine(address, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with translated(url):
        connection = engine.connect()
    with connection:  # the lock ends with the session
        with translated(url):
            if not connection.scalar(_TAKE, {"lock": _DAEMON_LOCK}):
                raise _refused(url, _first(connection))
            # The name of the session tells a second daemon who we are; PostgreSQL keeps 63 bytes of it.
            connection.execute(text("SELECT set_config('application_name', :holder, false)"), {"holder": holder})
        yield connection


def _first(connection: Connection) -> str:
    return connection.scalar(_HOLDER, {"lock": _DAEMON_LOCK}) or ""
