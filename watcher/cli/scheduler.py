"""watcher scheduler: the process that gives out what is due."""

from __future__ import annotations

import asyncio
import sys

import click

from watcher.cli.opening import health_port, settings


@click.command()
@health_port
def command(health_port: int | None) -> int:
    """Give out what is due, until SIGTERM or Ctrl-C. Of several one leads; another takes over when it dies."""
    from watcher.observe.logging import set_up_logging
    from watcher.workers.scheduler import run_scheduler

    mine = settings()
    set_up_logging(mine.log_format)
    return asyncio.run(run_scheduler(mine, health_port=health_port, out=sys.stdout))
