"""Times as people read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from watcher.web.dates import Dates
from watcher.web.strings import Say

NOW = datetime(2026, 5, 4, 2, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("distance", "english", "spanish"),
    [
        (timedelta(seconds=-5), "just now", "ahora mismo"),
        (timedelta(minutes=-1), "1 minute ago", "hace 1 minuto"),
        (timedelta(hours=-25), "25 hours ago", "hace 25 horas"),
        (timedelta(days=-3), "3 days ago", "hace 3 días"),
        (timedelta(minutes=11), "in 11 minutes", "en 11 minutos"),
        (timedelta(seconds=5), "any moment", "en cualquier momento"),
        (timedelta(days=-90), "3 Feb 2026", "3 feb 2026"),
    ],
)
def test_how_long_ago_is_said_in_the_readers_language(distance: timedelta, english: str, spanish: str) -> None:
    assert Dates(Say("en"), NOW, UTC).ago(NOW + distance) == english
    assert Dates(Say("es"), NOW, UTC).ago(NOW + distance) == spanish


def test_moments_are_shown_in_the_operators_zone() -> None:
    dates = Dates(Say("en"), NOW, ZoneInfo("America/New_York"))
    assert dates.moment(NOW) == "3 May 2026, 22:30 EDT"


@pytest.mark.parametrize(
    ("iso", "shown"),
    [("2021-02", "Feb 2021"), ("2021-02-19", "19 Feb 2021"), ("2021", "2021"), ("", ""), ("spring", "spring")],
)
def test_a_date_that_is_only_partly_known_is_shown_as_far_as_it_goes(iso: str, shown: str) -> None:
    assert Dates(Say("en"), NOW, UTC).partial(iso) == shown
