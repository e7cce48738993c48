"""watcher users: who may review."""

from __future__ import annotations

from datetime import timedelta

import click

from watcher.cli.opening import now, opened_store, settings

LINK_LASTS = timedelta(hours=24)


@click.group(name="users")
def command() -> None:
    """Login links for the review pages."""


@command.command("login-link")
@click.option("--url", default="", help="Where the pages are served (default: WATCHER_BASE_URL or 127.0.0.1:8484).")
def login_link(url: str) -> None:
    """Print a link that logs the administrator in, once, within a day."""
    base = url or settings().base_url or "http://127.0.0.1:8484"
    with opened_store() as store:
        admin, _ = store.users.ensure_admin(now())
        token = store.users.new_login_token(admin.name, now(), LINK_LASTS)
    click.echo(f"{base.rstrip('/')}/login/{token}")
