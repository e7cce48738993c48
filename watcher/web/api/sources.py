"""/sources: what is watched and how it is; checked now, paused and resumed by administrators."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from watcher.errors import ConfigError
from watcher.models.views import SourceHealth
from watcher.sources.catalog.edit import set_enabled
from watcher.web.api.once import once
from watcher.web.api.parameters import Id, Key, Paged
from watcher.web.api.refusals import Refused, missing
from watcher.web.api.replies import page, part, reply, unwrapped
from watcher.web.api.shapes import CONFLICT, Done, Page, SourceOut
from watcher.web.site import site

router = APIRouter(prefix="/sources", tags=["sources"])


@router.get("", response_model=Page[SourceOut], summary="Sources and how they are")
def listing(request: Request, paging: Annotated[Paged, Query()]) -> Response:
    """By id, retired ones included."""
    health = site(request).store.sources.health()
    cursor = unwrapped("sources", paging.cursor)
    shown, following = part(health, cursor, paging.limit, key=lambda each: each.source.id)
    return page(request, list(map(SourceOut.of, shown)), following, of="sources")


@router.get("/{source_id}", response_model=SourceOut, summary="One source")
def show(request: Request, source_id: Id) -> Response:
    """What the last check brought, when the next one is due, and what is wrong with it."""
    return reply(request, SourceOut.of(_source(request, source_id)))


@router.post(
    "/{source_id}/check", responses=CONFLICT, response_model=Done, status_code=202, summary="Check it now (admin)"
)
def check(request: Request, source_id: Id, key: Key = None) -> Response:
    """Makes the source due; the daemon takes it within seconds. 409 for one that is paused or retired."""
    return once(request, key, "", lambda: _check(request, source_id))


@router.post("/{source_id}/pause", responses=CONFLICT, response_model=Done, summary="Stop checking it (admin)")
def pause(request: Request, source_id: Id, key: Key = None) -> Response:
    """Written into sources.yaml; its entries stay. 409 where the file cannot be changed from here."""
    return once(request, key, "", lambda: _switch(request, source_id, enabled=False))


@router.post("/{source_id}/resume", responses=CONFLICT, response_model=Done, summary="Check it again (admin)")
def resume(request: Request, source_id: Id, key: Key = None) -> Response:
    """Written into sources.yaml. 409 where the file cannot be changed from here."""
    return once(request, key, "", lambda: _switch(request, source_id, enabled=True))


def _check(request: Request, source_id: str) -> Response:
    here = site(request)
    _source(request, source_id)
    if not here.store.sources.hurry(source_id, here.clock()):
        raise Refused(409, "It is paused or retired; only sources that are watched can be checked.")
    return reply(request, Done(source_id, "due"), status=202)


def _switch(request: Request, source_id: str, *, enabled: bool) -> Response:
    _source(request, source_id)
    bench = site(request).workbench
    refusal = bench.read_only() if bench else "sources.yaml is not at hand where the pages run."
    if bench is None or refusal:
        raise Refused(409, f"{refusal} Use `watcher sources pause` or `resume` where the file is.")
    try:
        bench.write(set_enabled(source_id, enabled))
    except ConfigError as error:
        raise Refused(409, str(error)) from error
    return reply(request, Done(source_id, "resumed" if enabled else "paused"))


def _source(request: Request, source_id: str) -> SourceHealth:
    found = site(request).store.sources.health([source_id])
    if not found:
        raise missing("source")
    return found[0]
