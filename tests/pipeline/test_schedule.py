"""When a source is checked next, and why."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from watcher.models.catalog import Interval
from watcher.pipeline.schedule import LONGEST_WAIT, after_failure, after_success, is_full_fetch_due, page_retry

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
EVERY = Interval(timedelta(minutes=5), timedelta(hours=6))
durations = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=4000))


def test_a_source_with_news_is_asked_again_soon() -> None:
    assert after_success(EVERY, NOW, last_news_at=NOW, wishes=(), jitter=0).at == NOW + EVERY.min


def test_a_source_that_is_quiet_for_long_is_asked_less_often() -> None:
    ten_hours_ago = NOW - timedelta(hours=10)
    assert after_success(EVERY, NOW, last_news_at=ten_hours_ago, wishes=(), jitter=0).at == NOW + timedelta(hours=1)


def test_a_server_may_ask_for_a_longer_pause_but_not_for_a_year() -> None:
    hour, year = timedelta(hours=1), timedelta(days=365)
    assert after_success(EVERY, NOW, last_news_at=NOW, wishes=(hour, None), jitter=0).at == NOW + hour
    assert after_success(EVERY, NOW, last_news_at=NOW, wishes=(year,), jitter=0).at == NOW + LONGEST_WAIT


def test_a_server_cannot_ask_to_be_asked_more_often() -> None:
    assert after_success(EVERY, NOW, last_news_at=NOW, wishes=(timedelta(0),), jitter=0).at == NOW + EVERY.min


def test_the_wait_doubles_with_each_failure() -> None:
    waits = [after_failure(EVERY, NOW, failures=n, retry_after=None, jitter=0).at - NOW for n in (1, 2, 3)]
    assert waits == [timedelta(minutes=10), timedelta(minutes=20), timedelta(minutes=40)]


def test_retry_after_lengthens_the_wait_and_never_shortens_it() -> None:
    assert after_failure(EVERY, NOW, failures=1, retry_after=timedelta(hours=2), jitter=0).at == NOW + timedelta(
        hours=2
    )
    assert after_failure(EVERY, NOW, failures=1, retry_after=timedelta(0), jitter=0).at == NOW + timedelta(minutes=10)


@given(st.integers(1, 10_000), st.none() | durations, st.floats(-1, 1))
def test_no_failure_keeps_a_source_unwatched_for_much_more_than_a_day(
    failures: int, retry_after: timedelta | None, jitter: float
) -> None:
    wait = after_failure(EVERY, NOW, failures=failures, retry_after=retry_after, jitter=jitter).at - NOW
    assert timedelta(0) < wait <= LONGEST_WAIT * 1.1


@given(st.none() | durations, st.lists(st.none() | durations, max_size=2), st.floats(-1, 1))
def test_no_wish_keeps_a_source_unwatched_for_more_than_a_day(
    silence: timedelta | None, wishes: list[timedelta | None], jitter: float
) -> None:
    news = None if silence is None else NOW - silence
    wait = after_success(EVERY, NOW, last_news_at=news, wishes=tuple(wishes), jitter=jitter).at - NOW
    assert EVERY.min * 0.9 <= wait <= LONGEST_WAIT


def test_a_page_is_tried_six_times() -> None:
    waits = [page_retry(NOW, attempts) for attempts in range(1, 7)]
    assert waits[0] == NOW + timedelta(minutes=10)
    assert waits[1] == NOW + timedelta(minutes=30)
    assert waits[-1] is None
    assert all(wait <= NOW + LONGEST_WAIT for wait in waits if wait)


def test_a_document_is_fetched_whole_once_a_day_at_a_time_of_its_own() -> None:
    whole: dict[str, int] = {}
    for name in ("a", "b", "c"):
        times = []
        last = NOW
        for hour in range(1, 73):
            at = NOW + timedelta(hours=hour)
            if is_full_fetch_due(name, last, at):
                times.append(hour)
            last = at
        assert len(times) == 3
        assert [later - earlier for earlier, later in pairwise(times)] == [24, 24]
        whole[name] = times[0]
    assert len(set(whole.values())) > 1


def test_a_full_fetch_that_failed_is_still_due() -> None:
    good = NOW
    assert is_full_fetch_due("a", good, NOW + timedelta(days=1))
    assert is_full_fetch_due("a", good, NOW + timedelta(days=2))
    assert is_full_fetch_due("a", None, NOW)
    assert is_full_fetch_due("a", good, NOW - timedelta(days=2)), "the clock jumped back"


def test_the_wish_of_the_server_lengthens_the_wait_for_a_page() -> None:
    assert page_retry(NOW, 1, timedelta(hours=3)) == NOW + timedelta(hours=3)
    assert page_retry(NOW, 1, timedelta(minutes=1)) == NOW + timedelta(minutes=10)
