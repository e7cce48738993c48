"""watcher config: the configuration in force."""

from __future__ import annotations

import json
import os

import click

from watcher.cli.opening import opened_store, settings
from watcher.cli.output import as_json, print_json
from watcher.errors import ConfigError


@click.group(name="config", invoke_without_command=True)
@as_json
@click.pass_context
def command(context: click.Context, json_: bool) -> None:
    """Check the configuration and show what is in force. Secrets are never shown."""
    if context.invoked_subcommand is None:
        _show(json_)


@command.command()
def schema() -> None:
    """Print the JSON Schema of sources.yaml, for editors."""
    from watcher.bootstrap import catalog_schema

    click.echo(json.dumps(catalog_schema(), indent=2))


@command.command()
@click.option("--made-here", is_flag=True, help="Only the rules and recipients that were made on the pages.")
def export(made_here: bool) -> None:
    """Print what is in force as YAML: sources.yaml as the database has it, and what was made on the pages."""
    from watcher.models.made import alone, together
    from watcher.sources.catalog import dump_catalog

    with opened_store() as store:
        catalog, made = store.catalogs.current(), store.made.all()
    if catalog is None:
        raise ConfigError("the database has no catalog yet; `watcher check --all` or `watcher run` stores sources.yaml")
    click.echo(dump_catalog(alone(made) if made_here else together(catalog, made)), nl=False)


def _show(json_: bool) -> None:
    from watcher.bootstrap import Knowledge, load_catalog
    from watcher.settings import VARIABLES, shown_settings

    mine = settings()
    catalog = load_catalog(mine, Knowledge(mine.vocabulary).policies)
    if json_:
        print_json({"settings": shown_settings(mine), "sources": catalog.sources, "rules": catalog.rules})
        return
    for name, value in shown_settings(mine).items():
        source = "" if name in os.environ or f"{name}_FILE" in os.environ else "  (default)"
        click.echo(f"{name}={value}{source}")
        click.echo(f"    {VARIABLES[name]}")
    enabled = sum(source.enabled for source in catalog.sources)
    click.echo(
        f"\n{mine.config}: right. {len(catalog.sources)} sources ({enabled} switched on) of {len(catalog.publishers)} "
        f"publishers, {len(catalog.recipients)} recipients, {len(catalog.rules)} rules"
    )
