"""The review pages as a process of their own: they read and write the database, and check and send nothing."""

from __future__ import annotations

import asyncio
from typing import TextIO

from watcher.bootstrap import audience_of, opened_stages, utc_now
from watcher.models.catalog import Catalog
from watcher.settings import Settings
from watcher.web.health import HealthReport
from watcher.web.serving import greet, pages, serving
from watcher.workers.process import Process, opened_process


async def run_web(settings: Settings, *, host: str, port: int, out: TextIO) -> int:
    """Serve the pages until SIGTERM or SIGINT; returns the exit code. Raises ConfigError, StoreError at the start."""
    async with opened_process(settings, "web", out) as process, opened_stages(settings) as stages:
        made = serving(
            lambda address: pages(
                stages,
                process.store,
                address,
                plan=lambda: stages.plan(_catalog(process), audience_of(process.store, utc_now())),
                clock=utc_now,
                health=lambda: _health(process),
                metrics=process.metrics.render,
            ),
            host,
            port,
            ended=process.stopping.set,
        )
        async with made as address:
            greet(settings, process.store, address, process.say, utc_now())
            await process.keep_trying(lambda: _count(process), pause=15)
    return 0


def _catalog(process: Process) -> Catalog:
    """What a scheduler has put in force; before that, nothing is watched."""
    return process.store.catalogs.current() or Catalog((), (), (), (), ())


async def _count(process: Process) -> None:
    process.metrics.counted(await asyncio.to_thread(process.store.counts, utc_now()))


def _health(process: Process) -> HealthReport:
    """Ready while somebody watches: pages without a scheduler and a worker show an old state."""
    missing = [role for role in ("scheduler", "worker") if not process.is_at_work(role)]
    detail = f"no {' and no '.join(missing)} is at work" if missing else ""
    return HealthReport(ticking=not missing, database_writable=process.store.is_writable(), detail=detail)
