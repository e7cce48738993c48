"""No more mails: the page behind the link in every mail, and what mail programs post to it by themselves (RFC 8058).

A post takes effect at once. It needs no cookie and reads none, so it is exempt from the same-origin check: what it may
do follows from its link alone. Opening the link changes nothing, for guards of mailboxes open all of them.
"""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from watcher.alerts import notices
from watcher.alerts.channels.base import addresses
from watcher.alerts.doors import Opens
from watcher.alerts.payload import Links
from watcher.models.catalog import Recipient
from watcher.models.subscriptions import Ended
from watcher.web.catalog import in_force
from watcher.web.render import page
from watcher.web.site import Site, site

UNSUBSCRIBED = "the subscriber unsubscribed"
STOPPED = "its reader asked for no more mails, by the link in one of them"


async def look(request: Request) -> Response:
    """A button."""
    _subscription(request)
    return page(request, "leaving.html", done=False)


async def leave(request: Request) -> Response:
    """Ends the subscription and all that waits for it; once more changes nothing."""
    here, name = site(request), _subscription(request)
    await run_in_threadpool(here.store.subscriptions.end, name, Ended.UNSUBSCRIBED, UNSUBSCRIBED, here.clock())
    return page(request, "leaving.html", done=True)


def _subscription(request: Request) -> str:
    doors = site(request).doors
    name = doors.read(Opens.UNSUBSCRIBE, request.path_params["token"]) if doors else None
    if name is None:
        raise HTTPException(404)
    return name


async def look_at_address(request: Request) -> Response:
    """The same for an address of a recipient, whose mails somebody else set up."""
    await run_in_threadpool(_address, site(request), request.path_params["token"])
    return page(request, "leaving.html", done=False)


async def stop(request: Request) -> Response:
    """Switches the address off, and tells the operators, who can switch it on again."""
    await run_in_threadpool(_stop, site(request), request.path_params["token"])
    return page(request, "leaving.html", done=True)


def _address(here: Site, token: str) -> tuple[Recipient, str]:
    mailed = [each for each in in_force(here.store).recipients if each.channel == "email"]
    found = here.doors.stops(token, mailed, addresses) if here.doors else None
    if found is None:
        raise HTTPException(404)
    return found


def _stop(here: Site, token: str) -> None:
    recipient, address = _address(here, token)
    now = here.clock()
    if any((each.channel, each.address) == ("email", address) for each in here.store.deliveries.stopped()):
        return
    here.store.deliveries.stop(recipient.id, "email", address, STOPPED, now)
    catalog = in_force(here.store)
    operators = [each for each in catalog.recipients if each.id in catalog.operators]
    told = notices.stopped(recipient.id, address, now)
    made = notices.tell(told, operators, addresses=addresses, links=Links(here.base_url), now=now)
    here.store.deliveries.add([each for each in made if each.address != address], now)


ROUTES = [
    Route("/unsubscribe/{token}", look),
    Route("/unsubscribe/{token}", leave, methods=["POST"]),
    Route("/stop/{token}", look_at_address),
    Route("/stop/{token}", stop, methods=["POST"]),
]
