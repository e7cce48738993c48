"""Taking jobs out of the queue, and out of the way what a lost connection left there.

procrastinate believes a job to be done by a worker until it has written that the job ended. When the database is away
at that moment, or when the answer to taking the job was lost, nobody does the job, its worker lives, and its host is
touched by nobody else, for ever. So each worker compares what it does with what it is believed to do.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from typing import Any

from procrastinate.job_context import JobContext
from procrastinate.worker import Worker

from watcher.errors import StoreError
from watcher.workers.queue import DEAD_AFTER, HEARTBEAT, POLL, Queue, Work

LOOK = 3.0
"""Seconds between two comparisons; what differs in two of them is dropped: a job takes a moment to begin and to end."""


async def take(queue: Queue, works: Collection[Work], at_once: int, *, look: float = LOOK) -> None:
    """Do jobs of these kinds, up to so many at once, until cancelled; `look` is explained at LOOK.

    Raises when the database is away.
    """
    doing: set[int] = set()

    async def noted(do: Callable[[], Awaitable[Any]], context: JobContext, worker: Worker) -> Any:
        assert context.job.id is not None
        doing.add(context.job.id)
        try:
            return await do()
        finally:
            doing.discard(context.job.id)

    worker = Worker(
        queue.app,
        queues=[each.value for each in works],
        concurrency=at_once,
        install_signal_handlers=False,
        delete_jobs="always",
        fetch_job_polling_interval=POLL,
        update_heartbeat_interval=HEARTBEAT,
        stalled_worker_timeout=DEAD_AFTER,
        shutdown_graceful_timeout=1,
        worker_middleware=[noted],
    )
    comparing = asyncio.create_task(_compare(queue, worker, doing, look))
    try:
        await worker.run()  # type: ignore[no-untyped-call]
    finally:
        comparing.cancel()


async def _compare(queue: Queue, worker: Worker, doing: Collection[int], look: float) -> None:
    """Drop the jobs that this worker is believed to do and does not; the scheduler puts in anew what is still due."""
    doubtful: set[int] = set()
    while True:
        await asyncio.sleep(look)
        if worker.worker_id is None:
            continue
        with suppress(StoreError):  # told by who does the work
            differing = await queue.taken_by(worker.worker_id) - set(doing)
            await queue.forget(differing & doubtful)
            doubtful = differing
