"""Taking an entry out of its announcement, putting announcements together, and taking either back."""

from __future__ import annotations

import re

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from watcher.models.events import Hindrance, Regrouped
from watcher.web import entry
from watcher.web.auth import may_review
from watcher.web.render import language_of
from watcher.web.site import site
from watcher.web.strings import Say

MOST_FIELDS = 6
LONGEST = 2_000
_ADDRESS = re.compile(r"(?:.*/entries/)?([^/?#\s]{1,200})(?:[?#].*)?")


async def split(request: Request) -> Response:
    """Takes the entry out of the event in which the person saw it."""
    form, here = await _form(request), site(request)
    made = await run_in_threadpool(
        lambda: here.store.regroupings.split(
            request.path_params["entry_id"],
            here.gather,
            by=request.state.user.name,
            now=here.clock(),
            seen=form.get("event"),
        )
    )
    return await _answer(request, form.get("back") or request.path_params["entry_id"], made)


async def merge(request: Request) -> Response:
    """Puts the announcement of the entry together with one that was chosen, or whose entry's address was given."""
    form, here = await _form(request), site(request)
    mine, other = request.path_params["entry_id"], form.get("other") or _named(form.get("address", ""))
    if not other:
        return await entry.show_entry(request, mine, status=400, trouble=_say(request, Hindrance.MISSING))
    seen = {form["event"], other} if form.get("event") and form.get("other") else set()
    made = await run_in_threadpool(
        lambda: here.store.regroupings.merge(
            other, mine, here.gather, by=request.state.user.name, now=here.clock(), seen=seen
        )
    )
    return await _answer(request, mine, made)


async def undo(request: Request) -> Response:
    """Takes a split or a merge back."""
    form, here = await _form(request), site(request)
    made = await run_in_threadpool(
        lambda: here.store.regroupings.undo(
            request.path_params["act_id"], here.gather, by=request.state.user.name, now=here.clock()
        )
    )
    return await _answer(request, form.get("back") or next(iter(made.moved), ""), made)


async def _form(request: Request) -> dict[str, str]:
    if not may_review(request):
        raise HTTPException(403)
    form = await request.form(max_files=0, max_fields=MOST_FIELDS)
    return {name: value.strip()[:LONGEST] for name, value in form.items() if isinstance(value, str)}


def _named(address: str) -> str:
    """The id in an address of ours, or what was given when it is no address."""
    found = _ADDRESS.fullmatch(address)
    return found[1] if found else ""


async def _answer(request: Request, back: str, made: Regrouped) -> Response:
    if made.hindrance:
        status = 409 if made.hindrance is Hindrance.CHANGED else 400
        return await entry.show_entry(request, back, status=status, trouble=_say(request, made.hindrance))
    if await run_in_threadpool(site(request).store.events.view, back, most=1) is None:
        raise HTTPException(404)
    return RedirectResponse(f"/entries/{back}?regrouped={made.act_id}#announcement", status_code=303)


def _say(request: Request, hindrance: Hindrance) -> str:
    say = Say(language_of(request))
    return {
        Hindrance.MISSING: say("No entry with a policy in it has this address. Copy the address of its page here."),
        Hindrance.NOTHING: say("There was nothing to do: it is so already."),
        Hindrance.CHANGED: say("Somebody else moved it while you looked. Below is how it is now; nothing was changed."),
    }[hindrance]


ROUTES = [
    Route("/entries/{entry_id}/split", split, methods=["POST"]),
    Route("/entries/{entry_id}/merge", merge, methods=["POST"]),
    Route("/regroupings/{act_id}/undo", undo, methods=["POST"]),
]
