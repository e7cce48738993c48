"""A copy from one database to another: the same rows, the same numbers, also after it was killed at any moment."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, text

from tests.conftest import _database, _url
from tests.store.building import NOW, claim, entry, entry_record, publish, record, source
from tests.store.keeping_world import door, fill
from watcher.errors import StoreError
from watcher.store import Store, open_store, transfer
from watcher.store.copying import copy
from watcher.store.engine import reading
from watcher.store.fingerprint import fingerprint
from watcher.store.lock import DaemonLock

LOCKED = 75


@pytest.fixture
def filled(store: Store) -> Store:
    fill(store)
    return store


@pytest.fixture
def other(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of the other sort."""
    if backend == "postgresql":
        yield f"sqlite:///{tmp_path}/copy.db"
        return
    server = request.getfixturevalue("postgres")
    with _database(server) as name:
        yield _url(server, name)


def contents(url: str) -> tuple[object, object]:
    with reading(door(url)) as connection:
        return fingerprint(connection), transfer.read_sequences(connection)


def test_a_young_database_whose_counters_stand_at_nothing_can_be_copied(
    migrated_sqlite: Path, tmp_path: Path, postgres: str
) -> None:
    young = f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'young.db')}"
    store = open_store(young)
    publish(store)
    with store._engine.begin() as connection:
        connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES ('changes', 0)"))
    store.close()
    with _database(postgres) as name:
        copy(young, _url(postgres, name), "a test", NOW)
        assert contents(_url(postgres, name)) == contents(young)


def test_a_copy_has_the_same_rows_and_goes_on_with_the_same_numbers(
    filled: Store, database_url: str, other: str
) -> None:
    told: list[str] = []
    tables = copy(database_url, other, "a test", NOW, tell=told.append)
    assert contents(other) == contents(database_url)
    assert told == list(transfer.SHELVES) == list(tables)
    assert tables["entries"].rows == 5
    opened = open_store(other)
    assert opened.checks.record([record(claim(opened, "with"), entry_record(entry("more"), source_id="with"))])
    opened.close()


def test_a_copy_there_and_back_is_the_same(filled: Store, database_url: str, other: str, tmp_path: Path) -> None:
    back = f"sqlite:///{tmp_path}/back.db"
    copy(database_url, other, "a test", NOW)
    copy(other, back, "a test", NOW)
    assert contents(back) == contents(database_url)


def test_a_copy_that_was_killed_at_any_commit_goes_on(filled: Store, database_url: str, other: str) -> None:
    expected, points = contents(database_url), 0
    filled.close()
    while _killed_at(points + 1, database_url, other):
        points += 1
    assert points > len([table for table in expected[0].values() if table.rows])  # type: ignore[attr-defined]
    assert contents(other) == expected


def _killed_at(commit: int, source_url: str, target_url: str) -> bool:
    """Copy in a child that kills itself at a commit, counted over all runs; False when it came to its end."""
    child = os.fork()
    if child:
        status = os.waitpid(child, 0)[1]
        if os.WIFEXITED(status) and os.WEXITSTATUS(status) == LOCKED:
            time.sleep(0.05)  # PostgreSQL has not seen yet that the one before is dead
        return status != 0
    left = 2 if commit % 2 else 3  # each run comes a little further, and dies before what it writes is committed

    def count(*_: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    code = LOCKED
    try:
        if commit < 60:
            event.listen(Engine, "commit", count)
        copy(source_url, target_url, "a test", NOW)
        code = 0
    except StoreError as error:
        code = LOCKED if "watches this database" in str(error) else 1
        print(error, file=sys.stderr)
    finally:
        os._exit(code)


def test_a_target_with_something_in_it_is_refused(filled: Store, database_url: str, other: str) -> None:
    opened = open_store(other)
    from watcher.store import migrate

    migrate.upgrade(other)
    publish(opened, source("mine"))
    with pytest.raises(StoreError, match="not an unfinished copy"):
        copy(database_url, other, "a test", NOW)
    opened.close()


def test_a_finished_copy_is_not_copied_into_again(filled: Store, database_url: str, other: str) -> None:
    copy(database_url, other, "a test", NOW)
    with pytest.raises(StoreError, match="not an unfinished copy"):
        copy(database_url, other, "a test", NOW)


def test_a_database_under_a_daemon_is_not_copied(filled: Store, database_url: str, other: str) -> None:
    with DaemonLock(database_url, "the daemon"), pytest.raises(StoreError, match="the daemon watches"):
        copy(database_url, other, "a test", NOW)


def test_a_database_is_not_copied_into_itself(filled: Store, database_url: str) -> None:
    with pytest.raises(StoreError, match="into itself"):
        copy(database_url, database_url, "a test", NOW)
