"""The announcement behind an entry: who else reports it, why they are together, and what a person may do about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from watcher.models.events import EventRow, EventView, Member
from watcher.pipeline.events import marked, resembling
from watcher.web.auth import may_review
from watcher.web.site import Site, site

MOST = 40
"""Reports that a page lists; the others are counted."""
MOST_CHOICES = 8


@dataclass(frozen=True, slots=True)
class Section:
    """What the page of an entry says about its announcement. The member that leads comes first, then the oldest."""

    view: EventView
    members: tuple[Member, ...]
    choices: tuple[EventRow, ...]
    """Other events that may be the same announcement, the likeliest first."""

    @property
    def says_more(self) -> bool:
        """Whether there is more than the entry itself: other reports, reactions, or what it may belong to."""
        view = self.view
        return view.entries > 1 or bool(self.choices or view.reaction_to or view.reactions or view.notes)

    @property
    def left_out(self) -> int:
        """How many reports are not listed."""
        return self.view.entries - len(self.members)


async def section(request: Request, entry_id: str) -> Section | None:
    """The section; None of an entry in which no policy was found: it reports nothing."""
    return await run_in_threadpool(_section, site(request), entry_id, may_review(request))


def _section(here: Site, entry_id: str, may_change: bool) -> Section | None:
    view = here.store.events.view(entry_id, most=MOST)
    if view is None:
        return None
    members = sorted(view.event.members, key=lambda each: (each.print.entry_id != view.event.lead, each.print.at))
    return Section(view, tuple(members), _choices(here, entry_id, members) if may_change else ())


def _choices(here: Site, entry_id: str, members: Sequence[Member]) -> tuple[EventRow, ...]:
    mine = next(each.print for each in members if each.print.entry_id == entry_id)
    found = here.store.events.resembling(entry_id, marked)
    likely = resembling(found, mine, here.gather.parents())
    return tuple(here.store.events.some(likely[:MOST_CHOICES]))
