"""Test alerts: every recipient by its channel, a button to send a test, and how the last ones went."""

from __future__ import annotations

from itertools import groupby

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from watcher.alerts import notices
from watcher.alerts.channels.base import addresses
from watcher.alerts.payload import Links
from watcher.models.catalog import Recipient
from watcher.web.catalog import in_force
from watcher.web.render import page
from watcher.web.site import Site, site


async def show(request: Request) -> Response:
    """The recipients, one section for each channel. For administrators."""
    here = site(request)
    recipients = await run_in_threadpool(_recipients, here)
    by_channel = groupby(sorted(recipients, key=lambda each: each.channel), key=lambda each: each.channel)
    shown = [(channel, [(each, addresses(each)) for each in theirs]) for channel, theirs in by_channel]
    return page(request, "trials.html", channels=shown)


async def send(request: Request) -> Response:
    """Puts a test alert for one recipient into the outbox, and leads to how it goes."""
    here = site(request)
    form = await request.form(max_files=0, max_fields=2)
    recipients = await run_in_threadpool(_recipients, here)
    recipient = next((each for each in recipients if each.id == form.get("recipient")), None)
    if recipient is None:
        raise HTTPException(400, "Choose one of the recipients.")
    now = here.clock()
    made = notices.tell(
        notices.trial(recipient.id, now), [recipient], addresses=addresses, links=Links(here.base_url), now=now
    )
    await run_in_threadpool(here.store.deliveries.add, made, now)
    return RedirectResponse(f"/alerts/{made[0].id}" if len(made) == 1 else "/alerts", status_code=303)


def _recipients(here: Site) -> tuple[Recipient, ...]:
    return in_force(here.store).recipients


ROUTES = [
    Route("/alerts/test", show),
    Route("/alerts/test", send, methods=["POST"]),
]
