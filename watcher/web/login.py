"""In and out: a password or a one-time link becomes a session, and a session ends."""

from __future__ import annotations

import re

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from watcher.models.accounts import SignIn, SignInMethod
from watcher.web.auth import cookie_name, drop_session, keep_session
from watcher.web.passwords import is_outdated
from watcher.web.render import page
from watcher.web.site import site
from watcher.web.visitors import neighbourhood, visitor

_LOCAL = re.compile(r"/(?!/)[!-\[\]-~]{0,2000}")
"""A path of ours: one slash, then ASCII without backslash, space or control characters, which browsers would mend."""


async def explain(request: Request) -> Response:
    """The form for name and password, and how to get a link."""
    return page(request, "login.html", next=local_path(request.query_params.get("next")))


async def by_password(request: Request) -> Response:
    """A session for name and password; the answer to a wrong one does not tell whether the name exists."""
    here, who = site(request), visitor(request)
    form = await request.form(max_files=0, max_fields=5)
    name, password = str(form.get("name", "")).strip()[:200], str(form.get("password", ""))
    onward, place = local_path(str(form.get("next", ""))), neighbourhood(who.address)
    if not await run_in_threadpool(here.store.sign_ins.may_guess, name, place, here.clock()):
        return page(request, "login.html", status=429, headers={"Retry-After": "900"}, next=onward, wrong="too-many")
    user_id, kept = await run_in_threadpool(here.store.users.password_of, name) or (None, None)
    if not await here.passwords.fits(password, kept) or user_id is None or kept is None:
        await note(request, name if user_id else "", SignInMethod.PASSWORD, succeeded=False)
        return page(request, "login.html", status=403, next=onward, wrong="no-fit")
    if is_outdated(kept):
        await run_in_threadpool(here.store.users.strengthen, user_id, kept, await here.passwords.hashed(password))
    await run_in_threadpool(here.store.sign_ins.forgive, name, place)
    token = await run_in_threadpool(here.store.sessions.open, user_id, SignInMethod.PASSWORD, who, here.clock())
    await note(request, name, SignInMethod.PASSWORD, succeeded=True)
    return await enter(request, token, onward)


async def ask(request: Request) -> Response:
    """A button. Opening the link alone does not use it up: mail programs and chats open links to preview them."""
    return page(request, "login_link.html", used=False)


async def redeem(request: Request) -> Response:
    """Uses the link up and opens a new session; one that the browser still had is ended."""
    here = site(request)
    link, now = request.path_params["token"], here.clock()
    token = await run_in_threadpool(here.store.users.redeem, link, now, visitor(request))
    if token is None:
        return page(request, "login_link.html", status=403, used=True)
    who = await run_in_threadpool(here.store.sessions.principal, token, now)
    await note(request, who.name if who else "", SignInMethod.LINK, succeeded=True)
    return await enter(request, token, local_path(request.query_params.get("next")))


async def leave(request: Request) -> Response:
    """Ends the session, in the store as well as in the browser."""
    await _end(request)
    response = RedirectResponse("/login", status_code=303)
    drop_session(site(request), response)
    return response


def local_path(wanted: str | None) -> str:
    """The address when it is one of ours, else the inbox: a login leads nowhere else."""
    return wanted if wanted and _LOCAL.fullmatch(wanted) else "/"


async def enter(request: Request, token: str, onward: str) -> Response:
    """Onward with a new session; one that the browser still had is ended."""
    response = RedirectResponse(onward, status_code=303)
    await _end(request)
    keep_session(site(request), response, token)
    return response


async def _end(request: Request) -> None:
    here = site(request)
    if old := request.cookies.get(cookie_name(here)):
        await run_in_threadpool(here.store.sessions.end, old)


async def note(request: Request, name: str, method: SignInMethod, *, succeeded: bool) -> None:
    """Keep that somebody tried; `name` is "" for nobody of ours."""
    here = site(request)
    line = SignIn(here.clock(), name, method, succeeded, visitor(request).address)
    await run_in_threadpool(here.store.sign_ins.add, line)


ROUTES = [
    Route("/login", explain),
    Route("/login", by_password, methods=["POST"]),
    Route("/login/{token}", ask),
    Route("/login/{token}", redeem, methods=["POST"]),
    Route("/logout", leave, methods=["POST"]),
]
