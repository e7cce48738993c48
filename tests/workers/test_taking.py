"""What a lost connection leaves in the queue: jobs that are believed to be done and that nobody does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest_asyncio

from tests.workers.test_queue import ONE, OTHER, backend, queue
from watcher.workers import taking
from watcher.workers.queue import Queue, Work

__all__ = ["backend", "queue"]

FINISH = "procrastinate_finish_job_v1"


@pytest_asyncio.fixture
async def hosts(queue: Queue) -> AsyncIterator[asyncio.Queue[str]]:
    """A worker is at work; the hosts that it was told to check come out here."""
    told = asyncio.Queue[str]()

    async def check(host: str) -> None:
        await told.put(host)
        await asyncio.sleep(0.5)  # longer than two looks

    queue.app.task(name=Work.CHECK.value)(check)
    working = asyncio.create_task(taking.take(queue, [Work.CHECK], 2, look=0.1))
    yield told
    working.cancel()
    with suppress(asyncio.CancelledError):
        await working


async def test_a_job_whose_end_could_not_be_written_can_be_put_in_again(
    queue: Queue, hosts: asyncio.Queue[str]
) -> None:
    await _rename(queue, FINISH, "away")
    await queue.put([ONE])
    assert await hosts.get() == ONE.host
    await asyncio.sleep(1)  # it has ended, and nobody could write that
    assert await queue.put([ONE]) == 0
    await _rename(queue, "away", FINISH)
    async with asyncio.timeout(10):
        while not await queue.put([ONE]):  # noqa: ASYNC110 - the queue lies in a database
            await asyncio.sleep(0.05)
        assert await hosts.get() == ONE.host


async def test_a_job_that_takes_its_time_is_left_alone(queue: Queue, hosts: asyncio.Queue[str]) -> None:
    await queue.put([ONE])
    await hosts.get()
    await asyncio.sleep(0.35)
    assert await queue.put([ONE, OTHER]) == 1


async def _rename(queue: Queue, old: str, new: str) -> None:
    await queue.app.connector.execute_query_async(f"ALTER FUNCTION {old} RENAME TO {new}")
