"""How databases are opened: safe journals, real transactions, errors that say what to do."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, select, text

from tests.store.building import NOW, claim, entry, entry_record, publish, record
from watcher.errors import StoreError
from watcher.store import Store, open_store
from watcher.store import engine as engines
from watcher.store.columns import Moment
from watcher.store.engine import journal_mode, make_engine, reading, writing
from watcher.store.schema import users


@pytest.mark.parametrize(
    ("version", "mode"),
    [
        ((3, 40, 1), "DELETE"),
        ((3, 44, 5), "DELETE"),
        ((3, 44, 6), "WAL"),
        ((3, 45, 0), "DELETE"),
        ((3, 50, 6), "DELETE"),
        ((3, 50, 7), "WAL"),
        ((3, 51, 2), "DELETE"),
        ((3, 51, 3), "WAL"),
        ((3, 52, 0), "WAL"),
        ((4, 0, 0), "WAL"),
    ],
)
def test_wal_is_used_only_where_it_is_safe(version: tuple[int, ...], mode: str) -> None:
    assert journal_mode(version) == mode


def test_sqlite_is_opened_for_durability(migrated_sqlite: Path) -> None:
    engine = make_engine(f"sqlite:///{migrated_sqlite}")
    with engine.connect() as connection:
        asked = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        answers = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in asked]
    engine.dispose()
    assert answers == [journal_mode(sqlite3.sqlite_version_info).lower(), 2, 1, 10_000]


def test_what_a_transaction_made_is_gone_when_it_fails(engine: Engine) -> None:
    def fail() -> None:
        with writing(engine) as connection:
            connection.execute(text("CREATE TABLE half (id INTEGER)"))
            connection.execute(users.insert(), {"id": "x", "name": "x", "role": "x", "created_at": NOW})
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError):
        fail()
    with reading(engine) as connection:
        assert connection.execute(select(users)).all() == []
    with writing(engine) as connection:
        connection.execute(text("CREATE TABLE half (id INTEGER)"))


def test_writers_that_read_first_wait_for_each_other(store: Store, engine: Engine) -> None:
    store.users.ensure_admin(NOW)
    together = threading.Barrier(4)
    failures: list[Exception] = []

    def count() -> None:
        together.wait()
        for _ in range(10):
            try:
                with writing(engine) as connection:
                    # FOR UPDATE is left out on SQLite, which locks the whole file when the transaction begins
                    row = connection.execute(select(users).with_for_update()).one()
                    connection.execute(users.update().values(role=row.role + "."))
            except StoreError as error:
                failures.append(error)

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with reading(engine) as connection:
        assert connection.scalar(select(users.c.role)) == "admin" + "." * 40


def test_a_file_that_stays_locked_is_named(store: Store, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if not database_url.startswith("sqlite"):
        pytest.skip("PostgreSQL locks rows, not files")
    publish(store)
    store.close()
    monkeypatch.setattr(engines, "BUSY", 0.05)
    path = database_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreError, match=r"watcher\.db: another program holds it .* look for a second watcher"):
            claim(store)


def test_a_full_disk_stops_the_record_and_loses_nothing(migrated_sqlite: Path, fast_path: Path) -> None:
    store = open_store(f"sqlite:///{shutil.copy(migrated_sqlite, fast_path / 'watcher.db')}")
    publish(store)
    claimed = claim(store)
    big = record(claimed, entry_record(entry(text="word " * 100_000)))

    def limit(connection: sqlite3.Connection, *_: object) -> None:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages + 10}")

    event.listen(store._engine, "connect", limit)
    store._engine.dispose()
    with pytest.raises(StoreError, match=r"watcher\.db: the disk is full .* free some space; nothing .* is lost"):
        store.checks.record([big])
    assert store.counts(NOW).entries == 0
    event.remove(store._engine, "connect", limit)
    store._engine.dispose()
    assert store.checks.record([big])[0].new_entries == 1
    store.close()


def test_a_datetime_without_a_zone_is_refused() -> None:
    dialect = make_engine("sqlite:///x").dialect
    with pytest.raises(ValueError, match="no time zone"):
        Moment().process_bind_param(datetime(2026, 1, 1), dialect)  # noqa: DTZ001
