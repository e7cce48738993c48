"""A story as a picture, drawn on the server: a lane for governments, one for courts, time from left to right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from textwrap import wrap

from watcher.models.story import Axis, Standing, State

SHOWN = 24
"""How many states have a place in the picture: the newest. The table below it has more."""
COLUMN, BOX_WIDTH, BOX_HEIGHT = 148, 136, 58
TOPS = {Axis.GOVERNMENT: 28, Axis.COURTS: 132}
_IN_A_LINE, _LINES = 19, 3


@dataclass(frozen=True, slots=True)
class Box:
    """A state in its lane, in the units of the drawing. `look` is a class of the style sheet."""

    x: int
    y: int
    look: str
    on: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """A line from the court's state to the act that it keeps from happening."""

    x1: int
    y1: int
    x2: int
    y2: int


@dataclass(frozen=True, slots=True)
class Picture:
    """The drawing: columns in order of time, not to scale."""

    boxes: tuple[Box, ...]
    held: tuple[Held, ...]
    left_out: int

    @property
    def width(self) -> int:
        """Of the drawing."""
        return COLUMN * len(self.boxes)


def draw(states: Sequence[State], say: Callable[[State], str]) -> Picture:
    """The newest states, the oldest of them on the left; `say` puts one into words."""
    shown = states[-SHOWN:]
    places = {state.id: number * COLUMN for number, state in enumerate(shown)}
    held = [state for state in shown if state.blocked_by in places]
    return Picture(
        boxes=tuple(_box(state, places[state.id], say(state)) for state in shown),
        held=tuple(_held(places[state.id], places[state.blocked_by]) for state in held),
        left_out=len(states) - len(shown),
    )


def _box(state: State, x: int, words: str) -> Box:
    lines = wrap(words, _IN_A_LINE, max_lines=_LINES, placeholder="…")
    return Box(x, TOPS[state.axis], _look(state), state.on, tuple(lines))


def _look(state: State) -> str:
    if state.standing is Standing.BACKGROUND:
        return "background"
    return "plan" if state.is_plan else "others" if state.as_reported else "sure"


def _held(act: int, court: int) -> Held:
    middle = BOX_WIDTH // 2
    return Held(court + middle, TOPS[Axis.COURTS], act + middle, TOPS[Axis.GOVERNMENT] + BOX_HEIGHT)
