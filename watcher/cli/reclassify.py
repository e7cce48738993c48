"""watcher reclassify: bring stored matches up to date with the vocabulary; nobody is alerted."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime

import click

from watcher.cli.opening import opened_app
from watcher.cli.output import as_json, print_json, print_table
from watcher.errors import ConfigError
from watcher.models.reclassified import Outcome, Wanted

TELL_EVERY = 5.0
"""Seconds."""


@click.command()
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="First day (UTC) of first sight.")
@click.option("--source", metavar="ID", help="Entries of this source only.")
@click.option("--all", "all_", is_flag=True, help="Also entries that this version of the vocabulary has classified.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and store nothing.")
@as_json
def command(since: datetime | None, source: str | None, all_: bool, dry_run: bool, json_: bool) -> None:
    """Classify stored entries again, as the vocabulary says now. Works beside a running daemon.

    Matches that were not there are stored as historical: nobody is alerted. Those that are no longer found go, unless
    a person reviewed them. A run that was ended goes on where it was when it is begun again.
    """
    first = since.replace(tzinfo=UTC) if since else None
    outcome = asyncio.run(_run(first, source, everything=all_, dry_run=dry_run))
    if json_:
        print_json(outcome)
        return
    _print(outcome, dry_run=dry_run)


async def _run(since: datetime | None, source: str | None, *, everything: bool, dry_run: bool) -> Outcome:
    async with opened_app() as app:
        if source is not None and not app.store.sources.health([source]):
            raise ConfigError(f"{source}: there is no source of this id; `watcher sources list` shows them")
        version = app.stages.knowledge.classifier.vocabulary.version
        wanted = Wanted(version, since, source, everything)
        done, progress = Outcome(), _Progress(app.store.reclassification.count(wanted))
        async for step in app.reclassify(wanted, dry_run=dry_run):
            done += step
            progress.tell(done)
    return done


class _Progress:
    """A line now and then, for whoever waits."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._told_at = time.monotonic()

    def tell(self, done: Outcome) -> None:
        if time.monotonic() - self._told_at < TELL_EVERY:
            return
        self._told_at = time.monotonic()
        click.echo(f"{done.entries + done.passed_over:,} of {self._total:,} entries", err=True)


def _print(outcome: Outcome, *, dry_run: bool) -> None:
    print_table(
        ("policy", "new", "gone", "kept by review", "unchanged"),
        [
            (policy, f"{each.new:,}", f"{each.gone:,}", f"{each.kept:,}", f"{each.unchanged:,}")
            for policy, each in sorted(outcome.policies.items())
        ],
        empty="no matches",
    )
    verb = "would be classified again; nothing was stored" if dry_run else "were classified again; nobody was alerted"
    click.echo(f"{outcome.entries:,} entries {verb}")
    if outcome.passed_over:
        click.echo(f"{outcome.passed_over:,} changed meanwhile and were left as they are; run this again for them")
