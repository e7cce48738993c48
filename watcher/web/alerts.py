"""The ledger: every alert to every address with its state, and a way to send again what did not arrive."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from watcher.models.alerts import DeliveryState
from watcher.models.views import Counts, DeliveryRow
from watcher.store import Store
from watcher.web.filters import ANY, Choice
from watcher.web.naming import Words
from watcher.web.render import language_of, page
from watcher.web.site import site
from watcher.web.strings import Say

PER_PAGE = 100


async def show(request: Request) -> Response:
    """The page."""
    here = site(request)
    language = language_of(request)
    state = _state(request.query_params.get("state"))
    cursor = request.query_params.get("cursor") or None
    rows, counts = await run_in_threadpool(_read, here.store, state, cursor, here.clock())
    return page(
        request,
        "alerts.html",
        rows=rows,
        tabs=_tabs(counts, state, Words(language, here.policies), Say(language)),
        older=_address(state, rows[-1].id) if len(rows) == PER_PAGE else None,
        retried="retried" in request.query_params,
    )


async def retry(request: Request) -> Response:
    """Sends one delivery again that had come to an end."""
    here = site(request)
    await run_in_threadpool(here.store.deliveries.retry, here.clock(), [request.path_params["delivery_id"]])
    return RedirectResponse("/alerts?retried=1", status_code=303)


def _read(
    store: Store, state: DeliveryState | None, cursor: str | None, now: datetime
) -> tuple[list[DeliveryRow], Counts]:
    rows = store.deliveries.listing(state=state, cursor=cursor, limit=PER_PAGE)
    return list(rows), store.counts(now)


def _tabs(counts: Counts, state: DeliveryState | None, words: Words, say: Say) -> list[Choice]:
    """One link per state, and all."""
    tabs = [
        Choice(s, words.delivery_state(s), _address(s), counts.deliveries.get(s, 0), s is state)
        for s in DeliveryState
        if counts.deliveries.get(s) or s in (state, DeliveryState.DELIVERED, DeliveryState.DEAD)
    ]
    return [Choice(ANY, say("All"), "/alerts", sum(counts.deliveries.values()), state is None), *tabs]


def _address(state: DeliveryState | None, cursor: str | None = None) -> str:
    pairs = [(name, value) for name, value in (("state", state), ("cursor", cursor)) if value]
    return f"/alerts?{urlencode(pairs)}" if pairs else "/alerts"


def _state(value: str | None) -> DeliveryState | None:
    return DeliveryState(value) if value in {state.value for state in DeliveryState} else None


ROUTES = [
    Route("/alerts", show),
    Route("/alerts/{delivery_id}/retry", retry, methods=["POST"]),
]
