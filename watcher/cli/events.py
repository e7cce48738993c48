"""watcher events: which entries report one announcement; take them apart, put them together, form them anew."""

from __future__ import annotations

import asyncio
import getpass
from datetime import UTC, datetime

import click

from watcher.cli.opening import now, opened_app, opened_store
from watcher.cli.output import as_json, print_json, print_table
from watcher.errors import ConfigError
from watcher.models.events import Event, Hindrance, Print, Regrouped


@click.group(name="events")
def command() -> None:
    """Announcements and the entries that report them: list, show, split, merge, undo, rebuild."""


@command.command("list")
@click.option("--least", default=1, show_default=True, type=click.IntRange(1, 100), help="With so many entries.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 500))
@as_json
def list_(least: int, limit: int, json_: bool) -> None:
    """The events with the newest reports first."""
    with opened_store() as store:
        found = store.events.listing(limit=limit, least=least)
    if json_:
        print_json([_plain(each) for each in found])
        return
    print_table(
        ("event", "first (UTC)", "entries", "leads", "title"),
        [(each.id, each.first_at, len(each.members), _lead(each).publisher_name, _lead(each).title) for each in found],
        empty="no events",
    )


@command.command()
@click.argument("name", metavar="EVENT")
@as_json
def show(name: str, json_: bool) -> None:
    """The entries of EVENT (its id, or that of one of its entries), and why each is there."""
    with opened_store() as store:
        found = store.events.show(name)
    if found is None:
        raise _unknown(name)
    if json_:
        print_json(_plain(found))
        return
    print_table(
        ("entry", "at (UTC)", "publisher", "title", "why"),
        [
            (each.print.entry_id, each.print.at, each.print.publisher_name, each.print.title, each.why)
            for each in found.members
        ],
        empty="no entries",
    )
    for about, ids in (("reacts to", [found.reaction_to] if found.reaction_to else []), ("reactions", found.reactions)):
        if ids:
            click.echo(f"{about}: {', '.join(ids)}")


@command.command()
@click.argument("entry", metavar="ENTRY")
def split(entry: str) -> None:
    """Take ENTRY out of its event. It stays out, whatever is formed anew."""

    async def run() -> Regrouped:
        async with opened_app(sends=False) as app:
            return app.store.regroupings.split(entry, app.gather, by=getpass.getuser(), now=now())

    made = asyncio.run(run())
    if made.hindrance:
        raise ConfigError(f"{entry}: is no entry that shares an event; see `watcher events show {entry}`")
    click.echo(f"{entry}: is event {made.event_id} now; `watcher events undo {made.act_id}` takes it back")


@command.command()
@click.argument("one", metavar="EVENT")
@click.argument("other", metavar="OTHER")
def merge(one: str, other: str) -> None:
    """Put OTHER into EVENT (ids of events or of entries). They stay together, whatever is formed anew."""

    async def run() -> Regrouped:
        async with opened_app(sends=False) as app:
            return app.store.regroupings.merge(one, other, app.gather, by=getpass.getuser(), now=now())

    made = asyncio.run(run())
    if made.hindrance:
        raise ConfigError(f"{one}, {other}: are one event already, or one is none; see `watcher events list`")
    click.echo(f"{other}: belongs to event {made.event_id} now; `watcher events undo {made.act_id}` takes it back")


@command.command()
@click.argument("act", metavar="ACT")
def undo(act: str) -> None:
    """Take back the split or merge ACT, unless somebody moved its entries after it."""

    async def run() -> Regrouped:
        async with opened_app(sends=False) as app:
            return app.store.regroupings.undo(act, app.gather, by=getpass.getuser(), now=now())

    made = asyncio.run(run())
    if made.hindrance is Hindrance.CHANGED:
        raise ConfigError(f"{act}: was taken back already, or its entries were moved since; split or merge them anew")
    if made.hindrance:
        raise ConfigError(f"{act}: is no split and no merge")
    click.echo(f"{act}: taken back; {', '.join(made.moved)} belongs to event {made.event_id} again")


@command.command()
def rebuild() -> None:
    """Form all events anew, as people decided and the rules of this version say. Nobody is alerted."""

    async def run() -> tuple[int, int]:
        from watcher.pipeline import events

        async with opened_app(sends=False) as app:
            return events.rebuild(app.store.entries, app.store.events, app.gather, datetime.min.replace(tzinfo=UTC))

    entries, made = asyncio.run(run())
    click.echo(f"{entries} entries with matches report {made} events")


def _lead(event: Event) -> Print:
    return next(each.print for each in event.members if each.print.entry_id == event.lead)


def _plain(event: Event) -> dict[str, object]:
    """Without what is only compared."""
    return {
        "id": event.id,
        "lead": event.lead,
        "first_at": event.first_at,
        "last_at": event.last_at,
        "reaction_to": event.reaction_to,
        "reactions": list(event.reactions),
        "entries": [
            {
                "entry": each.print.entry_id,
                "at": each.print.at,
                "publisher": each.print.publisher_name,
                "title": each.print.title,
                "why": each.why,
            }
            for each in event.members
        ],
    }


def _unknown(name: str) -> ConfigError:
    return ConfigError(f"{name}: is no event and no entry of one; see `watcher events list`")
