"""Five-field cron expressions, evaluated in a time zone: when a digest is due.

Fields as in crontab(5): minute, hour, day of month, month, day of week, with `*`, lists, ranges and steps. Days of the
week and months may be named; days of the week *must* be, because 0 and 1 mean different days to different programs.
As in crontab(5), a day fits when either day field fits, if both are restricted.

A local time that does not exist (clocks go forward) is taken at the first moment after the gap, one that exists twice
(clocks go back) at its first occurrence only: so a daily expression gives one moment for every local day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_HORIZON = 366 * 8 + 3
"""Days looked ahead: 29 February comes back within eight years (1896-1904, 2096-2104)."""


@dataclass(frozen=True, slots=True)
class Cron:
    """A compiled expression. `any_day` and `any_weekday` say that the field was `*`."""

    expression: str
    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    any_day: bool
    any_weekday: bool

    def next_after(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """The first moment (UTC) after `moment` at which the expression is due in `zone`."""
        today = moment.astimezone(zone).date()
        # a gap can move the last time of a day into the next one, so the day before is looked at too
        for offset in range(-1, _HORIZON):
            for due in self._on(today + timedelta(days=offset), zone):
                if due > moment:
                    return due
        raise AssertionError(f"{self.expression}: was accepted, and is never due")

    def last_until(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """The last moment (UTC) up to `moment`, itself included, at which the expression was due in `zone`."""
        today = moment.astimezone(zone).date()
        for offset in range(_HORIZON):
            due = [each for each in self._on(today - timedelta(days=offset), zone) if each <= moment]
            if due:
                return due[-1]
        raise AssertionError(f"{self.expression}: was accepted, and was never due")

    def _on(self, day: date, zone: ZoneInfo) -> Iterator[datetime]:
        """The due moments of a local day, in order."""
        if not self._fits(day):
            return
        moments = {
            _instant(datetime.combine(day, time(hour, minute)), zone) for hour in self.hours for minute in self.minutes
        }
        yield from sorted(moments)

    def _fits(self, day: date) -> bool:
        if day.month not in self.months:
            return False
        by_day, by_weekday = day.day in self.days, day.weekday() in self.weekdays
        return by_day and by_weekday if self.any_day or self.any_weekday else by_day or by_weekday

    def is_ever_due(self) -> bool:
        """Whether any day fits: "30 February" does not."""
        start = date(2095, 1, 1)  # the eight years without a leap day lie behind it
        return any(self._fits(start + timedelta(days=offset)) for offset in range(_HORIZON))


def parse(expression: str) -> Cron:
    """Compile an expression. Raises ValueError with the field and what to write."""
    fields = expression.lower().split()
    if len(fields) != 5:
        raise ValueError(f"{expression!r} has {len(fields)} fields; write five: minute hour day month weekday")
    minute, hour, day, month, weekday = fields
    if any(char.isdigit() for char in weekday.replace("*/", "")):
        raise ValueError(f"{weekday!r}: name the days of the week (mon-fri); numbers mean different days elsewhere")
    cron = Cron(
        expression=expression,
        minutes=_field("minute", minute, 0, 59),
        hours=_field("hour", hour, 0, 23),
        days=_field("day", day, 1, 31),
        months=_field("month", month, 1, 12, _MONTHS, first=1),
        weekdays=_field("weekday", weekday, 0, 6, _WEEKDAYS),
        any_day=day == "*",
        any_weekday=weekday == "*",
    )
    if not cron.is_ever_due():
        raise ValueError(f"{expression!r} is never due: there is no such day")
    return cron


def _field(name: str, text: str, low: int, high: int, names: tuple[str, ...] = (), *, first: int = 0) -> frozenset[int]:
    values: set[int] = set()
    for part in text.split(","):
        values.update(_part(name, part, low, high, names, first))
    return frozenset(values)


def _part(name: str, part: str, low: int, high: int, names: tuple[str, ...], first: int) -> range:
    span, _, step = part.partition("/")
    if span == "*":
        start, end = low, high
    else:
        begin, dash, until = span.partition("-")
        start = _value(name, begin, names, first)
        end = _value(name, until, names, first) if dash else high if step else start
    if not low <= start <= end <= high:
        raise ValueError(f"{name} {part!r}: write numbers from {low} to {high}, the smaller one first")
    return range(start, end + 1, _step(name, part, step))


def _value(name: str, text: str, names: tuple[str, ...], first: int) -> int:
    if text in names:
        return names.index(text) + first
    if text.isascii() and text.isdigit():
        return int(text)
    raise ValueError(f"{name} {text!r} is neither a number nor a name like {names[0] if names else '*'}")


def _step(name: str, part: str, text: str) -> int:
    if "/" not in part:
        return 1
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise ValueError(f"{name} {part!r}: a step is a number from 1 on, like */15")
    return int(text)


def _instant(local: datetime, zone: ZoneInfo) -> datetime:
    """The moment of a local time: its first occurrence, or the first moment after the gap that it falls into."""
    moment = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == local:
        return moment
    # PEP 495: in a gap, fold=1 reads the time by the offset after it, fold=0 by the one before; the gap lies between
    after = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    return _end_of_gap(after, moment, zone)


def _end_of_gap(low: datetime, high: datetime, zone: ZoneInfo) -> datetime:
    """The transition between two moments around it, to the second."""
    before = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        if middle.astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)
