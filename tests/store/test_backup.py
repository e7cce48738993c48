"""Backup and restore: everything comes back, whole or not at all, and nothing is sent that nobody asked for."""

from __future__ import annotations

import shutil
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, update

from tests.store.building import LEASE, NOW, claim, entry, entry_record, record
from tests.store.keeping_world import DAY, door, fill
from watcher.errors import StoreError
from watcher.models.alerts import DeliveryState
from watcher.models.keeping import Restored
from watcher.models.views import MatchQuery
from watcher.store import Store, migrate, open_store
from watcher.store.backup import back_up, verify
from watcher.store.engine import reading, writing
from watcher.store.fingerprint import fingerprint
from watcher.store.lock import DaemonLock
from watcher.store.restore import is_overwriting, open_alerts, restore
from watcher.store.schema import captures, sessions


@pytest.fixture
def filled(store: Store) -> Store:
    fill(store)
    return store


@pytest.fixture
def backup(filled: Store, database_url: str, tmp_path: Path) -> Path:
    return back_up(database_url, tmp_path / "backup.db", NOW).path


def put_back(backup: Path, url: str, *, hold: bool = True, overwrite: bool = True) -> Restored:
    return restore(backup, url, "a test", NOW + DAY, hold=hold, overwrite=overwrite)


def states(store: Store) -> list[DeliveryState]:
    return sorted(row.state for row in store.deliveries.listing())


def test_a_backup_is_one_private_file_that_holds_what_the_database_holds(
    backup: Path, filled: Store, engine: Engine
) -> None:
    assert sorted(each.name for each in backup.parent.iterdir()) == ["backup.db"]
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    with reading(engine) as mine, reading(door(f"sqlite:///{backup}")) as copy:
        assert fingerprint(copy) == fingerprint(mine)
    done = filled.keeping.last("backup")
    assert done is not None
    assert (done.at, done.said["path"]) == (NOW, str(backup))


def test_a_backup_is_not_written_over_another_file_unasked(backup: Path, database_url: str) -> None:
    with pytest.raises(StoreError, match="there is a file of this name"):
        back_up(database_url, backup, NOW)
    assert back_up(database_url, backup, NOW + DAY, replace=True).made_at == NOW + DAY


