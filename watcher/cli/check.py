"""watcher check: check sources now, whatever the schedule says."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import TYPE_CHECKING

import click

from watcher.cli.opening import opened_app
from watcher.cli.output import as_json, print_json
from watcher.errors import ConfigError
from watcher.models.checks import CheckOutcome

if TYPE_CHECKING:
    from watcher.models.checks import CheckSummary


@click.command()
@click.argument("sources", nargs=-1)
@click.option("--all", "all_", is_flag=True, help="Every enabled source.")
@as_json
def command(sources: tuple[str, ...], all_: bool, json_: bool) -> int:
    """Check SOURCES (ids), or --all, now. Still conditional; alerts go to the outbox (`watcher deliver` sends them).

    The exit code is 1 when a source could not be read.
    """
    if bool(sources) == all_:
        raise click.UsageError("name the sources to check, or say --all")
    summaries = asyncio.run(_check(None if all_ else sources))
    if json_:
        print_json(summaries)
    else:
        _print(summaries)
    return 1 if any(summary.outcome is CheckOutcome.FAILED for summary in summaries) else 0


async def _check(only: Collection[str] | None) -> list[CheckSummary]:
    async with opened_app(sends=False) as app:
        if only is not None:
            _refuse_unknown(only, app.store.sources.enabled_ids())
        return await app.watch.check(only)


def _refuse_unknown(only: Collection[str], known: Collection[str]) -> None:
    import difflib

    for source in only:
        if source not in known:
            close = difflib.get_close_matches(source, known, 1)
            hint = f"; did you mean {close[0]}?" if close else "; `watcher sources list` shows them"
            raise ConfigError(f"{source}: there is no enabled source of this name{hint}")


def _print(summaries: list[CheckSummary]) -> None:
    from watcher.observe.lines import check_line, many

    for summary in sorted(summaries, key=lambda summary: summary.source_id):
        if summary.outcome is not CheckOutcome.UNCHANGED:
            click.echo(check_line(summary))
    unchanged = sum(summary.outcome is CheckOutcome.UNCHANGED for summary in summaries)
    click.echo(f"{many(len(summaries), 'source')} checked, {unchanged} of them unchanged")
