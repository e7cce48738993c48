"""The pages of a process: the application from its settings, served on a port, and the greeting at the terminal."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from starlette.types import ASGIApp

from watcher.models.policies import Policy
from watcher.settings import Settings
from watcher.store import Store
from watcher.web.health import HealthCheck
from watcher.web.server import listen, make_server
from watcher.web.workbench import Workbench

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
    settings: Settings,
    store: Store,
    address: str,
    *,
    policies: Mapping[str, Policy],
    clock: Callable[[], datetime],
    health: HealthCheck,
    metrics: Callable[[], bytes],
    workbench: Workbench,
) -> ASGIApp:
    """The review pages as this process's settings want them, served at `address`."""
    from watcher.web.app import make_app

    base_url = settings.base_url or address
    return make_app(
        store,
        policies=policies,
        hosts=_names(base_url, address),
        secure_cookies=base_url.startswith("https:"),
        base_url=base_url,
        clock=clock,
        health=health,
        metrics=metrics,
        metrics_token=settings.metrics_token or "",
        zone=settings.timezone,
        workbench=workbench,
        trusted_proxies=settings.trusted_proxies,
    )


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
    )
    return app


def greet(settings: Settings, store: Store, address: str, say: Callable[[str], None], now: datetime) -> None:
    """Say where the pages are, and how to get in the first time."""
    here = settings.base_url or address
    say(f"review pages: {here}")
    admin, is_new = store.users.ensure_admin(now)
    if is_new:
        token = store.users.new_login_token(admin.name, now, LINK_LASTS)
        say(f"first login (once, within a day): {here}/login/{token}")
        say("a new link at any time: watcher users login-link")


def _names(base_url: str, address: str) -> set[str]:
    """The hosts that the pages answer to: the public one, and this machine's own names (no stranger can send those)."""
    return {urlsplit(base_url).netloc, urlsplit(address).netloc, "localhost", "127.0.0.1", "[::1]"}
