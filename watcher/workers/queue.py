"""The queue of the several processes: what is a job, who may do it at one time, and what becomes of a dead worker's.

A job says only which work may be looked at ("the due sources of this host"); what is due is known by the database. So
a job that is lost or done twice changes nothing, and none is ever retried by the queue.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import procrastinate
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Job, Status
from psycopg_pool import PoolTimeout

from watcher.errors import StoreError
from watcher.settings import Settings
from watcher.store.engine import conninfo
from watcher.store.migrate import server_lock

HEARTBEAT = 5.0
"""Seconds between two signs of life of a worker."""
DEAD_AFTER = 20.0
"""Seconds without one after which its jobs are given to others; with `HEARTBEAT` rescued within half a minute."""
POLL = 0.5
"""Seconds after which a worker looks for jobs by itself: nobody wakes it when the lock of a waiting job is freed."""
CONNECTIONS = 4
CONNECT = 10.0
"""Seconds that the database has to answer."""


class Work(StrEnum):
    """The kinds of jobs; each has a queue of its own, so that checks that hang keep no alert waiting."""

    CHECK = "check"
    DELIVER = "deliver"
    TEND = "tend"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One job. Two with the same name are never done at the same time, nor wait beside each other."""

    work: Work
    host: str = ""

    @property
    def lock(self) -> str:
        return f"{self.work.value} {self.host}".strip()

    @property
    def arguments(self) -> Mapping[str, str]:
        return {"host": self.host} if self.work is Work.CHECK else {}


class Queue:
    """Puts jobs in, and takes dead workers' jobs out. Raises StoreError when the database is away."""

    def __init__(self, app: procrastinate.App) -> None:
        self.app = app

    async def put(self, wanted: Collection[Wanted]) -> int:
        """Add the jobs that are neither waiting nor being done; returns how many those were."""
        with _translated():
            there = await self._locks()
            new = [each for each in dict.fromkeys(wanted) if each.lock not in there]
            if not new:
                return 0
            try:
                await self.app.job_manager.batch_defer_jobs_async([_job(each) for each in new])
            except AlreadyEnqueued:  # another scheduler was not quite dead; the next look sees what it put in
                return 0
        return len(new)

    async def stalled(self) -> list[Wanted]:
        """The jobs of workers that gave no sign of life for `DEAD_AFTER` seconds; they stay until `drop`."""
        return [_wanted(job) for job in await self._stalled()]

    async def drop(self, wanted: Collection[Wanted]) -> None:
        """Take these stalled jobs out, so that their work can be put in anew."""
        for job in await self._stalled():
            if _wanted(job) in wanted and job.id is not None:
                await self.forget([job.id])

    async def taken_by(self, worker: int) -> set[int]:
        """The ids of the jobs that this worker has taken and not reported as ended."""
        with _translated():
            rows = await self.app.connector.execute_query_all_async(
                "SELECT id FROM procrastinate_jobs WHERE status = 'doing' AND worker_id = %(worker)s", worker=worker
            )
        return {row["id"] for row in rows}

    async def forget(self, ids: Collection[int]) -> None:
        """Take out jobs that nobody does."""
        for id_ in ids:
            with _translated():
                await self.app.job_manager.finish_job_by_id_async(id_, Status.FAILED, delete_job=True)

    async def _stalled(self) -> list[Job]:
        with _translated():
            return list(await self.app.job_manager.get_stalled_jobs(seconds_since_heartbeat=DEAD_AFTER))

    async def _locks(self) -> set[str]:
        rows = await self.app.connector.execute_query_all_async(
            "SELECT lock FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
        )
        return {row["lock"] for row in rows}


@asynccontextmanager
async def opened_queue(settings: Settings) -> AsyncIterator[Queue]:
    """The queue of this database, its tables made if they are not there. Raises StoreError."""
    connector = procrastinate.PsycopgConnector(
        conninfo=conninfo(settings.database_url),
        min_size=1,
        max_size=CONNECTIONS,
        timeout=CONNECT,
        reconnect_timeout=CONNECT,  # the pool doubles its pauses: after minutes it would come back minutes too late
    )
    app = procrastinate.App(connector=connector)
    with _translated():
        await app.open_async()
    try:
        with _translated():
            await _make_tables(app, settings.database_url)
        yield Queue(app)
    finally:
        await app.close_async()


async def _make_tables(app: procrastinate.App, url: str) -> None:
    with server_lock(url):
        if not await app.check_connection_async():
            await app.schema_manager.apply_schema_async()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (ConnectorException, PoolTimeout) as error:
        raise StoreError(
            f"the queue cannot be used: {error}; see that PostgreSQL runs and that WATCHER_DATABASE_URL leads to it"
        ) from error


def _job(wanted: Wanted) -> Job:
    return Job(
        id=None,
        queue=wanted.work.value,
        lock=wanted.lock,
        queueing_lock=wanted.lock,
        task_name=wanted.work.value,
        task_kwargs=dict(wanted.arguments),
    )


def _wanted(job: Job) -> Wanted:
    arguments: Mapping[str, Any] = job.task_kwargs
    return Wanted(Work(job.task_name), str(arguments.get("host", "")))
