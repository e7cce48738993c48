"""/entries: the announcements that were found in the sources."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from watcher.models.views import EntryRow, RevisionRow
from watcher.web.api.parameters import EntryFilters, Id, Paged
from watcher.web.api.refusals import missing
from watcher.web.api.replies import page, part, reply, unwrapped
from watcher.web.api.shapes import EntryOut, Page
from watcher.web.site import site

router = APIRouter(prefix="/entries", tags=["entries"])


@router.get("", response_model=Page[EntryRow], summary="Entries, newest first")
def listing(request: Request, filters: Annotated[EntryFilters, Query()]) -> Response:
    """Entries without their text, whether anything was found in them or not."""
    cursor = unwrapped("entries", filters.cursor)
    rows = site(request).store.entries.listing(filters.query(), cursor=cursor, limit=filters.limit + 1)
    following = rows[filters.limit - 1].id if len(rows) > filters.limit else None
    return page(request, rows[: filters.limit], following, of="entries")


@router.get("/{entry_id}", response_model=EntryOut, summary="One entry, whole")
def show(request: Request, entry_id: Id) -> Response:
    """With its text, its matches and their reviews. Offsets of mentions are places in `title` and `text`."""
    view = site(request).store.entries.show(entry_id)
    if view is None:
        raise missing("entry")
    return reply(request, EntryOut.of(view))


@router.get("/{entry_id}/revisions", response_model=Page[RevisionRow], summary="How its text changed")
def revisions(request: Request, entry_id: Id, paging: Annotated[Paged, Query()]) -> Response:
    """The last states of the text, at most 20, oldest first."""
    rows = site(request).store.entries.revisions(entry_id)
    if not rows:
        raise missing("entry")
    cursor = unwrapped("revisions", paging.cursor)
    shown, following = part(rows, cursor, paging.limit, key=lambda row: f"{row.number:09}")
    return page(request, shown, following, of="revisions")
