"""watcher demo: the main job with no network, against a newsroom that watcher serves itself."""

from __future__ import annotations

import asyncio

import click


@click.command()
@click.option(
    "--once", is_flag=True, help="A first check, then news, one more round, all deliveries, a report; then exit."
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Where the review pages are served.")
@click.option("--port", default=8484, show_default=True, type=click.IntRange(0, 65535))
def command(once: bool, host: str, port: int) -> int:
    """Watch a bundled newsroom on loopback: publishers, a mailbox and a webhook receiver, all real servers."""
    from watcher.demo.run import run_demo

    return asyncio.run(run_demo(once=once, host=host, port=port, announce=click.echo))
