"""watcher worker: one of several processes that check and alert."""

from __future__ import annotations

import asyncio
import sys

import click

from watcher.cli.opening import health_port, settings


@click.command()
@click.option(
    "--hosts", default=32, show_default=True, type=click.IntRange(1, 256), help="How many hosts to check at once."
)
@health_port
def command(hosts: int, health_port: int | None) -> int:
    """Check and alert what a scheduler gives out, until SIGTERM or Ctrl-C. Any number, on any machine."""
    from watcher.observe.logging import set_up_logging
    from watcher.workers.worker import run_worker

    mine = settings()
    set_up_logging(mine.log_format)
    return asyncio.run(run_worker(mine, hosts_at_once=hosts, health_port=health_port, out=sys.stdout))
