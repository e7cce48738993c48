"""Silences: what shall not ring for a while, who said so, until when, and what was held."""

from __future__ import annotations

from datetime import timedelta

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from watcher.alerts.silences import wrong_with
from watcher.errors import ConfigError
from watcher.models.catalog import Catalog
from watcher.models.words import Action
from watcher.sources.catalog.onerule import read_criteria
from watcher.web.conditions import in_words
from watcher.web.naming import Words
from watcher.web.render import language_of, page
from watcher.web.site import site

HOURS = (4, 24, 72, 168, 720)
_KEYS = ("policies", "publishers", "sources", "actions", "words")
LONGEST_COMMENT = 2000


async def show(request: Request) -> Response:
    """All silences, and the form for a new one."""
    return await _page(request)


async def make(request: Request) -> Response:
    """A new silence; what cannot be one is said above the form."""
    here, now = site(request), site(request).clock()
    form = await request.form(max_files=0, max_fields=20)
    values = {key: [str(given)] for key in _KEYS if (given := form.get(key))}
    hours, comment = str(form.get("hours")), str(form.get("comment") or "")[:LONGEST_COMMENT].strip()
    if hours not in {str(each) for each in HOURS} or not comment:
        raise HTTPException(400, "Say for how long, and why.")
    until = now + timedelta(hours=int(hours))
    try:
        catalog = await run_in_threadpool(here.store.catalogs.current)
        criteria = read_criteria(values, catalog or Catalog((), (), (), (), ()), here.policies.keys())
    except ConfigError as error:
        return await _page(request, wrong=str(error), status=400)
    if wrong := wrong_with(criteria, until, now):
        return await _page(request, wrong=wrong, status=400)
    author = request.state.user.name
    await run_in_threadpool(
        lambda: here.store.silences.add(criteria, author=author, comment=comment, expires_at=until, now=now)
    )
    return RedirectResponse("/alerts/silences", status_code=303)


async def end(request: Request) -> Response:
    """Ends one now."""
    here = site(request)
    await run_in_threadpool(here.store.silences.end, request.path_params["silence_id"], here.clock())
    return RedirectResponse("/alerts/silences", status_code=303)


async def _page(request: Request, *, wrong: str = "", status: int = 200) -> Response:
    here = site(request)
    silences = await run_in_threadpool(here.store.silences.listing)
    catalog = await run_in_threadpool(here.store.catalogs.current)
    words = Words(language_of(request), here.policies)
    return page(
        request,
        "silences.html",
        status=status,
        silences=[(each, each.holds_at(here.clock()), in_words(each.criteria, words, catalog)) for each in silences],
        policy_ids=sorted(here.policies),
        publishers=catalog.publishers if catalog else (),
        sources=catalog.sources if catalog else (),
        actions=[action.value for action in Action],
        hours=HOURS,
        wrong=wrong,
        chosen=request.query_params.get("policies", ""),
    )


ROUTES = [
    Route("/alerts/silences", show),
    Route("/alerts/silences", make, methods=["POST"]),
    Route("/alerts/silences/{silence_id}/end", end, methods=["POST"]),
]
