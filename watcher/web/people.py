"""Who may come in: everybody with their role, invitations, and the tokens of all. For administrators."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from watcher.errors import StoreError
from watcher.models.accounts import Role
from watcher.web.render import page
from watcher.web.site import site

INVITATION_LASTS = timedelta(days=7)
LINK_LASTS = timedelta(hours=24)
_SIGN_INS = 50


async def show(request: Request) -> Response:
    """Everybody."""
    return await _page(request)


async def invite(request: Request) -> Response:
    """A new person, with a link of one use that leads to choosing a password. It is shown on this answer only."""
    here = site(request)
    form = await request.form(max_files=0, max_fields=5)
    role = _role(str(form.get("role", "")))
    try:
        added = await run_in_threadpool(here.store.users.add, str(form.get("name", "")), role, here.clock())
    except StoreError as error:
        return await _page(request, wrong=str(error), status=400)
    return await _page(request, link=await _link(request, added.name, INVITATION_LASTS), link_for=added.name)


async def make_link(request: Request) -> Response:
    """A new link for somebody who forgot the password, or lost the first link."""
    name = await _named(request)
    try:
        return await _page(request, link=await _link(request, name, LINK_LASTS), link_for=name)
    except StoreError as error:
        return await _page(request, wrong=str(error), status=400)


async def set_role(request: Request) -> Response:
    """Another role; the person is signed out everywhere."""
    form = await request.form(max_files=0, max_fields=5)
    name, role = str(form.get("name", "")), _role(str(form.get("role", "")))
    return await _done(request, lambda: site(request).store.users.set_role(name, role))


async def remove(request: Request) -> Response:
    """Takes somebody out."""
    name = await _named(request)
    return await _done(request, lambda: site(request).store.users.remove(name))


async def revoke_token(request: Request) -> Response:
    """Closes anybody's token for good."""
    chosen = request.path_params["token_id"]
    return await _done(request, lambda: site(request).store.tokens.revoke(chosen))


async def _done(request: Request, change: Callable[[], object]) -> Response:
    try:
        await run_in_threadpool(change)
    except StoreError as error:
        return await _page(request, wrong=str(error), status=400)
    return RedirectResponse("/users", status_code=303)


async def _named(request: Request) -> str:
    form = await request.form(max_files=0, max_fields=5)
    return str(form.get("name", ""))


def _role(value: str) -> Role:
    try:
        return Role(value)
    except ValueError:
        raise HTTPException(400, "Choose one of the roles.") from None


async def _link(request: Request, name: str, lasts: timedelta) -> str:
    here = site(request)
    token = await run_in_threadpool(here.store.users.new_login_token, name, here.clock(), lasts)
    return f"{here.base_url.rstrip('/')}/login/{token}?next=/account"


async def _page(
    request: Request, *, wrong: str = "", link: str = "", link_for: str = "", status: int = 200
) -> Response:
    here = site(request)
    return page(
        request,
        "users.html",
        status=status,
        wrong=wrong,
        link=link,
        link_for=link_for,
        people=await run_in_threadpool(here.store.users.listing),
        tokens=await run_in_threadpool(here.store.tokens.listing, here.clock()),
        sign_ins=await run_in_threadpool(here.store.sign_ins.newest, _SIGN_INS),
        roles=[role.value for role in Role],
    )


ROUTES = [
    Route("/users", show),
    Route("/users", invite, methods=["POST"]),
    Route("/users/link", make_link, methods=["POST"]),
    Route("/users/role", set_role, methods=["POST"]),
    Route("/users/remove", remove, methods=["POST"]),
    Route("/users/tokens/{token_id}/revoke", revoke_token, methods=["POST"]),
]
