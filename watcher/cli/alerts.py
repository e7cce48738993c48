"""watcher alerts: who was told what, how it went, and why; what a rule would send; whether a recipient is reached."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, TextIO

import click

from watcher.alerts import notices
from watcher.alerts.channels.base import channels
from watcher.alerts.waiting import in_words
from watcher.cli.opening import now, opened_app, opened_store, settings
from watcher.cli.output import as_json, print_json, print_table, when
from watcher.cli.silences import silence
from watcher.errors import ConfigError
from watcher.models.alerts import DeliveryState
from watcher.models.matches import Match
from watcher.models.plain import plain
from watcher.models.views import DeliveryRow, DeliveryView
from watcher.sources.catalog import durations
from watcher.spreadsheet import LEDGER_COLUMNS, csv_lines, ledger_cells

if TYPE_CHECKING:
    from watcher.alerts.preview import Preview
    from watcher.store import Store

PATIENCE = 60.0
"""Seconds that a test alert may take for its first attempt."""


@click.group(name="alerts")
def command() -> None:
    """The ledger of deliveries: list, retry, explain; try rules and recipients; silences."""


command.add_command(silence)


@command.command("list")
@click.option("--state", type=click.Choice([each.value for each in DeliveryState]))
@click.option("--recipient", help="Of this recipient only (its id).")
@click.option("--entry", help="About this entry only (its id).")
@click.option("--batch", help="That go in this one message only (its id).")
@click.option("--channel", help="Through this channel only.")
@click.option("--silence", "silenced_by", metavar="SILENCE", help="Held by this silence only (its id).")
@click.option("--since", metavar="DURATION", help="Made since then, such as 7d.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 500))
@click.option("--csv", "csv_", is_flag=True, help="Write all that fit as CSV; --limit does not count.")
@as_json
def list_(
    state: str | None,
    recipient: str | None,
    entry: str | None,
    batch: str | None,
    channel: str | None,
    silenced_by: str | None,
    since: str | None,
    limit: int,
    csv_: bool,
    json_: bool,
) -> None:
    """Deliveries, newest first: to whom, how it went, what happens next."""
    filters: dict[str, Any] = {
        "state": DeliveryState(state) if state else None,
        "recipient": recipient,
        "entry": entry,
        "batch": batch,
        "channel": channel,
        "silence": silenced_by,
        "since": _ago(since) if since else None,
    }
    with opened_store() as store:
        if csv_:
            for line in csv_lines(LEDGER_COLUMNS, map(ledger_cells, store.deliveries.each(**filters))):
                sys.stdout.write(line)
            return
        rows = store.deliveries.listing(**filters, limit=limit)
    if json_:
        print_json(rows)
        return
    print_table(
        ("delivery", "state", "tries", "next try (UTC)", "to", "about", "batch", "why it waits, or the answer"),
        [
            (
                row.id,
                row.state.value,
                _tries(row),
                row.due_at,
                row.address,
                row.title,
                row.batch or "",
                in_words(row.waits_for, "en", row.held_reason) or row.answer,
            )
            for row in rows
        ],
        empty="no delivery fits",
    )


def _tries(row: DeliveryRow) -> str:
    """ "3 of 14" while it is tried again, else how many there were."""
    channel = channels().get(row.channel)
    if row.state is not DeliveryState.RETRYING or channel is None:
        return str(row.attempts)
    return f"{row.attempts} of {channel.schedule.attempts}"


@command.command()
@click.argument("deliveries", nargs=-1)
@click.option("--all", "--all-dead", "all_dead", is_flag=True, help="Every delivery that was given up.")
def retry(deliveries: tuple[str, ...], all_dead: bool) -> None:
    """Try given-up DELIVERIES (ids) again, from their first attempt."""
    if bool(deliveries) == all_dead:
        raise click.UsageError("name the deliveries to retry, or say --all")
    with opened_store() as store:
        count = store.deliveries.retry(now(), None if all_dead else list(deliveries))
    if deliveries and count < len(deliveries):
        raise ConfigError(
            f"only {count} of {len(deliveries)} are given up and were put back; see `watcher alerts list`"
        )
    click.echo(f"{count} deliveries are due again; the daemon or `watcher deliver` sends them")


@command.command()
@click.argument("delivery")
@as_json
def show(delivery: str, json_: bool) -> None:
    """One DELIVERY (its id): what it says, to whom, and every attempt with the answer."""
    with opened_store() as store:
        view = store.deliveries.show(delivery)
    if view is None:
        raise ConfigError(f"{delivery}: there is no delivery of this id; `watcher alerts list` shows them")
    if json_:
        print_json(view)
        return
    row = view.row
    click.echo(f"{row.title}\nto {row.recipient_id}: {row.address} ({row.channel})")
    click.echo(f"{row.state.value}; made {when(row.created_at)} UTC; asked for by {', '.join(view.rule_ids)}")
    if view.silence_id:
        click.echo(f"held by silence {view.silence_id}")
    if reason := in_words(row.waits_for, "en", row.held_reason):
        click.echo(reason)
    if row.answer and row.answer not in {each.answer for each in view.attempts}:
        click.echo(row.answer)
    if row.due_at:
        click.echo(f"next try {when(row.due_at)} UTC")
    print_table(
        ("attempt", "ended (UTC)", "result", "answer"),
        [(each.number, each.finished_at, each.state.value, each.answer) for each in view.attempts],
        empty="no attempt yet",
    )


@command.command()
@click.argument("deliveries", nargs=-1)
@click.option("--all", "all_", is_flag=True, help="All that are held since a restore.")
def release(deliveries: tuple[str, ...], all_: bool) -> None:
    """Send DELIVERIES (ids), or --all, that are held since a backup was restored."""
    with opened_store() as store:
        count = store.deliveries.release(now(), _chosen(deliveries, all_))
    click.echo(f"{count} deliveries are due; the daemon or `watcher deliver` sends them")


@command.command()
@click.argument("deliveries", nargs=-1)
@click.option("--all", "all_", is_flag=True, help="All that are held since a restore.")
def drop(deliveries: tuple[str, ...], all_: bool) -> None:
    """Give up DELIVERIES (ids), or --all, that are held since a restore, because they had been sent before."""
    with opened_store() as store:
        count = store.deliveries.drop(now(), _chosen(deliveries, all_))
    click.echo(f"{count} deliveries are given up; they stay in the ledger, and `watcher alerts retry` can send them")


def _chosen(deliveries: tuple[str, ...], all_: bool) -> list[str] | None:
    if bool(deliveries) == all_:
        raise click.UsageError("name deliveries that are held since a restore, or say --all")
    return None if all_ else list(deliveries)


@command.command()
@click.argument("recipient")
def enable(recipient: str) -> None:
    """Send to RECIPIENT (its id) again, after its receiver had said that it is gone."""
    with opened_store() as store:
        found, again = store.deliveries.enable(recipient, now())
    if not found:
        raise ConfigError(f"{recipient}: none of its addresses is switched off; see `watcher alerts list`")
    click.echo(f"{', '.join(found)}: switched on; {again} deliveries are due again")


@command.command()
@click.argument("recipient")
@click.pass_context
def test(context: click.Context, recipient: str) -> None:
    """Send a test alert to RECIPIENT (its id), the way every alert goes, and say what came of it."""
    lines, arrived = asyncio.run(_test(recipient))
    for line in lines:
        click.echo(line)
    if not arrived:
        context.exit(1)


async def _test(recipient_id: str) -> tuple[list[str], bool]:
    async with opened_app() as app:
        recipient = app.plan.recipients.get(recipient_id)
        if recipient is None:
            there = ", ".join(app.plan.recipients) or "none"
            raise ConfigError(f"{recipient_id}: there is no such recipient; there are: {there}")
        made = app.stages.tell(notices.trial(recipient_id, now()), [recipient], now())
        app.store.deliveries.add(made, now())
        await app.watch.deliver()
        views = [await _tried(app.store, delivery.id) for delivery in made]
    lines = [f"{view.row.address}: {view.row.state.value}: {view.row.answer or 'no attempt yet'}" for view in views]
    return lines, all(view.row.state is DeliveryState.DELIVERED for view in views)


async def _tried(store: Store, delivery_id: str) -> DeliveryView:
    """The delivery after its first attempt; a running daemon may be the one that makes it."""
    ends = asyncio.get_running_loop().time() + PATIENCE
    while True:
        view = store.deliveries.show(delivery_id)
        assert view is not None
        if view.attempts or view.row.due_at is None or asyncio.get_running_loop().time() > ends:
            return view
        await asyncio.sleep(0.2)


@command.command()
@click.argument("rule", required=False)
@click.option("--yaml", "text", metavar="YAML", help="A rule that is not saved yet, as it would stand in sources.yaml.")
@click.option("--file", "file", type=click.File(), help="The same from a file; - is standard input.")
@click.option("--since", default="90d", show_default=True, metavar="DURATION", help="How far back to look.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(0, 2000), help="Entries to print.")
@as_json
def preview(rule: str | None, text: str | None, file: TextIO | None, since: str, limit: int, json_: bool) -> None:
    """How many alerts RULE (its id, or given as YAML) would have sent, and which."""
    if sum(each is not None for each in (rule, text, file)) != 1:
        raise click.UsageError("name a rule, or give one with --yaml or --file")
    found = _previewed(rule, file.read() if file else text, _ago(since))
    if json_:
        print_json({**plain(found), "alerts": found.alerts})
        return
    click.echo(said_of(found))
    print_table(
        ("first seen (UTC)", "entry", "what", "publisher", "title"),
        [
            (each.first_seen, each.entry_id, _what(each.matches), each.publisher, each.title)
            for each in found.news[:limit]
        ],
        empty="",
    )
    if len(found.news) > limit:
        click.echo(f"and {len(found.news) - limit} more; see them with --limit 2000")


def said_of(found: Preview) -> str:
    """What a preview found, in one line."""
    from watcher.observe.lines import many

    old = len(found.taken) - len(found.news)
    also = f"; it also takes {old} that were there at the first check, which alert nobody" if old else ""
    cut = f"; only the newest {found.looked_at:,} were looked at" if found.cut else ""
    return (
        f"rule {found.rule.id} would have sent {many(found.alerts, 'alert')} about {len(found.news):,} of "
        f"{many(found.looked_at, 'entry', 'entries')} with matches{also}{cut}"
    )


def _previewed(rule_id: str | None, text: str | None, since: datetime) -> Preview:
    from watcher.bootstrap import Knowledge, published_catalog
    from watcher.models.made import together
    from watcher.pipeline.previewing import preview_rule
    from watcher.sources.catalog.onerule import read_rule

    knowledge = Knowledge(settings().vocabulary)
    with opened_store() as store:
        catalog = together(published_catalog(settings(), store, knowledge, now()), store.made.all())
        if text is not None:
            rule = read_rule(text, catalog, knowledge.policies.keys())
        else:
            named = {each.id: each for each in catalog.rules}
            if rule_id not in named:
                there = ", ".join(named) or "none"
                raise ConfigError(f"{rule_id}: there is no such rule; there are: {there}")
            rule = named[rule_id]
        return preview_rule(rule, catalog, store.entries.announcements, knowledge.policies, since=since)


def _what(matches: Sequence[Match]) -> str:
    return ", ".join(dict.fromkeys(f"{match.policy} ({match.action.value})" for match in matches))


def _ago(text: str) -> datetime:
    lasted = durations.parse(text)
    if lasted is None:
        raise click.UsageError(f"--since {text}: write a duration like {durations.EXAMPLES}")
    return now() - lasted


@command.command()
@click.argument("entry")
def why(entry: str) -> None:
    """Which rules take ENTRY (its id), and which refuse it at which condition."""
    for line in asyncio.run(_why(entry)):
        click.echo(line)


async def _why(entry: str) -> list[str]:
    async with opened_app(sends=False) as app:
        view = app.store.entries.show(entry)
        if view is None:
            raise ConfigError(f"{entry}: there is no entry of this id; `watcher matches list --json` shows ids")
        lines = [view.announcement.title]
        if view.backfill:
            lines.append("found by the first check of its source: stored, and nobody was alerted")
        elif again := sorted({row.match.policy for row in view.matches if row.backfill}):
            named = ", ".join(again)
            lines.append(f"{named}: found when stored entries were classified again, and nobody was alerted")
        for match, quiet in app.stages.held(app.store.silences.in_force(now()), view.announcement, now()).items():
            lines.append(f"silence {quiet.id} holds {match.policy} ({match.action.value}): {quiet.comment}")
        for answer in app.stages.explain(app.plan, view.announcement):
            lines += [f"rule {answer.rule.id} takes {match.policy} ({match.action.value})" for match in answer.taken]
            lines += [
                f"rule {answer.rule.id} refuses {each.match.policy} ({each.match.action.value}) at: {each.condition}"
                + (f" (rule {each.by} took it)" if each.by else "")
                for each in answer.refused
            ]
        return lines
