"""Where a policy stands: the last word on each axis, what is announced, and what a court holds up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from watcher.models.story import Axis, Now, State, Step
from watcher.story.steps import REVERSALS

_STOPS = frozenset({Step.BLOCKED, Step.STRUCK_DOWN})
_FREES = frozenset({Step.ALLOWED, Step.UPHELD})


def with_blocks(states: Sequence[State]) -> tuple[State, ...]:
    """The states, in the same order, with the court's state that holds up an act of the government in it.

    A court that blocks an ending leaves the act as it is and keeps it from happening, until a court lets it happen.
    """
    return tuple(replace(state, blocked_by=_blocker(state, states[place:])) for place, state in enumerate(states))


def _blocker(state: State, later: Sequence[State]) -> str:
    if state.axis is not Axis.GOVERNMENT:
        return ""
    aim, blocked = state.of if state.is_plan else state.step, ""
    for other in later[1:]:
        if other.axis is Axis.GOVERNMENT and (other.of if other.is_plan else other.step) is aim:
            break  # what courts say from here on is about the newer act
        if other.step in _STOPS and other.of is aim:
            blocked = other.id
        elif other.step in _FREES and other.of is aim:
            blocked = ""
    return blocked


def now(states: Sequence[State]) -> Now:
    """The last state of each axis; the last plan, where nothing that it announces has happened since."""
    government = _last(state for state in states if state.axis is Axis.GOVERNMENT and not state.is_plan)
    plan = _last(state for state in states if state.is_plan)
    if plan is not None and _overtaken(plan, states):
        plan = None
    held = next((each.blocked_by for each in (plan, government) if each is not None and each.blocked_by), "")
    return Now(
        government=government,
        plan=plan,
        courts=_last(state for state in states if state.axis is Axis.COURTS),
        blocked_by=next((state for state in states if state.id == held), None),
    )


def _overtaken(plan: State, states: Sequence[State]) -> bool:
    """Whether the government has done since what it announced, or the opposite."""
    later = states[states.index(plan) + 1 :]
    return any(
        _overtakes(other.step, plan.of) for other in later if other.axis is Axis.GOVERNMENT and not other.is_plan
    )


def _overtakes(step: Step, aim: Step | None) -> bool:
    if aim is None or step is aim or (aim is Step.IN_FORCE and step is Step.ANNOUNCED):
        return True
    return aim in REVERSALS.get(step, ()) or step in REVERSALS.get(aim, ())


def _last(states: Iterable[State]) -> State | None:
    found = None
    for state in states:
        found = state
    return found
