"""watcher run: the daemon."""

from __future__ import annotations

import asyncio
import sys

import click

from watcher.cli.opening import served_for, settings


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Where the pages are served.")
@click.option("--port", default=8484, show_default=True, type=click.IntRange(0, 65535))
@click.option("--no-web", is_flag=True, help="Check and alert only, without pages.")
def command(host: str, port: int, no_web: bool) -> int:
    """Check on schedule, send alerts and serve the review pages, until SIGTERM or Ctrl-C."""
    from watcher.daemon import run_daemon
    from watcher.observe.logging import set_up_logging

    mine = settings()
    set_up_logging(mine.log_format)
    if not no_web:
        served_for(mine, host)
    return asyncio.run(run_daemon(mine, host=host, port=None if no_web else port, out=sys.stdout))
