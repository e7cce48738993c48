"""watcher web: the review pages as a process of their own."""

from __future__ import annotations

import asyncio
import sys

import click

from watcher.cli.opening import served_for, settings


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Where the pages are served.")
@click.option("--port", default=8484, show_default=True, type=click.IntRange(0, 65535))
def command(host: str, port: int) -> int:
    """Serve the review pages until SIGTERM or Ctrl-C; schedulers and workers are processes of their own."""
    from watcher.observe.logging import set_up_logging
    from watcher.workers.pages import run_web

    mine = settings()
    set_up_logging(mine.log_format)
    served_for(mine, host)
    return asyncio.run(run_web(mine, host=host, port=port, out=sys.stdout))
