"""/changes: what is new or other than before, in an order that a program can go on from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from watcher.models.changes import Noted, Noun
from watcher.models.views import ReviewNote
from watcher.store import Store
from watcher.web.api import shapes
from watcher.web.api.parameters import ChangeFilters
from watcher.web.api.refusals import Refused
from watcher.web.api.replies import reply, unwrapped, wrapped
from watcher.web.api.shapes import ChangeOut, MatchReview
from watcher.web.site import site

router = APIRouter(prefix="/changes", tags=["changes"])


@router.get("", response_model=shapes.Changes, summary="What happened since")
def since(request: Request, filters: Annotated[ChangeFilters, Query()]) -> Response:
    """Entries, matches and reviews in the order in which they were stored. Ask again with `next_since`.

    What is promised: a program that always goes on from `next_since` sees every change that was committed, at least
    once, and none is put before a place that was read already. On SQLite the order is that of the commits. On
    PostgreSQL several processes may commit at once: changes get their place when they are first read, so one that is
    committed later never stands before one that was read, while the order of two that were committed between two
    readings is that in which they were begun. A change says what is now: of two about one thing both show its newest
    state.
    """
    store = site(request).store
    noted = store.changes.since(_position(filters.since), filters.limit + 1)
    shown = noted[: filters.limit]
    next_since = wrapped("changes", str(shown[-1].position)) if shown else filters.since
    return reply(request, {"items": _told(store, shown), "next_since": next_since, "more": len(noted) > len(shown)})


def _position(since: str | None) -> int:
    inside = unwrapped("changes", since) or "0"
    if not (inside.isascii() and inside.isdigit() and len(inside) < 19):
        raise Refused(400, "`since` is not one that this feed gave. Leave it out to begin at the beginning.")
    return int(inside)


def _told(store: Store, noted: Sequence[Noted]) -> list[ChangeOut]:
    entries = store.entries.some(_ids(noted, Noun.ENTRY))
    matches = store.matches.some(_ids(noted, Noun.MATCH))
    acts = store.reviews.some(_ids(noted, Noun.REVIEW))
    return [
        ChangeOut(
            each.noun,
            each.about,
            each.at,
            entry=entries.get(each.about) if each.noun is Noun.ENTRY else None,
            match=matches.get(each.about) if each.noun is Noun.MATCH else None,
            review=_lines(acts.get(each.about)) if each.noun is Noun.REVIEW else None,
        )
        for each in noted
    ]


def _ids(noted: Sequence[Noted], noun: Noun) -> list[str]:
    return [each.about for each in noted if each.noun is noun]


def _lines(pairs: Sequence[tuple[str, ReviewNote]] | None) -> tuple[MatchReview, ...] | None:
    return tuple(MatchReview(*pair) for pair in pairs) if pairs is not None else None
