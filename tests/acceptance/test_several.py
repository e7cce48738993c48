"""Several processes on one PostgreSQL: what one leaves behind, whatever way it ends, another one takes up."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from tests.acceptance.daemon import RunningDaemon, begin, command, until
from tests.acceptance.test_bad_sources import FEED, XML
from tests.fetch.server import HOST, Asked, Server, reply, serving
from watcher.store import open_store

STALE = FEED.replace(b"signed today", b"withdrawn, said the worker that had been asleep").replace(b">1<", b">2<")


@pytest.fixture
def backend() -> str:
    return "postgresql"


@dataclass
class Origin:
    """A host whose first answer waits until it is let go; when each answer began and ended."""

    held: asyncio.Event = field(default_factory=asyncio.Event)
    times: list[tuple[float, float]] = field(default_factory=list)
    first_waits: bool = True
    seconds: float = 0.0

    async def __call__(self, asked: Asked, out: asyncio.StreamWriter) -> None:
        clock = asyncio.get_running_loop().time
        begun, first = clock(), not self.times
        self.times.append((begun, begun))
        place = len(self.times) - 1
        if first and self.first_waits:
            await self.held.wait()
        await asyncio.sleep(self.seconds)
        await reply("200 OK", [XML], STALE if first and self.first_waits else FEED)(asked, out)
        self.times[place] = (begun, clock())


@pytest.fixture
def origin() -> Origin:
    return Origin()


async def test_the_work_of_a_killed_worker_is_done_by_another_within_a_minute(
    origin: Origin, empty_database_url: str, tmp_path: Path
) -> None:
    async with serving(origin) as server, processes(tmp_path, server, empty_database_url) as crew:
        await crew.start("scheduler")
        killed = await crew.start("worker")
        await until(lambda: bool(origin.times), 40, crew.said)
        await killed.kill()
        await crew.start("worker")
        await until(lambda: len(origin.times) > 1, 60, crew.said)
        await until(lambda: entries(empty_database_url) == 1, 20, crew.said)


async def test_a_worker_that_was_asleep_cannot_write_what_is_stale(
    origin: Origin, empty_database_url: str, tmp_path: Path
) -> None:
    async with serving(origin) as server, processes(tmp_path, server, empty_database_url) as crew:
        await crew.start("scheduler")
        asleep = await crew.start("worker")
        await until(lambda: bool(origin.times), 40, crew.said)
        asleep.process.send_signal(signal.SIGSTOP)
        await crew.start("worker")
        await until(lambda: entries(empty_database_url) == 1, 60, crew.said)
        asleep.process.send_signal(signal.SIGCONT)
        origin.held.set()
        await until(lambda: origin.times[0][1] > origin.times[0][0], 20, crew.said)
        await asyncio.sleep(2)  # it would have written by now
        assert entries(empty_database_url) == 1, "what it was answered has another entry in it"
        assert asleep.process.returncode is None, "and it goes on working"


async def test_another_scheduler_takes_over_when_the_leader_dies(
    origin: Origin, empty_database_url: str, tmp_path: Path
) -> None:
    origin.first_waits = False
    async with serving(origin) as server, processes(tmp_path, server, empty_database_url) as crew:
        leader = await crew.start("scheduler")
        await leader.says("leading", 40)
        second = await crew.start("scheduler")
        line = await second.says("standing by", 40)
        assert f"process {leader.process.pid} on " in line
        await leader.kill()
        await second.says("leading", 30)
        await crew.start("worker")
        await until(lambda: entries(empty_database_url) == 1, 40, crew.said)


async def test_two_workers_ask_a_host_no_more_often_than_one_would(
    origin: Origin, empty_database_url: str, tmp_path: Path
) -> None:
    origin.first_waits, origin.seconds = False, 0.1
    sources = 8
    async with serving(origin) as server, processes(tmp_path, server, empty_database_url, sources) as crew:
        for role in ("scheduler", "worker", "worker"):
            await crew.start(role)
        await until(lambda: len(origin.times) >= 2 * sources, 60, crew.said)
    gaps = [after[0] - before[1] for before, after in pairwise(origin.times[: 2 * sources])]
    assert min(gaps) >= 0.45, gaps  # half a second apart, measured at the other end


async def test_on_sqlite_they_are_refused_with_what_to_do(tmp_path: Path) -> None:
    for role in ("scheduler", "worker", "web"):
        code, output = await command({"WATCHER_DATA_DIR": str(tmp_path)}, role)
        assert code == 2
        assert "WATCHER_DATABASE_URL" in output
        assert "watcher run" in output


@dataclass
class Crew:
    """The processes of a test."""

    environment: dict[str, str]
    opened: AsyncExitStack
    members: list[RunningDaemon] = field(default_factory=list)

    async def start(self, role: str) -> RunningDaemon:
        member = RunningDaemon(await begin(self.environment, role))
        self.members.append(member)
        self.opened.push_async_callback(member.kill)
        return member

    def said(self) -> str:
        return "\n---\n".join(member.text for member in self.members)


@asynccontextmanager
async def processes(folder: Path, server: Server, url: str, sources: int = 1) -> AsyncIterator[Crew]:
    """Processes that watch so many sources of that server, killed at the end."""
    source = {"publisher": "p", "kind": "feed", "every": "5s", "options": {"full_text": "always"}}
    catalog = {
        "publishers": [{"id": "p", "name": "Publisher", "type": "executive"}],
        "hosts": [{"host": "*", "apart": "0.5s", "robots": "ignore"}],
        "sources": [{**source, "id": f"s{n}", "url": server.url(f"/{n}")} for n in range(sources)],
    }
    (folder / "sources.yaml").write_text(json.dumps(catalog))
    environment = {
        "WATCHER_CONFIG": str(folder / "sources.yaml"),
        "WATCHER_DATA_DIR": str(folder / "data"),
        "WATCHER_ALLOW_FETCH": f"{HOST}/32",
        "WATCHER_DATABASE_URL": url,
    }
    async with AsyncExitStack() as opened:
        yield Crew(environment, opened)


def entries(url: str) -> int:
    store = open_store(url)
    try:
        return store.counts(datetime.now(UTC)).entries
    finally:
        store.close()
