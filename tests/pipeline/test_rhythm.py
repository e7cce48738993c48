"""How long a source may be silent."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.models.catalog import Source
from watcher.models.incidents import Habits
from watcher.pipeline import rhythm

SOURCE = Source("news", "agency", "feed", "https://news.example.org/feed")
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("gaps", "days"),
    [
        ((), 90),
        ((1, 1), 90),
        ((1,) * 30, 7),
        ((1, 1, 1, 1, 3) * 6, 9),
        ((7,) * 10, 21),
        ((1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 40), 7),
        ((1, 1, 14) * 5, 42),
        ((30,) * 8, 90),
        ((200,) * 5, 365),
    ],
)
def test_the_limit_is_three_times_the_gap_that_nine_in_ten_stay_below_and_at_least_a_week(
    gaps: tuple[int, ...], days: int
) -> None:
    assert rhythm.limit(SOURCE, Habits(gaps=gaps)) == days * DAY


def test_news_on_one_day_are_one_gap() -> None:
    monday = datetime(2026, 3, 2, 9, tzinfo=UTC)
    gaps = rhythm.with_news((), monday, monday + timedelta(hours=3))
    assert gaps == ()
    assert rhythm.with_news(gaps, monday, monday + 3 * DAY) == (3,)


def test_a_list_brings_its_own_history() -> None:
    assert rhythm.gaps_between([date(2026, 3, 9), date(2026, 3, 2), date(2026, 3, 2), date(2026, 3, 3)]) == (1, 6)


def test_the_days_around_new_year_count_for_nothing() -> None:
    known = Habits(news_at=datetime(2025, 12, 22, tzinfo=UTC), gaps=(1,) * 20)
    assert rhythm.silence(SOURCE, known, datetime(2026, 1, 8, tzinfo=UTC)) is None
    assert rhythm.silence(SOURCE, known, datetime(2026, 1, 9, 12, tzinfo=UTC)) is not None


@given(st.lists(st.integers(1, 300), max_size=60), st.integers(1, 300))
def test_one_more_gap_of_any_length_never_forgets_the_rhythm(gaps: list[int], one: int) -> None:
    before = datetime(2026, 1, 1, tzinfo=UTC)
    after = rhythm.with_news(tuple(gaps), before, before + one * DAY)
    assert after[-1] == one
    assert len(after) <= rhythm.REMEMBERED
    assert rhythm.SHORTEST <= rhythm.limit(SOURCE, Habits(gaps=after)) <= rhythm.LONGEST
