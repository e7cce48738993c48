"""kill -9 at the k-th file-changing system call of a check or of a delivery: nothing lost, nothing torn.

strace kills the process when one of its threads is about to make its k-th such call. Then the command is run again, as
an operator or the next tick would, and the receivers' ledgers are compared with ours. `make chaos` goes through all
points; elsewhere a sample is taken that moves on from day to day.
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
SAMPLE = 6
EVERY = os.environ.get("WATCHER_CHAOS") == "all"

pytestmark = pytest.mark.skipif(
    shutil.which("strace") is None, reason="no strace here: install Debian's `strace` to kill at system calls"
)


@dataclass
class Ledger:
    """What came of the points."""

    points: int = 0
    lost: list[str] = field(default_factory=list)
    torn: list[str] = field(default_factory=list)
    duplicates: int = 0

    def __str__(self) -> str:
        return (
            f"{self.points} crash points: {len(self.lost)} lost, {len(self.torn)} torn, "
            f"{self.duplicates} duplicates (same id)"
        )


async def test_a_kill_at_any_write_loses_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async with open_stage(lambda: datetime.now(UTC)) as stage:
        environment = write_configuration(stage, tmp_path)
        data = Path(environment["WATCHER_DATA_DIR"])
        assert (await command(environment, "check", "--all"))[0] == 0
        before_news = shutil.copytree(data, tmp_path / "before-news")
        stage.newsroom.publish_all(datetime.now(UTC))
        assert (await command(environment, "check", "--all"))[0] == 0
        before_sending = shutil.copytree(data, tmp_path / "before-sending")
        ledger = Ledger()
        for name, start, words in (
            ("check", before_news, ("check", "--all")),
            ("deliver", before_sending, ("deliver",)),
        ):
            most = await _count(environment, start, words)
            for point in _points(most):
                await _one_point(stage, environment, start, words, point, f"{name} {point}/{most}", ledger)
    with capsys.disabled():
        print(f"\n{ledger}")
    assert ledger.points
    assert ledger.lost == []
    assert ledger.torn == []


def _points(most: int) -> Iterator[int]:
    if EVERY:
        yield from range(1, most + 1)
        return
    stride = max(most // SAMPLE, 1)
    yield from range(1 + datetime.now(UTC).toordinal() % stride, most + 1, stride)


async def _count(environment: dict[str, str], start: Path, words: tuple[str, ...]) -> int:
    """How many file-changing calls the busiest thread makes when nobody kills it."""
    _reset(environment, start)
    log = start.with_name("strace.log")
    await _traced(environment, words, "-o", str(log))
    calls: dict[str, int] = {}
    for line in log.read_text(errors="replace").splitlines():
        if found := re.match(r"(\d+) +\w+\(", line):
            calls[found[1]] = calls.get(found[1], 0) + 1
    return max(calls.values())


async def _one_point(
    stage: Stage,
    environment: dict[str, str],
    start: Path,
    words: tuple[str, ...],
    point: int,
    name: str,
    ledger: Ledger,
) -> None:
    _reset(environment, start)
    times = {hook.id: hook.times for hook in stage.receiver.hooks}
    mails = len(stage.mailbox.mails)
    await _traced(environment, words, "-e", f"inject={CALLS}:signal=SIGKILL:when={point}", "-o", os.devnull)
    if not _is_whole(environment):
        ledger.torn.append(name)
    await _release_leases(environment)
    for again in (("check", "--all"), ("deliver",)):
        code, output = await command(environment, *again)
        assert code == 0, output
    ledger.points += 1
    expected = _deliveries(environment, "webhook")
    arrived = {hook.id: hook.times - times.get(hook.id, 0) for hook in stage.receiver.hooks}
    if any(not arrived.get(delivery) for delivery in expected):
        ledger.lost.append(name)
    sent = [mail.header("Message-ID").strip("<>").split("@")[0] for mail in stage.mailbox.mails[mails:]]
    if set(sent) != _deliveries(environment, "email"):
        ledger.lost.append(name)
    ledger.duplicates += sum(times - 1 for times in arrived.values() if times > 1) + len(sent) - len(set(sent))


def _reset(environment: dict[str, str], start: Path) -> None:
    data = Path(environment["WATCHER_DATA_DIR"])
    shutil.rmtree(data, ignore_errors=True)
    shutil.copytree(start, data)


async def _traced(environment: dict[str, str], words: tuple[str, ...], *options: str) -> None:
    data = environment["WATCHER_DATA_DIR"]
    paths = [
        part for name in ("watcher.db", "watcher.db-journal", "watcher.db-wal") for part in ("-P", f"{data}/{name}")
    ]
    process = await asyncio.create_subprocess_exec(
        *("strace", "-f", "-qq", "-e", f"trace={CALLS}", *paths, *options),
        *(sys.executable, "-m", "watcher", *words),
        cwd=ROOT,
        env=clean_environment(environment),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    await asyncio.wait_for(process.wait(), 120)


def _is_whole(environment: dict[str, str]) -> bool:
    with closing(sqlite3.connect(f"{environment['WATCHER_DATA_DIR']}/watcher.db")) as database:
        return bool(database.execute("PRAGMA integrity_check").fetchone() == ("ok",))


async def _release_leases(environment: dict[str, str]) -> None:
    """What the next daemon does when it starts."""
    store = open_store(f"sqlite:///{environment['WATCHER_DATA_DIR']}/watcher.db")
    await asyncio.to_thread(store.sources.release_all)
    await asyncio.to_thread(store.deliveries.release_all, datetime.now(UTC))
    store.close()


def _deliveries(environment: dict[str, str], channel: str) -> set[str]:
    """The ids under which messages went out: a batch's for those that went together."""
    with closing(sqlite3.connect(f"{environment['WATCHER_DATA_DIR']}/watcher.db")) as database:
        return {
            row[0]
            for row in database.execute("SELECT coalesce(batch, id) FROM deliveries WHERE channel = ?", (channel,))
        }
