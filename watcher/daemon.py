"""One process: ticks that check and deliver what is due, the review pages, and a graceful stop."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TextIO

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from starlette.types import ASGIApp

from watcher.bootstrap import App, Stages, open_store, opened_stages, prepare_data_dir, utc_now
from watcher.errors import ConfigError
from watcher.models.checks import CheckOutcome, CheckSummary
from watcher.observe.lines import delivery_line, many, minute_line
from watcher.observe.metrics import Metrics
from watcher.observe.progress import Progress
from watcher.observe.teller import Teller
from watcher.settings import Settings
from watcher.store import Store
from watcher.store.lock import DaemonLock
from watcher.web.health import HealthReport
from watcher.web.serving import greet, pages, serving

log = logging.getLogger(__name__)

STOP_WITHIN = 8.0
"""Seconds from SIGTERM to the end of running checks and sends; a service manager kills after ten."""
TICKING_MEANS = timedelta(seconds=30)
"""A daemon whose last tick is older than this is not ready."""

Tick = Callable[[], Coroutine[object, object, None]]


async def run_daemon(settings: Settings, *, host: str, port: int | None, out: TextIO) -> int:
    """Watch until SIGTERM or SIGINT; returns the exit code. `port` None: no pages.

    Raises ConfigError and StoreError when it cannot start; `out` gets lines for the person at the terminal.
    """
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    prepare_data_dir(settings)
    with DaemonLock(settings.database_url, _who_we_are()) as lock:
        store = open_store(settings, verify=True)
        try:
            await _run(settings, store, lock, stopping, host=host, port=port, out=out)
        finally:
            store.close()
    return 0


async def _run(
    settings: Settings,
    store: Store,
    lock: DaemonLock,
    stopping: asyncio.Event,
    *,
    host: str,
    port: int | None,
    out: TextIO,
) -> None:
    store.sources.release_all()
    store.deliveries.release_all(utc_now())
    async with opened_stages(settings) as stages:
        daemon = Daemon(stages, store, lock, stopping, out)
        try:
            async with daemon.serving(host, port):
                await daemon.watch_until_stopped()
        finally:
            await daemon.close()


def _who_we_are() -> str:
    """What a second daemon is told about the first."""
    return f"process {os.getpid()} on {socket.gethostname()} since {utc_now():%Y-%m-%d %H:%M} UTC"


class Daemon:
    """The ticks of one process and what they share."""

    def __init__(self, stages: Stages, store: Store, lock: DaemonLock, stopping: asyncio.Event, out: TextIO) -> None:
        self._settings = stages.settings
        self._store = store
        self._lock = lock
        self.metrics = Metrics()
        self._stopping = stopping
        self._last_tick: datetime | None = None
        self._minute = {"checks": 0, "failed": 0}
        self._delivering: asyncio.Task[None] | None = None
        self.app = App(stages, store, self._hear, lambda change: self._teller.changed(change))
        enabled = sum(source.enabled for source in self.app.plan.catalog.sources)
        self._progress = Progress(enabled, out)
        self._teller = Teller(self._progress.line)
        self._say = self._teller.say
        self._scheduler = AsyncIOScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )

    async def watch_until_stopped(self) -> None:
        """Tick until somebody says stop."""
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self._reload_soon)
        ticks = (
            (self._check, 1),
            (self._deliver, 1),
            (self._reload, 10),
            (self._report, 60),
            (self._look_after, 300),
            (self._tend, 60),
            (self._prune, 3600),
        )
        for tick, seconds in ticks:
            self._scheduler.add_job(self._guarded(tick), "interval", seconds=seconds)
        self._scheduler.start()
        self._say(f"watching {self._sources()} from {self._settings.config}; stop with Ctrl-C")
        await self._stopping.wait()
        self._say("stopping: running checks and sends may end, the rest waits for the next start")

    async def close(self) -> None:
        """End everything within STOP_WITHIN seconds; nothing that was recorded is lost."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        await asyncio.gather(self.app.watch.stop(STOP_WITHIN), self._end_deliveries())
        await self._guarded(self.app.keep_host_notes)()

    @asynccontextmanager
    async def serving(self, host: str, port: int | None) -> AsyncIterator[None]:
        """Serve the pages while the block runs. Raises ConfigError when the port cannot be had."""
        if port is None:
            yield
            return
        async with serving(self._pages, host, port, ended=self._stopping.set) as address:
            greet(self._settings, self._store, address, self._say, utc_now())
            yield

    # ---- ticks

    async def _check(self) -> None:
        if not await asyncio.to_thread(self._is_ours):
            self._teller.once("lock", "the database is away, or another daemon has taken it; trying to get it back")
            return
        self._teller.over("lock")
        await self.app.watch.start_due()
        await self.app.keep_host_notes()
        self._last_tick = utc_now()

    def _is_ours(self) -> bool:
        """Whether the lock still stands; a restarted PostgreSQL has forgotten it, and it is taken again."""
        return self._lock.is_held() or self._lock.take_again()

    async def _deliver(self) -> None:
        """Keep one run of the outbox going: it takes in what becomes due while others hang."""
        due_at = await asyncio.to_thread(self._store.deliveries.next_due_at)
        if due_at is not None and due_at <= utc_now():
            self._begin_delivering()

    def _begin_delivering(self) -> None:
        if self._delivering is None or self._delivering.done():
            self._delivering = asyncio.create_task(self._guarded(self._deliver_due)())

    async def _deliver_due(self) -> None:
        summary = await self.app.watch.deliver()
        self.metrics.attempted(delivered=summary.delivered, failed=summary.attempts - summary.delivered)
        if summary.attempts:
            self._say(delivery_line(**asdict(summary)))

    async def _reload(self) -> None:
        """Take over a changed sources.yaml; a broken one keeps the old state and says so, once."""
        try:
            changed = await asyncio.to_thread(self.app.reload)
        except (ConfigError, OSError) as error:
            self._teller.once(
                "config", f"{self._settings.config} cannot be used; the old state stays in force:\n{error}"
            )
            return
        if changed:
            self._teller.over("config")
            self._say(f"took over {self._settings.config}: {self._sources()}")

    async def _look_after(self) -> None:
        await self.app.watch.look_after_sources()
        self._begin_delivering()  # also when nothing seems due: a clock that went back leaves all of it in the future

    async def _tend(self) -> None:
        """Canary, receipt, unreachable recipients; and the heartbeat, while all is well."""
        if not await asyncio.to_thread(self._lock.is_held):
            return
        if await asyncio.to_thread(self.app.tend):
            self._begin_delivering()
        if trouble := await self.app.beat(ticking=self._is_ticking):
            self._teller.once("heartbeat", trouble)
        else:
            self._teller.over("heartbeat")

    async def _prune(self) -> None:
        self._teller.pruned(await self.app.prune(self._stopping))

    async def _report(self) -> None:
        counts = await asyncio.to_thread(self._store.counts, utc_now())
        self.metrics.counted(counts)
        minute, self._minute = self._minute, {"checks": 0, "failed": 0}
        self._say(minute_line(counts, **minute, under_way=self.app.watch.under_way))

    # ---- what ticks share

    def _guarded(self, tick: Tick) -> Tick:
        """A tick that fails says so and comes again: the database may be back by then."""
        name = tick.__name__.strip("_")

        async def guarded() -> None:
            try:
                await tick()
            except Exception:
                log.exception("tick.failed", extra={"tick": name})

        guarded.__name__ = name
        return guarded

    def _hear(self, summary: CheckSummary) -> None:
        self.metrics.checked(summary)
        if summary.deliveries and not self._stopping.is_set():
            self._begin_delivering()  # at once, not at the next tick
        self._progress.step()
        self._minute["checks"] += 1
        self._minute["failed"] += summary.outcome is CheckOutcome.FAILED
        self._teller.checked(summary)

    def _sources(self) -> str:
        """How many are watched: `51 sources (18 more are switched off)`."""
        enabled = [source.enabled for source in self.app.plan.catalog.sources]
        off = len(enabled) - sum(enabled)
        return many(sum(enabled), "source") + (f" ({off} more are switched off)" if off else "")

    def _reload_soon(self) -> None:
        self._scheduler.add_job(self._guarded(self._reload))

    async def _end_deliveries(self) -> None:
        """What is under way may end; what does not is given up and sent again after the next start, same id."""
        if self._delivering is None or self._delivering.done():
            return
        await asyncio.wait({self._delivering}, timeout=STOP_WITHIN)
        self._delivering.cancel()
        await asyncio.wait({self._delivering}, timeout=1)

    # ---- pages

    def _pages(self, address: str) -> ASGIApp:
        return pages(
            self.app.stages,
            self._store,
            address,
            plan=lambda: self.app.plan,
            clock=utc_now,
            health=self._health,
            metrics=self.metrics.render,
        )

    @property
    def _is_ticking(self) -> bool:
        return self._last_tick is not None and utc_now() - self._last_tick < TICKING_MEANS

    def _health(self) -> HealthReport:
        ticking = self._is_ticking
        detail = "" if ticking else f"no tick since {self._last_tick or 'the start'}"
        return HealthReport(ticking=ticking, database_writable=self._store.is_writable(), detail=detail)
