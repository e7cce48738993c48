"""watcher tokens: the keys with which programs ask the HTTP API."""

from __future__ import annotations

from datetime import datetime

import click

from watcher.cli.opening import now, opened_store
from watcher.cli.output import as_json, print_json, print_table
from watcher.errors import ConfigError
from watcher.models.accounts import Scope
from watcher.sources.catalog import durations


@click.group(name="tokens")
def command() -> None:
    """Keys for programs: each is somebody's, and may do no more than that person."""


@command.command()
@click.argument("name")
@click.option("--user", help="Whose it is; without it, the first administrator's.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice([scope.value for scope in Scope]),
    default=[Scope.READ.value],
    show_default=True,
    help="What it may do; may be given several times.",
)
@click.option(
    "--for", "for_", metavar="DURATION", help=f"How long it lasts, such as {durations.EXAMPLES}; else no end."
)
def add(name: str, user: str | None, scopes: tuple[str, ...], for_: str | None) -> None:
    """Make a token for what NAME says, and print it: it cannot be shown again."""
    until = _until(for_)
    with opened_store() as store:
        owner = user or store.users.ensure_admin(now())[0].name
        token = store.tokens.add(owner, name, [Scope(scope) for scope in scopes], now(), expires_at=until)
    click.echo(token)


@command.command("list")
@as_json
def list_(json_: bool) -> None:
    """The tokens that are in force, newest first."""
    with opened_store() as store:
        found = store.tokens.listing(now())
    if json_:
        print_json(found)
        return
    print_table(
        ("token", "user", "for", "may", "last used (UTC)", "until (UTC)"),
        [(t.id, t.user, t.name, " ".join(sorted(t.scopes)), t.last_used_at, t.expires_at) for t in found],
        empty="no tokens",
    )


@command.command()
@click.argument("token_id", metavar="TOKEN")
def revoke(token_id: str) -> None:
    """Close TOKEN (its id) for good."""
    with opened_store() as store:
        if not store.tokens.revoke(token_id):
            raise ConfigError(f"{token_id}: is no token that is in force; see `watcher tokens list`")
    click.echo(f"{token_id}: revoked")


def _until(for_: str | None) -> datetime | None:
    if for_ is None:
        return None
    lasts = durations.parse(for_)
    if not lasts:
        raise click.UsageError(f"--for {for_}: write a duration like {durations.EXAMPLES}")
    return now() + lasts
