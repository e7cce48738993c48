"""/deliveries: the ledger of alerts, and sending again what did not arrive."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from watcher.models.views import DeliveryRow, DeliveryView
from watcher.web.api.once import once
from watcher.web.api.parameters import DeliveryFilters, Id, Key
from watcher.web.api.refusals import Refused, missing
from watcher.web.api.replies import page, reply, unwrapped
from watcher.web.api.shapes import CONFLICT, Page, Retried
from watcher.web.site import site

router = APIRouter(prefix="/deliveries", tags=["deliveries"])


@router.get("", response_model=Page[DeliveryRow], summary="Alerts to addresses, newest first")
def listing(request: Request, filters: Annotated[DeliveryFilters, Query()]) -> Response:
    """Each with its state, the last answer, and when it is tried next."""
    rows = site(request).store.deliveries.listing(
        state=filters.state,
        channel=filters.channel,
        recipient=filters.recipient,
        entry=filters.entry,
        cursor=unwrapped("deliveries", filters.cursor),
        limit=filters.limit + 1,
    )
    following = rows[filters.limit - 1].id if len(rows) > filters.limit else None
    return page(request, rows[: filters.limit], following, of="deliveries")


@router.get("/{delivery_id}", response_model=DeliveryView, summary="One delivery with every attempt")
def show(request: Request, delivery_id: Id) -> Response:
    """Which rules asked for it, and how each attempt ended, the oldest first."""
    return reply(request, _delivery(request, delivery_id))


@router.post("/{delivery_id}/retry", responses=CONFLICT, response_model=Retried, summary="Send it again (admin)")
def retry(request: Request, delivery_id: Id, key: Key = None) -> Response:
    """Due at once, under the same id. 409 for one that has arrived or is under way."""
    return once(request, key, "", lambda: _retry(request, delivery_id))


def _retry(request: Request, delivery_id: str) -> Response:
    here = site(request)
    state = _delivery(request, delivery_id).row.state
    again = here.store.deliveries.retry(here.clock(), [delivery_id])
    if not again:
        raise Refused(409, f"It is {state}; only what did not arrive or was held by a silence can be sent again.")
    return reply(request, Retried(delivery_id, again, _delivery(request, delivery_id).row.state))


def _delivery(request: Request, delivery_id: str) -> DeliveryView:
    view = site(request).store.deliveries.show(delivery_id)
    if view is None:
        raise missing("delivery")
    return view
