"""What stands around every answer: security headers, the host allow-list, the same-origin check, the last resort.

Each is a plain ASGI layer; `app.py` puts them in order. The headers are outermost, so refusals and crashes have them
as well.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger(__name__)

POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
SECURITY_HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # not "no-referrer": browsers would then send `Origin: null` with our own forms (Fetch standard, "append a request
    # Origin header"), and the same-origin check could not tell them from foreign ones
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "x-robots-tag": "noindex, nofollow",
}
ONE_YEAR = "max-age=31536000"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
ONE_CLICK = ("/unsubscribe/", "/stop/")
"""What mail programs post to by themselves (RFC 8058 section 3.2). It reads no cookie: its address says all."""
OPENID_CALLBACK = "/login/openid/callback"
"""Where an OpenID provider sends people back to; the query works once."""
OPENID_LASTS = 600
"""Seconds in which they must be back."""
LARGEST_FORM = 64 * 1024
LARGEST_FILE = 5 * 1024 * 1024
TAKES_FILES = frozenset({"/api/v1/reviews/import"})
"""Where a body may be a file instead of a form."""


TOKENS_BELOW = ("/login/", "/feeds/", "/subscribe/confirm/", "/subscription/", *ONE_CLICK)
"""Addresses that end in a token, which no log may hold."""


class SecurityHeaders:
    """Puts the security headers on every answer; pages are not cached unless they say otherwise."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self.app = app
        self.extra = {"strict-transport-security": ONE_YEAR} if https else {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in {**SECURITY_HEADERS, "cache-control": "no-store", **self.extra}.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers)


class LastResort:
    """Answers with a page when a handler fails, and logs the failure; what was being said is not shown."""

    def __init__(self, app: ASGIApp, *, answer: Callable[[Scope], Response]) -> None:
        self.app = app
        self.answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception:
            if started or scope["type"] != "http":
                raise
            # the path only: the query may hold what somebody searched for, a login address its token
            log.exception("page.failed", extra={"method": scope["method"], "path": _loggable(scope["path"])})
            await self.answer(scope)(scope, receive, send)


class KnownHosts:
    """Refuses requests for a host that is not ours (DNS rebinding, poisoned caches). `hosts`: names, or name:port."""

    def __init__(self, app: ASGIApp, *, hosts: Collection[str]) -> None:
        self.app = app
        self.hosts = frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self._known(Headers(scope=scope).getlist("host")):
            await self.app(scope, receive, send)
            return
        text = "This server does not answer under that host name. Set WATCHER_BASE_URL to the address people use.\n"
        await PlainTextResponse(text, status_code=400)(scope, receive, send)

    def _known(self, given: list[str]) -> bool:
        if len(given) != 1:
            return False
        host = given[0].lower()
        return host in self.hosts or host_name(host) in self.hosts


class SameOrigin:
    """Refuses every request that changes something unless one of our own pages sent it: CSRF without tokens.

    Browsers send Sec-Fetch-Site to https and loopback addresses; to others they send Origin with every form. Programs
    send an Authorization field instead: no foreign page can send one here, and with it no cookie is read. What is below
    `open_to_all` takes requests from anywhere, because its address carries a token; no cookie gets there.
    """

    def __init__(self, app: ASGIApp, *, open_to_all: tuple[str, ...] = ()) -> None:
        self.app = app
        self.open_to_all = open_to_all

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif self.open_to_all and scope["path"].startswith(self.open_to_all):
            await self.app(without_cookies(scope), receive, send)
        elif scope["method"] in SAFE_METHODS or may_change(Headers(scope=scope)):
            await self.app(scope, receive, send)
        else:
            text = "Refused: this request did not come from one of our own pages. Open the page here and try again.\n"
            await PlainTextResponse(text, status_code=403)(scope, receive, send)


class BodyLimits:
    """Refuses bodies that are larger than a form can be, and than a file where one is taken."""

    def __init__(self, app: ASGIApp) -> None:
        self.forms = RequestBodyLimitMiddleware(app, max_body_size=LARGEST_FORM)
        self.files = RequestBodyLimitMiddleware(app, max_body_size=LARGEST_FILE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        limit = self.files if scope.get("path") in TAKES_FILES else self.forms
        await limit(scope, receive, send)


def may_change(headers: Headers) -> bool:
    """Whether one of our own pages sent it, or a program that shows a token."""
    if "authorization" in headers and "origin" not in headers and "sec-fetch-site" not in headers:
        return True
    return from_our_page(headers)


def without_cookies(scope: Scope) -> Scope:
    """The same request, of which nothing says who sits before the browser."""
    return {**scope, "headers": [field for field in scope["headers"] if field[0] != b"cookie"]}


def from_our_page(headers: Headers) -> bool:
    """Whether the browser says that the request comes from a page of the same host."""
    fetch_site = headers.get("sec-fetch-site")
    if fetch_site is not None:
        return fetch_site in ("same-origin", "none")
    origin = urlsplit(headers.get("origin", ""))
    return bool(origin.netloc) and origin.netloc.lower() == headers.get("host", "").lower()


def host_name(host: str) -> str:
    """A Host field without its port; an IPv6 address keeps its brackets."""
    name, _, port = host.rpartition(":")
    return name if name and port.isdigit() else host


def _loggable(path: str) -> str:
    secret = next((below for below in TOKENS_BELOW if path.startswith(below)), None)
    return f"{secret}…" if secret else repr(path[:200])
