"""Who may see what: everything is closed except what stands in the public list here."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from watcher.models.views import User
from watcher.web.headers import SAFE_METHODS
from watcher.web.render import page
from watcher.web.site import Site, site

PUBLIC = frozenset({"/healthz", "/readyz", "/metrics", "/login"})
"""Addresses that answer without a session. /metrics has its own rule: a token, or loopback."""
PUBLIC_BELOW = ("/static/", "/login/", "/feeds/")
"""The same for everything below an address; what stands below /login/ and /feeds/ carries its own token."""

SESSION_DAYS = 30


class Gate:
    """Lets a request through to the pages with the user of its session, and turns away the rest."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or is_public(scope["path"]):
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        request.state.user = await user_of(request)
        if request.state.user is None:
            await turned_away(request)(scope, receive, send)
            return
        await self.app(scope, receive, send)


def is_public(path: str) -> bool:
    """Whether an address answers without a session."""
    return path in PUBLIC or path.startswith(PUBLIC_BELOW)


def may_administer(request: Request) -> bool:
    """Whether this person may change what is watched. Today everybody who is signed in may."""
    return getattr(request.state, "user", None) is not None


def only_administrators(request: Request) -> None:
    """Raises HTTPException (403) for everybody else."""
    if not may_administer(request):
        raise HTTPException(403)


async def user_of(request: Request) -> User | None:
    """The user of the request's session, or None."""
    here = site(request)
    token = request.cookies.get(cookie_name(here))
    return await run_in_threadpool(here.store.users.by_session, token, here.clock()) if token else None


def turned_away(request: Request) -> Response:
    """To the login page for a person who opens a page, 401 for everything else."""
    if request.method in SAFE_METHODS and "text/html" in request.headers.get("accept", ""):
        return RedirectResponse("/login", status_code=303)
    return page(request, "login.html", status=401, headers={"WWW-Authenticate": "Cookie"})


def cookie_name(here: Site) -> str:
    """The session's cookie; the prefix makes browsers insist on https and on this very host (RFC 6265bis)."""
    return "__Host-watcher_session" if here.secure_cookies else "watcher_session"


def keep_session(here: Site, response: Response, token: str) -> None:
    """Gives the browser its session token, out of reach of scripts and of foreign forms."""
    response.set_cookie(
        cookie_name(here),
        token,
        max_age=SESSION_DAYS * 86_400,
        path="/",
        secure=here.secure_cookies,
        httponly=True,
        samesite="lax",
    )


def drop_session(here: Site, response: Response) -> None:
    """Makes the browser forget its session."""
    response.delete_cookie(cookie_name(here), path="/", secure=here.secure_cookies, httponly=True, samesite="lax")
