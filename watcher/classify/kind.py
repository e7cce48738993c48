"""What kind of document it is: the first rule that says yes, on the title and the first paragraphs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from watcher.models.words import Action, ActorType, AnnouncementKind, Modality

Kind = AnnouncementKind
_DEEDS = frozenset(
    (
        Action.ADOPT,
        Action.IMPLEMENT,
        Action.EXTEND,
        Action.EXPAND,
        Action.AMEND,
        Action.SUSPEND,
        Action.TERMINATE,
        Action.REINSTATE,
        Action.PROPOSE,
    )
)


@dataclass(frozen=True, slots=True)
class Said:
    """What the rules look at: an act, who does it, and whether title or first paragraphs say it."""

    action: Action
    modality: Modality
    actor: ActorType
    prominent: bool
    begins: bool = True
    """False for a policy that is only being applied, as before."""
    is_early: bool = True
    """Title or first paragraphs name its policy."""


@dataclass(frozen=True, slots=True)
class Head:
    """What title and first paragraphs show, whatever policy they speak of."""

    speaker: ActorType | None
    on_court: bool
    """The title announces a ruling."""
    is_instrument: bool
    """The text is itself an order, proclamation or memorandum."""
    demands: bool
    """Title or first paragraphs demand, or take a side."""
    is_transcript: bool
    mentions: int
    """How often policies are named in all."""
    title_demands: bool = False
    """The title alone demands, or takes a side."""
    told: int = 0
    """Of how many policies something is told, and not only the name said."""


def announcement_kinds(said: Sequence[Said], head: Head) -> tuple[Kind, Kind | None]:
    """The kind of a document with at least one match, and a second kind where it is two things at once."""
    if head.is_transcript:
        return _of_transcript(said, head), None
    prominent = [one for one in said if one.prominent]
    found = list(dict.fromkeys(kind for kind in (_kind(one) for one in prominent) if kind is not None))
    first = _by_head(said, head) or (found[0] if found else _of_body(said, head))
    if first is Kind.ANALYSIS_REPORT and any(_calls(one) for one in prominent):
        first = Kind.ADVOCACY_CALL  # an anniversary or a finding, and a demand that follows from it
    if first is Kind.OFFICIAL_ACTION and _is_retold(prominent, head):
        first = Kind.ADVOCACY_CALL
    rest = [kind for kind in Kind if kind in found and kind is not first]
    return first, rest[0] if rest else None


def _calls(one: Said) -> bool:
    return one.action is Action.CALL_FOR and one.actor not in (ActorType.EXECUTIVE, ActorType.COURT)


def _by_head(said: Sequence[Said], head: Head) -> Kind | None:
    """Rules that the head of the document decides."""
    if head.on_court:
        return Kind.COURT_DECISION
    if head.is_instrument and any(one.action in _DEEDS and one.modality is Modality.ACTUAL for one in said):
        return Kind.OFFICIAL_ACTION
    voices = any(one.action in (Action.CALL_FOR, Action.COMMENT) for one in said)
    outsider = head.speaker not in (ActorType.EXECUTIVE, ActorType.COURT, None)
    if outsider and head.title_demands and head.told > 0:
        return Kind.ADVOCACY_CALL
    telling = [one for one in said if one.action is not Action.MENTION and one.is_early]
    own = next((one for one in telling if one.prominent), telling[0] if telling else None)
    if outsider and own is not None and own.actor is head.speaker is ActorType.LEGISLATURE and own.action in _DEEDS:
        return _deed(own)  # what a legislature does or plans itself goes before its words about others
    return Kind.ADVOCACY_CALL if outsider and head.demands and voices else None


def _is_retold(prominent: Sequence[Said], head: Head) -> bool:
    """A legislator who speaks of what the executive did takes a side; what a legislature does is its own act."""
    if head.speaker is not ActorType.LEGISLATURE:
        return False
    return not any(one.action in _DEEDS and one.actor is ActorType.LEGISLATURE for one in prominent)


def _of_body(said: Sequence[Said], head: Head) -> Kind:
    """Nothing in the first paragraphs: only a text whose policies are all demands is a call."""
    if head.speaker is not ActorType.EXECUTIVE and said and all(one.action is Action.CALL_FOR for one in said):
        return Kind.ADVOCACY_CALL
    if head.speaker is ActorType.EXECUTIVE and head.told >= 2:
        return Kind.ANALYSIS_REPORT  # the responsible body tells what it does about several policies
    return Kind.PASSING_MENTION


def _of_transcript(said: Sequence[Said], head: Head) -> Kind:
    """A press conference speaks of many things: a policy is its subject where it is named often or explained."""
    told = next((one for one in said if one.action is not Action.MENTION), None)
    if told is not None and told.action in (Action.BLOCK, Action.ALLOW) and told.modality is Modality.ACTUAL:
        return Kind.COURT_DECISION
    if any(one.action is Action.REPORT for one in said) or head.mentions >= 3:
        return Kind.ANALYSIS_REPORT
    return Kind.PASSING_MENTION


def _kind(one: Said) -> Kind | None:
    if one.action in (Action.BLOCK, Action.ALLOW) and one.modality in (Modality.ACTUAL, Modality.NEGATED):
        return Kind.COURT_DECISION  # a court that refuses to stop something has ruled, too
    if one.action in _DEEDS:
        return _deed(one)
    if one.action is Action.CHALLENGE:
        return Kind.PLANNED_ACTION if one.actor is ActorType.EXECUTIVE else _challenge(one)
    if one.action is Action.CALL_FOR:
        return Kind.ADVOCACY_CALL
    if one.action is Action.COMMENT:
        return Kind.ANALYSIS_REPORT if one.actor is ActorType.EXECUTIVE else Kind.ADVOCACY_CALL
    if one.action in (Action.REPORT, Action.COMMEMORATE):
        return Kind.ANALYSIS_REPORT
    return None


def _challenge(one: Said) -> Kind:
    return Kind.ANALYSIS_REPORT if one.actor is ActorType.INDIVIDUAL else Kind.ADVOCACY_CALL


def _deed(one: Said) -> Kind | None:
    if one.action is Action.PROPOSE and one.actor is not ActorType.LEGISLATURE:
        return Kind.PLANNED_ACTION if one.modality in (Modality.ACTUAL, Modality.PLANNED, Modality.REPORTED) else None
    if one.modality is Modality.ACTUAL:
        return Kind.OFFICIAL_ACTION if one.begins else Kind.ANALYSIS_REPORT
    if one.modality in (Modality.PLANNED, Modality.REPORTED):
        return Kind.PLANNED_ACTION
    if one.modality in (Modality.HYPOTHETICAL, Modality.NEGATED):
        return Kind.ANALYSIS_REPORT
    return None
