"""When a digest is due: the fields, and every edge of daylight saving in a dozen zones from 2024 to 2032."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from watcher.models.cron import parse

ZONES = [
    *("America/New_York", "America/Los_Angeles", "America/Mexico_City", "America/Tijuana", "America/St_Johns"),
    *("America/Santiago", "Europe/London", "Europe/Madrid", "Africa/Casablanca", "Asia/Tehran"),
    *("Australia/Lord_Howe", "UTC"),
]
NEW_YORK = ZoneInfo("America/New_York")


def at(text: str, zone: ZoneInfo = NEW_YORK) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("expression", "after", "expected"),
    [
        ("0 8 * * *", "2026-03-02 07:00", "2026-03-02 08:00"),
        ("0 8 * * *", "2026-03-02 08:00", "2026-03-03 08:00"),
        ("0 8 * * mon-fri", "2026-03-06 09:00", "2026-03-09 08:00"),
        ("*/15 * * * *", "2026-03-02 07:01", "2026-03-02 07:15"),
        ("30 6,18 * * *", "2026-03-02 07:00", "2026-03-02 18:30"),
        ("0 9 1 * *", "2026-03-02 07:00", "2026-04-01 09:00"),
        ("0 9 29 feb *", "2026-03-02 07:00", "2028-02-29 09:00"),
        ("0 9 1 * mon", "2026-03-03 07:00", "2026-03-09 09:00"),
        ("0 9 * jan,jul *", "2026-03-03 07:00", "2026-07-01 09:00"),
    ],
)
def test_the_next_moment(expression: str, after: str, expected: str) -> None:
    assert parse(expression).next_after(at(after), NEW_YORK) == at(expected)


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("0 8 * *", "4 fields"),
        ("0 8 * * 1", "name the days"),
        ("0 8 * * 1-5", "name the days"),
        ("61 8 * * *", "0 to 59"),
        ("0 8 0 * *", "1 to 31"),
        ("0 8 5-3 * *", "smaller one first"),
        ("*/0 * * * *", "a step"),
        ("a * * * *", "neither a number"),
        ("0 8 30 feb *", "never due"),
        ("0 8 ² * *", "neither a number"),
    ],
)
def test_a_mistake_is_named(expression: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse(expression)


def test_a_time_that_does_not_exist_is_taken_after_the_gap() -> None:
    due = parse("30 2 * * *").next_after(at("2026-03-07 12:00"), NEW_YORK)
    assert due.astimezone(NEW_YORK).isoformat() == "2026-03-08T03:00:00-04:00"


def test_a_time_that_exists_twice_is_taken_once() -> None:
    first = parse("30 1 * * *").next_after(at("2026-10-31 12:00"), NEW_YORK)
    assert first.astimezone(NEW_YORK).isoformat() == "2026-11-01T01:30:00-04:00"
    second = parse("30 1 * * *").next_after(first, NEW_YORK)
    assert second.astimezone(NEW_YORK).date() == date(2026, 11, 2)


@pytest.mark.parametrize("name", ZONES)
def test_a_daily_expression_is_due_once_on_every_local_day(name: str) -> None:
    """Every hour and half hour around every change of the clocks, 2024 to 2032; leap days and year ends included."""
    zone = ZoneInfo(name)
    for day in _days_around_changes(zone):
        for hour in (0, 1, 2, 3, 23):
            for minute in (0, 30, 59):
                cron = parse(f"{minute} {hour} * * *")
                start = datetime.combine(day - timedelta(days=1), datetime.min.time(), tzinfo=zone).astimezone(UTC)
                due, seen = start, []
                while (due := cron.next_after(due, zone)) < start + timedelta(days=3):
                    seen.append(due.astimezone(zone).date())
                assert len(seen) == len(set(seen)), (name, day, hour, minute, seen)
                assert day in seen, (name, day, hour, minute, seen)


def _days_around_changes(zone: ZoneInfo) -> Iterator[date]:
    yield from (date(2024, 2, 29), date(2028, 2, 29), date(2032, 2, 29), date(2024, 12, 31), date(2031, 12, 31))
    day = datetime(2024, 1, 1, tzinfo=UTC)
    while day.year < 2033:
        following = day + timedelta(days=1)
        if day.astimezone(zone).utcoffset() != following.astimezone(zone).utcoffset():
            yield from (day.astimezone(zone).date(), following.astimezone(zone).date())
        day = following
