"""Subscribing by mail, for anybody: ask, confirm by the link in the mail, change by the link in every mail.

Nothing here needs a login or reads a session. Whether an address is known is never told: every request that is heard
has the same answer, and what is different stands in the mail, which only the address's reader sees.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from ipaddress import ip_address
from typing import Any
from zoneinfo import available_timezones

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from watcher.alerts import confirmation
from watcher.alerts.channels.base import addresses
from watcher.alerts.doors import Doors, Opens
from watcher.alerts.smtp import is_mailbox
from watcher.models.policies import Policy
from watcher.models.subscriptions import Choices, Frequency, Subscription, SubscriptionRequest, tidy
from watcher.store.subscriptions import Asked, Limits
from watcher.web.render import language_of, page
from watcher.web.site import Site, site
from watcher.web.strings import LANGUAGES, Say

EXPIRES = timedelta(hours=48)
LIMITS = Limits(address=3, client=10, all=200)
"""Mails that strangers can make us send: to one address in a day, from one client and from all in an hour."""
FIELDS = 100


# --- asking ------------------------------------------------------------------------------------------------------


async def ask(request: Request) -> Response:
    """The form."""
    chosen = [each for each in request.query_params.getlist("policy") if each in site(request).policies]
    choices = Choices(tuple(chosen), language=language_of(request), timezone=str(site(request).zone))
    return _form(request, "subscribe.html", choices)


async def take(request: Request) -> Response:
    """Sends a mail that asks for confirmation. The answer is the same whether the address is known or not."""
    here, doors = _open(request)
    form = await request.form(max_files=0, max_fields=FIELDS)
    try:
        say = Say(language_of(request))
        choices = _choices(form, here.policies, say)
        address = _address(str(form.get("address") or ""), say)
    except ValueError as error:
        return _form(request, "subscribe.html", Choices(language=language_of(request)), wrong=str(error), status=400)
    now = here.clock()
    wanted = SubscriptionRequest(secrets.token_hex(8), address, choices, now + EXPIRES)
    mails = confirmation.ask(wanted, here.policies, addresses=addresses, now=now)
    came_of_it = await run_in_threadpool(
        lambda: here.store.subscriptions.ask(wanted, mails, client=_client(request, doors), limits=LIMITS, now=now)
    )
    if came_of_it is Asked.CLIENT_LIMIT:
        return page(request, "subscribe_asked.html", status=429, headers={"retry-after": "3600"}, too_many=True)
    return page(request, "subscribe_asked.html", too_many=False)


def _open(request: Request) -> tuple[Site, Doors]:
    """The site, if anybody may subscribe there."""
    here = site(request)
    if not here.takes_subscribers or here.doors is None:
        raise HTTPException(404)
    return here, here.doors


def _address(text: str, say: Say) -> str:
    address = tidy(text)
    if not is_mailbox(address):
        raise ValueError(say("Write one e-mail address, such as name@example.org."))
    return address


def _choices(form: FormData, policies: Mapping[str, Policy], say: Say) -> Choices:
    """What was chosen. Raises ValueError for what no form of ours sends."""
    chosen = tuple(dict.fromkeys(str(each) for each in form.getlist("policies")))
    often, language, timezone = (str(form.get(name)) for name in ("frequency", "language", "timezone"))
    listed = set(chosen) <= policies.keys() and language in LANGUAGES and timezone in timezones()
    if not listed or often not in list(Frequency):
        raise ValueError(say("Choose from the lists."))
    return Choices(chosen, form.get("acts_only") == "on", Frequency(often), language, timezone)


def _client(request: Request, doors: Doors) -> str:
    """Where a request comes from, unreadable; a proxy on this machine stands for all, who then share the last limit."""
    host = request.client.host if request.client else ""
    shared = not host or ip_address(host).is_loopback
    return secrets.token_hex(8) if shared else doors.pseudonym(host)


# --- confirming --------------------------------------------------------------------------------------------------


async def look(request: Request) -> Response:
    """A button. Opening the link alone confirms nothing: mail programs and their guards open links by themselves."""
    here, _, name = _named(request, Opens.CONFIRM)
    wanted = await run_in_threadpool(here.store.subscriptions.request, name, here.clock())
    if wanted is None:
        return page(request, "subscribe_confirm.html", status=410, wanted=None, done=None)
    return page(request, "subscribe_confirm.html", wanted=_told(request, wanted.choices), done=None)


async def confirm(request: Request) -> Response:
    """Begins the subscription."""
    here, doors, name = _named(request, Opens.CONFIRM)
    begun = await run_in_threadpool(here.store.subscriptions.confirm, name, here.clock())
    if begun is None:
        return page(request, "subscribe_confirm.html", status=410, wanted=None, done=None)
    manage = f"/{Opens.MANAGE}/{doors.token(Opens.MANAGE, begun.id)}"
    return page(request, "subscribe_confirm.html", wanted=_told(request, begun.choices), done=manage)


def _told(request: Request, choices: Choices) -> dict[str, str]:
    """The choices in words."""
    language = language_of(request)
    return {
        "about": confirmation.about(choices, site(request).policies, language),
        "often": confirmation.how_often(choices, language),
        "acts": Say(language)("Only what governments, legislatures and courts do") if choices.acts_only else "",
    }


# --- changing ----------------------------------------------------------------------------------------------------


async def show(request: Request) -> Response:
    """A subscription, for who has a mail of it."""
    _, doors, name = _named(request, Opens.MANAGE)
    return _manage(request, doors, await _subscription(request, name))


async def change(request: Request) -> Response:
    """Other choices."""
    here, doors, name = _named(request, Opens.MANAGE)
    subscription = await _subscription(request, name)
    form = await request.form(max_files=0, max_fields=FIELDS)
    try:
        choices = _choices(form, here.policies, Say(language_of(request)))
    except ValueError as error:
        return _manage(request, doors, subscription, wrong=str(error), status=400)
    await run_in_threadpool(here.store.subscriptions.change, name, choices)
    return _manage(request, doors, await _subscription(request, name), saved=True)


async def _subscription(request: Request, name: str) -> Subscription:
    found = await run_in_threadpool(site(request).store.subscriptions.show, name)
    if found is None:
        raise HTTPException(404)
    return found


def _manage(request: Request, doors: Doors, about: Subscription, **values: Any) -> Response:
    leave = f"/{Opens.UNSUBSCRIBE}/{doors.token(Opens.UNSUBSCRIBE, about.id)}"
    return _form(request, "subscription.html", about.choices, about=about, leave=leave, **values)


# --- both --------------------------------------------------------------------------------------------------------


def _named(request: Request, opens: Opens) -> tuple[Site, Doors, str]:
    """The site, and what the link of this request opens."""
    here = site(request)
    name = here.doors.read(opens, request.path_params["token"]) if here.doors else None
    if here.doors is None or name is None:
        raise HTTPException(404)
    return here, here.doors, name


def _form(request: Request, template: str, choices: Choices, *, status: int = 200, **values: Any) -> Response:
    here = site(request)
    if not here.subscribe and template == "subscribe.html":
        raise HTTPException(404)
    language = language_of(request)
    by_name = sorted(here.policies.values(), key=lambda policy: policy.shown(language).casefold())
    ready = here.doors is not None and bool(here.doors.base_url)
    around = {"wrong": "", "saved": False, "ready": ready, **values}
    return page(
        request,
        template,
        status=status if ready else 503,
        choices=choices,
        by_name=by_name,
        frequencies=list(Frequency),
        written=LANGUAGES,
        timezones=timezones(),
        **around,
    )


@cache
def timezones() -> list[str]:
    """The time zones that people choose from."""
    return ["UTC", *sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))]


ROUTES = [
    Route("/subscribe", ask),
    Route("/subscribe", take, methods=["POST"]),
    Route("/subscribe/confirm/{token}", look),
    Route("/subscribe/confirm/{token}", confirm, methods=["POST"]),
    Route("/subscription/{token}", show),
    Route("/subscription/{token}", change, methods=["POST"]),
]
