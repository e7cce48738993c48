"""In and out: a one-time link becomes a session, and a session ends."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from watcher.web.auth import cookie_name, drop_session, keep_session
from watcher.web.render import page
from watcher.web.site import site


async def explain(request: Request) -> Response:
    """How to get a link."""
    return page(request, "login.html")


async def ask(request: Request) -> Response:
    """A button. Opening the link alone does not use it up: mail programs and chats open links to preview them."""
    return page(request, "login_link.html", used=False)


async def redeem(request: Request) -> Response:
    """Uses the link up and opens a new session; one that the browser still had is ended."""
    here = site(request)
    token = await run_in_threadpool(here.store.users.redeem, request.path_params["token"], here.clock())
    if token is None:
        return page(request, "login_link.html", status=403, used=True)
    response = RedirectResponse("/", status_code=303)
    await _end(request)
    keep_session(here, response, token)
    return response


async def leave(request: Request) -> Response:
    """Ends the session, in the store as well as in the browser."""
    await _end(request)
    response = RedirectResponse("/login", status_code=303)
    drop_session(site(request), response)
    return response


async def _end(request: Request) -> None:
    here = site(request)
    if old := request.cookies.get(cookie_name(here)):
        await run_in_threadpool(here.store.users.end_session, old)


ROUTES = [
    Route("/login", explain),
    Route("/login/{token}", ask),
    Route("/login/{token}", redeem, methods=["POST"]),
    Route("/logout", leave, methods=["POST"]),
]
