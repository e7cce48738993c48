"""watcher sources: what is watched, how it is, and trying an address before it is watched."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from watcher.cli.opening import opened_store, settings
from watcher.cli.output import as_json, print_json, print_table, when
from watcher.errors import ConfigError
from watcher.models.catalog import Publisher, Source
from watcher.models.checks import CheckOutcome
from watcher.models.words import PublisherType

if TYPE_CHECKING:
    from watcher.models.catalog import Catalog
    from watcher.models.checks import CheckRecord, EntryRecord
    from watcher.models.views import SourceHealth


@click.group(name="sources")
def command() -> None:
    """List, show and try sources."""


@command.command("list")
@as_json
def list_(json_: bool) -> None:
    """All sources with their health, the failing ones first."""
    with opened_store() as store:
        health = sorted(store.sources.health(), key=lambda each: (not each.failures, each.source.id))
    if json_:
        print_json(health)
        return
    print_table(
        ("source", "state", "last check (UTC)", "next", "entries", "matches"),
        [
            (each.source.id, state(each), each.last_check_at, each.next_check_at, each.entries, each.matches)
            for each in health
        ],
        empty="no source was ever stored here; `watcher check --all` or `watcher run` reads sources.yaml",
    )


@command.command()
@click.argument("source")
@as_json
def show(source: str, json_: bool) -> None:
    """One source: what it is, how the last checks went, and what to do about it."""
    with opened_store() as store:
        found = store.sources.health([source])
    if not found:
        raise ConfigError(f"{source}: there is no source of this name; `watcher sources list` shows them")
    if json_:
        print_json(found[0])
        return
    for name, value in _facts(found[0]):
        click.echo(f"{name:>14}  {value}")


@command.command("try")
@click.argument("source")
@click.option("--kind", default="feed", show_default=True, help="How to read it, when SOURCE is an address.")
@click.option("--entries", default=5, show_default=True, type=click.IntRange(0, 100), help="How many to show.")
@as_json
def try_(source: str, kind: str, entries: int, json_: bool) -> int:
    """Fetch SOURCE (an id or an address) and show its entries, matches and alerts; store nothing, alert nobody."""
    record = asyncio.run(_try(source, kind))
    if json_:
        print_json({"problem": record.problem, "entries": [_tried(entry) for entry in record.entries]})
    else:
        _print_trial(record, entries)
    return 1 if record.outcome is CheckOutcome.FAILED else 0


async def _try(name: str, kind: str) -> CheckRecord:
    from watcher.bootstrap import load_catalog, opened_stages
    from watcher.pipeline.trial import NothingKnown, try_source

    async with opened_stages(settings()) as stages:
        catalog = load_catalog(stages.settings, stages.knowledge.policies)
        source, publisher = _named(name, kind, catalog)
        stages.fetcher.use_hosts(catalog.hosts)
        plan = stages.plan(catalog)
        return await try_source(source, publisher, stages.tools(NothingKnown(), lambda: plan))


def _named(name: str, kind: str, catalog: Catalog) -> tuple[Source, Publisher]:
    for source in catalog.sources:
        if source.id == name:
            return source, next(each for each in catalog.publishers if each.id == source.publisher)
    if "://" not in name:
        raise ConfigError(f"{name}: neither the id of a source nor an address (https://...)")
    host = urlsplit(name).hostname or name
    return Source(id="tried", publisher="tried", kind=kind, url=name), Publisher("tried", host, PublisherType.OTHER)


def _tried(record: EntryRecord) -> dict[str, object]:
    return {
        "title": record.entry.title,
        "url": record.entry.url,
        "published": record.entry.published,
        "text_state": record.text_state,
        "page_error": record.page_error,
        "matches": record.classification.matches,
        "alerts": [{"recipient": each.recipient_id, "rules": each.rule_ids} for each in record.deliveries],
    }


def _print_trial(record: CheckRecord, most: int) -> None:
    from watcher.bootstrap import Knowledge
    from watcher.vocabulary.wording import headline

    if record.problem:
        click.echo(f"{record.problem.message}. {record.problem.advice}")
    if record.outcome is CheckOutcome.FAILED:
        return
    policies = Knowledge(settings().vocabulary).policies
    click.echo(f"{record.entries_seen} entries")
    for each in record.entries[:most]:
        click.echo(f"\n{when(each.entry.published)}  {each.entry.title}\n  {each.entry.url or 'no link'}")
        for match in each.classification.matches:
            click.echo(f"  {match.score:.2f}  {headline(match, policies[match.policy].shown('en'), 'en')}")
        for alert in each.deliveries:
            click.echo(f"  would alert {alert.recipient_id} by rule {', '.join(alert.rule_ids)}")


def state(health: SourceHealth) -> str:
    """How a source is, in a word or two."""
    if health.retired:
        return "retired"
    if not health.source.enabled:
        return "switched off"
    if health.last_check_at is None:
        return "not checked yet"
    return f"failing ({health.problem_kind})" if health.failures else "well"


def _facts(health: SourceHealth) -> list[tuple[str, object]]:
    facts: list[tuple[str, object]] = [
        ("source", health.source.id),
        ("publisher", f"{health.publisher.name} ({health.publisher.type.value})"),
        ("read as", health.source.kind),
        ("address", health.source.url),
        ("state", state(health)),
        ("last check", when(health.last_check_at)),
        ("last success", when(health.last_success_at)),
        ("next check", when(health.next_check_at)),
        ("entries", f"{health.entries}, newest {when(health.newest_entry_at)}"),
        ("matches", health.matches),
    ]
    if health.problem:
        facts += [("failing since", when(health.failing_since)), ("problem", health.problem), ("advice", health.advice)]
    return facts
