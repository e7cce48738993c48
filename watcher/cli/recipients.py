"""watcher recipients: everybody who is written to, and an address forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import click

from watcher.alerts.channels.base import addresses
from watcher.cli.opening import now, opened_store
from watcher.cli.output import as_json, print_json, print_table
from watcher.errors import ConfigError
from watcher.models.subscriptions import Ended, subscriber_id, tidy

if TYPE_CHECKING:
    from watcher.store import Store

_WHY: dict[str, str] = {Ended.UNSUBSCRIBED: "unsubscribed", Ended.REFUSED: "mail servers refused the address"}
FILE, PAGES, SUBSCRIBED = "sources.yaml", "made on the pages", "subscribed"


@dataclass(frozen=True, slots=True)
class Written:
    """An address that is written to. `since` and `ended` are known of subscriptions only."""

    recipient: str
    channel: str
    address: str
    language: str
    comes_from: str
    since: datetime | None = None
    ended: datetime | None = None
    ended_because: str = ""
    policies: tuple[str, ...] = ()
    frequency: str = ""


@click.group(name="recipients")
def command() -> None:
    """Who is written to: of sources.yaml, made on the pages, subscribed. Forget an address."""


@command.command("list")
@as_json
def list_(json_: bool) -> None:
    """Every address, and where it comes from."""
    with opened_store() as store:
        rows = list(_written(store))
    if json_:
        print_json(rows)
        return
    print_table(
        ("recipient", "channel", "address", "language", "comes from", "since (UTC)", "ended (UTC)", "why", "how often"),
        [
            (
                *(row.recipient, row.channel, row.address, row.language),
                *(row.comes_from, row.since, row.ended, row.ended_because, row.frequency),
            )
            for row in rows
        ],
        empty="nobody is written to; name recipients in sources.yaml, or let people subscribe",
    )


@command.command()
@click.argument("address")
def forget(address: str) -> None:
    """Remove ADDRESS and what is known of it; the ledger keeps its deliveries under a name that leads nowhere."""
    with opened_store() as store:
        if there := _where(store, tidy(address)):
            raise ConfigError(f"{address}: is an address of recipient {there}; take it out there first, then forget it")
        count = store.subscriptions.forget(address, now())
    if not count:
        raise ConfigError(f"{address}: nothing is known of this address; see `watcher recipients list`")
    click.echo(f"forgotten: {count} records had this address")


def _written(store: Store) -> Iterator[Written]:
    catalog = store.catalogs.current()
    here = [(each, FILE) for each in (catalog.recipients if catalog else ())]
    here += [(each.what, PAGES) for each in store.made.all().recipients]
    for recipient, source in here:
        for address in addresses(recipient):
            yield Written(recipient.id, recipient.channel, address, recipient.language, source)
    for each in store.subscriptions.listing():
        yield Written(
            recipient=subscriber_id(each.id),
            channel="email",
            address=each.address,
            language=each.choices.language,
            comes_from=SUBSCRIBED,
            since=each.confirmed_at,
            ended=each.ended_at,
            ended_because=_WHY.get(each.ended_because, each.ended_because),
            policies=each.choices.policies,
            frequency=each.choices.frequency.value,
        )


def _where(store: Store, address: str) -> str | None:
    """The recipient, of sources.yaml or made on the pages, that has the address."""
    found = (each for each in _written(store) if each.comes_from != SUBSCRIBED)
    return next(
        (f"{each.recipient} ({each.comes_from})" for each in found if each.address.lower() == address.lower()), None
    )
