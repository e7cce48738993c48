"""The ledger: every alert to every address with its state, and a way to send again what did not arrive."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from watcher.alerts.channels.base import channels
from watcher.models.alerts import DeliveryState
from watcher.models.views import Counts, DeliveryRow
from watcher.spreadsheet import LEDGER_COLUMNS, csv_lines, ledger_cells
from watcher.store import Store
from watcher.web import previews, recipients, rules, silences, trials
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
    cursor, batch = request.query_params.get("cursor") or None, request.query_params.get("batch") or None
    filters = _filters(request)
    rows, counts = await run_in_threadpool(_read, here.store, state, cursor, batch, filters, here.clock())
    stopped = await run_in_threadpool(here.store.deliveries.stopped)
    export = _address(state, batch=batch, **_kept(request))
    return page(
        request,
        "alerts.html",
        rows=rows,
        tabs=_tabs(counts, state, Words(language, here.policies), Say(language)),
        older=_address(state, rows[-1].id, batch, **_kept(request)) if len(rows) == PER_PAGE else None,
        stopped=stopped,
        export=export.replace("/alerts", "/alerts/export.csv", 1),
        channels=channels(),
        chosen={"state": state or "", "channel": "", "recipient": "", "days": "", **_kept(request)},
        retried="retried" in request.query_params,
    )


async def retry(request: Request) -> Response:
    """Sends one delivery again that had come to an end."""
    here = site(request)
    await run_in_threadpool(here.store.deliveries.retry, here.clock(), [request.path_params["delivery_id"]])
    return RedirectResponse("/alerts?retried=1", status_code=303)


async def retry_dead(request: Request) -> Response:
    """Sends all again that were given up."""
    here = site(request)
    await run_in_threadpool(here.store.deliveries.retry, here.clock())
    return RedirectResponse("/alerts?retried=1", status_code=303)


async def export(request: Request) -> Response:
    """The ledger as CSV, with the filters of the page."""
    here = site(request)
    filters = {"state": _state(request.query_params.get("state")), **_filters(request)}
    filters["batch"] = request.query_params.get("batch") or None
    lines = csv_lines(LEDGER_COLUMNS, map(ledger_cells, here.store.deliveries.each(**filters)))
    name = f"attachment; filename=alerts-{here.clock():%Y-%m-%d}.csv"
    return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers={"content-disposition": name})


async def detail(request: Request) -> Response:
    """One delivery with every attempt."""
    view = await run_in_threadpool(site(request).store.deliveries.show, request.path_params["delivery_id"])
    if view is None:
        raise HTTPException(404)
    return page(request, "delivery.html", view=view)


async def enable(request: Request) -> Response:
    """Switches the addresses of a recipient on again, and sends what waited for them."""
    here = site(request)
    await run_in_threadpool(here.store.deliveries.enable, request.path_params["recipient_id"], here.clock())
    return RedirectResponse("/alerts?retried=1", status_code=303)


def _kept(request: Request) -> dict[str, str]:
    """The filters of the address that stay when another page or state is chosen."""
    names = ("channel", "recipient", "days", "silence")
    return {name: value[:200] for name in names if (value := request.query_params.get(name))}


def _filters(request: Request) -> dict[str, Any]:
    kept = _kept(request)
    days = kept.get("days", "")
    number = int(days) if days.isascii() and days.isdigit() and len(days) < 5 else 0
    since = site(request).clock() - timedelta(days=number) if number else None
    same = {name: kept.get(name) for name in ("channel", "recipient", "silence")}
    return {**same, "since": since}


def _read(
    store: Store,
    state: DeliveryState | None,
    cursor: str | None,
    batch: str | None,
    filters: dict[str, Any],
    now: datetime,
) -> tuple[list[DeliveryRow], Counts]:
    rows = store.deliveries.listing(state=state, cursor=cursor, batch=batch, **filters, limit=PER_PAGE)
    return list(rows), store.counts(now)


def _tabs(counts: Counts, state: DeliveryState | None, words: Words, say: Say) -> list[Choice]:
    """One link per state, and all."""
    tabs = [
        Choice(s, words.delivery_state(s), _address(s), counts.deliveries.get(s, 0), s is state)
        for s in DeliveryState
        if counts.deliveries.get(s) or s in (state, DeliveryState.DELIVERED, DeliveryState.DEAD)
    ]
    return [Choice(ANY, say("All"), "/alerts", sum(counts.deliveries.values()), state is None), *tabs]


def _address(state: DeliveryState | None, cursor: str | None = None, batch: str | None = None, **kept: str) -> str:
    given = (("state", state), *kept.items(), ("batch", batch), ("cursor", cursor))
    pairs = [(name, value) for name, value in given if value]
    return f"/alerts?{urlencode(pairs)}" if pairs else "/alerts"


def _state(value: str | None) -> DeliveryState | None:
    return DeliveryState(value) if value in {state.value for state in DeliveryState} else None


ROUTES = [
    Route("/alerts", show),
    Route("/alerts/export.csv", export),
    Route("/alerts/recipients/{recipient_id}/enable", enable, methods=["POST"]),
    Route("/alerts/retry-dead", retry_dead, methods=["POST"]),
    *silences.ROUTES,
    *rules.ROUTES,
    *recipients.ROUTES,
    *previews.ROUTES,
    *trials.ROUTES,
    Route("/alerts/{delivery_id}", detail),
    Route("/alerts/{delivery_id}/retry", retry, methods=["POST"]),
]
