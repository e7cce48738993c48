"""What scheduler, worker and web have in common: a name, a pulse, and an end that signals ask for."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import TextIO

from watcher.bootstrap import open_store, utc_now
from watcher.errors import StoreError
from watcher.models.pulses import Pulse
from watcher.observe.metrics import Metrics
from watcher.observe.teller import Teller
from watcher.settings import Settings
from watcher.store import Store
from watcher.store.engine import conninfo
from watcher.web.health import HealthReport
from watcher.web.serving import machines, serving

log = logging.getLogger(__name__)

BEAT = 10.0
"""Seconds between two pulses of a process."""
AT_WORK = timedelta(seconds=30)
"""A process whose pulse is older than this is taken for gone."""
FORGOTTEN = timedelta(hours=1)


@dataclass
class Process:
    """One of several processes on a database. `ticked_at` is when it last did what it is there for."""

    settings: Settings
    store: Store
    role: str
    out: TextIO
    stopping: asyncio.Event
    metrics: Metrics = field(default_factory=Metrics)
    started_at: datetime = field(default_factory=utc_now)
    ticked_at: datetime | None = None
    reload: asyncio.Event = field(default_factory=asyncio.Event)
    """Set by SIGHUP."""

    @property
    def name(self) -> str:
        return f"{self.role} {os.getpid()} on {socket.gethostname()}"

    @property
    def holder(self) -> str:
        """What others are told who want what this process holds."""
        since = f"{self.started_at:%Y-%m-%d %H:%M} UTC"
        return f"process {os.getpid()} on {socket.gethostname()} since {since} ({self.role})"

    @cached_property
    def teller(self) -> Teller:
        return Teller(lambda line: print(line, file=self.out, flush=True))

    def say(self, line: str) -> None:
        self.teller.say(line)

    async def pause(self, seconds: float) -> None:
        """Wait so long, or until the end is asked for."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.stopping.wait(), seconds)

    def ticked(self) -> None:
        self.ticked_at = utc_now()
        self.teller.over("database")

    def health(self) -> HealthReport:
        """Whether this process does its work. Blocks: it asks the database."""
        ticking = self.ticked_at is not None and utc_now() - self.ticked_at < AT_WORK
        detail = "" if ticking else f"the {self.role} has done nothing since {self.ticked_at or 'the start'}"
        return HealthReport(ticking=ticking, database_writable=self.store.is_writable(), detail=detail)

    def is_at_work(self, role: str) -> bool:
        """Whether any process of this role gave a sign of life lately."""
        return any(pulse.role == role for pulse in self.store.pulses.since(utc_now() - AT_WORK))

    def serving_health(self, port: int | None) -> AbstractAsyncContextManager[object]:
        """/healthz, /readyz and /metrics on this port of loopback, for service managers; None: not at all."""
        if port is None:
            return _nothing()
        return serving(
            lambda _: machines(
                self.settings, self.store, clock=utc_now, health=self.health, metrics=self.metrics.render
            ),
            "127.0.0.1",
            port,
        )

    async def keep_trying(self, work: Callable[[], Awaitable[None]], *, pause: float) -> None:
        """Do it again and again, `pause` seconds apart, until the end; a database that is away is waited for."""
        while not self.stopping.is_set():
            try:
                await work()
            except StoreError as error:
                self.teller.once("database", str(error))
            except Exception:
                log.exception("process.failed", extra={"role": self.role})
            await self.pause(pause)

    async def beating(self) -> None:
        """Give a pulse until the end."""
        pulse = Pulse(self.name, self.role, self.started_at, self.started_at)

        async def beat() -> None:
            now = utc_now()
            await asyncio.to_thread(self.store.pulses.beat, replace(pulse, seen_at=now), forget_before=now - FORGOTTEN)

        await self.keep_trying(beat, pause=BEAT)


@asynccontextmanager
async def opened_process(settings: Settings, role: str, out: TextIO) -> AsyncIterator[Process]:
    """A process on the store of these settings, until SIGTERM or SIGINT. Raises StoreError where it is SQLite."""
    conninfo(settings.database_url)
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    store = open_store(settings)
    process = Process(settings, store, role, out, stopping)
    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, process.reload.set)
    beating = asyncio.create_task(process.beating())
    try:
        yield process
    finally:
        stopping.set()
        await beating
        with suppress(StoreError):
            store.pulses.forget(process.name)
        store.close()


@asynccontextmanager
async def _nothing() -> AsyncIterator[None]:
    yield
