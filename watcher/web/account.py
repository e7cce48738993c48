"""One's own account: password, browsers that are signed in, tokens for programs, and who tried to come in."""

from __future__ import annotations

from datetime import timedelta

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from watcher.models.accounts import Principal, Scope, Session, SignInMethod
from watcher.store.sessions import session_id
from watcher.web.auth import cookie_name, drop_session, keep_session, principal
from watcher.web.passwords import wrong_with
from watcher.web.render import language_of, page
from watcher.web.site import site
from watcher.web.strings import Say
from watcher.web.visitors import neighbourhood, visitor

FRESH = timedelta(minutes=15)
"""So long who came by a link may set a password without the old one: that is how a forgotten one is replaced."""
DAYS = (30, 90, 365)
"""How long a new token may last; 0 is without end."""
LONGEST_NAME = 80
_SIGN_INS = 20


async def show(request: Request) -> Response:
    """The account page."""
    return await _page(request)


async def set_password(request: Request) -> Response:
    """A first or another password. Every other browser is signed out, and this one gets a new session."""
    here, me = site(request), _me(request)
    form = await request.form(max_files=0, max_fields=5)
    old, new = str(form.get("old", "")), str(form.get("new", ""))
    if wrong := await _wrong_with(request, old, new, str(form.get("again", ""))):
        return await _page(request, wrong=wrong, status=400)
    await run_in_threadpool(here.store.users.set_password, me.user_id, await here.passwords.hashed(new))
    way, who = SignInMethod.PASSWORD, visitor(request)
    token = await run_in_threadpool(here.store.sessions.open, me.user_id, way, who, here.clock())
    response = RedirectResponse("/account?done=password", status_code=303)
    keep_session(here, response, token)
    return response


async def end_session(request: Request) -> Response:
    """Signs one browser out."""
    chosen = request.path_params["session_id"]
    await run_in_threadpool(site(request).store.sessions.end_one, _me(request).user_id, chosen)
    return RedirectResponse("/account", status_code=303)


async def leave_everywhere(request: Request) -> Response:
    """Signs every browser out, this one too."""
    here = site(request)
    await run_in_threadpool(here.store.sessions.end_all, _me(request).user_id)
    response = RedirectResponse("/login", status_code=303)
    drop_session(here, response)
    return response


async def make_token(request: Request) -> Response:
    """A new token. It is shown on this answer and never again: only a hash of it is kept."""
    here, me = site(request), _me(request)
    form = await request.form(max_files=0, max_fields=10)
    name, days = str(form.get("name", "")).strip()[:LONGEST_NAME], str(form.get("days", ""))
    scopes = me.scopes & {each for each in Scope if each.value in form.getlist("scopes")}
    if not name or not scopes or days not in {"0", *map(str, DAYS)}:
        raise HTTPException(400, "Say what the token is for, and what it may do.")
    now = here.clock()
    until = now + timedelta(days=int(days)) if int(days) else None
    made = await run_in_threadpool(lambda: here.store.tokens.add(me.name, name, scopes, now, expires_at=until))
    return await _page(request, made=made)


async def revoke_token(request: Request) -> Response:
    """Closes one of one's own tokens for good."""
    chosen, me = request.path_params["token_id"], _me(request)
    await run_in_threadpool(lambda: site(request).store.tokens.revoke(chosen, user_id=me.user_id))
    return RedirectResponse("/account", status_code=303)


async def _wrong_with(request: Request, old: str, new: str, again: str) -> str:
    """Why the password is not changed; "" when nothing speaks against it."""
    here, me, say = site(request), _me(request), Say(language_of(request))
    if new != again:
        return say("The new password was not written the same way twice.")
    if wrong := wrong_with(new, me.name, say):
        return wrong
    kept = await run_in_threadpool(here.store.users.password_of, me.name)
    if kept is None or _is_fresh(await _this_session(request), request):
        return ""
    place = neighbourhood(visitor(request).address)
    if not await run_in_threadpool(here.store.sign_ins.may_guess, me.name, place, here.clock()):
        return say("Too many wrong passwords. Try again in 15 minutes.")
    if not await here.passwords.fits(old, kept[1]):
        return say("The old password does not fit.")
    await run_in_threadpool(here.store.sign_ins.forgive, me.name, place)
    return ""


def _is_fresh(session: Session | None, request: Request) -> bool:
    """Whether the person just came by a link, which is as good as the old password."""
    came_by_link = session is not None and session.method is SignInMethod.LINK
    return came_by_link and session is not None and site(request).clock() - session.created_at < FRESH


async def _this_session(request: Request) -> Session | None:
    here = site(request)
    mine = session_id(request.cookies.get(cookie_name(here), ""))
    found = await run_in_threadpool(here.store.sessions.of, _me(request).user_id, here.clock())
    return next((each for each in found if each.id == mine), None)


async def _page(request: Request, *, wrong: str = "", made: str = "", status: int = 200) -> Response:
    here, me = site(request), _me(request)
    now, this = here.clock(), await _this_session(request)
    has_password = await run_in_threadpool(here.store.users.password_of, me.name) is not None
    return page(
        request,
        "account.html",
        status=status,
        done=request.query_params.get("done", ""),
        wrong=wrong,
        made=made,
        has_password=has_password,
        asks_old=has_password and not _is_fresh(this, request),
        this=this,
        sessions=await run_in_threadpool(here.store.sessions.of, me.user_id, now),
        tokens=await run_in_threadpool(lambda: here.store.tokens.listing(now, user_id=me.user_id)),
        sign_ins=await run_in_threadpool(lambda: here.store.sign_ins.newest(_SIGN_INS, name=me.name)),
        scopes=[each.value for each in Scope if me.may(each)],
        days=DAYS,
    )


def _me(request: Request) -> Principal:
    me = principal(request)
    assert me is not None
    return me


ROUTES = [
    Route("/account", show),
    Route("/account/password", set_password, methods=["POST"]),
    Route("/account/sessions/end", leave_everywhere, methods=["POST"]),
    Route("/account/sessions/{session_id}/end", end_session, methods=["POST"]),
    Route("/account/tokens", make_token, methods=["POST"]),
    Route("/account/tokens/{token_id}/revoke", revoke_token, methods=["POST"]),
]
