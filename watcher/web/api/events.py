"""/events: the announcements behind the entries; taken apart, put together, taken back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from watcher.models.events import EventRow, Hindrance, Regrouped
from watcher.web.api.once import once
from watcher.web.api.parameters import EventFilters, Id, Key
from watcher.web.api.refusals import Refused, missing
from watcher.web.api.replies import page, reply, unwrapped
from watcher.web.api.shapes import CONFLICT, EventOut, MergeIn, Page, RegroupedOut, SplitIn
from watcher.web.auth import principal
from watcher.web.site import site

router = APIRouter(prefix="/events", tags=["events"])
MOST = 500
"""Reports of one event that are listed."""
_SAID = {
    Hindrance.NOTHING: "There is nothing to do: it is so already.",
    Hindrance.CHANGED: "Somebody else moved it meanwhile; look at it again.",
}


@router.get("", response_model=Page[EventRow], summary="Events, those with the newest reports first")
def listing(request: Request, filters: Annotated[EventFilters, Query()]) -> Response:
    """Each with the entry that speaks for it. With `least=2` only announcements that several entries report."""
    cursor = unwrapped("events", filters.cursor)
    rows = site(request).store.events.rows(limit=filters.limit + 1, after=cursor, least=filters.least)
    following = rows[filters.limit - 1].id if len(rows) > filters.limit else None
    return page(request, rows[: filters.limit], following, of="events")


@router.get("/{event_id}", response_model=EventOut, summary="One event with its reports")
def show(request: Request, event_id: Id) -> Response:
    """By its id, or by that of one of its entries. At most 500 reports; `count` says how many there are."""
    view = site(request).store.events.view(event_id, most=MOST)
    if view is None:
        raise missing("event")
    return reply(request, EventOut.of(view))


@router.post("/{event_id}/split", responses=CONFLICT, response_model=RegroupedOut, summary="Take an entry out")
def split(request: Request, event_id: Id, said: SplitIn, key: Key = None) -> Response:
    """The entry gets an event of its own and stays apart. 409 when it is not in this event, or stands alone in it."""
    return once(request, key, said.model_dump_json(), lambda: _split(request, event_id, said.entry))


def _split(request: Request, event_id: str, entry: str) -> Response:
    here, who = site(request), principal(request)
    assert who is not None
    made = here.store.regroupings.split(entry, here.gather, by=who.name, now=here.clock(), seen=event_id)
    return _told(request, made)


@router.post("/{event_id}/merge", responses=CONFLICT, response_model=RegroupedOut, summary="Put another event into it")
def merge(request: Request, event_id: Id, said: MergeIn, key: Key = None) -> Response:
    """They stay together. `other` is the id of an event or of an entry."""
    return once(request, key, said.model_dump_json(), lambda: _merge(request, event_id, said.other))


def _merge(request: Request, event_id: str, other: str) -> Response:
    here, who = site(request), principal(request)
    assert who is not None
    return _told(request, here.store.regroupings.merge(event_id, other, here.gather, by=who.name, now=here.clock()))


@router.post("/acts/{act_id}/undo", responses=CONFLICT, response_model=RegroupedOut, summary="Take it back")
def undo(request: Request, act_id: Id, key: Key = None) -> Response:
    """A split or a merge. 409 when it was taken back already, or its entries were moved after it."""
    return once(request, key, "", lambda: _undo(request, act_id))


def _undo(request: Request, act_id: str) -> Response:
    here, who = site(request), principal(request)
    assert who is not None
    return _told(request, here.store.regroupings.undo(act_id, here.gather, by=who.name, now=here.clock()))


def _told(request: Request, made: Regrouped) -> Response:
    if made.hindrance is Hindrance.MISSING:
        raise missing("event, entry or act")
    if made.hindrance:
        raise Refused(409, _SAID[made.hindrance], kind=f"urn:watcher:problem:{made.hindrance}")
    return reply(request, RegroupedOut(made.act_id, made.event_id, made.moved))
