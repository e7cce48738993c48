"""watcher users: who may come in, with which role, and the links that let them in."""

from __future__ import annotations

from datetime import timedelta

import click

from watcher.cli.opening import now, opened_store, settings
from watcher.cli.output import as_json, print_json, print_table
from watcher.models.accounts import Role

LINK_LASTS = timedelta(hours=24)
INVITATION_LASTS = timedelta(days=7)

_url = click.option(
    "--url", default="", help="Where the pages are served (default: WATCHER_BASE_URL or 127.0.0.1:8484)."
)


@click.group(name="users")
def command() -> None:
    """People of the review pages: viewers look, reviewers decide, administrators also decide about people."""


@command.command()
@click.argument("name")
@click.option(
    "--role", type=click.Choice([role.value for role in Role]), default=Role.REVIEWER.value, show_default=True
)
@_url
def add(name: str, role: str, url: str) -> None:
    """Add NAME, and print an invitation: a link that works once, within a week, and leads to choosing a password."""
    with opened_store() as store:
        added = store.users.add(name, Role(role), now())
        token = store.users.new_login_token(added.name, now(), INVITATION_LASTS)
    click.echo(f"{_base(url)}/login/{token}?next=/account")


@command.command("list")
@as_json
def list_(json_: bool) -> None:
    """Everybody, with role and when they were last seen."""
    with opened_store() as store:
        found = store.users.listing()
    if json_:
        print_json(found)
        return
    print_table(
        ("name", "role", "password", "last seen (UTC)", "since (UTC)"),
        [(a.name, a.role, "yes" if a.has_password else "no", a.last_seen_at, a.created_at) for a in found],
        empty="nobody yet; the first start of `watcher run` makes an administrator",
    )


@command.command()
@click.argument("name")
@click.argument("role", type=click.Choice([role.value for role in Role]))
def role(name: str, role: str) -> None:
    """Give NAME another ROLE, and sign them out everywhere."""
    with opened_store() as store:
        store.users.set_role(name, Role(role))
    click.echo(f"{name}: {role}")


@command.command()
@click.argument("name")
def remove(name: str) -> None:
    """Take NAME out, with sessions, links and tokens. Their reviews stay, under their name."""
    with opened_store() as store:
        store.users.remove(name)
    click.echo(f"{name}: removed")


@command.command("login-link")
@click.argument("name", required=False)
@_url
def login_link(name: str | None, url: str) -> None:
    """Print a link that logs NAME (without it: the first administrator) in, once, within a day."""
    with opened_store() as store:
        who = name or store.users.ensure_admin(now())[0].name
        token = store.users.new_login_token(who, now(), LINK_LASTS)
    click.echo(f"{_base(url)}/login/{token}")


def _base(url: str) -> str:
    return (url or settings().base_url or "http://127.0.0.1:8484").rstrip("/")
