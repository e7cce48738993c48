"""What a sentence says about a policy: the verb that governs the name, and what stands around that verb.

The words before a name are read from the inside out ("urges ... to / prevent / the reinstatement of / NAME"): the
nearest act, then each operator that takes it as its object. The first rule that fits says what both come to.
"""

from __future__ import annotations

from collections.abc import Callable

from watcher.classify.courts import dismissed, held_back, ruled, turned_away
from watcher.classify.deeds import deed, is_of_proposal, is_voted_down, with_partner
from watcher.classify.demands import cried, demanded, warned, wished
from watcher.classify.frame import VOICES, Frame, framed
from watcher.classify.grammar import Act, Core
from watcher.classify.naming import (
    done_by_instrument,
    is_biography,
    is_in_title_of_bill,
    names_meeting,
    names_people,
    prepared,
    suit_of,
    tells_which_case,
    tells_whom,
    with_apposition,
)
from watcher.classify.nearest import nearest_act
from watcher.classify.operators import operators_around, predicate_of
from watcher.classify.view import Place, View
from watcher.classify.voices import OPPOSE, commemorated, discussed, found_by_study, judged, voiced
from watcher.models.words import Action, ActorType, Modality

_RULES: tuple[Callable[[Frame], list[Act] | None], ...] = (
    held_back,
    turned_away,
    commemorated,
    demanded,
    warned,
    cried,
    ruled,
    found_by_study,
    discussed,
    voiced,
    judged,
    wished,
    dismissed,
)
"""What else than a deed a sentence may be about, in the order in which it is asked."""


def read(view: View, place: Place, implied: Action | None, speaker: ActorType | None) -> list[Act]:
    """What the sentence says about the policy at a place, the main act first; empty when it only names it.

    `implied` is an action that the name itself expresses; `speaker` is who speaks in the document.
    """
    if implied is Action.MENTION:
        return []
    place = with_apposition(view, place)
    people = names_people(view, place)
    if people and (suit := suit_of(view, place)) is not None:
        return [suit]
    nameless = people or names_meeting(view, place) or is_in_title_of_bill(view, place)
    core = None
    if not nameless:
        core = nearest_act(view, place, implied) or prepared(view, place) or done_by_instrument(view, place)
    if core is not None and _is_aside(view, place, core):
        core = None
    outer = operators_around(view, place, core) + predicate_of(view, place, core)
    frame = framed(view, place, core, outer, speaker)
    for rule in _RULES:
        acts = rule(frame)
        if acts is not None:
            return acts
    return _told(frame, core) if core is not None else []


def _is_aside(view: View, place: Place, core: Core) -> bool:
    """An act that only says who or what is meant, or what somebody did in a life."""
    return tells_whom(view, place, core) or tells_which_case(view, place, core) or is_biography(view)


def _told(frame: Frame, core: Core) -> list[Act]:
    """A deed, as it is told: proposed, rejected, commented on, looked back at, or simply done."""
    act = deed(frame, core)
    if is_voted_down(frame):
        return [act._replace(action=core.action, modality=Modality.NEGATED, target_action=None)]
    if act.modality is Modality.PLANNED and act.actor is ActorType.COURT and _is_required(frame):
        act = act._replace(modality=Modality.ACTUAL)
    if is_of_proposal(frame):
        return [act._replace(action=Action.PROPOSE, modality=Modality.ACTUAL, target_action=None)]
    if _is_rejection(frame, act):
        return [_reaction(act, act.actor)]
    if act.action in (Action.BLOCK, Action.ALLOW, Action.CHALLENGE):
        reactor = None if frame.actor is ActorType.COURT else frame.actor
        return [_reaction(act, reactor), act] if _is_reacted_to(frame) else with_partner(act, core)
    comment = frame.kinds.get("comment")
    if comment is not None and comment.cost <= 12 and not _is_promised(frame):
        return [_reaction(act, act.actor)]
    if frame.speaker in VOICES and _is_statement(frame.view) and (core.cue.part == "noun" or act.actor is None):
        return [_reaction(act, frame.speaker)]
    if frame.speaker in VOICES and frame.view.takes_sides and act.actor not in (frame.speaker, ActorType.COURT):
        reaction = _reaction(act, frame.speaker)
        return [reaction, act._replace(closeness=0.2)] if act.action is not Action.IMPLEMENT else [reaction]
    if "report" in frame.kinds and act.modality in (Modality.ACTUAL, Modality.PAST) and _is_background(act, core):
        return [act._replace(action=Action.REPORT)]
    return with_partner(act, core)


def _is_statement(view: View) -> bool:
    """ "Statement of Senators X and Y on the extension of NAME": the headline of a reaction."""
    return view.word(view.lead) in ("statement", "statements", "declaracion", "pronunciamiento", "reaction")


def _reaction(act: Act, actor: ActorType | None) -> Act:
    return act._replace(action=Action.COMMENT, modality=Modality.ACTUAL, target_action=None, actor=actor)


def _is_required(frame: Frame) -> bool:
    """ "granted an injunction requiring the agency to resume NAME": what a court requires, it has ruled."""
    plan = frame.kinds.get("plan")
    return plan is not None and frame.view.word(plan.hit.start).startswith("requir")


def _is_rejection(frame: Frame, act: Act) -> bool:
    """ "Mexico rejects the return of NAME": whoever opposes an act does not do it, and reacts to it."""
    against = frame.kinds.get("prevent")
    if against is None or act.actor is ActorType.COURT:
        return False
    return frame.view.word(against.hit.start).startswith(OPPOSE) and against.cue.part == "verb"


def _is_reacted_to(frame: Frame) -> bool:
    """Whether somebody else than the court comments on what a court does, or on a suit."""
    comment = frame.kinds.get("comment")
    own = frame.actor is not ActorType.COURT or frame.speaker in VOICES
    return comment is not None and comment.cue.part in ("verb", "phrase") and own


def _is_promised(frame: Frame) -> bool:
    """A reaction that is itself only planned ("promised to condemn")."""
    plan = frame.kinds.get("plan")
    return plan is not None and plan.hit.start < frame.kinds["comment"].hit.start


def _is_background(act: Act, core: Core) -> bool:
    """An act that a report only mentions: its use, or something told at a distance."""
    return act.action is Action.IMPLEMENT or core.cost > 1.5
