"""Who does it: the subject of the outermost verb around a name, or the agent of a passive."""

from __future__ import annotations

from collections.abc import Sequence

from watcher.classify.actors import actor_at, agent_after, subject_before
from watcher.classify.grammar import Around, Core
from watcher.classify.view import Place, View
from watcher.models.words import ActorType

_VERBAL = frozenset(("demand", "plan", "prevent", "act", "comment", "attempt", "not", "report"))


def actor_of(view: View, place: Place, core: Core | None, outer: Sequence[Around]) -> ActorType | None:
    """Who does what is said of a name; None where the sentence does not tell."""
    if core is not None and core.relative:
        return subject_before(view.tokens, core.relative, core.start)
    if core is not None and core.is_right:
        return _of_predicate(view, place, core, outer)
    if core is not None and outer and outer[-1].hit.start >= place.stop:
        return agent_after(view.tokens, outer[-1].hit.end, len(view.tokens))
    verbs = [around.hit.start for around in outer if around.kind in _VERBAL]
    return _subject_of(view, min(verbs) if verbs else (core.start if core is not None else place.first), outer)


def _subject_of(view: View, verb: int, outer: Sequence[Around]) -> ActorType | None:
    if "we" in view.between(verb - 4, verb):
        return None  # "As organizations serving survivors, we write to urge": who speaks
    subject = subject_before(view.tokens, view.clause_start(verb), verb)
    return ActorType.LEGISLATURE if subject is None and _is_of_a_bill(view, outer) else subject


def _of_predicate(view: View, place: Place, core: Core, outer: Sequence[Around]) -> ActorType | None:
    """The name is the subject: who does it stands behind a passive, or before a verb left of the name."""
    agent = agent_after(view.tokens, core.stop, len(view.tokens)) if core.passive else None
    if agent is not None:
        return agent
    verbs = [around.hit.start for around in outer if around.hit.start < place.first and around.kind in _VERBAL]
    if verbs:
        return _subject_of(view, min(verbs), outer)
    start = view.clause_start(place.first)
    if view.word(view.lead) in ("if", "unless", "si") or any(
        view.word(index) == "as" for index in range(start, place.first)
    ):
        return None  # who stands in another clause does not do it
    subject = subject_before(view.tokens, start, place.first)
    return subject if subject in (ActorType.LEGISLATURE, ActorType.COURT) else None


def _is_of_a_bill(view: View, outer: Sequence[Around]) -> bool:
    """ "passed the bill, which would restart NAME": what a bill would do, the legislature does."""
    would = next((around.hit.start for around in outer if view.word(around.hit.start) == "would"), None)
    if would is None or view.word(would - 1) not in ("which", "that"):
        return False
    found = (actor_at(view.tokens, index) for index in range(would))
    return any(actor is not None and actor[0] is ActorType.LEGISLATURE for actor in found)
