"""The pages of a process: the application from its settings, served on a port, and the greeting at the terminal."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.types import ASGIApp

from watcher.bootstrap import Plan, Stages, link_key
from watcher.errors import ConfigError
from watcher.fetch import Fetcher
from watcher.settings import Settings
from watcher.store import Store
from watcher.web.health import HealthCheck
from watcher.web.server import listen, make_server

if TYPE_CHECKING:
    from watcher.web.provider import Provider

LINK_LASTS = timedelta(hours=24)
STOP_WITHIN = 8.0
"""Seconds in which requests under way may end."""


@asynccontextmanager
async def serving(
    make: Callable[[str], ASGIApp], host: str, port: int, *, ended: Callable[[], None] = lambda: None
) -> AsyncIterator[str]:
    """Serve what `make` gives for an address (http://host:port, which is also what the block gets).

    `ended` is called when the server ends by itself. Raises ConfigError when the port cannot be had.
    """
    listener = listen(host, port)
    address = f"http://{host}:{listener.getsockname()[1]}"
    server = make_server(make(address), host, port)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    task.add_done_callback(lambda _: ended())
    try:
        yield address
    finally:
        server.should_exit = True
        await asyncio.wait({task}, timeout=STOP_WITHIN)


def pages(
    stages: Stages,
    store: Store,
    address: str,
    *,
    plan: Callable[[], Plan],
    clock: Callable[[], datetime],
    health: HealthCheck,
    metrics: Callable[[], bytes],
) -> ASGIApp:
    """The review pages as the settings of these stages want them, served at `address`; `plan` is the one in force."""
    from watcher.web.app import make_app
    from watcher.web.workbench import Workbench

    settings = stages.settings
    base_url = settings.base_url or address
    return make_app(
        store,
        policies=stages.knowledge.policies,
        hosts=_names(base_url, address),
        secure_cookies=base_url.startswith("https:"),
        base_url=base_url,
        clock=clock,
        health=health,
        metrics=metrics,
        metrics_token=settings.metrics_token or "",
        zone=settings.timezone,
        workbench=Workbench(stages, plan),
        doors=stages.doors,
        subscribe=settings.subscribe,
        trusted_proxies=settings.trusted_proxies,
        second_reviewer=settings.second_reviewer,
        openid=_provider(settings, stages.provider_door, clock),
        allow_send=settings.allow_send,
    )


def _provider(settings: Settings, door: Fetcher | None, clock: Callable[[], datetime]) -> Provider | None:
    """The provider that people may sign in with. Raises ConfigError when its libraries are missing, StoreError."""
    if settings.openid is None or door is None:
        return None
    try:
        from watcher.web.provider import Provider
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"WATCHER_OIDC_ISSUER: signing in with OpenID needs {error.name}, which is not installed; "
            'install it: pip install "asylum-watcher[oidc]"'
        ) from error
    return Provider(settings.openid, settings.base_url, link_key(settings), door, clock)


def machines(
    settings: Settings,
    store: Store,
    *,
    clock: Callable[[], datetime],
    health: HealthCheck,
    metrics: Callable[[], bytes],
) -> ASGIApp:
    """Only what machines ask: /healthz, /readyz and /metrics."""
    from starlette.applications import Starlette

    from watcher.web.health import ROUTES
    from watcher.web.site import Site

    app = Starlette(routes=ROUTES)
    app.state.site = Site(
        store=store,
        policies={},
        clock=clock,
        zone=settings.timezone,
        base_url="",
        secure_cookies=False,
        health=health,
        metrics=metrics,
        metrics_token=settings.metrics_token or "",
        doors=None,
        subscribe=False,
    )
    return app


def greet(settings: Settings, store: Store, address: str, tell: Callable[[str], None], now: datetime) -> None:
    """Say where the pages are, and how to get in the first time."""
    here = settings.base_url or address
    tell(f"review pages: {here}")
    admin, is_new = store.users.ensure_admin(now)
    if is_new:
        token = store.users.new_login_token(admin.name, now, LINK_LASTS)
        tell(f"first login (once, within a day): {here}/login/{token}")
        tell("a new link at any time: watcher users login-link")


def _names(base_url: str, address: str) -> set[str]:
    """The hosts that the pages answer to: the public one, and this machine's own names (no stranger can send those)."""
    return {urlsplit(base_url).netloc, urlsplit(address).netloc, "localhost", "127.0.0.1", "[::1]"}
