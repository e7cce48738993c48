"""How important a match is: what changes people's lives before what is only said of it."""

from __future__ import annotations

from watcher.models.words import Action, Modality

_CHANGES = frozenset(
    {
        *(Action.ADOPT, Action.IMPLEMENT, Action.EXTEND, Action.EXPAND, Action.AMEND, Action.SUSPEND),
        *(Action.TERMINATE, Action.REINSTATE, Action.BLOCK, Action.ALLOW),
    }
)
_STEPS = frozenset({Action.PROPOSE, Action.CHALLENGE})
_DEMANDS = frozenset({Action.CALL_FOR, Action.COMMENT, Action.REPORT})
_REAL = {Modality.ACTUAL: 40, Modality.PLANNED: 30, Modality.REQUESTED: 20, Modality.REPORTED: 20}


def weight(action: Action, modality: Modality, score: float) -> int:
    """A whole number, higher first: the act, then how real it is, then how sure we are (0 to 100)."""
    act = 300 if action in _CHANGES else 200 if action in _STEPS else 100 if action in _DEMANDS else 0
    return act + (_REAL.get(modality, 0) if act else 0) + round(score * 50)
