"""watcher alerts: who was told what, how it went, and why."""

from __future__ import annotations

import asyncio

import click

from watcher.cli.opening import now, opened_app, opened_store
from watcher.cli.output import as_json, print_json, print_table
from watcher.errors import ConfigError
from watcher.models.alerts import DeliveryState


@click.group(name="alerts")
def command() -> None:
    """The ledger of deliveries: list, retry, explain."""


@command.command("list")
@click.option("--state", type=click.Choice([each.value for each in DeliveryState]))
@click.option("--recipient", help="Of this recipient only (its id).")
@click.option("--entry", help="About this entry only (its id).")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 500))
@as_json
def list_(state: str | None, recipient: str | None, entry: str | None, limit: int, json_: bool) -> None:
    """Deliveries, newest first: to whom, how it went, what happens next."""
    with opened_store() as store:
        rows = store.deliveries.listing(
            state=DeliveryState(state) if state else None, recipient=recipient, entry=entry, limit=limit
        )
    if json_:
        print_json(rows)
        return
    print_table(
        ("delivery", "state", "tries", "next try (UTC)", "to", "about", "answer"),
        [(row.id, row.state.value, row.attempts, row.due_at, row.address, row.title, row.answer) for row in rows],
        empty="no delivery fits",
    )


@command.command()
@click.argument("deliveries", nargs=-1)
@click.option("--all-dead", is_flag=True, help="Every delivery that was given up.")
def retry(deliveries: tuple[str, ...], all_dead: bool) -> None:
    """Try given-up DELIVERIES (ids) again, from their first attempt."""
    if bool(deliveries) == all_dead:
        raise click.UsageError("name the deliveries to retry, or say --all-dead")
    with opened_store() as store:
        count = store.deliveries.retry(now(), None if all_dead else list(deliveries))
    if deliveries and count < len(deliveries):
        raise ConfigError(
            f"only {count} of {len(deliveries)} are given up and were put back; see `watcher alerts list`"
        )
    click.echo(f"{count} deliveries are due again; the daemon or `watcher deliver` sends them")


@command.command()
@click.argument("entry")
def why(entry: str) -> None:
    """Which rules take ENTRY (its id), and which refuse it at which condition."""
    for line in asyncio.run(_why(entry)):
        click.echo(line)


async def _why(entry: str) -> list[str]:
    async with opened_app() as app:
        view = app.store.entries.show(entry)
        if view is None:
            raise ConfigError(f"{entry}: there is no entry of this id; `watcher matches list --json` shows ids")
        lines = [view.announcement.title]
        if view.backfill:
            lines.append("found by the first check of its source: stored, and nobody was alerted")
        for answer in app.stages.explain(app.plan, view.announcement):
            lines += [f"rule {answer.rule.id} takes {match.policy} ({match.action.value})" for match in answer.taken]
            lines += [
                f"rule {answer.rule.id} refuses {each.match.policy} ({each.match.action.value}) at: {each.condition}"
                + (f" (rule {each.by} took it)" if each.by else "")
                for each in answer.refused
            ]
        return lines
