"""In by way of an OpenID provider: out to it with a state that this browser keeps, and back as a user of ours."""

from __future__ import annotations

import logging

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from watcher.errors import ProviderError
from watcher.models.accounts import SignInMethod
from watcher.web.headers import OPENID_CALLBACK, OPENID_LASTS
from watcher.web.login import enter, local_path, note
from watcher.web.render import page
from watcher.web.site import Site, site
from watcher.web.visitors import neighbourhood, visitor

log = logging.getLogger(__name__)

STATUS = {"stale": 400, "declined": 403, "unknown": 403, "unproved": 403, "too-many": 429, "silent": 502}
"""Why somebody is not let in -> with which status the page says so."""


async def begin(request: Request) -> Response:
    """To the provider. All that it leaves is a short-lived cookie, so a foreign page that opens this gains nothing."""
    here = site(request)
    if here.openid is None:
        raise HTTPException(404)
    try:
        address, kept = await here.openid.begin(local_path(request.query_params.get("next")))
    except ProviderError as error:
        return _failed(request, error)
    response = RedirectResponse(address, status_code=303)
    response.set_cookie(
        _cookie(here), kept, max_age=OPENID_LASTS, path="/", secure=here.secure_cookies, httponly=True, samesite="lax"
    )
    return response


async def come_back(request: Request) -> Response:
    """A session for who the provider says came back. It works once, and only in the browser that `begin` sent out."""
    here, asked = site(request), request.query_params
    if here.openid is None:
        raise HTTPException(404)
    attempt = here.openid.attempt(request.cookies.get(_cookie(here), ""), asked.get("state", ""))
    if attempt is None:
        return _turned_away(request, "stale")
    if not (code := asked.get("code", "")):
        response = _turned_away(request, "declined")
    elif not await _may_try(request, attempt.state):
        response = _turned_away(request, "too-many")
    else:
        try:
            name = await here.openid.name_of(attempt, code)
            response = await _let_in(request, name, attempt.state, attempt.onward)
        except ProviderError as error:
            response = _failed(request, error)
            await note(request, "", SignInMethod.OPENID, succeeded=False)
    response.delete_cookie(_cookie(here), path="/", secure=here.secure_cookies, httponly=True, samesite="lax")
    return response


async def _may_try(request: Request, state: str) -> bool:
    """Counted by address, as guesses at passwords are: each asks the provider. Nobody's name can be used up by it."""
    here, place = site(request), neighbourhood(visitor(request).address)
    return await run_in_threadpool(here.store.sign_ins.may_guess, state, place, here.clock())


async def _let_in(request: Request, name: str | None, state: str, onward: str) -> Response:
    """The session; whoever an administrator has not added, or the provider vouches no name for, gets one answer."""
    here, who = site(request), visitor(request)
    user = await run_in_threadpool(here.store.users.known, name) if name else None
    if user is None:
        await note(request, "", SignInMethod.OPENID, succeeded=False)
        return _turned_away(request, "unknown")
    await run_in_threadpool(here.store.sign_ins.forgive, state, neighbourhood(who.address))
    token = await run_in_threadpool(here.store.sessions.open, user.id, SignInMethod.OPENID, who, here.clock())
    await note(request, user.name, SignInMethod.OPENID, succeeded=True)
    return await enter(request, token, onward)


def _failed(request: Request, error: ProviderError) -> Response:
    """The page without the details, which are the operators': they stand in the log."""
    log.warning("openid.failed", extra={"problem": str(error)})
    return _turned_away(request, "unproved" if error.unproved else "silent")


def _turned_away(request: Request, why: str) -> Response:
    headers = {"Retry-After": "900"} if why == "too-many" else {}
    return page(request, "login_openid.html", status=STATUS[why], headers=headers, why=why)


def _cookie(here: Site) -> str:
    return "__Host-watcher_openid" if here.secure_cookies else "watcher_openid"


ROUTES = [Route("/login/openid", begin), Route(OPENID_CALLBACK, come_back)]
