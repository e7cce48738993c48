"""watcher db: the database itself."""

from __future__ import annotations

import click

from watcher.cli.opening import settings
from watcher.cli.output import as_json, print_json


@click.group(name="db")
def command() -> None:
    """The database: upgrade, status."""


@command.command()
def upgrade() -> None:
    """Bring the database to the version of this program; a copy of an SQLite file is kept first."""
    from watcher.bootstrap import prepare_data_dir
    from watcher.store import migrate

    mine = settings()
    prepare_data_dir(mine)
    status = migrate.upgrade(mine.database_url)
    click.echo(f"{status.state}: version {status.current}")


@command.command()
@as_json
def status(json_: bool) -> int:
    """Say which version the database has; the exit code is 1 when it is not the one of this program."""
    from watcher.store import migrate

    found = migrate.status(settings().database_url)
    if json_:
        print_json(found)
    else:
        click.echo(f"{found.state}: version {found.current or 'none'}, this program has {found.head}")
    return 0 if found.state == "current" else 1
