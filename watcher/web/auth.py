"""Who may do what: everything is closed except what stands in the lists here.

A page asks with `principal(request)` who is there, and with `may_review` or `may_administer` what to offer. Nothing
has to be asked for protection: the gate has refused before a handler runs.
"""

from __future__ import annotations

from urllib.parse import quote, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Send
from starlette.types import Scope as Connection

from watcher.models.accounts import Principal, Scope
from watcher.store.sessions import LASTS
from watcher.web.headers import ONE_CLICK, SAFE_METHODS
from watcher.web.problems import is_for_programs, problem
from watcher.web.render import page
from watcher.web.site import Site, site

PUBLIC = frozenset({"/healthz", "/readyz", "/metrics", "/login", "/subscribe"})
"""Addresses that answer without a session. /metrics has its own rule: a token, or loopback."""
PUBLIC_BELOW = ("/static/", "/login/", "/feeds/", "/subscribe/", "/subscription/", *ONE_CLICK)
"""The same for everything below an address; all but what is static carries its own token."""
OPEN_TO_ALL_BELOW: tuple[str, ...] = ONE_CLICK
"""Public addresses with a token of their own that take even what changes something from anywhere, without cookies."""
ADMINISTRATION = ("/users", "/alerts/test", "/alerts/rules", "/alerts/recipients", "/new-source")
"""These and what is below are for administrators, also to look at."""
CHANGED_BY_ADMINISTRATORS = ("/sources", "/api/v1/sources", "/api/v1/deliveries")
"""Everybody may look here; what is watched, and what is sent again by programs, is for administrators to change."""
OWN = ("/account", "/logout")
"""Everybody's own affairs: who may look may change them as well."""


class Gate:
    """Lets a request through to the pages with who asks, and turns away the rest."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Connection, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or is_public(scope["path"]):
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        request.state.user = who = await _recognised(request)
        if who is None:
            await turned_away(request)(scope, receive, send)
        elif not who.may(scope_needed(request.method, scope["path"])):
            await forbidden(request)(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def is_public(path: str) -> bool:
    """Whether an address answers without a session."""
    return path in PUBLIC or path.startswith(PUBLIC_BELOW)


def scope_needed(method: str, path: str) -> Scope:
    """What a request to a closed address must be allowed: to look is to read, all else is to review."""
    if _is_or_below(path, ADMINISTRATION):
        return Scope.ADMIN
    if method in SAFE_METHODS or _is_or_below(path, OWN):
        return Scope.READ
    return Scope.ADMIN if _is_or_below(path, CHANGED_BY_ADMINISTRATORS) else Scope.REVIEW


def principal(request: Request) -> Principal | None:
    """Who asks; None on public addresses. Behind the gate there always is somebody."""
    found: Principal | None = getattr(request.state, "user", None)
    return found


def may_review(request: Request) -> bool:
    """Whether who asks may decide about matches, alerts and feeds."""
    who = principal(request)
    return who is not None and who.may(Scope.REVIEW)


def may_administer(request: Request) -> bool:
    """Whether who asks may decide about people and the installation."""
    who = principal(request)
    return who is not None and who.may(Scope.ADMIN)


def turned_away(request: Request) -> Response:
    """To the login page for a person who opens a page, 401 for everything else."""
    if is_for_programs(request.url.path):
        advice = "Send a token that is in force: Authorization: Bearer TOKEN. `watcher tokens add` makes one."
        return problem(401, "No valid token", advice, headers={"WWW-Authenticate": "Bearer"})
    if request.method in SAFE_METHODS and "text/html" in request.headers.get("accept", ""):
        return RedirectResponse(_login_for(request), status_code=303)
    return page(request, "login.html", status=401, headers={"WWW-Authenticate": "Cookie"}, next="/")


def _login_for(request: Request) -> str:
    """The login page, which leads back to where the person wanted to go."""
    wanted = f"{quote(request.url.path)}?{request.url.query}".rstrip("?")
    return "/login" if wanted == "/" else f"/login?{urlencode({'next': wanted})}"


def forbidden(request: Request) -> Response:
    """403: known, but not allowed."""
    if is_for_programs(request.url.path):
        needed = scope_needed(request.method, request.url.path)
        return problem(403, "Not allowed", f"This needs the scope `{needed}`, of the token and of its owner's role.")
    return page(request, "failure.html", status=403, code=403)


async def _recognised(request: Request) -> Principal | None:
    """By token or by session, never by both: a request that brings a token does not use the browser's cookie."""
    here = site(request)
    if (given := request.headers.get("authorization")) is not None:
        token = given.removeprefix("Bearer ")
        if token == given or not is_for_programs(request.url.path):
            return None
        return await run_in_threadpool(here.store.tokens.principal, token.strip(), here.clock())
    session = request.cookies.get(cookie_name(here))
    return await run_in_threadpool(here.store.sessions.principal, session, here.clock()) if session else None


def _is_or_below(path: str, places: tuple[str, ...]) -> bool:
    return any(path == place or path.startswith(f"{place}/") for place in places)


def cookie_name(here: Site) -> str:
    """The session's cookie; the prefix makes browsers insist on https and on this very host (RFC 6265bis)."""
    return "__Host-watcher_session" if here.secure_cookies else "watcher_session"


def keep_session(here: Site, response: Response, token: str) -> None:
    """Gives the browser its session token, out of reach of scripts and of foreign forms."""
    response.set_cookie(
        cookie_name(here),
        token,
        max_age=int(LASTS.total_seconds()),
        path="/",
        secure=here.secure_cookies,
        httponly=True,
        samesite="lax",
    )


def drop_session(here: Site, response: Response) -> None:
    """Makes the browser forget its session."""
    response.delete_cookie(cookie_name(here), path="/", secure=here.secure_cookies, httponly=True, samesite="lax")
