"""Matches over time as bars, drawn on the server: a column per month, a piece per kind of action."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from watcher.models.views import MonthTally
from watcher.models.words import Action

MONTHS = 24
HEIGHT, COLUMN = 120, 26
KINDS = 4
"""How many actions have a colour of their own; the others share the last one."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A piece of a column, in the units of the drawing. `place` numbers the colour, from 1."""

    x: int
    y: float
    height: float
    place: int


@dataclass(frozen=True, slots=True)
class Chart:
    """The drawing, its legend, and the same numbers as a table: months by actions."""

    months: tuple[str, ...]
    actions: tuple[Action, ...]
    bars: tuple[Bar, ...]
    rows: tuple[tuple[str, tuple[int, ...], int], ...]
    highest: int

    @property
    def width(self) -> int:
        """Of the drawing."""
        return COLUMN * len(self.months)

    @property
    def labels(self) -> tuple[tuple[int, str], ...]:
        """Where the name of a month stands: twice a year."""
        return tuple((place * COLUMN, month) for place, month in enumerate(self.months) if place % 6 == 0)

    def place(self, number: int) -> int:
        """The colour of the `number`-th action, from 1."""
        return min(number, KINDS + 1)


def first_month(today: date) -> date:
    """Where the chart begins."""
    back = today.year * 12 + today.month - MONTHS
    return date(back // 12, back % 12 + 1, 1)


def draw(tallies: Sequence[MonthTally], today: date) -> Chart:
    """The chart of the last two years, up to this month; the most frequent action lies at the bottom."""
    months = _months(first_month(today))
    known = [tally for tally in tallies if tally.month in months]
    sums = {action: sum(t.count for t in known if t.action is action) for action in {t.action for t in known}}
    actions = tuple(sorted(sums, key=lambda action: (-sums[action], action)))
    counts = {(tally.month, tally.action): tally.count for tally in known}
    rows = tuple((month, tuple(counts.get((month, action), 0) for action in actions)) for month in months)
    highest = max((sum(row) for _, row in rows), default=0)
    bars = [bar for place, (_, row) in enumerate(rows) for bar in _column(place, row, highest)]
    return Chart(
        months, actions, tuple(bars), tuple((month, row, sum(row)) for month, row in rows if any(row)), highest
    )


def _months(first: date) -> tuple[str, ...]:
    start = first.year * 12 + first.month - 1
    return tuple(f"{number // 12}-{number % 12 + 1:02}" for number in range(start, start + MONTHS))


def _column(place: int, counts: Sequence[int], highest: int) -> list[Bar]:
    bars, top = [], float(HEIGHT)
    pieces = [(min(number, KINDS + 1), count) for number, count in enumerate(counts, 1)]
    for colour, group in groupby(pieces, key=lambda pair: pair[0]):
        height = round(HEIGHT * sum(count for _, count in group) / highest, 1) if highest else 0.0
        if height:
            top -= height
            bars.append(Bar(place * COLUMN, round(top, 1), height, colour))
    return bars
