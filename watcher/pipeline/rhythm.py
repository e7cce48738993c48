"""How long a source may be silent: learnt from the days between days that brought something, or told (`expect`)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from watcher.models.catalog import Source
from watcher.models.incidents import Habits

SHORTEST = timedelta(days=7)
"""I20: a week's silence is nothing, whoever publishes."""
TIMES = 3
"""I20: of the usual gap. For news at random moments one silence in a thousand is longer than three times the gap that
nine in ten stay below; three times the median would be one in eight."""
USUAL = 0.9
"""Which gap is the usual one, from the shortest to the longest: bursts and one long holiday do not move it."""
REMEMBERED = 40
"""Gaps: two months of a daily source, nine of a weekly one."""
ENOUGH = 3
"""Gaps that make a rhythm."""
UNKNOWN = timedelta(days=90)
"""How long a source without a known rhythm may be silent before people should look whether it lives."""
LONGEST = timedelta(days=365)
"""Nobody who publishes less than once a year is missed later than that."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Silence:
    """A silence that is too long: since when, and in words with its measure."""

    since: datetime
    in_words: str


def silence(source: Source, known: Habits, now: datetime) -> Silence | None:
    """The silence of a source if it is unusual; the days around New Year count for nothing where it was not told."""
    if known.news_at is None:
        return None
    allowed = limit(source, known)
    quiet = now - known.news_at if source.expect else _without_holidays(known.news_at, now)
    if quiet <= allowed:
        return None
    days = (now - known.news_at) // DAY
    return Silence(known.news_at, f"nothing new for {days} days ({_measure(source, known, allowed)})")


def limit(source: Source, known: Habits) -> timedelta:
    """How long a silence is not unusual."""
    if source.expect is not None:
        return source.expect
    usual = usual_gap(known.gaps)
    if usual is None:
        return UNKNOWN
    return min(max(TIMES * usual, SHORTEST), LONGEST)


def usual_gap(gaps: tuple[int, ...]) -> timedelta | None:
    """The gap that nine in ten stay at or below; None while there are too few to say."""
    if len(gaps) < ENOUGH:
        return None
    ordered = sorted(gaps)
    return timedelta(days=ordered[min(len(ordered) - 1, int(len(ordered) * USUAL))])


def gaps_between(days: Iterable[date]) -> tuple[int, ...]:
    """The days between distinct days, oldest first, the last ones."""
    ordered = sorted(set(days))
    return tuple((b - a).days for a, b in pairwise(ordered))[-REMEMBERED:]


def with_news(gaps: tuple[int, ...], before: datetime | None, now: datetime) -> tuple[int, ...]:
    """The gaps after news at `now`: several on one day are one."""
    days = (now.date() - before.date()).days if before else 0
    return (*gaps, days)[-REMEMBERED:] if days > 0 else gaps


def _without_holidays(start: datetime, end: datetime) -> timedelta:
    """The time between, without 23 December to 2 January: most publishers of the Americas and Europe close then."""
    quiet = end - start
    for year in range(start.year - 1, end.year + 1):
        begins = datetime(year, 12, 23, tzinfo=start.tzinfo)
        ends = datetime(year + 1, 1, 3, tzinfo=start.tzinfo)
        quiet -= max(timedelta(0), min(end, ends) - max(start, begins))
    return quiet


def _measure(source: Source, known: Habits, allowed: timedelta) -> str:
    if source.expect is not None:
        return f"expected within {_days(allowed)}"
    usual = usual_gap(known.gaps)
    return f"usual gap: up to {_days(usual)}" if usual is not None else "its rhythm is not known yet"


def _days(length: timedelta) -> str:
    if length < 2 * DAY:
        hours = round(length / timedelta(hours=1))
        return "1 day" if hours == 24 else f"{hours} h"
    return f"{round(length / DAY)} days"
