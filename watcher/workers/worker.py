"""A worker: does the jobs of the queue with the same functions as the daemon, and gives their hosts their rest."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import TextIO

from watcher.bootstrap import App, opened_stages, utc_now
from watcher.errors import ConfigError, FetchError, StoreError
from watcher.models.catalog import Catalog
from watcher.models.checks import CheckOutcome, CheckSummary
from watcher.models.hosts import rule_of
from watcher.models.incidents import IncidentChange
from watcher.observe.lines import check_line, incident_line, pruned_line
from watcher.pipeline.upkeep import is_well
from watcher.settings import Settings
from watcher.workers.process import Process, opened_process
from watcher.workers.queue import DEAD_AFTER, HEARTBEAT, POLL, Queue, Wanted, Work, opened_queue

MakeApp = Callable[[Callable[[CheckSummary], None], Callable[[IncidentChange], None]], App]

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
        worker = Worker(process, queue, lambda hear, told: App(stages, process.store, hear, told, catalog=catalog))
        await worker.work_until_stopped(hosts_at_once)
    return 0


async def _first_catalog(process: Process) -> Catalog | None:
    """What a scheduler has put in force; waits for the first one. None when the end came before."""
    while not process.stopping.is_set():
        catalog = await asyncio.to_thread(process.store.catalogs.current)
        if catalog is not None:
            return catalog
        process.say_once("catalog", "waiting for a scheduler to put a sources.yaml in force")
        process.ticked()
        await asyncio.wait({asyncio.create_task(process.stopping.wait())}, timeout=1)
    return None


class Worker:
    """The jobs of one process."""

    def __init__(self, process: Process, queue: Queue, make_app: MakeApp) -> None:
        self._process = process
        self._queue = queue
        self.app = make_app(self._hear, self._hear_of_incident)
        queue.app.task(name=Work.CHECK.value)(self.check)
        queue.app.task(name=Work.DELIVER.value)(self.deliver)
        queue.app.task(name=Work.TEND.value)(self.tend)

    async def work_until_stopped(self, hosts_at_once: int) -> None:
        """Take jobs until somebody says stop; checks and the rest side by side, so that neither keeps the other."""
        process = self._process
        process.say(f"{process.name}: working on up to {hosts_at_once} hosts at once; stop with Ctrl-C")
        lanes = ([Work.CHECK], hosts_at_once), ([Work.DELIVER, Work.TEND], 2)
        taking = [asyncio.create_task(self._take(queues, at_once)) for queues, at_once in lanes]
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
            self._process.say_once("database", str(error))
            return
        if checked:
            rest = rule_of(host, self.app.plan.catalog.hosts).apart.total_seconds()
            await asyncio.wait({asyncio.create_task(self._process.stopping.wait())}, timeout=rest)

    async def deliver(self) -> None:
        """Send what is due, and what becomes due meanwhile."""
        summary = await self.app.watch.deliver()
        self._process.metrics.attempted(delivered=summary.delivered, failed=summary.attempts - summary.delivered)

    async def tend(self) -> None:
        """Sources that never get their turn, canary, receipt, lost recipients, the heartbeat; once a day, pruning."""
        await self.app.watch.look_after_sources()
        if await asyncio.to_thread(self.app.tend):
            await self._queue.put([Wanted(Work.DELIVER)])
        await self._beat()
        gone = await self.app.prune(self._process.stopping)
        if gone.texts or gone.captures:
            self._process.say(pruned_line(gone))

    async def _beat(self) -> None:
        """The heartbeat, while all is well; that this job is done says that scheduler and workers are at work."""
        if not await asyncio.to_thread(self._is_well):
            return
        try:
            await self.app.stages.beat(self.app.plan)
        except (FetchError, ConfigError) as error:
            said = error.problem.message if isinstance(error, FetchError) else error
            self._process.say_once("heartbeat", f"the heartbeat address did not answer: {said}")

    def _is_well(self) -> bool:
        next_due_at = self._process.store.deliveries.next_due_at()
        writable = self._process.store.is_writable()
        return is_well(ticking=True, database_writable=writable, next_due_at=next_due_at, now=utc_now())

    # ---- what goes on beside

    async def _take(self, queues: list[Work], at_once: int) -> None:
        """The queue's own worker; when it ends because the database was away, another one is begun."""

        async def take() -> None:
            await self._queue.app.run_worker_async(
                queues=[each.value for each in queues],
                concurrency=at_once,
                install_signal_handlers=False,
                delete_jobs="always",
                fetch_job_polling_interval=POLL,
                update_heartbeat_interval=HEARTBEAT,
                stalled_worker_timeout=DEAD_AFTER,
                shutdown_graceful_timeout=1,
            )

        await self._process.keep_trying(take, pause=1)

    async def _look(self) -> None:
        """Work with the catalog in force; the database answers, or the tick does not count."""
        try:
            if await asyncio.to_thread(self.app.follow):
                self._process.say("took over a new catalog")
        except ConfigError as error:
            self._process.say_once("config", f"the new catalog cannot be used here; the old one stays: {error}")
        self._process.metrics.counted(await asyncio.to_thread(self._process.store.counts, self._process.started_at))
        self._process.ticked()

    async def _heed(self) -> None:
        """What hosts said to other workers holds here too."""
        await asyncio.to_thread(self.app.recall_host_notes)

    def _hear(self, summary: CheckSummary) -> None:
        self._process.metrics.checked(summary)
        if summary.deliveries:
            asyncio.get_running_loop().create_task(self._deliver_soon())
        if summary.outcome is CheckOutcome.FAILED:
            self._process.say_once(summary.source_id, check_line(summary))
        elif summary.new_entries or summary.new_revisions or summary.problem:
            self._process.say(check_line(summary))
        self._hear_of_incident(IncidentChange(summary.opened, summary.closed))

    async def _deliver_soon(self) -> None:
        """At once, not when the scheduler looks next."""
        try:
            await self._queue.put([Wanted(Work.DELIVER)])
        except StoreError as error:
            self._process.say_once("database", str(error))

    def _hear_of_incident(self, change: IncidentChange) -> None:
        for incident in (change.opened, change.closed if not change.opened else None):
            if incident:
                self._process.say(incident_line(incident))
