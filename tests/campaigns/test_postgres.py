"""PostgreSQL fails in seven ways (P1-P7) under a scheduler, two workers and the web, and under one process.

What the origins published arrives at the webhook, once, or again under the same id; and both are at work again within
`RECOVERED` seconds of the end of each fault. `make outages` lets each fault last as long as the catalogue of faults
asks for.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from tests.acceptance.daemon import RunningDaemon, begin, until
from tests.campaigns.postgres import FAULTS, Cluster, Fault, cluster
from tests.campaigns.publishing import Watched, published
from watcher.store import migrate

LONG = os.environ.get("WATCHER_OUTAGES") == "long"
SEED = 20210121
RECOVERED = 60.0
"""Seconds from the end of a fault until everything that was published meanwhile has arrived: a dead worker is noticed
after 20 s and looked for every 5 s, a source is due after 5 s, a check whose record failed is repeated after 10 s or
more."""
SHAPES = {"several": ("scheduler", "worker", "worker", "web"), "one": ("run",)}
NO_DISK = "skipped: only root can mount a small disk"


@dataclass(frozen=True)
class Outcome:
    """How a shape came through a fault."""

    fault: Fault
    shape: str
    published: int = 0
    lost: int = 0
    stored_twice: int = 0
    again: int = 0
    other_ids: int = 0
    ended: int = 0
    """Processes that did not live through it."""
    recovery: float = 0.0
    skipped: str = ""

    def __str__(self) -> str:
        name = f"{self.fault.code:<4}{self.fault.what:<46}{self.shape:<9}"
        if self.skipped:
            return f"{name}{self.skipped}"
        numbers = f"{self.published:>9}{self.lost:>6}{self.stored_twice:>14}{self.again:>9}{self.other_ids:>10}"
        return f"{name}{numbers}{self.ended:>7}{self.recovery:>10.1f} s"


HEAD = (
    f"{'':<4}{'fault':<46}{'shape':<9}{'published':>9}{'lost':>6}{'stored twice':>14}{'same id':>9}{'other id':>10}"
    f"{'ended':>7}{'recovery':>12}"
)


@dataclass(frozen=True)
class Crew:
    """The processes of a shape, with their database and their receiver."""

    shape: str
    url: str
    members: Sequence[RunningDaemon]

    def said(self) -> str:
        return f"{self.shape}:\n" + "\n".join(line for member in self.members for line in member.lines[-15:])

    @property
    def ended(self) -> int:
        return sum(member.process.returncode is not None for member in self.members)

    @property
    def sleeper(self) -> int:
        """The process that P7 stops: a worker; or the only one."""
        return self.members[min(1, len(self.members) - 1)].process.pid


async def test_no_fault_of_postgresql_loses_an_announcement_or_an_alert(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outcomes = []
    with cluster() as server:
        async with published(SEED, *SHAPES) as watched, started(server, watched, tmp_path) as crews:
            for fault in FAULTS:
                outcomes += await _under(fault, server, watched, crews)
    with capsys.disabled():
        print("\n" + "\n".join([HEAD, *map(str, outcomes)]))
    seen = [each for each in outcomes if not each.skipped]
    assert [each for each in seen if each.lost or each.stored_twice or each.other_ids or each.ended] == []
    assert [each for each in seen if each.recovery > RECOVERED] == []


@asynccontextmanager
async def started(server: Cluster, watched: Watched, folder: Path) -> AsyncIterator[list[Crew]]:
    """Both shapes, each on a database of its own, when each has alerted of a first announcement."""
    server.create(*SHAPES)
    crews = []
    async with AsyncExitStack() as opened:
        for shape, roles in SHAPES.items():
            environment = watched.environment(shape, server.url(shape), folder / shape)
            await asyncio.to_thread(migrate.upgrade, server.url(shape))
            members = []
            for role in roles:
                port = ("--port", "0") if role in ("web", "run") else ()
                members.append(RunningDaemon(await begin(environment, role, *port)))
                opened.push_async_callback(members[-1].kill)
            crews.append(Crew(shape, server.url(shape), members))
        first = [watched.origin.publish()]
        for crew in crews:
            received = watched.receivers[crew.shape][0]
            await until(lambda: not received.missing(first), 120, crew.said)  # noqa: B023
        yield crews


async def _under(fault: Fault, server: Cluster, watched: Watched, crews: Sequence[Crew]) -> list[Outcome]:
    """One fault, with an announcement every second, on all shapes at the same time."""
    if fault.needs_disk and server.disk is None:
        return [Outcome(fault, crew.shape, skipped=NO_DISK) for crew in crews]
    before = {shape: (received.again, received.other_ids) for shape, (received, _) in watched.receivers.items()}
    numbers: list[int] = []
    publishing = asyncio.create_task(_publish(watched, numbers))
    try:
        await fault.story(server, fault.long if LONG else fault.short, [crew.sleeper for crew in crews])
    finally:
        publishing.cancel()
    ended = asyncio.get_running_loop().time()
    numbers.append(watched.origin.publish())
    recoveries = await asyncio.gather(*(_recovery(watched, crew, numbers, ended) for crew in crews))
    return [
        _outcome(fault, watched, crew, numbers, seconds, before[crew.shape])
        for crew, seconds in zip(crews, recoveries, strict=True)
    ]


async def _publish(watched: Watched, numbers: list[int]) -> None:
    while True:
        numbers.append(watched.origin.publish())
        await asyncio.sleep(1)


async def _recovery(watched: Watched, crew: Crew, numbers: Sequence[int], ended: float) -> float:
    """Seconds from the end of the fault until everything has arrived; twice the promise when it never does."""
    received, clock = watched.receivers[crew.shape][0], asyncio.get_running_loop().time
    while received.missing(numbers) and clock() < ended + 2 * RECOVERED:  # noqa: ASYNC110 - the receiver has it
        await asyncio.sleep(0.1)
    return clock() - ended


def _outcome(
    fault: Fault, watched: Watched, crew: Crew, numbers: Sequence[int], seconds: float, before: tuple[int, int]
) -> Outcome:
    received = watched.receivers[crew.shape][0]
    stored = _stored(crew.url)
    gone = set(numbers) - set(stored) | set(received.missing(numbers))
    return Outcome(
        fault,
        crew.shape,
        published=len(numbers),
        lost=len(gone),
        stored_twice=len(stored) - len(set(stored)),
        again=received.again - before[0],
        other_ids=received.other_ids - before[1],
        ended=crew.ended,
        recovery=seconds,
    )


def _stored(url: str) -> list[int]:
    """The numbers of all entries."""
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        rows = connection.execute(r"SELECT substring(title from 'No\. (\d+)') FROM entries").fetchall()
    return [int(row[0]) for row in rows]
