"""When an entry was published, as far as what its source wrote can be trusted."""

from __future__ import annotations

import re
import warnings
from calendar import timegm
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from time import struct_time

_EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(hours=48)
_LONGEST = 80
_HAS_DAY_AND_YEAR = re.compile(r"(?=.*\d{4}).*\d{1,2}\D+\d|\d{8}|\d{4}-\d{3}$")
_NOT_FOR_FEEDPARSER = re.compile(r"\s*\d{4}(?:-?W\d|-\d{3}\s*$|(?:-\d\d?)?\s*$)")
_SHORT_YEAR = re.compile(r"(?<!\d)\d{1,2}[/.-]\d{1,2}[/.-]\d{2}(?!\d)")
_DATE_IN_WORDS = re.compile(
    r"(?:[^\W\d_]{3,}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4}"
    r"|\d{1,2}(?:er)?(?:\s+de)?\s+[^\W\d_]{3,}\.?,?(?:\s+del?)?\s+\d{4}"
    r"|\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4})(?!\d)"
)


def believable(moment: datetime | None, now: datetime) -> datetime | None:
    """`moment` when it lies between 1995 and 48 hours from now, else None: a clock or a parser was wrong."""
    return moment if moment and _EARLIEST <= moment <= now + _AHEAD else None


def of_feed(written: str, parsed: struct_time | None) -> datetime | None:
    """The moment that a feed wrote, where `parsed` is feedparser's reading of it (a UTC time tuple), or None.

    feedparser takes week and ordinal dates for months, and a year for its first day: those are read here.
    """
    if parsed is None or _NOT_FOR_FEEDPARSER.match(written):
        return read_date(written)
    try:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=timegm(parsed))
    except (OverflowError, ValueError):
        return None


@lru_cache(maxsize=1024)
def read_date(written: str, order: str | None = None) -> datetime | None:
    """The moment a person wrote ("Feb. 2, 2021", "2 de febrero de 2021", "02/02/2021 09:25 PM EST"), UTC, or None.

    English, Spanish and French; only whole dates with day, month and year: "yesterday" and "January 2021" are None.
    `order` ("MDY", "DMY", "YMD") says how 3/2/2021 is meant; without it the language's habit decides. Only with it is
    3/2/21 a date: else it may be anything.
    """
    written = " ".join(written.split())
    if not written or len(written) > _LONGEST:
        return None
    if not _HAS_DAY_AND_YEAR.search(written) and not (order and _SHORT_YEAR.search(written)):
        return None
    return _iso(written) or _parsed(written, order) or _within(written, order)


def written_in(text: str) -> str:
    """What may be a date in a text: the text if it is short, else the first date in words or figures in it."""
    if len(text) <= _LONGEST:
        return text
    found = _DATE_IN_WORDS.search(text)
    return found[0] if found else ""


def _iso(written: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _within(written: str, order: str | None) -> datetime | None:
    """The date in "Posted on February 2, 2021" and "Fecha: 2 de febrero de 2021"."""
    found = _DATE_IN_WORDS.search(written)
    return _parsed(found[0], order) if found and found[0] != written else None


def _parsed(written: str, order: str | None) -> datetime | None:
    import dateparser  # 0.7 s, and hardly ever needed

    settings = {
        "PARSERS": ["absolute-time"],
        "REQUIRE_PARTS": ["day", "month", "year"],
        "TIMEZONE": "UTC",
        "TO_TIMEZONE": "UTC",
        "RETURN_AS_TIMEZONE_AWARE": True,
    }
    if order:
        settings["DATE_ORDER"] = order
    with warnings.catch_warnings():  # dateparser 1.5 calls strptime without a year
        warnings.simplefilter("ignore")
        found = dateparser.parse(written, languages=["en", "es", "fr"], settings=settings)
    return found.astimezone(UTC) if found else None
