"""News or background: an act that the vocabulary dates long before the text, or that a third party retells, is past."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from watcher.classify.grammar import Act
from watcher.models.policies import Policy, PolicyEvent
from watcher.models.words import Action, ActorType, Modality

FRESH = timedelta(days=45)
"""How long after its date an act counts as news (recaps follow sooner than corrections)."""
_DEEDS = frozenset(set(Action) - {Action.CALL_FOR, Action.COMMENT, Action.COMMEMORATE, Action.REPORT, Action.MENTION})
_MADE_ONCE = frozenset(("programme", "declaration", "rule", "rule_and_proclamation", "proclamation", "precedent"))
"""Kinds of policies that are made on one day; a status or a yearly number is made again and again."""
_SAME = (
    frozenset((Action.SUSPEND, Action.TERMINATE)),
    frozenset((Action.ADOPT, Action.IMPLEMENT, Action.REINSTATE)),
)


@dataclass(frozen=True, slots=True)
class Setting:
    """What a document is: when it is from, who speaks, and whether it is a transcript of spoken words.

    `dated` is None when that is unknown, or later than what the vocabulary knows of: its events cannot tell then
    whether an act is old, and a new one must never be taken for history.
    """

    dated: date | None
    speaker: ActorType | None
    is_transcript: bool
    is_short: bool


def known_until(policies: Iterable[Policy]) -> date:
    """The newest event that the vocabulary knows of; how far it can say what is history."""
    days = (_day(event.on) for policy in policies for event in policy.events)
    return max((day for day in days if day is not None), default=date.min)


def is_transcript(folded_title: str, folded_text: str) -> bool:
    """Whether a document writes down what was said at a press conference."""
    head = folded_text[:4000]
    asked = "interlocutor" in head or "pregunta " in head
    return "version estenografica" in folded_title or (asked and "president" in head)


def placed_in_time(act: Act, policy: Policy, setting: Setting, place: str) -> Act:
    """The act with modality past where the document only looks back at it."""
    if act.action not in _DEEDS or act.modality is not Modality.ACTUAL:
        return act
    if act.is_fresh:
        return act
    if act.is_perfect and setting.speaker is ActorType.EXECUTIVE and not setting.is_transcript:
        return act
    if place == "title" and setting.speaker is ActorType.EXECUTIVE and policy.kind not in _MADE_ONCE:
        return act  # its own headline tells what it does now, however often it did so before
    begun = _day(policy.introduced) if policy.kind in _MADE_ONCE else None
    if _is_known_history(act, policy.events, setting.dated, begun) or _is_retold(act, policy, setting, place):
        return act._replace(modality=Modality.PAST)
    return act


def _is_known_history(act: Act, events: Sequence[PolicyEvent], dated: date | None, begun: date | None) -> bool:
    """The vocabulary has such an act before the text, and none near it; a rule of an agency is no act of Congress."""
    if dated is None:
        return False
    action = act.action
    same = [event for event in events if _is_same(event.action, action) and not _is_of_another(event, act)]
    days = [day for event in same if (day := _day(event.on)) is not None]
    if action is Action.ADOPT and begun is not None:
        days.append(begun)
    if not days or not any(day < dated - FRESH for day in days):
        return False
    return not any(dated - FRESH <= day <= dated + FRESH for day in days)


def _is_of_another(event: PolicyEvent, act: Act) -> bool:
    return act.actor is ActorType.EXECUTIVE and event.actor_type is ActorType.LEGISLATURE


def _is_same(first: Action, second: Action) -> bool:
    return first is second or any(first in group and second in group for group in _SAME)


@lru_cache(maxsize=4096)
def _day(on: str) -> date | None:
    parts = on.split("-")
    try:
        return date(int(parts[0]), int(parts[1]) if len(parts) > 1 else 1, int(parts[2]) if len(parts) > 2 else 1)
    except ValueError:
        return None


def _is_retold(act: Act, policy: Policy, setting: Setting, place: str) -> bool:
    """Told by somebody else, far from the headline: background of a speech, a letter or a release."""
    if act.action in (Action.BLOCK, Action.ALLOW, Action.CHALLENGE):
        return False
    if setting.is_transcript and not policy.jurisdiction.startswith("MX"):
        return True
    tellers = (ActorType.LEGISLATURE, ActorType.NGO, ActorType.SUBNATIONAL_GOVERNMENT)
    return place == "body" and setting.speaker in tellers and act.actor is not setting.speaker and act.is_finite_past
