"""/reviews: what people did at once, taken back; and verdicts from a file."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from watcher import verdicts
from watcher.models.plain import plain
from watcher.verdicts import Fate
from watcher.web.api.once import once
from watcher.web.api.parameters import Id, ImportOptions, Key
from watcher.web.api.refusals import Refused, missing
from watcher.web.api.replies import reply
from watcher.web.api.shapes import CONFLICT, Act, Imported, MatchReview, Undone
from watcher.web.auth import principal
from watcher.web.site import site

router = APIRouter(prefix="/reviews", tags=["reviews"])
CSV = "id,verdict,reason,note,version\nm1,dismissed,old-news,From 2019.,0\n"
FILE = {
    "description": "What /matches/export wrote as CSV or JSON Lines, with other verdicts. Needed are `id` and "
    "`verdict`; `reason`, `note` and `version` count where they are. UTF-8, at most 10,000 lines and 5 MB.",
    "required": True,
    "content": {
        "text/csv": {"schema": {"type": "string"}, "example": CSV},
        "application/jsonl": {"schema": {"type": "string"}, "example": '{"id": "m1", "verdict": "confirmed"}\n'},
    },
}


@router.post(
    "/import",
    responses=CONFLICT,
    response_model=Imported,
    openapi_extra={"requestBody": FILE},
    summary="Verdicts from a file: a dry run, or for good",
)
async def import_(
    request: Request,
    options: Annotated[ImportOptions, Query()],
    key: Key = None,
) -> Response:
    """Line by line: what would change, what stands already, what somebody else changed meanwhile, what is wrong.

    With `apply=true` the lines that are right are done as one act, which can be undone; the others are told.
    """
    try:
        text = (await request.body()).decode()
    except UnicodeDecodeError:
        raise Refused(400, "The file is not UTF-8 text.") from None
    return await run_in_threadpool(once, request, key, text, lambda: _import(request, text, apply=options.apply))


def _import(request: Request, text: str, *, apply: bool) -> Response:
    here, who = site(request), principal(request)
    assert who is not None
    planned, act = verdicts.look_at(here.store, text), ""
    if all(each.fate is Fate.UNREADABLE for each in planned):
        raise Refused(400, f"Nothing in the file is a verdict: {planned[0].detail}.", lines=plain(planned))
    if apply:
        planned, act = verdicts.carry_out(
            here.store, planned, reviewer=who.name, now=here.clock(), second_reviewer=here.second_reviewer
        )
    counts = Counter(each.fate.value for each in planned)
    return reply(request, Imported(apply, act, dict(counts), planned))


@router.get("/{act_id}", response_model=Act, summary="What one person did at once")
def show(request: Request, act_id: Id) -> Response:
    """The lines of the audit trail that one act wrote, one for each match."""
    lines = site(request).store.reviews.some([act_id]).get(act_id)
    if lines is None:
        raise missing("review")
    return reply(request, Act(act_id, tuple(MatchReview(*each) for each in lines)))


@router.post("/{act_id}/undo", responses=CONFLICT, response_model=Undone, summary="Take it back")
def undo(request: Request, act_id: Id, key: Key = None) -> Response:
    """Match by match; those that somebody changed after it are left. 409 when that is so of all of them."""
    return once(request, key, "", lambda: _undo(request, act_id))


def _undo(request: Request, act_id: str) -> Response:
    here, who = site(request), principal(request)
    assert who is not None
    outcome = here.store.reviews.undo(act_id, reviewer=who.name, now=here.clock())
    left = tuple(conflict.change.match_id for conflict in outcome.conflicts)
    if not outcome.kept and not left:
        raise missing("review")
    if not outcome.kept:
        told = "Somebody changed every one of its matches after it; nothing was taken back."
        raise Refused(409, told, kind="urn:watcher:problem:version", left=left)
    return reply(request, Undone(outcome.act_id, outcome.kept, left))
