"""Saved searches: keep the filters of the inbox under a name, and drop them again."""

from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from watcher.models.views import MatchQuery, SavedSearch
from watcher.web.filters import Filters
from watcher.web.site import site

LONGEST_NAME = 100


async def save(request: Request) -> Response:
    """Keeps what the form says, and opens it."""
    here = site(request)
    form = await request.form(max_files=0, max_fields=5)
    name = str(form.get("name") or "").strip()[:LONGEST_NAME]
    if not name:
        raise HTTPException(400, "Give the search a name.")
    filters = filters_of(str(form.get("filters") or ""))
    await run_in_threadpool(
        lambda: here.store.searches.save(
            name,
            filters.address(""),
            owner=request.state.user.name,
            shared=form.get("shared") == "yes",
            now=here.clock(),
        )
    )
    return RedirectResponse(filters.address(), status_code=303)


async def forget(request: Request) -> Response:
    """Drops one of one's own."""
    here = site(request)
    search_id = request.path_params["search_id"]
    await run_in_threadpool(lambda: here.store.searches.forget(search_id, owner=request.state.user.name))
    return RedirectResponse("/inbox", status_code=303)


def filters_of(address: str) -> Filters:
    """The filters in a kept address; what means nothing (any more) is left out."""
    return Filters.read(dict(parse_qsl(address.lstrip("?")[:4_000])))


def query_of(search: SavedSearch) -> MatchQuery:
    """A saved search as a question to the store."""
    return filters_of(search.address).query()


ROUTES = [
    Route("/searches", save, methods=["POST"]),
    Route("/searches/{search_id}/forget", forget, methods=["POST"]),
]
