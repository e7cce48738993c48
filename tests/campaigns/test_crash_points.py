"""kill -9 at the k-th file-changing call of a check, a delivery, a digest, of pruning and a restore: nothing is lost.

strace kills the process when one of its threads is about to make its k-th such call. Then the command is run again, as
an operator or the next tick would, and the receivers' ledgers are compared with ours. `make chaos` goes through
300 points; elsewhere a smaller sample is taken. Both move on from day to day.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.acceptance.daemon import ROOT, clean_environment, command
from watcher.demo.catalog import write_configuration
from watcher.demo.stage import Stage, open_stage
from watcher.store import open_store

CALLS = "pwrite64,write,fdatasync,fsync,ftruncate,unlink,unlinkat,rename,renameat2"
"""What changes a file; of `write` only those to files of the data folder count (strace -P)."""
SAMPLE = 4
"""Points of each act where neither all are asked for nor another number."""
MOST = {"restore": 60}
"""Acts with more calls than can be gone through in an hour."""
ASKED = os.environ.get("WATCHER_CHAOS", str(SAMPLE))
"""`all`, or how many points of each act."""

pytestmark = pytest.mark.skipif(
    shutil.which("strace") is None, reason="no strace here: install Debian's `strace` to kill at system calls"
)


@dataclass
class Ledger:
    """What came of the points."""

    act: str
    most: int
    points: int = 0
    lost: list[str] = field(default_factory=list)
    torn: list[str] = field(default_factory=list)
    duplicates: int = 0
    slowest: float = 0.0
    """Seconds that the command took which was run after a kill, start-up and recovery included."""

    def __str__(self) -> str:
        return (
            f"{self.act}: {self.points} of {self.most} crash points, {len(self.lost)} lost, {len(self.torn)} torn, "
            f"{self.duplicates} duplicates (same id), slowest start afterwards {self.slowest:.1f} s"
        )


AFTERWARDS = {"check": (("deliver",),), "prune": (("check", "--all"), ("deliver",))}
"""What is run besides, to see what comes of it."""


@dataclass(frozen=True)
class World:
    """What one act is done in: the newsroom, its receivers, and the data folder that is put back before each kill."""

    stage: Stage
    environment: dict[str, str]
    start: Path
    words: tuple[str, ...]

    @property
    def data(self) -> Path:
        return Path(self.environment["WATCHER_DATA_DIR"])

    @property
    def database(self) -> Path:
        return self.data / "watcher.db"

    async def run(self, *words: str) -> None:
        code, output = await command(self.environment, *words)
        assert code == 0, output


@pytest.mark.parametrize("act", ["check", "deliver", "digest", "prune", "restore"])
async def test_a_kill_at_any_write_loses_nothing(act: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async with open_stage(lambda: datetime.now(UTC)) as stage:
        world = await _prepared(act, stage, tmp_path)
        most = await _count(world)
        ledger = Ledger(act, most)
        for point in _points(act, most):
            await _one_point(world, point, f"{act} {point}/{most}", ledger)
    with capsys.disabled():
        print(f"\n{ledger}")
    assert ledger.points
    assert ledger.lost == []
    assert ledger.torn == []


async def _prepared(act: str, stage: Stage, folder: Path) -> World:
    """The world up to the moment in which the act begins."""
    environment = write_configuration(stage, folder)
    backup = str(folder / "backup.db")
    commands: dict[str, tuple[str, ...]] = {
        "check": ("check", "--all"),
        "prune": ("db", "prune"),
        "restore": ("db", "restore", backup, "--force", "--hold"),
    }
    world = World(stage, environment, folder / "start", commands.get(act, ("deliver",)))
    await world.run("check", "--all")
    stage.newsroom.publish_all(datetime.now(UTC))
    if act != "check":
        await world.run("check", "--all")
    if act == "digest":
        _execute(world, f"UPDATE deliveries SET digest = '0 8 * * * UTC', due_at = '{LONG_AGO}' WHERE NOT {REPEATS}")
    if act == "prune":
        await world.run("deliver")
        _execute(world, f"UPDATE visits SET fetched_at = '{LONG_AGO}'", f"UPDATE entries SET changed_at = '{LONG_AGO}'")
    if act == "restore":
        await world.run("db", "backup", backup)
        await world.run("deliver")
    shutil.copytree(world.data, world.start)
    return world


LONG_AGO = "2020-01-01 00:00:00.000000"


def _points(act: str, most: int) -> Iterator[int]:
    if ASKED == "all":
        yield from range(1, most + 1, max(most // MOST.get(act, most), 1))
        return
    stride = max(most // int(ASKED), 1)
    yield from range(1 + datetime.now(UTC).toordinal() % stride, most + 1, stride)


async def _count(world: World) -> int:
    """How many file-changing calls the busiest thread makes when nobody kills it."""
    _reset(world)
    log = world.start.with_name("strace.log")
    await _traced(world, "-o", str(log))
    calls: dict[str, int] = {}
    for line in log.read_text(errors="replace").splitlines():
        if found := re.match(r"(\d+) +\w+\(", line):
            calls[found[1]] = calls.get(found[1], 0) + 1
    return max(calls.values())


async def _one_point(world: World, point: int, name: str, ledger: Ledger) -> None:
    _reset(world)
    times = {hook.id: hook.times for hook in world.stage.receiver.hooks}
    mails = len(world.stage.mailbox.mails)
    await _traced(world, "-e", f"inject={CALLS}:signal=SIGKILL:when={point}", "-o", os.devnull)
    if not _is_whole(world):
        ledger.torn.append(name)
    await _release_leases(world)
    begun = asyncio.get_running_loop().time()
    await world.run(*world.words)
    ledger.slowest = max(ledger.slowest, asyncio.get_running_loop().time() - begun)
    for further in AFTERWARDS.get(ledger.act, ()):
        await world.run(*further)
    ledger.points += 1
    arrived = {hook.id: hook.times - times.get(hook.id, 0) for hook in world.stage.receiver.hooks}
    arrived = {id_: number for id_, number in arrived.items() if number}
    sent = [mail.header("Message-ID").strip("<>").split("@")[0] for mail in world.stage.mailbox.mails[mails:]]
    if not _came_out(world, set(arrived), set(sent)):
        ledger.lost.append(name)
    ledger.duplicates += sum(number - 1 for number in arrived.values()) + len(sent) - len(set(sent))


def _came_out(world: World, hooks: set[str], mails: set[str]) -> bool:
    """Whether all is as it would be without the kill."""
    if "restore" in world.words:
        return not hooks | mails and _count_of(world, f"deliveries WHERE state != 'restored' AND NOT {REPEATS}") == 0
    if "prune" in world.words:
        return not hooks | mails and all(_count_of(world, wrong) == 0 for wrong in WRONG_AFTER_PRUNING)
    if _count_of(world, f"deliveries WHERE {REPEATS} AND coalesce(thread, '') NOT IN ({ARRIVED})"):
        return False  # held, because it says nothing new beside what never arrived
    return mails == _deliveries(world, "email") and hooks == _deliveries(world, "webhook")


REPEATS = "(state = 'held' AND due_at IS NULL)"
"""What is held for good: its address was told all of it by the message that `thread` names."""
ARRIVED = "SELECT id FROM deliveries WHERE state = 'delivered'"
MATCHED = "entry_seq IN (SELECT entry_seq FROM matches)"
WRONG_AFTER_PRUNING = (
    f"revisions WHERE text = '' AND {MATCHED}",
    f"revisions WHERE text != '' AND NOT {MATCHED}",
    f"revisions WHERE visit_seq IS NULL AND page_visit_seq IS NULL AND {MATCHED}",
    "visits WHERE capture_sha256 NOT IN (SELECT sha256 FROM captures)",
    "captures WHERE sha256 NOT IN (SELECT capture_sha256 FROM visits)",
)


def _reset(world: World) -> None:
    shutil.rmtree(world.data, ignore_errors=True)
    shutil.copytree(world.start, world.data)


async def _traced(world: World, *options: str) -> None:
    names = ("watcher.db", "watcher.db-journal", "watcher.db-wal")
    # a restore works on a file whose name nobody knows before
    paths = [] if "restore" in world.words else [part for name in names for part in ("-P", f"{world.data}/{name}")]
    process = await asyncio.create_subprocess_exec(
        *("strace", "-f", "-qq", "-e", f"trace={CALLS}", *paths, *options),
        *(sys.executable, "-m", "watcher", *world.words),
        cwd=ROOT,
        env=clean_environment(world.environment),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    await asyncio.wait_for(process.wait(), 120)


def _is_whole(world: World) -> bool:
    with closing(sqlite3.connect(world.database)) as database:
        return bool(database.execute("PRAGMA integrity_check").fetchone() == ("ok",))


async def _release_leases(world: World) -> None:
    """What the next daemon does when it starts."""
    store = open_store(f"sqlite:///{world.database}")
    await asyncio.to_thread(store.sources.release_all)
    await asyncio.to_thread(store.deliveries.release_all, datetime.now(UTC))
    store.close()


def _deliveries(world: World, channel: str) -> set[str]:
    """The ids under which messages went out: a batch's for those that went together."""
    with closing(sqlite3.connect(world.database)) as database:
        query = f"SELECT coalesce(batch, id) FROM deliveries WHERE channel = ? AND NOT {REPEATS}"
        return {row[0] for row in database.execute(query, (channel,))}


def _execute(world: World, *statements: str) -> None:
    with closing(sqlite3.connect(world.database)) as database, database:
        for statement in statements:
            database.execute(statement)


def _count_of(world: World, what: str) -> int:
    with closing(sqlite3.connect(world.database)) as database:
        return int(database.execute(f"SELECT count(*) FROM {what}").fetchone()[0])
