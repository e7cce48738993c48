"""/matches: what was found about policies, with verdicts; listed, exported, reviewed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from watcher.models.plain import plain
from watcher.models.reviews import Change
from watcher.models.views import MatchRow, ReviewNote
from watcher.web.api.once import once
from watcher.web.api.parameters import ExportFilters, Id, Key, MatchFilters, Paged
from watcher.web.api.refusals import Refused, missing
from watcher.web.api.replies import page, part, reply, unwrapped
from watcher.web.api.shapes import CONFLICT, CountedPage, Page, Reviewed, ReviewIn
from watcher.web.auth import principal
from watcher.web.exporting import exported
from watcher.web.site import site

router = APIRouter(prefix="/matches", tags=["matches"])


@router.get("", response_model=CountedPage[MatchRow], summary="Matches, newest first")
def listing(request: Request, filters: Annotated[MatchFilters, Query()]) -> Response:
    """The matches that the newest revision of each entry has. Without `verdict` all of them, decided or not."""
    cursor = unwrapped("matches", filters.cursor)
    found = site(request).store.matches.search(filters.query(), cursor=cursor, limit=filters.limit)
    counted = {"total": found.total, "total_is_exact": found.total_is_exact}
    return page(request, found.rows, found.next_cursor, of="matches", **counted)


FILES = {
    "content": {
        "text/csv": {"schema": {"type": "string"}},
        "application/json": {"schema": {"type": "array", "items": {"type": "object"}}},
        "application/jsonl": {"schema": {"type": "string"}},
        "text/markdown": {"schema": {"type": "string"}},
    },
    "description": "The file, as an attachment.",
}


@router.get("/export", response_class=Response, responses={200: FILES}, summary="All that fit, as a file")
def export(request: Request, filters: Annotated[ExportFilters, Query()]) -> Response:
    """Streamed, newest first. No cell of the CSV is taken for a formula; Markdown has the quotes and links."""
    return exported(request, filters.query(), filters.format)


@router.get("/{match_id}", response_model=MatchRow, summary="One match")
def show(request: Request, match_id: Id) -> Response:
    """Also one that a newer revision of its entry no longer has."""
    return reply(request, _match(request, match_id))


@router.get("/{match_id}/reviews", response_model=Page[ReviewNote], summary="Everything that people did to it")
def history(request: Request, match_id: Id, paging: Annotated[Paged, Query()]) -> Response:
    """The audit trail, oldest first. Lines are never changed and never deleted."""
    _match(request, match_id)
    lines = list(enumerate(site(request).store.reviews.history(match_id)))
    cursor = unwrapped("history", paging.cursor)
    shown, following = part(lines, cursor, paging.limit, key=lambda pair: f"{pair[0]:09}")
    return page(request, [line for _, line in shown], following, of="history")


@router.post(
    "/{match_id}/reviews", responses=CONFLICT, response_model=Reviewed, status_code=201, summary="Decide about it"
)
def review(request: Request, match_id: Id, said: ReviewIn, key: Key = None) -> Response:
    """A verdict, a correction, an assignment or a note. 409 with the match as it is, when `version` is an older one."""
    return once(request, key, said.model_dump_json(), lambda: _review(request, match_id, said))


def _review(request: Request, match_id: str, said: ReviewIn) -> Response:
    here, who = site(request), principal(request)
    assert who is not None
    outcome = here.store.reviews.make(
        [_change(request, match_id, said)], reviewer=who.name, now=here.clock(), second_reviewer=here.second_reviewer
    )
    row = _match(request, match_id)
    if outcome.conflicts:
        told = f"Somebody changed it: it is in version {row.version} now, and you saw version {said.version}."
        raise Refused(409, told, kind="urn:watcher:problem:version", current=plain(row))
    return reply(request, Reviewed(outcome.act_id, row), status=201)


def _change(request: Request, match_id: str, said: ReviewIn) -> Change:
    """What is asked for. Raises Refused (400) for names that nobody and nothing has."""
    here = site(request)
    if said.policy is not None and said.policy not in here.policies:
        raise Refused(400, "policy: there is no policy of this id; /api/v1/policies lists them.")
    if said.assignee and said.assignee not in here.store.users.names():
        raise Refused(400, "assignee: nobody has an account of this name.")
    return Change(
        match_id,
        said.version,
        verdict=said.verdict,
        reason=said.reason,
        note=(said.note or "").strip(),
        policy=said.policy,
        action=said.action,
        modality=said.modality,
        assignee=said.assignee,
        due=said.due,
    )


def _match(request: Request, match_id: str) -> MatchRow:
    row = site(request).store.matches.show(match_id)
    if row is None:
        raise missing("match")
    return row
