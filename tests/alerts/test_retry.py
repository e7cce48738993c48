"""When a message is sent again, and when no more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from watcher.alerts.retry import LOCAL, LONGEST_WISH, MAIL, WEBHOOK, Schedule, next_attempt

NOW = datetime(2026, 3, 14, tzinfo=UTC)
SCHEDULES = st.sampled_from([WEBHOOK, MAIL, LOCAL])


def test_a_webhook_is_tried_ten_times_over_about_75_hours() -> None:
    assert WEBHOOK.attempts == 10
    assert timedelta(hours=74) < sum(WEBHOOK.waits, timedelta()) < timedelta(hours=77)


def test_mail_is_tried_for_five_days_from_every_five_minutes_to_every_four_hours() -> None:
    assert (MAIL.waits[0], MAIL.waits[-1]) == (timedelta(minutes=5), timedelta(hours=4))
    assert timedelta(days=4.8) < sum(MAIL.waits, timedelta()) <= timedelta(days=5)


@given(SCHEDULES, st.integers(1, 50), st.integers())
def test_every_wait_is_within_a_fifth_of_the_schedule_and_ends_with_it(
    schedule: Schedule, attempt: int, seed: int
) -> None:
    at = next_attempt(schedule, attempt, NOW, None, Random(seed))
    if attempt >= schedule.attempts:
        assert at is None
        return
    assert at is not None
    assert schedule.waits[attempt - 1] * 0.8 <= at - NOW <= schedule.waits[attempt - 1] * 1.2


@given(SCHEDULES, st.integers(1, 5), st.integers(), st.timedeltas())
def test_the_receivers_wish_makes_a_wait_longer_and_never_shorter_nor_longer_than_a_day(
    schedule: Schedule, attempt: int, seed: int, wish: timedelta
) -> None:
    plain = next_attempt(schedule, attempt, NOW, None, Random(seed))
    wished = next_attempt(schedule, attempt, NOW, wish, Random(seed))
    assert plain is not None
    assert wished is not None
    assert wished == max(plain, NOW + min(max(wish, timedelta(0)), LONGEST_WISH))


def test_attempts_of_many_messages_do_not_come_back_all_at_once() -> None:
    rng = Random(1)
    assert len({next_attempt(WEBHOOK, 2, NOW, None, rng) for _ in range(100)}) > 90
