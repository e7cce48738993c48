"""One entry, whole: its text with everything found in it marked, why, what people decided, who was told."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from watcher.models.reviews import DismissReason
from watcher.models.views import EntryView, MatchRow, ReviewNote
from watcher.web import announcement, marking
from watcher.web.diffing import revised
from watcher.web.joining import Joining
from watcher.web.marking import Piece, Spot
from watcher.web.naming import Words
from watcher.web.render import COLOURS, language_of, page
from watcher.web.site import site

LONGEST_SHOWN = 500_000
"""Bytes of a capture that are shown; the download has them all."""
SANDBOX = "default-src 'none'; sandbox"


@dataclass(frozen=True, slots=True)
class PolicyInEntry:
    """What one policy has to do with the entry: its matches, main match first, and the places where it is named."""

    policy: str
    colour: int
    rows: tuple[MatchRow, ...]
    spots: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class Marked:
    """The entry's title and paragraphs in pieces, the policies in them, and where each mention leads next."""

    title: tuple[Piece, ...]
    paragraphs: list[list[Piece]]
    policies: list[PolicyInEntry]
    following: dict[Spot, Spot]

    @property
    def colours(self) -> dict[str, int]:
        """Policy -> the number of its colour."""
        return {found.policy: found.colour for found in self.policies}


async def show(request: Request) -> Response:
    """The page."""
    return await show_entry(request, request.path_params["entry_id"])


async def show_entry(request: Request, entry_id: str, *, status: int = 200, trouble: str = "") -> Response:
    """The page of an entry; `trouble` is why what was asked for its announcement was not done."""
    view = await _entry(request, entry_id)
    store, done = site(request).store, request.query_params.get("done", "")
    notes: dict[str, list[ReviewNote]] = {}
    for match_id, note in view.reviews:
        notes.setdefault(match_id, []).append(note)
    revisions = await run_in_threadpool(store.entries.revisions, view.announcement.entry_id)
    return page(
        request,
        "entry.html",
        status=status,
        view=view,
        announcement=await announcement.section(request, entry_id),
        joining=Joining(Words(language_of(request), site(request).policies)),
        regrouped=request.query_params.get("regrouped", ""),
        trouble=trouble,
        entry=view.announcement,
        marked=mark(view),
        notes=notes,
        done=done,
        touched={match_id for match_id, note in view.reviews if done and note.act_id == done},
        changes=revised(revisions),
        reasons=list(DismissReason),
        quote=marking.quote,
    )


async def capture_as_text(request: Request) -> Response:
    """The beginning of the same bytes, shown as plain text: nothing in it is a page, runs, or loads anything."""
    view = await _entry(request, request.path_params["entry_id"])
    stored = site(request).store.captures
    body = await run_in_threadpool(stored.read, view.capture_sha256) if view.capture_sha256 else None
    if body is None:
        raise HTTPException(404)
    text = body[:LONGEST_SHOWN].decode("utf-8", "replace").replace("\0", "\ufffd")
    headers = {"content-disposition": "inline", "content-security-policy": SANDBOX}
    return PlainTextResponse(text, headers=headers)


async def capture(request: Request) -> Response:
    """The bytes in which the entry came, as a file to keep: never as a page, whatever they claim to be."""
    view = await _entry(request, request.path_params["entry_id"])
    stored = site(request).store.captures
    body = await run_in_threadpool(stored.read, view.capture_sha256) if view.capture_sha256 else None
    if body is None:
        raise HTTPException(404)
    headers = {
        "content-type": "text/plain; charset=utf-8",
        "content-disposition": f'attachment; filename="capture-{view.announcement.entry_id}.txt"',
        "content-security-policy": SANDBOX,
    }
    return Response(body, headers=headers)


def mark(view: EntryView) -> Marked:
    """Everything that was found, in its place."""
    matches = [row.match for row in view.matches]
    found = marking.spots(matches)
    title = marking.pieces(view.announcement.title, "title", found, matches)
    text = marking.pieces(view.announcement.text, "text", found, matches)
    policies = _policies(view, found)
    return Marked(title, marking.paragraphs(text), policies, _following(policies))


def _policies(view: EntryView, found: tuple[Spot, ...]) -> list[PolicyInEntry]:
    """In the order of their main matches, the surest first."""
    rows = sorted(view.matches, key=lambda row: row.match.policy)
    groups = [(policy, tuple(group)) for policy, group in groupby(rows, key=lambda row: row.match.policy)]
    groups.sort(key=lambda pair: -max(row.match.score for row in pair[1]))
    return [
        PolicyInEntry(
            policy=policy,
            colour=place % COLOURS + 1,
            rows=tuple(sorted(group, key=lambda row: (not row.main, -row.match.score))),
            spots=tuple(spot for spot in found if spot.policy == policy),
        )
        for place, (policy, group) in enumerate(groups)
    ]


def _following(policies: list[PolicyInEntry]) -> dict[Spot, Spot]:
    """Each mention -> the next one of the same policy; the last leads to the first."""
    return {
        spot: next_spot
        for found in policies
        for spot, next_spot in zip(found.spots, (*found.spots[1:], *found.spots[:1]), strict=True)
    }


async def _entry(request: Request, entry_id: str) -> EntryView:
    view = await run_in_threadpool(site(request).store.entries.show, entry_id)
    if view is None:
        raise HTTPException(404)
    return view


ROUTES = [
    Route("/entries/{entry_id}", show),
    Route("/entries/{entry_id}/capture", capture),
    Route("/entries/{entry_id}/capture/text", capture_as_text),
]
