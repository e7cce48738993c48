"""watcher deliver: send what is due in the outbox, once."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from watcher.cli.opening import opened_app
from watcher.cli.output import as_json, print_json

if TYPE_CHECKING:
    from watcher.pipeline.deliver import DeliverySummary


@click.command()
@as_json
def command(json_: bool) -> int:
    """Send what is due in the outbox. The exit code is 1 when something could not be sent."""
    summary = asyncio.run(_deliver())
    if json_:
        print_json(summary)
    else:
        from watcher.observe.lines import delivery_line

        click.echo(delivery_line(**asdict(summary)))
    return 1 if summary.attempts > summary.delivered else 0


async def _deliver() -> DeliverySummary:
    async with opened_app() as app:
        return await app.watch.deliver()
