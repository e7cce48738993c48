"""A scheduler: sees what is due and puts it into the queue. Of several one leads; when it dies another one does."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, suppress
from typing import TextIO

from watcher.bootstrap import Knowledge, file_digest, load_catalog, published_catalog, utc_now
from watcher.errors import ConfigError, StoreError
from watcher.settings import Settings
from watcher.store.lock import DaemonLock
from watcher.workers.process import Process, opened_process
from watcher.workers.queue import Queue, Wanted, Work, opened_queue

TICK = 1.0
"""Seconds between two looks at what is due."""
TRY_TO_LEAD = 3.0
"""Seconds between two tries of a scheduler that stands by; the database frees a dead leader's lock by itself."""
HOSTS_AT_ONCE = 5_000
"""That one look puts in; what is beyond is put in by the next."""
RESCUE, RELOAD, TEND = 5, 10, 60
"""Ticks between two of these."""


async def run_scheduler(settings: Settings, *, health_port: int | None, out: TextIO) -> int:
    """Lead, or stand by, until SIGTERM or SIGINT; returns the exit code. Raises ConfigError and StoreError."""
    async with AsyncExitStack() as opened:
        process = await opened.enter_async_context(opened_process(settings, "scheduler", out))
        queue = await opened.enter_async_context(opened_queue(settings))
        await opened.enter_async_context(process.serving_health(health_port))
        scheduler = Scheduler(process, queue)
        scheduler.load()  # a broken sources.yaml stops the start of a leader and of one that stands by alike
        await process.keep_trying(scheduler.lead, pause=TRY_TO_LEAD)
    return 0


class Scheduler:
    """One process that may lead."""

    def __init__(self, process: Process, queue: Queue) -> None:
        self._process = process
        self._queue = queue
        self._store = process.store
        self._knowledge = Knowledge(process.settings.vocabulary)
        self._digest = ""

    def load(self) -> None:
        """Read sources.yaml, to see that it can be used. Raises ConfigError with the line."""
        load_catalog(self._process.settings, self._knowledge.policies)

    async def lead(self) -> None:
        """Take the lead if it is free, and keep it until the end or until the database takes it away."""
        process = self._process
        process.ticked()
        lock = DaemonLock(process.settings.database_url, process.holder)
        try:
            await asyncio.to_thread(lock.__enter__)
        except StoreError as error:
            process.teller.once("lead", f"standing by: {error}")
            return
        try:
            await self._lead(lock)
        finally:
            with suppress(StoreError):
                await asyncio.to_thread(lock.__exit__, None, None, None)

    async def _lead(self, lock: DaemonLock) -> None:
        catalog = await asyncio.to_thread(
            published_catalog, self._process.settings, self._store, self._knowledge, utc_now()
        )
        self._digest = catalog.digest
        enabled = sum(source.enabled for source in catalog.sources)
        self._process.say(
            f"{self._process.name}: leading; watching {enabled} sources from {self._process.settings.config}"
        )
        tick = 0
        while not self._process.stopping.is_set() and await asyncio.to_thread(lock.is_held):
            await self._look(tick)
            self._process.ticked()
            tick += 1
            await self._process.pause(TICK)

    async def _look(self, tick: int) -> None:
        if tick % RESCUE == 0:
            await self._rescue()
        if tick % RELOAD == RELOAD - 1 or self._process.reload.is_set():
            self._process.reload.clear()
            await asyncio.to_thread(self._reload)
        await self._queue.put([*await asyncio.to_thread(self._due), *([Wanted(Work.TEND)] if tick % TEND == 0 else [])])

    def _due(self) -> list[Wanted]:
        now = utc_now()
        wanted = [Wanted(Work.CHECK, host) for host in self._store.sources.due_hosts(now, limit=HOSTS_AT_ONCE)]
        due_at = self._store.deliveries.next_due_at()
        return [*wanted, *([Wanted(Work.DELIVER)] if due_at is not None and due_at <= now else [])]

    async def _rescue(self) -> None:
        """What dead workers held is given back, then their jobs are taken out: the next look puts the work in anew.

        In this order, so that nobody works on it before the fence shuts the dead one out, should it only be asleep.
        """
        stalled = await self._queue.stalled()
        for wanted in stalled:
            await asyncio.to_thread(self._give_back, wanted)
            self._process.say(f"a worker died or hangs: its work is given to others ({wanted.lock})")
        await self._queue.drop(stalled)

    def _give_back(self, wanted: Wanted) -> None:
        if wanted.work is Work.CHECK:
            self._store.sources.release_host(wanted.host)
        if wanted.work is Work.DELIVER:
            self._store.deliveries.release_all(utc_now())

    def _reload(self) -> None:
        """Put a changed sources.yaml in force; a broken one keeps the old state and says so, once."""
        settings = self._process.settings
        try:
            if file_digest(settings.config) == self._digest:
                return
            catalog = published_catalog(settings, self._store, self._knowledge, utc_now())
        except (ConfigError, OSError) as error:
            self._process.teller.once(
                "config", f"{settings.config} cannot be used; the old state stays in force:\n{error}"
            )
            return
        self._digest = catalog.digest
        self._process.teller.over("config")
        self._process.say(f"took over {settings.config}")
