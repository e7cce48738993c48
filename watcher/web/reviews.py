"""Reviewing: verdicts, corrections, assignments and notes, one match or many at a time, and taking them back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import TypeVar
from urllib.parse import parse_qsl, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from watcher.models.reviews import Change, DismissReason, ReviewOutcome
from watcher.models.words import Action, Modality, Verdict
from watcher.web import marking
from watcher.web.auth import may_review
from watcher.web.filters import Filters
from watcher.web.naming import Words
from watcher.web.render import language_of, page
from watcher.web.site import site

LONGEST_NOTE = 2_000
MOST_AT_ONCE = 200
MOST_FIELDS = 20
S = TypeVar("S", bound=StrEnum)


async def decide(request: Request) -> Response:
    """Changes one match and goes back to where the form was; 409 when somebody else was faster."""
    form = await _form(request)
    change = await _change(request, form, request.path_params["match_id"], _number(_text(form, "version")))
    outcome = await _make(request, [change])
    if outcome.missing:
        raise HTTPException(404)
    if outcome.conflicts:
        return await _conflict(request, form, change)
    return await _answer(request, form, outcome)


async def decide_many(request: Request) -> Response:
    """Changes all selected matches as one act; those that somebody else changed are left, and the page says so."""
    form = await _form(request, MOST_AT_ONCE + MOST_FIELDS)
    selected = [str(each).partition(":") for each in form.getlist("selected")][:MOST_AT_ONCE]
    if not selected:
        raise HTTPException(400, "Select at least one match.")
    changes = [await _change(request, form, match_id, _number(version)) for match_id, _, version in selected]
    return await _answer(request, form, await _make(request, changes))


async def undo(request: Request) -> Response:
    """Takes an act back, as far as nobody changed its matches since."""
    form = await _form(request)
    here = site(request)
    outcome = await run_in_threadpool(
        here.store.reviews.undo, request.path_params["act_id"], reviewer=request.state.user.name, now=here.clock()
    )
    return await _answer(request, form, outcome)


async def edit(request: Request) -> Response:
    """One match by itself: correct it, give it to somebody, write a note; and everything that was done to it."""
    return await _match_page(request, request.path_params["match_id"])


async def _match_page(request: Request, match_id: str, *, status: int = 200, wanted: Change | None = None) -> Response:
    store = site(request).store
    row = await run_in_threadpool(store.matches.show, match_id)
    if row is None:
        raise HTTPException(404)
    return page(
        request,
        "match.html",
        status=status,
        row=row,
        history=await run_in_threadpool(store.reviews.history, match_id),
        people=await run_in_threadpool(store.users.names),
        wanted=wanted,
        policies=sorted(site(request).policies.values(), key=lambda each: each.shown(language_of(request)).casefold()),
        actions=list(Action),
        modalities=list(Modality),
        reasons=list(DismissReason),
        back=request.query_params.get("back", ""),
        filters=Filters.read(request.query_params).address(""),
        quote=marking.quote,
    )


async def _conflict(request: Request, form: FormData, change: Change) -> Response:
    if _wants_json(request):
        return JSONResponse({"conflict": True}, status_code=409)
    return await _match_page(request, change.match_id, status=409, wanted=change)


async def _make(request: Request, changes: Sequence[Change]) -> ReviewOutcome:
    here = site(request)
    return await run_in_threadpool(
        lambda: here.store.reviews.make(
            changes, reviewer=request.state.user.name, now=here.clock(), second_reviewer=here.second_reviewer
        )
    )


# --- what a form says ----------------------------------------------------------------------------------------------


async def _form(request: Request, most: int = MOST_FIELDS) -> FormData:
    if not may_review(request):
        raise HTTPException(403)
    return await request.form(max_files=0, max_fields=most)


async def _change(request: Request, form: FormData, match_id: str, version: int | None) -> Change:
    """What the form wants of one match. Raises HTTPException for a value outside of its closed set."""
    policy = _text(form, "policy") or None
    assignee = _text(form, "assignee") if "assignee" in form and _text(form, "assignee") != "-" else None
    if policy is not None and policy not in site(request).policies:
        raise HTTPException(400, "Choose one of the policies.")
    if assignee and assignee not in await run_in_threadpool(site(request).store.users.names):
        raise HTTPException(400, "Choose somebody who has an account.")
    change = Change(
        match_id,
        version,
        verdict=_one_of(Verdict, _text(form, "verdict")),
        reason=_one_of(DismissReason, _text(form, "reason")),
        note=_text(form, "note")[:LONGEST_NOTE],
        policy=policy,
        action=_one_of(Action, _text(form, "action")),
        modality=_one_of(Modality, _text(form, "modality")),
        assignee=assignee,
        due=_day(_text(form, "due")),
    )
    if change == Change(match_id, version, reason=change.reason, due=change.due):
        raise HTTPException(400, "Choose what is to be changed.")
    return change


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value.replace("\0", "").strip() if isinstance(value, str) else ""


def _one_of(closed: type[S], value: str) -> S | None:
    try:
        return closed(value) if value else None
    except ValueError:
        raise HTTPException(400, "Choose one of the values that are offered.") from None


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        raise HTTPException(400, "Write the day like 2026-05-31.") from None


def _number(value: str) -> int | None:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else None


# --- where to go next ----------------------------------------------------------------------------------------------


def _wants_json(request: Request) -> bool:
    return request.headers.get("accept", "") == "application/json"


async def _answer(request: Request, form: FormData, outcome: ReviewOutcome) -> Response:
    """For a script what to show in place; for a browser the page that the form stood on, saying what was done."""
    if _wants_json(request):
        return await _told(request, outcome)
    more = {"done": outcome.act_id, "left": str(len(outcome.conflicts)) if outcome.conflicts else ""}
    if _text(form, "back") != "inbox" and outcome.kept:
        row = await run_in_threadpool(site(request).store.matches.show, outcome.kept[0])
        if row is not None:
            given = urlencode({name: value for name, value in more.items() if value})
            return RedirectResponse(f"/entries/{row.entry_id}?{given}#review", status_code=303)
    # no address is taken from the form: only our own filters
    filters = Filters.read(dict(parse_qsl(_text(form, "filters").lstrip("?")[:4_000])))
    return RedirectResponse(filters.address(**more), status_code=303)


async def _told(request: Request, outcome: ReviewOutcome) -> Response:
    words = Words(language_of(request), site(request).policies)
    rows = await run_in_threadpool(site(request).store.reviews.act, outcome.act_id)
    matches = [
        {
            "id": row.id,
            "version": row.version,
            "verdict": row.verdict,
            "label": words.act(note.act) if row.proposed else words.verdict(row.verdict),
        }
        for row, note in rows
    ]
    status = 200 if outcome.kept else 409
    return JSONResponse({"act": outcome.act_id, "matches": matches, "left": len(outcome.conflicts)}, status)


ROUTES = [
    Route("/matches/{match_id}", edit),
    Route("/matches/{match_id}/review", decide, methods=["POST"]),
    Route("/reviews", decide_many, methods=["POST"]),
    Route("/reviews/{act_id}/undo", undo, methods=["POST"]),
]
