"""Sources from and for other programs: import of OPML and CSV, export of OPML, CSV and YAML."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from watcher.cli.onboarding import of_publisher, write
from watcher.cli.opening import settings
from watcher.errors import ConfigError, ParseError
from watcher.models.catalog import Source
from watcher.sources.catalog.newcomer import WantedPublisher, free_id

if TYPE_CHECKING:
    from watcher.models.catalog import Catalog
    from watcher.sources.catalog.edit import Change
    from watcher.sources.subscriptions import Wanted


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@of_publisher[0]
@of_publisher[1]
@of_publisher[2]
@click.option("--off", is_flag=True, help="Write them switched off (enabled: false), to be looked at first.")
def import_(
    file: Path, publisher: str | None, publisher_name: str | None, publisher_type: str | None, off: bool
) -> int:
    """Write the sources of FILE (OPML, or CSV with a column `url`) into sources.yaml; what is there already stays."""
    from watcher.sources.catalog.edit import refuse_read_only

    refuse_read_only(settings().config)
    catalog = _catalog()
    plan = _Import(catalog, WantedPublisher(publisher, publisher_name, publisher_type))
    for each in asyncio.run(_subscribed(file.read_bytes(), str(file))):
        plan.take(each, enabled=not off)
    if plan.changes:
        write(*plan.changes)
    click.echo(f"{len(plan.added)} added, {plan.known} were there already")
    for source in plan.added:
        click.echo(f"  {source.id}  {source.url}")
    return 0


@click.command()
@click.option("--format", "format_", default="yaml", show_default=True, type=click.Choice(["yaml", "csv", "opml"]))
def export(format_: str) -> None:
    """Print the sources: as YAML (publishers and sources, whole), CSV (without options) or OPML (feeds only)."""
    from watcher.sources import subscriptions
    from watcher.sources.catalog import dump_catalog

    catalog = _catalog()
    if format_ == "yaml":
        click.echo(dump_catalog(replace(catalog, hosts=(), recipients=(), rules=(), digest="")), nl=False)
        return
    write = {"csv": subscriptions.write_csv, "opml": subscriptions.write_opml}[format_]
    click.echo(write(catalog), nl=False)


class _Import:
    """What an import adds: new publishers before their sources, and nothing twice."""

    def __init__(self, catalog: Catalog, wanted: WantedPublisher) -> None:
        from watcher.sources.keys import canonical_url

        self._catalog = catalog
        self._wanted = wanted
        self._urls = {canonical_url(each.url) for each in catalog.sources}
        self.changes: list[Change] = []
        self.added: list[Source] = []
        self.known = 0

    def take(self, each: Wanted, *, enabled: bool) -> None:
        from watcher.sources.catalog.edit import add_publisher, add_source
        from watcher.sources.keys import canonical_url

        if canonical_url(each.url) in self._urls:
            self.known += 1
            return
        wanted = WantedPublisher(
            self._wanted.id or each.publisher or None,
            self._wanted.name or each.publisher_name or None,
            self._wanted.type or each.publisher_type or None,
        )
        publisher, is_new = wanted.among(self._catalog, each.url)
        if is_new:
            publisher = replace(publisher, country=each.country or None)
            self._catalog = replace(self._catalog, publishers=(*self._catalog.publishers, publisher))
            self.changes.append(add_publisher(publisher))
        kind = each.kind or "feed"
        source = Source(
            id=each.id or "",
            publisher=publisher.id,
            kind=kind,
            url=each.url,
            name=each.name,
            enabled=enabled,
            language=each.language or None,
            note=each.note,
        )
        if not source.id or source.id in {known.id for known in self._catalog.sources}:
            source = replace(source, id=free_id(source, publisher.id, self._catalog))
        self._catalog = replace(self._catalog, sources=(*self._catalog.sources, source))
        self._urls.add(canonical_url(each.url))
        self.changes.append(add_source(source))
        self.added.append(source)


def _catalog() -> Catalog:
    from watcher.bootstrap import Knowledge, load_catalog

    return load_catalog(settings(), Knowledge(settings().vocabulary).policies)


async def _subscribed(body: bytes, name: str) -> tuple[Wanted, ...]:
    """What a list names, read where a hostile one can do no harm. Raises ConfigError."""
    from watcher.sandbox import Sandbox
    from watcher.sources.subscriptions import Wanted

    sandbox = Sandbox(workers=1)
    try:
        arguments = {"body": body, "name": name}
        return await sandbox.run("watcher.pipeline.offers:subscribed", arguments, tuple[Wanted, ...])
    except ParseError as error:
        raise ConfigError(f"{error.problem.message} {error.problem.advice}") from error
    finally:
        await sandbox.aclose()
