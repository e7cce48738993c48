"""Every source and how it is: what fails first, with what to do about it."""

from __future__ import annotations

from enum import StrEnum

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from watcher.models.hosts import ignores_robots
from watcher.models.views import SourceHealth
from watcher.web.auth import may_administer
from watcher.web.render import page
from watcher.web.site import site


class Condition(StrEnum):
    """How a source is, in the order in which people should look."""

    INCIDENT = "incident"
    FAILING = "failing"
    UNCHECKED = "unchecked"
    WELL = "well"
    PAUSED = "paused"
    RETIRED = "retired"


def condition(health: SourceHealth) -> Condition:
    """One word for a source."""
    if health.retired:
        return Condition.RETIRED
    if not health.source.enabled:
        return Condition.PAUSED
    if health.incident:
        return Condition.INCIDENT
    if health.failures:
        return Condition.FAILING
    return Condition.WELL if health.last_check_at else Condition.UNCHECKED


async def show(request: Request) -> Response:
    """The page."""
    store = site(request).store
    known = await run_in_threadpool(store.sources.health)
    network = await run_in_threadpool(store.incidents.of_network)
    catalog = await run_in_threadpool(store.catalogs.current)
    unruled = {h.source.id for h in known if ignores_robots(h.source.url, catalog.hosts)} if catalog else set()
    groups = {
        kind: sorted((h for h in known if condition(h) == kind), key=lambda h: (h.publisher.name, h.source.id))
        for kind in Condition
    }
    return page(
        request,
        "sources.html",
        groups=groups,
        total=len(known),
        network=network,
        unruled=unruled,
        may_add=may_administer(request) and site(request).workbench is not None,
        is_added="added" in request.query_params,
    )


ROUTES = [Route("/sources", show)]
