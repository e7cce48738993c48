"""What most commands begin with: the settings of this process, and the store that they name."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from watcher.errors import ConfigError

if TYPE_CHECKING:
    from watcher.bootstrap import App
    from watcher.settings import Settings
    from watcher.store import Store


def now() -> datetime:
    return datetime.now(UTC)


def settings() -> Settings:
    """Settings of this process's environment. Raises ConfigError."""
    from watcher.settings import read_settings

    return read_settings(os.environ)


@contextmanager
def opened_store() -> Iterator[Store]:
    """The store, migrated and ready. Raises ConfigError, StoreError."""
    from watcher.bootstrap import open_store

    store = open_store(settings())
    try:
        yield store
    finally:
        store.close()


@asynccontextmanager
async def opened_app(*, sends: bool = True) -> AsyncIterator[App]:
    """The app of this process on its store, for one command, which may send nothing. Raises ConfigError, StoreError."""
    from watcher import bootstrap

    with opened_store() as store:
        async with bootstrap.opened_app(settings(), store, sends=sends) as app:
            yield app


health_port = click.option(
    "--health-port",
    type=click.IntRange(0, 65535),
    help="Serve /healthz, /readyz and /metrics on this port of loopback.",
)


def served_for(mine: Settings, host: str) -> None:
    """Raises ConfigError when the pages would be served to others without a name."""
    from watcher.settings import is_loopback

    if is_loopback(host) or mine.base_url:
        return
    raise ConfigError(
        f"--host {host}: pages that others can reach need WATCHER_BASE_URL, the address that people type "
        "(it is also the only host name that the pages answer to)"
    )
