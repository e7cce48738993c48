"""What all of the several processes do: pauses that end with the process, troubles that are waited for."""

from __future__ import annotations

import asyncio
import io

import pytest

from watcher.errors import StoreError
from watcher.settings import read_settings
from watcher.store import Store
from watcher.workers.process import Process


@pytest.fixture
def process(store: Store) -> Process:
    return Process(read_settings({}), store, "worker", io.StringIO(), asyncio.Event())


async def test_a_pause_leaves_nothing_behind_that_goes_on_waiting(process: Process) -> None:
    before = asyncio.all_tasks()
    for _ in range(20):
        await process.pause(0.001)
    assert asyncio.all_tasks() == before


async def test_a_pause_ends_when_the_end_is_asked_for(process: Process) -> None:
    asyncio.get_running_loop().call_later(0.01, process.stopping.set)
    async with asyncio.timeout(5):
        await process.pause(60)


async def test_a_database_that_is_away_is_told_of_once_and_waited_for(process: Process) -> None:
    tries = 0

    async def work() -> None:
        nonlocal tries
        tries += 1
        if tries == 4:
            process.stopping.set()
            return
        raise StoreError("the database is away; see that it runs")

    async with asyncio.timeout(5):
        await process.keep_trying(work, pause=0.001)
    assert isinstance(process.out, io.StringIO)
    assert process.out.getvalue() == "the database is away; see that it runs\n"
