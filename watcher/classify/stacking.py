"""One act over another: what "lift the suspension of" or "block the end of" comes to, from the inside out."""

from __future__ import annotations

from collections.abc import Sequence

from watcher.classify.grammar import ANNOUNCERS, Around
from watcher.models.words import Action, ActorType

_STOPS = (Action.TERMINATE, Action.SUSPEND)


def flip(action: Action, inside: Sequence[Around]) -> Action:
    """The act that is demanded: an act over an act changes it ("lift the suspension" is a restart)."""
    for around in inside:
        if around.kind == "act" and around.cue.action is not None:
            whole = action is Action.IMPLEMENT and around.cue.action not in ANNOUNCERS  # "end the use of NAME"
            action = around.cue.action if whole else _over(around.cue.action, action)
    return action


def step(outer: Action, inner: Action, target: Action | None, actor: ActorType | None) -> tuple[Action, Action | None]:
    """The act and its target when `outer` is done to `inner` by an actor."""
    stops = outer is Action.BLOCK or (outer in _STOPS and actor is ActorType.COURT)
    if inner is Action.CHALLENGE and (stops or outer is Action.ALLOW):
        return Action.ALLOW, None  # "dismissed the suit against NAME"
    if outer is Action.CHALLENGE and inner in (Action.BLOCK, Action.ALLOW):
        return outer, None  # "filed a notice of appeal from the order vacating NAME"
    if inner in (Action.BLOCK, Action.ALLOW):
        if outer in _STOPS or outer is Action.BLOCK:
            return (Action.ALLOW if inner is Action.BLOCK else Action.BLOCK), target
        return inner, target
    if stops:
        return Action.BLOCK, inner
    if outer is Action.ALLOW or (outer is Action.EXTEND and actor is ActorType.COURT):
        return Action.ALLOW, inner
    if outer is Action.CHALLENGE:
        return outer, None
    if outer in ANNOUNCERS:
        return inner, target
    if inner is Action.IMPLEMENT:
        return outer, target
    return _over(outer, inner), target


def _over(outer: Action, inner: Action) -> Action:
    if outer is Action.AMEND:
        return outer
    if outer in _STOPS and inner in (Action.EXPAND, Action.EXTEND, Action.ADOPT):
        return outer  # "rescinded a rule expanding NAME"
    if outer in (Action.EXTEND, Action.EXPAND) and inner is Action.ADOPT:
        return outer  # "extends the designation of a country for NAME"
    if outer in _STOPS and inner in _STOPS:
        return Action.REINSTATE if outer is Action.TERMINATE and inner is Action.SUSPEND else outer
    return inner
