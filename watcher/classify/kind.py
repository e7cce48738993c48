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


def announcement_kinds(said: Sequence[Said], head: Head) -> tuple[Kind, Kind | None]:
    """The kind of a document with at least one match, and a second kind where it is two things at once."""
    if head.is_transcript:
        return _of_transcript(said, head), None
    prominent = [one for one in said if one.prominent]
    found = list(dict.fromkeys(kind for kind in (_kind(one) for one in prominent) if kind is not None))
    first = _by_head(said, head) or (found[0] if found else _of_body(said, head))
    rest = [kind for kind in Kind if kind in found and kind is not first]
    return first, rest[0] if rest else None


def _by_head(said: Sequence[Said], head: Head) -> Kind | None:
    """Rules that the head of the document decides."""
    if head.on_court:
        return Kind.COURT_DECISION
    if head.is_instrument and any(one.action in _DEEDS and one.modality is Modality.ACTUAL for one in said):
        return Kind.OFFICIAL_ACTION
    voices = any(one.action in (Action.CALL_FOR, Action.COMMENT) for one in said)
    outsider = head.speaker not in (ActorType.EXECUTIVE, ActorType.COURT)
    return Kind.ADVOCACY_CALL if head.demands and voices and outsider and head.speaker is not None else None


def _of_body(said: Sequence[Said], head: Head) -> Kind:
    """Nothing in the first paragraphs: only a text whose policies are all demands is a call."""
    if head.speaker is not ActorType.EXECUTIVE and said and all(one.action is Action.CALL_FOR for one in said):
        return Kind.ADVOCACY_CALL
    return Kind.PASSING_MENTION


def _of_transcript(said: Sequence[Said], head: Head) -> Kind:
    """A press conference speaks of many things: a policy is its subject where it is named often or explained."""
    if any(one.action is Action.REPORT for one in said) or head.mentions >= 3:
        return Kind.ANALYSIS_REPORT
    return Kind.PASSING_MENTION


def _kind(one: Said) -> Kind | None:
    if one.action in (Action.BLOCK, Action.ALLOW) and one.modality is Modality.ACTUAL:
        return Kind.COURT_DECISION
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
        return Kind.OFFICIAL_ACTION
    if one.modality in (Modality.PLANNED, Modality.REPORTED):
        return Kind.PLANNED_ACTION
    if one.modality in (Modality.HYPOTHETICAL, Modality.NEGATED):
        return Kind.ANALYSIS_REPORT
    return None
