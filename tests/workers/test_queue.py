"""The queue: no job twice, no two of one host at once, and a dead worker's job goes back."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from watcher.errors import StoreError
from watcher.settings import read_settings
from watcher.workers.queue import Queue, Wanted, Work, opened_queue


@pytest.fixture
def backend() -> str:
    return "postgresql"


@pytest_asyncio.fixture
async def queue(database_url: str) -> AsyncIterator[Queue]:
    async with opened_queue(read_settings({"WATCHER_DATABASE_URL": database_url})) as opened:
        yield opened


ONE, OTHER = Wanted(Work.CHECK, "a.example"), Wanted(Work.CHECK, "b.example")


async def test_a_job_that_waits_is_not_put_in_again(queue: Queue) -> None:
    assert await queue.put([ONE, OTHER, ONE]) == 2
    assert await queue.put([ONE]) == 0
    assert await queue.put([Wanted(Work.DELIVER)]) == 1


async def test_a_job_that_is_being_done_is_not_put_in_again(queue: Queue) -> None:
    await queue.put([ONE])
    assert await _fetch(queue) == "check a.example"
    assert await queue.put([ONE]) == 0


async def test_the_job_of_a_dead_worker_can_be_put_in_again_after_it_was_dropped(queue: Queue) -> None:
    await queue.put([ONE])
    await _fetch(queue)
    assert await queue.stalled() == []
    await queue.app.connector.execute_query_async("UPDATE procrastinate_workers SET last_heartbeat = '2026-01-01'")
    assert await queue.stalled() == [ONE]
    await queue.drop([ONE])
    assert await queue.stalled() == []
    assert await queue.put([ONE]) == 1


async def test_the_tables_of_the_queue_are_made_once(database_url: str) -> None:
    settings = read_settings({"WATCHER_DATABASE_URL": database_url})
    async with opened_queue(settings) as first, opened_queue(settings) as second:
        assert await first.put([ONE]) == 1
        assert await second.put([ONE]) == 0


async def test_a_database_that_is_away_is_told_with_what_to_do() -> None:
    settings = read_settings({"WATCHER_DATABASE_URL": f"postgresql+psycopg://u@/x?host=/nonexistent-{os.getpid()}"})
    with pytest.raises(StoreError, match="WATCHER_DATABASE_URL"):
        async with opened_queue(settings):
            pass


async def _fetch(queue: Queue) -> str | None:
    manager = queue.app.job_manager
    job = await manager.fetch_job(queues=None, worker_id=await manager.register_worker())
    return job.lock if job else None
