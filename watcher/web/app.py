"""The site as one ASGI application: routes of the nouns inside, layers of protection around them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime, tzinfo
from ipaddress import IPv4Network, IPv6Network
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount

from watcher.alerts.doors import Doors
from watcher.models.policies import Policy
from watcher.store import Store
from watcher.web import (
    account,
    alerts,
    entry,
    exporting,
    failures,
    feeds,
    health,
    inbox,
    incidents,
    leaving,
    login,
    newsource,
    openid,
    overview,
    people,
    policies,
    regrouping,
    reviews,
    searches,
    sourcepage,
    sources,
)
from watcher.web import subscribe as subscribe_pages
from watcher.web.api import Later
from watcher.web.assets import KeptFiles
from watcher.web.auth import OPEN_TO_ALL_BELOW, Gate
from watcher.web.headers import BodyLimits, KnownHosts, LastResort, SameOrigin, SecurityHeaders
from watcher.web.health import HealthCheck
from watcher.web.problems import ProblemDetails
from watcher.web.site import Site

if TYPE_CHECKING:
    from watcher.fetch import AllowedAddress
    from watcher.web.provider import Provider
    from watcher.web.workbench import Workbench


def make_app(
    store: Store,
    *,
    policies: Mapping[str, Policy],
    hosts: Collection[str],
    secure_cookies: bool,
    base_url: str,
    clock: Callable[[], datetime],
    health: HealthCheck,
    metrics: Callable[[], bytes],
    metrics_token: str = "",
    zone: tzinfo = UTC,
    workbench: Workbench | None = None,
    trusted_proxies: Collection[IPv4Network | IPv6Network] = (),
    doors: Doors | None = None,
    subscribe: bool = True,
    second_reviewer: bool = False,
    openid: Provider | None = None,
    allow_send: Collection[AllowedAddress] = (),
) -> Starlette:
    """The application.

    `hosts` are the names (or name:port) that it answers to; `secure_cookies` is for a `base_url` with https; `metrics`
    gives the numbers in Prometheus' text format to who has `metrics_token` ("" = nobody) or asks from loopback;
    `zone` is the time zone that pages show; without a `workbench`, sources can be looked at and not changed;
    `trusted_proxies` are believed when they say who asks through them; `doors` makes and reads the links in mails
    (None: no mail is set up); `subscribe` says whether anybody may ask for mails; with `second_reviewer` two people
    have to agree on a verdict; people may sign in with `openid`, too; `allow_send` are the addresses inside the network
    that a webhook may be given.
    """
    app = Starlette(
        routes=_routes(),
        middleware=_layers(hosts, https=secure_cookies),
        exception_handlers={HTTPException: failures.expected},
    )
    app.state.site = Site(
        store=store,
        policies=policies,
        clock=clock,
        zone=zone,
        base_url=base_url,
        secure_cookies=secure_cookies,
        health=health,
        metrics=metrics,
        metrics_token=metrics_token,
        workbench=workbench,
        trusted_proxies=trusted_proxies,
        doors=doors,
        subscribe=subscribe,
        second_reviewer=second_reviewer,
        openid=openid,
        allow_send=allow_send,
    )
    return app


def _routes() -> list[BaseRoute]:
    pages = (
        *(
            overview,
            inbox,
            entry,
            regrouping,
            reviews,
            searches,
            sources,
            newsource,
            sourcepage,
            incidents,
            policies,
            alerts,
        ),
        *(exporting, openid, login, account, people, health, feeds, subscribe_pages, leaving),
    )
    static = Mount("/static", KeptFiles(packages=[("watcher.web", "static")]), name="static")
    return [*(route for noun in pages for route in noun.ROUTES), Mount("/api/v1", Later()), static]


def _layers(hosts: Collection[str], *, https: bool) -> list[Middleware]:
    """Outermost first: what a refusal must still have stands outside of what refuses."""
    return [
        Middleware(SecurityHeaders, https=https),
        Middleware(ProblemDetails),
        Middleware(LastResort, answer=failures.unexpected),
        Middleware(KnownHosts, hosts=hosts),
        Middleware(SameOrigin, open_to_all=OPEN_TO_ALL_BELOW),
        Middleware(BodyLimits),
        Middleware(Gate),
    ]