@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
def test_a_backup_of_either_goes_into_either(
    backup: Path, engine: Engine, target: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    with reading(engine) as connection:
        before = fingerprint(connection)
    url = _new(target, request, tmp_path)
    done = put_back(backup, url, hold=False, overwrite=False)
    assert done.tables == before
    with reading(door(url)) as connection:
        now = fingerprint(connection)
    assert {name for name in now if now[name] != before[name]} == {"sessions", "login_tokens"} & {
        name for name in before if before[name].rows
    }


def _new(target: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if target == "sqlite":
        return f"sqlite:///{tmp_path}/new.db"
    from tests.conftest import _database, _url

    server = request.getfixturevalue("postgres")
    made = _database(server)
    name = made.__enter__()
    request.addfinalizer(lambda: made.__exit__(None, None, None))
    return _url(server, name)


def test_ids_that_come_next_go_on_after_those_that_were_given(backup: Path, database_url: str) -> None:
    put_back(backup, database_url)
    store = open_store(database_url)
    more = entry_record(entry("more"), source_id="without")
    assert store.checks.record([record(claim(store, "without"), more)])
    store.close()


def test_what_was_not_delivered_waits_for_a_person_after_a_restore(backup: Path, database_url: str) -> None:
    assert open_alerts(backup) == 1
    assert put_back(backup, database_url).open_alerts == 1
    store = open_store(database_url)
    assert states(store) == [DeliveryState.DELIVERED, DeliveryState.RESTORED]
    store.deliveries.release_all(NOW + DAY)
    assert store.deliveries.claim_due(NOW + 9 * DAY, lease=LEASE, limit=9) == []
    assert store.deliveries.next_due_at() is None
    assert store.deliveries.release(NOW + DAY) == 1
    assert len(store.deliveries.claim_due(NOW + DAY, lease=LEASE, limit=9)) == 1
    store.close()


def test_what_was_sent_before_can_be_dropped_and_stays_in_the_ledger(backup: Path, database_url: str) -> None:
    put_back(backup, database_url)
    store = open_store(database_url)
    (row,) = store.deliveries.listing(state=DeliveryState.RESTORED)
    assert store.deliveries.drop(NOW, ["another"]) == 0
    assert store.deliveries.drop(NOW, [row.id]) == 1
    (dead,) = store.deliveries.listing(state=DeliveryState.DEAD)
    assert "dropped after a restore" in dead.answer
    assert store.deliveries.retry(NOW, [row.id]) == 1
    store.close()


def test_sending_after_a_restore_is_possible_when_it_is_asked_for(backup: Path, database_url: str) -> None:
    put_back(backup, database_url, hold=False)
    store = open_store(database_url)
    assert len(store.deliveries.claim_due(NOW + DAY, lease=LEASE, limit=9)) == 1
    store.close()


def test_the_first_news_of_a_source_after_a_restore_wait_too_and_the_next_do_not(
    backup: Path, database_url: str
) -> None:
    put_back(backup, database_url)
    store = open_store(database_url)
    for day, expected in ((2, DeliveryState.RESTORED), (3, DeliveryState.WAITING)):
        news = entry_record(entry(f"day {day}"), source_id="with", addresses=(f"{day}@example.org",))
        then = NOW + day * DAY
        store.checks.record([record(claim(store, "with", now=then), news, now=then)])
        (row,) = [row for row in store.deliveries.listing() if row.address == f"{day}@example.org"]
        assert row.state is expected
    store.close()


def test_a_restore_replaces_nothing_unasked(backup: Path, filled: Store, database_url: str) -> None:
    assert is_overwriting(database_url)
    with pytest.raises(StoreError, match="something in it; say --force"):
        put_back(backup, database_url, overwrite=False)


def test_a_restore_takes_back_what_came_after_the_backup(backup: Path, filled: Store, database_url: str) -> None:
    later = entry_record(entry("later"), source_id="with")
    filled.checks.record([record(claim(filled, "with"), later)])
    filled.close()
    done = put_back(backup, database_url)
    store = open_store(database_url)
    assert store.entries.known("with", ["later"]) == {}
    assert len(list(store.matches.each(MatchQuery()))) == 2
    assert done.made_at == NOW
    if done.replaced is not None:
        old = open_store(f"sqlite:///{done.replaced}")
        assert old.entries.known("with", ["later"])
        old.close()
    store.close()


def test_sessions_of_the_backup_end(backup: Path, database_url: str, engine: Engine) -> None:
    put_back(backup, database_url)
    with reading(door(database_url)) as connection:
        assert connection.execute(sessions.select()).first() is None


def test_a_restore_waits_for_no_daemon_and_changes_nothing_under_one(backup: Path, database_url: str) -> None:
    with DaemonLock(database_url, "the daemon"), pytest.raises(StoreError, match="the daemon watches this database"):
        put_back(backup, database_url)


@pytest.mark.parametrize("damage", ["page", "row", "capture"])
def test_a_damaged_backup_is_refused_and_the_database_stays(backup: Path, database_url: str, damage: str) -> None:
    _damage(backup, damage)
    with pytest.raises(StoreError, match=r"damaged|not what was backed up"):
        put_back(backup, database_url)
    store = open_store(database_url)
    assert states(store) == [DeliveryState.DELIVERED, DeliveryState.WAITING]
    store.close()


def _damage(path: Path, damage: str) -> None:
    if damage == "page":
        with path.open("r+b") as file:
            file.seek(8192)
            file.write(b"\xff" * 4096)
        return
    with writing(door(f"sqlite:///{path}")) as connection:
        if damage == "capture":
            connection.execute(update(captures).values(deflated=b"other"))
        else:
            connection.exec_driver_sql("UPDATE entries SET title = 'other'")


@pytest.mark.parametrize("content", [b"", b"no database", b"foreign"])
def test_another_file_is_no_backup(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other"
    if content == b"foreign":
        with closing(sqlite3.connect(path)) as other:
            other.execute("CREATE TABLE mine (id INTEGER)")
    else:
        path.write_bytes(content)
    with pytest.raises(StoreError):
        restore(path, f"sqlite:///{tmp_path}/new.db", "a test", NOW, hold=True, overwrite=False)
    assert not (tmp_path / "new.db").exists()


def test_the_copy_from_before_an_upgrade_can_be_put_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = tmp_path / "old.db", f"sqlite:///{tmp_path}/new.db"
    _at_first_revision(old)
    done = put_back(old, new)
    assert (done.made_at, done.open_alerts) == (None, 0)
    assert migrate.status(new).state == "current"
    assert sorted(each.name for each in tmp_path.iterdir() if "restoring" in each.name) == []


def _at_first_revision(path: Path) -> None:
    from alembic.config import Config

    from alembic import command

    path.touch()
    config = Config()
    config.set_main_option("script_location", str(migrate.scripts()))
    with door(f"sqlite:///{path}").connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")


def test_a_damaged_database_can_be_replaced(backup: Path, tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    shutil.copy(backup, path)
    _damage(path, "page")
    done = put_back(backup, f"sqlite:///{path}")
    assert done.replaced == tmp_path / "new.db.before-restore"
    assert verify(path, None)
