"""The first page: is everything all right, what is new, what waits for me."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from watcher.models.alerts import DeliveryState
from watcher.models.views import CardPage, MatchQuery, MatchRow, Order, SavedSearch
from watcher.models.words import Verdict
from watcher.store import Store
from watcher.web import marking
from watcher.web.render import page
from watcher.web.searches import query_of
from watcher.web.site import site

FIRST = 5
"""Entries that are shown of what is new, and matches of what waits."""
WEEK = timedelta(days=7)
_NEW = MatchQuery(verdict=Verdict.NEW)


@dataclass(frozen=True, slots=True)
class Overview:
    """What the page says."""

    watching: int
    incidents: int
    undelivered: bool
    new: CardPage
    this_week: int
    mine: tuple[MatchRow, ...]
    for_lawyers: int
    searches: Sequence[tuple[SavedSearch, int]]


async def show(request: Request) -> Response:
    """The page. Links to the inbox of earlier releases stood here, with filters: they lead there."""
    if set(request.query_params) - {"lang"}:
        return RedirectResponse(f"/inbox?{request.url.query}", status_code=307)
    here = site(request)
    found = await run_in_threadpool(_read, here.store, request.state.user.name, here.clock().date())
    return page(request, "overview.html", overview=found, today=here.clock().date(), quote=marking.quote)


def _read(store: Store, name: str, today: date) -> Overview:
    catalog = store.catalogs.current()
    mine = store.matches.search(MatchQuery(assignee=name), limit=100).rows
    return Overview(
        watching=len(catalog.sources) if catalog else 0,
        incidents=len(store.incidents.listing(open_only=True, limit=1000)),
        undelivered=bool(store.deliveries.listing(state=DeliveryState.DEAD, limit=1)),
        new=store.matches.cards(_NEW, order=Order.IMPORTANT, limit=FIRST),
        this_week=store.matches.count(MatchQuery(since=today - WEEK)),
        mine=tuple(sorted((row for row in mine if waits(row)), key=lambda row: row.due or date.max)),
        for_lawyers=store.matches.count(MatchQuery(verdict=Verdict.NEEDS_LAWYER)),
        searches=[(each, store.matches.count(query_of(each))) for each in store.searches.listing(name)],
    )


def waits(row: MatchRow) -> bool:
    """Whether somebody still has something to do with a match that was given to them."""
    return row.verdict in (Verdict.NEW, Verdict.NEEDS_LAWYER)


ROUTES = [Route("/", show)]
