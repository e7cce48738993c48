"""watcher db: the database itself, and what keeps it: backup, restore, copy, prune."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from watcher.cli.opening import now, opened_store, settings
from watcher.cli.output import as_json, print_json, when
from watcher.errors import ConfigError

if TYPE_CHECKING:
    from watcher.models.keeping import Pruned, Restored


@click.group(name="db")
def command() -> None:
    """The database: upgrade, status, backup, restore, copy, prune."""


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


@command.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace FILE when it is there.")
@as_json
def backup(file: Path, force: bool, json_: bool) -> None:
    """Write everything, captures included, into one FILE, while the daemon runs; read it back and compare.

    FILE is an SQLite database, also when yours is PostgreSQL. It holds addresses and digests of tokens: keep it safe.
    """
    from watcher.store.backup import back_up

    made = back_up(settings().database_url, file, now(), replace=force)
    if json_:
        print_json(made)
        return
    rows = sum(table.rows for table in made.tables.values())
    click.echo(
        f"{made.path}: {made.octets:,} bytes, {rows:,} rows in {len(made.tables)} tables, read back and verified"
    )


@command.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace what is in the database.")
@click.option("--hold/--send", "hold", default=None, help="Hold back what had not been delivered, or send it.")
@as_json
def restore(file: Path, force: bool, hold: bool | None, json_: bool) -> None:
    """Put the backup in FILE back. Asks before it replaces a database, and before alerts would be sent again.

    With --hold, alerts that had not been delivered, and those about what each source brings at its next check, wait in
    the ledger until `watcher alerts release` or `watcher alerts drop`: they may have gone out since the backup.
    """
    from watcher.bootstrap import prepare_data_dir
    from watcher.store.restore import is_overwriting, open_alerts
    from watcher.store.restore import restore as put_back

    mine = settings()
    prepare_data_dir(mine)
    waiting = open_alerts(file)
    if not force and is_overwriting(mine.database_url):
        force = _ask("There is a database with something in it. Replace it?", "say --force to replace it")
    if hold is None:
        undone = f"{waiting} alerts had not been delivered when the backup was made, and may have been since."
        question = f"{undone} Send them?"
        hold = not _ask(question, "say --hold to keep them back, or --send to send them")
    done = put_back(file, mine.database_url, _who(), now(), hold=hold, overwrite=force)
    if json_:
        print_json(done)
    else:
        _tell(done)


def _ask(question: str, advice: str) -> bool:
    """Ask whoever is there; a script must have said it. Raises ConfigError."""
    if not sys.stdin.isatty():
        raise ConfigError(f"{question} Nobody is there to answer: {advice}")
    return click.confirm(question, default=False)


def _tell(done: Restored) -> None:
    rows = sum(table.rows for table in done.tables.values())
    made = f", made {when(done.made_at)} UTC" if done.made_at else ""
    click.echo(f"restored: {rows:,} rows, verified{made}; everybody logs in again")
    if done.replaced:
        click.echo(f"the database that was there is now {done.replaced}")
    if done.hold:
        click.echo(
            f"{done.open_alerts} alerts are held, and so are those about what each source brings at its next check; "
            "look at `watcher alerts list --state restored`, then `watcher alerts release` or `watcher alerts drop`"
        )
    click.echo("tokens and feed links that were revoked after the backup are good again: look at them")


@command.command()
@click.argument("from_", metavar="FROM")
@click.argument("to", metavar="TO")
@as_json
def copy(from_: str, to: str, json_: bool) -> None:
    """Copy everything from database FROM into the empty database TO (both as in WATCHER_DATABASE_URL), and compare.

    Stop the daemon first. A copy that was broken off is taken up where it was. FROM stays as it is.
    """
    from watcher.store.copying import copy as copy_all

    tables = copy_all(from_, to, _who(), now(), tell=lambda name: click.echo(f"  {name}", err=True))
    if json_:
        print_json(tables)
        return
    rows = sum(table.rows for table in tables.values())
    click.echo(f"{rows:,} rows in {len(tables)} tables are the same in both, by counts and hashes")
    click.echo("set WATCHER_DATABASE_URL to the copy; a daemon on each of them would send everything twice")


@command.command()
@click.option("--dry-run", is_flag=True, help="Say what would go, and take nothing away.")
@as_json
def prune(dry_run: bool, json_: bool) -> None:
    """Take away texts and captures without a match whose time is over; the daemon does it once a day.

    `retention:` in sources.yaml says how long each is kept. Whatever has a match stays.
    """
    from watcher.bootstrap import Knowledge, published_catalog
    from watcher.models.keeping import Pruned
    from watcher.pipeline.prune import steps, would_take
    from watcher.store.keeping import PRUNE

    mine, moment = settings(), now()
    with opened_store() as store:
        retention = published_catalog(mine, store, Knowledge(mine.vocabulary), moment).retention
        if dry_run:
            found = would_take(store.pruning, retention, moment)
        else:
            found = sum(steps(store.pruning, retention, moment), Pruned())
            store.keeping.note(PRUNE, moment, {"texts": found.texts, "captures": found.captures})
    if json_:
        print_json(found)
    else:
        click.echo(_pruned(found, "would go" if dry_run else "went"))


def _pruned(found: Pruned, verb: str) -> str:
    captures = f"{found.captures:,} captures ({found.octets:,} bytes, of {found.visits:,} visits)"
    return f"{found.texts:,} texts and {captures} {verb}"


def _who() -> str:
    return f"process {os.getpid()} on {socket.gethostname()} since {now():%Y-%m-%d %H:%M} UTC"
