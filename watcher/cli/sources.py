"""watcher sources: what is watched, how it is, and trying an address before it is watched."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from watcher.cli.exchange import export, import_
from watcher.cli.incidents import incident_facts, incidents
from watcher.cli.onboarding import Trial, add, given, opened_trial, pause, resume, source_at
from watcher.cli.opening import now, opened_store
from watcher.cli.output import as_json, print_json, print_table, when
from watcher.cli.trials import print_trial, read_as, trial_data
from watcher.errors import ConfigError
from watcher.models.checks import CheckOutcome
from watcher.models.hosts import ignores_robots
from watcher.vocabulary.troubles import label

if TYPE_CHECKING:
    from watcher.models.catalog import Source
    from watcher.models.checks import CheckRecord
    from watcher.models.policies import Policy
    from watcher.models.views import SourceHealth


@click.group(name="sources")
def command() -> None:
    """List, show, try, add, import, export, pause and resume sources."""


for each in (add, import_, export, pause, resume, incidents):
    command.add_command(each)


@command.command("list")
@as_json
def list_(json_: bool) -> None:
    """All sources with their health, those with an incident and the failing ones first."""
    with opened_store() as store:
        health = sorted(store.sources.health(), key=lambda each: (not each.incident, not each.failures, each.source.id))
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
        catalog = store.catalogs.current()
    if not found:
        raise ConfigError(f"{source}: there is no source of this name; `watcher sources list` shows them")
    if json_:
        print_json(found[0])
        return
    for name, value in _facts(found[0]):
        click.echo(f"{name:>14}  {value}")
    if catalog and ignores_robots(found[0].source.url, catalog.hosts):
        click.echo(f"{'robots.txt':>14}  ignored by configuration (`hosts` in sources.yaml)")


@command.command("try")
@click.argument("source")
@click.option("--kind", help="How to read it, when SOURCE is an address; default: what `sources add` would take.")
@click.option("--option", "options", multiple=True, metavar="NAME=VALUE", help="An option of the kind; repeatable.")
@click.option("--entries", default=5, show_default=True, type=click.IntRange(0, 100), help="How many to show.")
@as_json
def try_(source: str, kind: str | None, options: tuple[str, ...], entries: int, json_: bool) -> int:
    """Fetch SOURCE (an id, an address, or a saved file) and show its entries, matches and alerts; store nothing, alert
    nobody."""
    tried, record, policies = asyncio.run(_try(source, kind, options))
    if json_:
        print_json({"kind": tried.kind, "url": tried.url, "options": tried.options, **trial_data(record)})
    else:
        click.echo(read_as(tried))
        print_trial(record, policies, entries)
    return 1 if record.outcome is CheckOutcome.FAILED else 0


async def _try(name: str, kind: str | None, options: Sequence[str]) -> tuple[Source, CheckRecord, Mapping[str, Policy]]:
    from watcher.pipeline.trial import try_source

    async with opened_trial() as trial:
        known = next((each for each in trial.catalog.sources if each.id == name), None)
        if known is not None:
            publisher = next(each for each in trial.catalog.publishers if each.id == known.publisher)
            source = replace(known, options={**known.options, **given(known.kind, options)})
            return source, await try_source(source, publisher, trial.tools), trial.policies
        is_mailbox = name.startswith(("maildir:", "imaps:"))
        if "://" not in name and not is_mailbox:
            name, trial = _saved(name, trial)
        source, record = await source_at(name, "maildir" if is_mailbox else kind, options, trial)
        return source, record, trial.policies


def _saved(name: str, trial: Trial) -> tuple[str, Trial]:
    """The address of a saved file, and a trial that reads only it."""
    from watcher.cli.saved import SavedFile

    if not Path(name).is_file():
        raise ConfigError(f"{name}: neither the id of a source, nor an address (https://...), nor a saved file")
    file = SavedFile(Path(name), now())
    return file.url, replace(trial, tools=replace(trial.tools, fetch=file, pages_per_check=0))


def state(health: SourceHealth) -> str:
    """How a source is, in a word or two."""
    if health.retired:
        return "retired"
    if not health.source.enabled:
        return "switched off"
    if health.last_check_at is None:
        return "not checked yet"
    if health.incident:
        return label(health.incident.kind)
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
    if health.scans:
        facts.append(("unread scans", f"{health.scans}: documents that are pictures of pages; a person must read them"))
        facts += [("", f"{title} (/entries/{entry})") for entry, title in health.newest_scans]
    facts += incident_facts(health)
    if health.problem:
        facts += [("failing since", when(health.failing_since)), ("problem", health.problem), ("advice", health.advice)]
    return facts
