"""Dates as people write them, and dates that nobody should believe."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from time import struct_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.sources.dates import believable, of_feed, read_date, written_in

_NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2021-02-02", "2021-02-02T00:00"),
        ("20210202", "2021-02-02T00:00"),
        ("2021-02-02T10:00:00Z", "2021-02-02T10:00"),
        ("2021-02-02T10:00:00-05:00", "2021-02-02T15:00"),
        ("2021-W05-2", "2021-02-02T00:00"),
        ("Feb 2, 2021", "2021-02-02T00:00"),
        ("Feb. 2, 2021", "2021-02-02T00:00"),
        ("FEBRUARY 2, 2021", "2021-02-02T00:00"),
        ("2 February 2021", "2021-02-02T00:00"),
        ("Tuesday, February 2, 2021 - 10:30am", "2021-02-02T10:30"),
        ("02/02/2021 09:25 PM EST", "2021-02-03T02:25"),
        ("Posted on February 2nd, 2021", "2021-02-02T00:00"),
        ("2 de febrero de 2021", "2021-02-02T00:00"),
        ("02 de febrero del 2021", "2021-02-02T00:00"),
        ("lun, 01 feb 2021 10:00:00 -0600", "2021-02-01T16:00"),
        ("Fecha de publicación: 2 de febrero de 2021", "2021-02-02T00:00"),
        ("2 février 2021", "2021-02-02T00:00"),
        ("Publié le 1er février 2021", "2021-02-01T00:00"),
    ],
)
def test_dates_in_english_spanish_and_french(written: str, read: str) -> None:
    assert read_date(written) == datetime.fromisoformat(read).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        *("", "yesterday", "2 days ago", "hace 2 días", "hier", "January 2021", "2021", "February 2", "soon"),
        *("99/99/2021", "Feb. 30, 2021", "2021 - 2022", "Section 3 of 2021", "1612224000"),
        *("1" * 5000, "1/2/" * 30, "\x00"),
    ],
)
def test_relative_and_partial_dates_are_refused(written: str) -> None:
    assert read_date(written) is None


def test_the_order_of_day_and_month_can_be_told() -> None:
    assert read_date("3/2/2021", "DMY") == datetime(2021, 2, 3, tzinfo=UTC)
    assert read_date("3/2/2021", "MDY") == datetime(2021, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "feedparsers", "read"),
    [
        ("2021-W05-2", (2021, 11, 1), datetime(2021, 2, 2, tzinfo=UTC)),
        ("2021", (2021, 1, 1), None),
        ("2021-02", (2021, 2, 1), None),
        ("2021-02-02", (2021, 2, 2), datetime(2021, 2, 2, tzinfo=UTC)),
    ],
)
def test_what_feedparser_misreads_is_read_here(
    written: str, feedparsers: tuple[int, int, int], read: datetime | None
) -> None:
    assert of_feed(written, struct_time((*feedparsers, 0, 0, 0, 0, 0, 0))) == read


def test_years_that_no_calendar_has_are_no_error() -> None:
    assert of_feed("x", struct_time((99999, 1, 1, 0, 0, 0, 0, 0, 0))) is None
    assert of_feed("x", struct_time((-1, 1, 1, 0, 0, 0, 0, 0, 0))) is None


@pytest.mark.parametrize(
    ("moment", "is_believed"),
    [
        (None, False),
        (datetime(1704, 1, 1, tzinfo=UTC), False),
        (datetime(1994, 12, 31, tzinfo=UTC), False),
        (datetime(1995, 1, 1, tzinfo=UTC), True),
        (_NOW + timedelta(hours=48), True),
        (_NOW + timedelta(hours=49), False),
        (datetime(9999, 1, 1, tzinfo=UTC), False),
    ],
)
def test_dates_outside_living_memory_and_the_day_after_tomorrow_are_not_believed(
    moment: datetime | None, is_believed: bool
) -> None:
    assert believable(moment, _NOW) == (moment if is_believed else None)


@given(st.text(alphabet="0123456789/-:., TZadefbr°", max_size=40))
def test_no_text_is_an_error_and_every_answer_is_utc(written: str) -> None:
    read = read_date(written)
    assert read is None or read.utcoffset() == timedelta(0)


def test_a_year_of_two_figures_is_one_only_where_the_order_is_said() -> None:
    assert read_date("05/09/25") is None
    assert read_date("05/09/25", "MDY") == datetime(2025, 5, 9, tzinfo=UTC)
    assert read_date("No. 10-4092", "MDY") is None


def test_a_date_is_found_in_a_long_text() -> None:
    long = "Not Reported in Pac. Rptr., 2026 WL 1747174, Alaska, " + "on appeal " * 9
    assert written_in(f"{long}June 17, 2026 (NO. S-1)") == "June 17, 2026"
    assert written_in(long) == ""
    assert written_in("Filed: 6/1/2026") == "Filed: 6/1/2026"
