"""What changes the sources of sources.yaml: add, import, pause, resume; and export, which only reads it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from watcher.cli.opening import settings
from watcher.cli.trials import print_trial, read_as
from watcher.errors import ConfigError
from watcher.models.catalog import Publisher, Source
from watcher.models.words import PublisherType

if TYPE_CHECKING:
    from watcher.models.catalog import Catalog
    from watcher.models.checks import CheckRecord
    from watcher.models.policies import Policy
    from watcher.pipeline.discovery import Candidate, Discovery
    from watcher.pipeline.tools import Tools
    from watcher.sources.catalog.edit import Change
    from watcher.sources.catalog.newcomer import WantedPublisher

_SHOWN = 3
"""Entries of each candidate."""
_TYPES = [each.value for each in PublisherType]

of_publisher = (
    click.option("--publisher", metavar="ID", help="The body behind it; default: the one that has this host already."),
    click.option("--publisher-name", metavar="NAME", help="The name of a new publisher."),
    click.option("--publisher-type", type=click.Choice(_TYPES), help="What kind of body a new publisher is."),
)


@dataclass(frozen=True, slots=True)
class Trial:
    """What trying needs: the catalog in the file, the stages of a check, the policies to name matches with."""

    catalog: Catalog
    tools: Tools
    policies: Mapping[str, Policy]


@asynccontextmanager
async def opened_trial() -> AsyncIterator[Trial]:
    """The stages of a check on a memory that knows nothing; nothing is stored. Raises ConfigError."""
    from watcher.bootstrap import load_catalog, opened_stages
    from watcher.pipeline.trial import NothingKnown

    async with opened_stages(settings()) as stages:
        catalog = load_catalog(stages.settings, stages.knowledge.policies)
        stages.fetcher.use_hosts(catalog.hosts)
        plan = stages.plan(catalog, sends=False)
        yield Trial(catalog, stages.tools(NothingKnown(), lambda: plan), stages.knowledge.policies)


async def source_at(url: str, kind: str | None, options: Sequence[str], trial: Trial) -> tuple[Source, CheckRecord]:
    """The source that an address makes, and what a check of it brings. Raises ConfigError, FetchError, ParseError.

    With options, or a kind that needs none, as it is said; else the best of what the address offers.
    """
    from watcher.pipeline.discovery import discover
    from watcher.pipeline.trial import try_source

    publisher = Publisher("tried", urlsplit(url).hostname or url, PublisherType.OTHER)
    if kind is not None and (options or not _needs_options(kind)):
        source = Source("tried", "tried", kind, url, options=given(kind, options))
        return source, await try_source(source, publisher, trial.tools)
    if options:
        raise ConfigError("--option: say with --kind of which kind these options are")
    found = await discover(url, publisher, trial.tools, kind=kind)
    best = next(iter((*found.candidates, *found.unreadable)), None)
    if best is None:
        raise _nothing_found(url)
    return best.source, best.record


def given(kind: str, options: Sequence[str]) -> dict[str, Any]:
    """The options of a kind from `name=value` texts. Raises ConfigError."""
    from watcher.sources.catalog.given import given_options

    return given_options(_options_of(kind), options) if options else {}


@click.command()
@click.argument("url")
@click.option("--id", "source_id", metavar="ID", help="The id of the source; default: made from the address.")
@of_publisher[0]
@of_publisher[1]
@of_publisher[2]
@click.option("--kind", help="Only look for this kind of source.")
@click.option("--option", "options", multiple=True, metavar="NAME=VALUE", help="With --kind: an option of it.")
@click.option("--language", metavar="CODE", help="en, es, ...; default: what the page says.")
@click.option("--yes", is_flag=True, help="Take the best without asking.")
def add(
    url: str,
    source_id: str | None,
    publisher: str | None,
    publisher_name: str | None,
    publisher_type: str | None,
    kind: str | None,
    options: tuple[str, ...],
    language: str | None,
    yes: bool,
) -> int:
    """Find out how URL is best watched, show what that brings, and write it into sources.yaml."""
    from watcher.sources.catalog.edit import add_publisher, add_source, refuse_read_only
    from watcher.sources.catalog.newcomer import WantedPublisher, free_id

    refuse_read_only(settings().config)
    wanted = WantedPublisher(publisher, publisher_name, publisher_type)
    catalog, found = asyncio.run(_offered(url, kind, options, wanted))
    if not found:
        return 1
    chosen = found[0] if yes else _chosen(found)
    if chosen is None:
        click.echo("nothing was added")
        return 0
    behind, is_new = wanted.among(catalog, url)
    if is_new and not yes and publisher_type is None:
        behind = replace(behind, type=_asked_type(behind))
    source = replace(
        chosen,
        id=source_id or free_id(chosen, behind.id, catalog),
        publisher=behind.id,
        language=language or chosen.language,
    )
    write(*([add_publisher(behind)] if is_new else []), add_source(source))
    _say_added(source, behind if is_new else None)
    return 0


@click.command()
@click.argument("source")
def pause(source: str) -> None:
    """Stop checking SOURCE: writes `enabled: false` into sources.yaml; its entries stay."""
    _switch(source, on=False)


@click.command()
@click.argument("source")
def resume(source: str) -> None:
    """Check SOURCE again: writes `enabled: true` into sources.yaml."""
    _switch(source, on=True)


async def _offered(
    url: str, kind: str | None, options: Sequence[str], wanted: WantedPublisher
) -> tuple[Catalog, list[Source]]:
    """The catalog, and the sources that an address could become, best first; they are shown on the way."""
    from watcher.pipeline.discovery import discover
    from watcher.sources.catalog.newcomer import refuse_watched

    async with opened_trial() as trial:
        refuse_watched(url, trial.catalog)
        publisher, _is_new = wanted.among(trial.catalog, url)
        if options:
            source, record = await source_at(url, kind, options, trial)
            click.echo(read_as(source))
            print_trial(record, trial.policies, _SHOWN, reasons=False)
            return trial.catalog, [source] if record.entries else []
        found = await discover(url, publisher, trial.tools, kind=kind)
        _print_discovery(found, trial.policies)
        return trial.catalog, [each.source for each in found.candidates]


def _print_discovery(found: Discovery, policies: Mapping[str, Policy]) -> None:
    for each in found.unreadable:
        problem = each.record.problem
        click.echo(f"not usable: {read_as(each.source)}: {problem.message if problem else 'no answer'}")
    for number, candidate in enumerate(found.candidates, 1):
        _print_candidate(number, candidate, policies)
    if not found.candidates:
        click.echo(str(_nothing_found(found.url)), err=True)


def _print_candidate(number: int, candidate: Candidate, policies: Mapping[str, Policy]) -> None:
    click.echo(f"\n[{number}] {read_as(candidate.source)}\n    {candidate.why}")
    print_trial(candidate.record, policies, _SHOWN, reasons=False)


def _nothing_found(url: str) -> ConfigError:
    return ConfigError(
        f"{url}: nothing there can be watched: no feed, no list of announcements, no API, no sitemap; give the address"
        " of the page that lists the announcements, or the kind and its options"
        " (`--kind listing --option entry=li.news`)"
    )


def _chosen(found: Sequence[Source]) -> Source | None:
    number = click.prompt("\nWhich one? (0: none)", type=click.IntRange(0, len(found)), default=1)
    return found[number - 1] if number else None


def _asked_type(publisher: Publisher) -> PublisherType:
    """What a publisher is decides whose acts are alerted: better asked than guessed."""
    answer = click.prompt(f"What is {publisher.name}?", type=click.Choice(_TYPES), default=publisher.type.value)
    return PublisherType(answer)


def _options_of(kind: str) -> type[Any]:
    from watcher.sources.base import kinds

    if kind not in kinds():
        raise ConfigError(f"--kind {kind}: there is no such kind; there are: {', '.join(kinds())}")
    options: type[Any] = kinds()[kind].options
    return options


def _needs_options(kind: str) -> bool:
    """Whether a kind cannot be used without options."""
    try:
        _options_of(kind)()
    except (TypeError, ValueError):
        return True
    return False


def _say_added(source: Source, new: Publisher | None) -> None:
    who = f", of the new publisher `{new.id}` ({new.name}, {new.type.value})" if new else ""
    click.echo(f"\n{settings().config}: added `{source.id}`{who}")
    click.echo("A running daemon takes it up by itself. Its first check is stored and shown, and alerts nobody.")


def write(*changes: Change) -> bool:
    """Make changes in sources.yaml, if it is right afterwards. Raises ConfigError."""
    from watcher.bootstrap import Knowledge, rewrite_catalog

    return rewrite_catalog(settings(), Knowledge(settings().vocabulary).policies, *changes)


def _switch(source: str, *, on: bool) -> None:
    from watcher.sources.catalog.edit import set_enabled

    changed = write(set_enabled(source, on))
    state = "checked" if on else "paused"
    click.echo(f"{settings().config}: `{source}` is {state}{'' if changed else ' already'}")
