"""When an alert is due: at once, with a digest, after quiet hours; and why, in words."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.alerts.schedule import gathering, held_until, key, period, read_key, timing
from watcher.alerts.waiting import in_words
from watcher.models.alerts import Burst
from watcher.models.catalog import Digest, Group, How, Quiet, Recipient

NEW_YORK = ZoneInfo("America/New_York")
NIGHT = Quiet(time(22), time(7), "America/New_York")
MORNING = Digest("0 8 * * mon-fri", "America/New_York")
ZONES = (
    "America/New_York",
    "Europe/Madrid",
    "America/Santiago",
    "Australia/Lord_Howe",
    "Asia/Beirut",
    "Africa/Cairo",
    "Pacific/Apia",
    "America/Mexico_City",
    "Europe/London",
    "America/Havana",
    "Africa/Casablanca",
    "UTC",
)


def at(*local: int) -> datetime:
    return datetime(*local, tzinfo=NEW_YORK).astimezone(UTC)  # type: ignore[arg-type,misc]


def desk(quiet: Quiet | None = None, group: Group | None = None) -> Recipient:
    return Recipient("desk", "email", quiet=quiet, group=group)


def test_an_immediate_alert_is_due_at_once() -> None:
    now = at(2026, 3, 13, 12)
    due = timing([How.IMMEDIATE], desk(NIGHT), urgent=False, now=now)
    assert (due.due_at, due.held, due.waits_for, due.digest) == (now, False, (), None)


def test_quiet_hours_hold_a_message_until_they_end_and_say_so() -> None:
    due = timing([How.IMMEDIATE], desk(NIGHT), urgent=False, now=at(2026, 3, 13, 23, 30))
    assert (due.due_at, due.held) == (at(2026, 3, 14, 7), True)
    assert in_words(due.waits_for, "en") == "quiet hours of desk: held until 2026-03-14 07:00 EDT"


def test_why_it_waits_is_said_in_the_language_of_the_reader() -> None:
    due = timing([How.IMMEDIATE], desk(NIGHT), urgent=False, now=at(2026, 3, 13, 23, 30))
    assert in_words(due.waits_for, "es") == "horas de silencio de desk: retenido hasta 2026-03-14 07:00 EDT"
    assert in_words((), "es", "a sentence of an older release") == "a sentence of an older release"


def test_what_is_urgent_breaks_through_quiet_hours() -> None:
    now = at(2026, 3, 13, 23, 30)
    assert timing([How.IMMEDIATE], desk(NIGHT), urgent=True, now=now).due_at == now


@pytest.mark.parametrize(("hour", "quiet"), [(21, False), (22, True), (0, True), (6, True), (7, False)])
def test_quiet_hours_begin_at_their_first_minute_and_end_before_their_last(hour: int, quiet: bool) -> None:
    assert (held_until(NIGHT, at(2026, 3, 13, hour)) is not None) is quiet


def test_a_digest_waits_for_its_next_turn_and_passes_over_the_weekend() -> None:
    due = timing([MORNING], desk(), urgent=True, now=at(2026, 3, 13, 8, 0))
    assert due.due_at == at(2026, 3, 16, 8)
    assert in_words(due.waits_for, "en") == "waits for the digest of 2026-03-16 08:00 EDT"
    assert due.digest == "0 8 * * mon-fri America/New_York"


def test_a_digest_that_falls_into_quiet_hours_comes_after_them() -> None:
    early = Digest("0 5 * * *", "America/New_York")
    due = timing([early], desk(NIGHT), urgent=False, now=at(2026, 3, 13, 12))
    assert due.due_at == at(2026, 3, 14, 7)
    assert "digest of 2026-03-14 05:00" in in_words(due.waits_for, "en")
    assert "held until 2026-03-14 07:00" in in_words(due.waits_for, "en")


def test_of_several_rules_the_soonest_decides() -> None:
    now = at(2026, 3, 13, 12)
    assert timing([MORNING, How.IMMEDIATE], desk(), urgent=False, now=now).digest is None
    evening = Digest("0 18 * * *", "America/New_York")
    assert timing([MORNING, evening], desk(), urgent=False, now=now).digest == key(evening)


def test_the_first_of_a_group_waits_for_others() -> None:
    now = at(2026, 3, 13, 12)
    due = timing([How.IMMEDIATE], desk(group=Group(timedelta(seconds=30))), urgent=False, now=now)
    assert due.due_at == now + timedelta(seconds=30)


def test_mail_is_grouped_unasked_and_others_only_when_asked() -> None:
    hook = Recipient("hook", "webhook")
    asked = Recipient("asked", "webhook", group=Group(timedelta(seconds=30)))
    together = gathering({"desk": desk(), "hook": hook, "asked": asked}, at(2026, 3, 13, 12))
    assert together.bursts == {"desk": Burst(5), "asked": Burst(3, timedelta(seconds=30))}


def test_a_key_is_read_back() -> None:
    assert read_key(key(MORNING)) == MORNING


moments = st.integers(0, 9 * 366 * 24 * 60).map(
    lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(zone=st.sampled_from(ZONES), now=moments, start=st.times(), end=st.times())
def test_quiet_hours_always_end_within_a_day_and_outside_of_themselves(
    zone: str, now: datetime, start: time, end: time
) -> None:
    start, end = start.replace(second=0, microsecond=0), end.replace(second=0, microsecond=0)
    if start == end:
        return
    quiet = Quiet(start, end, zone)
    until = held_until(quiet, now)
    if until is not None:
        assert now < until <= now + timedelta(hours=48)  # Apia left out a whole day
        assert held_until(quiet, until) is None


@given(zone=st.sampled_from(ZONES), now=moments, hour=st.integers(0, 23), minute=st.integers(0, 59))
def test_a_daily_digest_has_one_turn_for_every_local_day(zone: str, now: datetime, hour: int, minute: int) -> None:
    daily = Digest(f"{minute} {hour} * * *", zone)
    due = timing([daily], desk(), urgent=False, now=now).due_at
    turn = period(key(daily), due)
    assert turn.since == due
    assert period(key(daily), due - timedelta(seconds=1)).name != turn.name
    following = timing([daily], desk(), urgent=False, now=due).due_at
    first, second = (each.astimezone(ZoneInfo(zone)).date() for each in (due, following))
    assert second - first <= timedelta(days=1) or zone == "Pacific/Apia"
