"""One daemon per database: the second is refused, and a killed one leaves no lock behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from watcher.errors import StoreError
from watcher.store.lock import DaemonLock

HOLD = """
import sys, time
from watcher.store.lock import DaemonLock
with DaemonLock(sys.argv[1], "process 4711 on host h since 10:32"):
    print("held", flush=True)
    time.sleep(60)
"""


def test_the_second_daemon_is_refused_and_told_who_is_first(database_url: str) -> None:
    with (
        DaemonLock(database_url, "process 4711 on host h since 10:32") as first,
        pytest.raises(StoreError, match="process 4711 on host h since 10:32 watches this database; stop it first"),
        DaemonLock(database_url, "process 4712"),
    ):
        pass
    assert not first.is_held()


def test_the_lock_is_free_after_its_holder_ends(database_url: str) -> None:
    for holder in ("a very long name of the first one", "b"):
        with DaemonLock(database_url, holder) as lock:
            assert lock.is_held()
    with DaemonLock(database_url, "c"), pytest.raises(StoreError, match=r": c watches"), DaemonLock(database_url, "d"):
        pass


def test_the_lock_is_free_after_its_holder_is_killed(database_url: str) -> None:
    held = subprocess.Popen([sys.executable, "-c", HOLD, database_url], stdout=subprocess.PIPE)
    assert held.stdout is not None
    assert held.stdout.readline() == b"held\n"
    with pytest.raises(StoreError, match="4711"), DaemonLock(database_url, "second"):
        pass
    held.send_signal(signal.SIGKILL)
    held.communicate()
    with _patiently(database_url) as lock:
        assert lock.is_held()


def _patiently(url: str) -> DaemonLock:
    """The server needs a moment to see that the session is gone."""
    deadline = time.monotonic() + 10
    while True:
        try:
            with DaemonLock(url, "second"):
                return DaemonLock(url, "second")
        except StoreError:
            assert time.monotonic() < deadline
            time.sleep(0.02)


def test_a_child_that_outlives_its_parent_does_not_keep_the_lock(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/watcher.db"
    with DaemonLock(url, "first"):
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        with DaemonLock(url, "second"):
            pass
    finally:
        child.kill()
        child.wait()


def test_a_lock_that_cannot_be_made_says_where(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"watcher\.db\.lock: cannot be made \(No such file"):
        DaemonLock(f"sqlite:///{tmp_path}/no/watcher.db", "first").__enter__()


def test_the_lock_file_is_private(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with DaemonLock(f"sqlite:///{tmp_path}/watcher.db", "first"):
            assert (tmp_path / "watcher.db.lock").stat().st_mode & 0o777 == 0o600
    finally:
        os.umask(before)


def test_a_lost_session_is_noticed(postgres: str) -> None:
    import psycopg
    from sqlalchemy import make_url

    url = make_url(postgres).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    with DaemonLock(url, "the one that is lost") as lock:
        with psycopg.connect(postgres, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'the one that is lost'"
            )
        assert not lock.is_held()
