"""A worker: does the jobs of the queue with the same functions as the daemon, and gives their hosts their rest."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from functools import partial
from typing import TextIO

from watcher.bootstrap import App, Stages, opened_stages, utc_now
from watcher.errors import ConfigError, StoreError
from watcher.models.catalog import Catalog
from watcher.models.checks import CheckSummary
from watcher.models.hosts import rule_of
from watcher.settings import Settings
from watcher.workers.process import Process, opened_process
from watcher.workers.queue import Queue, Wanted, Work, opened_queue
from watcher.workers.taking import take

SOURCES_PER_JOB = 20
"""Of one host; the rest makes a job of its own, so that none takes long."""
STOP_WITHIN = 8.0
"""Seconds from SIGTERM to the end of running checks and sends."""


async def run_worker(settings: Settings, *, hosts_at_once: int, health_port: int | None, out: TextIO) -> int:
    """Do jobs until SIGTERM or SIGINT; returns the exit code. Raises ConfigError and StoreError."""
    async with AsyncExitStack() as opened:
        process = await opened.enter_async_context(opened_process(settings, "worker", out))
        queue = await opened.enter_async_context(opened_queue(settings))
        stages = await opened.enter_async_context(opened_stages(settings))
        await opened.enter_async_context(process.serving_health(health_port))
        catalog = await _first_catalog(process)
        if catalog is None:
            return 0
        await Worker(process, queue, stages, catalog).work_until_stopped(hosts_at_once)
    return 0


async def _first_catalog(process: Process) -> Catalog | None:
    """What a scheduler has put in force; waits for the first one. None when the end came before."""
    while not process.stopping.is_set():
        catalog = await asyncio.to_thread(process.store.catalogs.current)
        if catalog is not None:
            return catalog
        process.teller.once("catalog", "waiting for a scheduler to put a sources.yaml in force")
        process.ticked()
        await process.pause(1)
    return None


class Worker:
    """The jobs of one process."""

    def __init__(self, process: Process, queue: Queue, stages: Stages, catalog: Catalog) -> None:
        self._process = process
        self._queue = queue
        self._asking: set[asyncio.Task[None]] = set()
        self.app = App(stages, process.store, self._hear, process.teller.changed, catalog=catalog)
        queue.app.task(name=Work.CHECK.value)(self.check)
        queue.app.task(name=Work.DELIVER.value)(self.deliver)
        queue.app.task(name=Work.TEND.value)(self.tend)

    async def work_until_stopped(self, hosts_at_once: int) -> None:
        """Take jobs until somebody says stop; checks and the rest side by side, so that neither keeps the other."""
        process = self._process
        process.say(f"{process.name}: working on up to {hosts_at_once} hosts at once; stop with Ctrl-C")
        lanes = ([Work.CHECK], hosts_at_once), ([Work.DELIVER, Work.TEND], 2)
        # when one ends because the database was away, another one is begun
        taking = [
            asyncio.create_task(process.keep_trying(partial(take, self._queue, works, at_once), pause=1))
            for works, at_once in lanes
        ]
        taking.append(asyncio.create_task(process.keep_trying(self._look, pause=5)))
        taking.append(asyncio.create_task(process.keep_trying(self._heed, pause=30)))
        await process.stopping.wait()
        process.say("stopping: running checks and sends may end, the rest is left to others")
        await self.app.watch.stop(STOP_WITHIN)
        for task in taking:
            task.cancel()
        await asyncio.gather(*taking, return_exceptions=True)

    # ---- the jobs

    async def check(self, host: str) -> None:
        """Check the due sources of a host, then let it rest: the next job may be another worker's."""
        try:
            checked = await self.app.watch.check_host(host, limit=SOURCES_PER_JOB)
            await self.app.keep_host_notes()
        except StoreError as error:
            self._process.teller.once("database", str(error))
            return
        if checked:
            rest = rule_of(host, self.app.plan.catalog.hosts).apart.total_seconds()
            await self._process.pause(rest)

    async def deliver(self) -> None:
        """Send what is due, and what becomes due meanwhile."""
        summary = await self.app.watch.deliver()
        self._process.metrics.attempted(delivered=summary.delivered, failed=summary.attempts - summary.delivered)

    async def tend(self) -> None:
        """Sources that never get their turn, canary, receipt, lost recipients, the heartbeat; once a day, pruning."""
        await self.app.watch.look_after_sources()
        if await asyncio.to_thread(self.app.tend):
            await self._queue.put([Wanted(Work.DELIVER)])
        # that this job is done says that a scheduler and workers are at work
        if trouble := await self.app.beat(ticking=True):
            self._process.teller.once("heartbeat", trouble)
        else:
            self._process.teller.over("heartbeat")
        self._process.teller.pruned(await self.app.prune(self._process.stopping))

    # ---- what goes on beside

    async def _look(self) -> None:
        """Work with the catalog in force; the database answers, or the tick does not count."""
        await self.app.watch.settle()
        try:
            if await asyncio.to_thread(self.app.follow):
                self._process.say("took over a new catalog")
        except ConfigError as error:
            self._process.teller.once("config", f"the new catalog cannot be used here; the old one stays: {error}")
        self._process.metrics.counted(await asyncio.to_thread(self._process.store.counts, utc_now()))
        self._process.ticked()

    async def _heed(self) -> None:
        """What hosts said to other workers holds here too."""
        await asyncio.to_thread(self.app.recall_host_notes)

    def _hear(self, summary: CheckSummary) -> None:
        self._process.metrics.checked(summary)
        self._process.teller.checked(summary)
        if summary.deliveries:
            asking = asyncio.get_running_loop().create_task(self._deliver_soon())
            self._asking.add(asking)  # the loop itself would let go of it
            asking.add_done_callback(self._asking.discard)

    async def _deliver_soon(self) -> None:
        """At once, not when the scheduler looks next."""
        try:
            await self._queue.put([Wanted(Work.DELIVER)])
        except StoreError as error:
            self._process.teller.once("database", str(error))
