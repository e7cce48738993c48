"""A person's verdict on a match: the one thing that the pages change about what was found."""

from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from watcher.models.words import Verdict
from watcher.web.inbox import to_inbox
from watcher.web.site import site

LONGEST_NOTE = 2_000


async def decide(request: Request) -> Response:
    """Records the verdict with its note and goes back to where the form was."""
    form = await request.form(max_files=0, max_fields=10)
    given = {name: value for name, value in form.items() if isinstance(value, str)}
    match_id = request.path_params["match_id"]
    here = site(request)
    recorded = await run_in_threadpool(
        here.store.matches.review,
        match_id,
        _verdict(given.get("verdict", "")),
        note=given.get("note", "").strip()[:LONGEST_NOTE],
        reviewer=request.state.user.name,
        now=here.clock(),
    )
    if not recorded:
        raise HTTPException(404)
    return await _back(request, given, match_id)


def _verdict(value: str) -> Verdict:
    try:
        return Verdict(value)
    except ValueError:
        raise HTTPException(400, "Choose one of the verdicts.") from None


async def _back(request: Request, given: dict[str, str], match_id: str) -> Response:
    """No address is taken from the form: only which of our two pages, and our own filters."""
    if given.get("back") == "inbox":
        return to_inbox(dict(parse_qsl(given.get("filters", "")[:4_000])), match_id)
    row = await run_in_threadpool(site(request).store.matches.show, match_id)
    return RedirectResponse(f"/entries/{row.entry_id}?done={match_id}#review" if row else "/", status_code=303)


ROUTES = [Route("/matches/{match_id}/review", decide, methods=["POST"])]
