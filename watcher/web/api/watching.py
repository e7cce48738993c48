"""/policies, /rules, /incidents: what is looked for, who hears of it, and what is wrong."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from watcher.models.catalog import Rule
from watcher.models.incidents import Incident
from watcher.models.policies import Policy
from watcher.models.story import Story
from watcher.stories import story_of
from watcher.web.api.parameters import Id, IncidentFilters, Paged
from watcher.web.api.refusals import missing
from watcher.web.api.replies import page, part, reply, unwrapped
from watcher.web.api.shapes import Page
from watcher.web.catalog import in_force
from watcher.web.site import site

router = APIRouter()


@router.get("/policies", response_model=Page[Policy], tags=["policies"], summary="The vocabulary")
def policies(request: Request, paging: Annotated[Paged, Query()]) -> Response:
    """By id. `status` is a hint with the month in which it was true, never legal advice."""
    cursor = unwrapped("policies", paging.cursor)
    known = list(site(request).policies.values())
    shown, following = part(known, cursor, paging.limit, key=lambda each: each.id)
    return page(request, shown, following, of="policies")


@router.get("/policies/{policy_id}", response_model=Policy, tags=["policies"], summary="One policy")
def policy(request: Request, policy_id: Id) -> Response:
    """Its names, its place among the others, and what happened to it."""
    found = site(request).policies.get(policy_id)
    if found is None:
        raise missing("policy")
    return reply(request, found)


@router.get("/policies/{policy_id}/story", response_model=Story, tags=["policies"], summary="What was done to it")
def story(request: Request, policy_id: Id) -> Response:
    """What governments and courts did to it, on two axes, with every source; who only speaks of it is counted.

    A state that says "ended" is reported to have ended until its `standing` is "confirmed".
    """
    here = site(request)
    found = here.policies.get(policy_id)
    if found is None:
        raise missing("policy")
    return reply(request, story_of(here.store, found, here.clock().date()))


@router.get("/rules", response_model=Page[Rule], tags=["rules"], summary="Which matches go to whom")
def rules(request: Request, paging: Annotated[Paged, Query()]) -> Response:
    """Those of sources.yaml and those made on pages, by id. In the file their order counts where one has `stop`."""
    cursor = unwrapped("rules", paging.cursor)
    shown, following = part(in_force(site(request).store).rules, cursor, paging.limit, key=lambda each: each.id)
    return page(request, shown, following, of="rules")


@router.get("/incidents", response_model=Page[Incident], tags=["incidents"], summary="What is or was wrong")
def incidents(request: Request, filters: Annotated[IncidentFilters, Query()]) -> Response:
    """Newest first: sources that are blocked, broken, moved or silent, and recipients that cannot be reached."""
    rows = site(request).store.incidents.listing(
        open_only=filters.open,
        source=filters.source,
        limit=filters.limit + 1,
        before=unwrapped("incidents", filters.cursor),
    )
    following = rows[filters.limit - 1].id if len(rows) > filters.limit else None
    return page(request, rows[: filters.limit], following, of="incidents")


@router.get("/incidents/{incident_id}", response_model=Incident, tags=["incidents"], summary="One incident")
def incident(request: Request, incident_id: Id) -> Response:
    """What was seen, since when, and what may end it."""
    found = site(request).store.incidents.show(incident_id)
    if found is None:
        raise missing("incident")
    return reply(request, found)
