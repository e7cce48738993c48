"""How sure a match is and how much it matters: a sum of a few terms, each with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from watcher.classify.fieldtext import Found
from watcher.classify.vocabulary import Strength
from watcher.models.matches import Reason
from watcher.models.words import Action, ActorType, Modality

_STRENGTH = {
    Strength.NAME: ("called by its name", 0.25),
    Strength.CASED: ("called by its nickname", 0.22),
    Strength.CITATION: ("cited", 0.22),
    Strength.ACRONYM: ("called by its acronym", 0.18),
    Strength.PATTERN: ("described", 0.15),
    Strength.CONTEXT: ("named in a fitting context", 0.15),
    Strength.HASHTAG: ("named in a hashtag", 0.08),
}
_PLACE = {"title": ("in the title", 0.25), "lead": ("in the first paragraphs", 0.15), "body": ("in the text", 0.05)}
_AUTHORITIES = (ActorType.EXECUTIVE, ActorType.LEGISLATURE, ActorType.COURT)
_VOICE = {
    Action.CALL_FOR: 0.2,
    Action.COMMENT: 0.15,
    Action.COMMEMORATE: 0.15,
    Action.REPORT: 0.12,
    Action.MENTION: 0.0,
}
_DOUBT = {Modality.PAST: 0.08, Modality.HYPOTHETICAL: 0.1, Modality.NEGATED: 0.12, Modality.REPORTED: 0.15}


def score(
    names: Sequence[Found],
    place: str,
    action: Action,
    modality: Modality,
    actor: ActorType,
    speaker: ActorType | None,
) -> tuple[float, tuple[Reason, ...]]:
    """The score (0 to 1, two digits) and the terms that add up to it.

    `place` is where the act is said: title, lead or body. No sum exceeds 1: the largest terms add up to exactly 1.
    """
    strongest = max([name.alias.strength for name in names], default=Strength.CONTEXT)
    return _sum(strongest, min(len(names) - 1, 3), place, action, modality, actor, speaker)


@lru_cache(maxsize=4096)
def _sum(
    strongest: Strength,
    more: int,
    place: str,
    action: Action,
    modality: Modality,
    actor: ActorType,
    speaker: ActorType | None,
) -> tuple[float, tuple[Reason, ...]]:
    """Kept, because few of the combinations occur."""
    reasons = [Reason(*_STRENGTH[strongest]), Reason(*_PLACE[place])]
    if more > 0:
        reasons.append(Reason(f"{more} more mention{'s' if more > 1 else ''} counted", round(0.05 * more, 2)))
    reasons.append(_act(action, modality, actor))
    if speaker is not None:
        reasons.append(Reason(f"published by: {speaker.value}", 0.1 if speaker in _AUTHORITIES else 0.08))
    return round(sum(reason.value for reason in reasons), 2), tuple(reasons)


def _act(action: Action, modality: Modality, actor: ActorType) -> Reason:
    if action in _VOICE:
        return Reason(f"says: {action.value}", _VOICE[action])
    if modality in _DOUBT:
        return Reason(f"{action.value}, but {modality.value}", _DOUBT[modality])
    worth = 0.25 if actor in _AUTHORITIES else 0.18
    return Reason(f"{modality.value} {action.value} by {actor.value}", worth)
