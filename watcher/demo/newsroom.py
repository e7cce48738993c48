"""What every outlet has published so far, and what comes next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from watcher.demo.drafts import Draft
from watcher.demo.outlets import Outlet


@dataclass(frozen=True, slots=True)
class Published:
    """An announcement that is out: since when, and at which address."""

    draft: Draft
    at: datetime
    url: str


class Newsroom:
    """The published announcements of all outlets.

    `origins` says where each publisher is reached: its id -> "http://host:port". Announcements with an age are out
    when the newsroom opens; the others come one by one.
    """

    def __init__(self, drafts: Sequence[Draft], origins: Mapping[str, str], *, opened: datetime) -> None:
        self.origins = dict(origins)
        self._published = [self._at(draft, opened - draft.age) for draft in drafts if draft.age is not None]
        self._waiting = sorted((draft for draft in drafts if draft.age is None), key=lambda draft: draft.turn)

    @property
    def waiting(self) -> int:
        """How many announcements are still to come."""
        return len(self._waiting)

    def published(self, outlet: Outlet | None = None) -> tuple[Published, ...]:
        """What an outlet (or, without one, all) has published, newest first."""
        chosen = [each for each in self._published if outlet is None or each.draft.outlet == outlet]
        return tuple(sorted(chosen, key=lambda each: (each.at, each.draft.turn), reverse=True))

    def find(self, outlet: Outlet, slug: str) -> Published | None:
        """The published announcement of that name, or None."""
        return next((each for each in self.published(outlet) if each.draft.slug == slug), None)

    def publish_next(self, now: datetime) -> Published | None:
        """Publishes the announcement whose turn it is; None when all are out."""
        if not self._waiting:
            return None
        out = self._at(self._waiting.pop(0), now)
        self._published.append(out)
        return out

    def publish_all(self, now: datetime) -> tuple[Published, ...]:
        """Publishes everything that was still to come, in its order."""
        out = []
        while published := self.publish_next(now):
            out.append(published)
        return tuple(out)

    def _at(self, draft: Draft, when: datetime) -> Published:
        outlet = draft.outlet
        return Published(draft, when, self.origins[outlet.publisher.id] + outlet.entry_path(draft.slug))
