"""What was found around a name, before it is said what that means: the nearest act, its operators, who does it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from watcher.classify.grammar import Around, Core
from watcher.classify.subjects import actor_of
from watcher.classify.view import Place, View
from watcher.models.words import Action, ActorType

VOICES = frozenset(
    (
        ActorType.NGO,
        ActorType.LEGISLATURE,
        ActorType.SUBNATIONAL_GOVERNMENT,
        ActorType.INTERNATIONAL_ORGANISATION,
    )
)
"""Speakers who ask for what they cannot do themselves."""
RESTARTS = frozenset((Action.REINSTATE, Action.IMPLEMENT, Action.EXTEND))


class Frame(NamedTuple):
    """A sentence around one name. `span` are the tokens to quote; `kinds` has the innermost operator of each kind."""

    view: View
    place: Place
    core: Core | None
    outer: Sequence[Around]
    kinds: Mapping[str, Around]
    span: tuple[int, int]
    actor: ActorType | None
    speaker: ActorType | None

    @property
    def closeness(self) -> float:
        """How near the act stands to the name, 0 to 1; a half where no act governs it."""
        return 0.5 if self.core is None else max(0.3, 1.0 - self.core.cost / 20)


def framed(view: View, place: Place, core: Core | None, outer: Sequence[Around], speaker: ActorType | None) -> Frame:
    """The frame of a name with its act and operators; `speaker` is who speaks in the document."""
    kinds = {around.kind: around for around in reversed(outer)}
    actor = actor_of(view, place, core, outer)
    if actor is None and speaker is ActorType.COURT:
        actor = speaker  # a court says what it did without naming itself: "removals halted", "it is ordered that"
    return Frame(view, place, core, outer, kinds, _span(place, core, outer), actor, speaker)


def _span(place: Place, core: Core | None, outer: Sequence[Around]) -> tuple[int, int]:
    starts = [place.first, *(around.hit.start for around in outer if around.kind != "reported")]
    stops = [place.stop, *(around.hit.end for around in outer if around.hit.start >= place.stop and core)]
    if core is not None:
        starts.append(core.start)
        stops.append(core.stop)
    return min(starts), max(stops)
