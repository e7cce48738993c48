"""Days in texts, English and Spanish, with and without a year."""

from __future__ import annotations

import re
from datetime import date

_ENGLISH = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_SPANISH = (
    *("enero", "febrero", "marzo", "abril", "mayo", "junio"),
    *("julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
)
_MONTHS = {name: number % 12 + 1 for number, name in enumerate((*_ENGLISH, *_SPANISH))}
_MONTHS |= {name[:3]: number + 1 for number, name in enumerate(_ENGLISH) if name != "May"} | {"Sept": 9, "setiembre": 9}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
DATES = (
    re.compile(rf"\b(?P<month>{_MONTH})\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? (?P<year>20\d\d|19\d\d))?"),
    re.compile(
        rf"\b(?P<day>\d{{1,2}})(?:\.o|ro|st|nd|rd|th)?(?: de| of)? (?P<month>{_MONTH})\b"
        r"(?:,? (?:del? )?(?P<year>20\d\d|19\d\d))?"
    ),
    re.compile(r"\b(?P<year>20\d\d)-(?P<month>\d\d)-(?P<day>\d\d)\b"),
)
"""How English and Spanish texts write a day, with the groups `day`, `month` and `year`; tried in this order."""


def day_of(place: re.Match[str], on: date) -> date | None:
    """The day at a place that one of `DATES` found, in a text of that day; None for one that no calendar has.

    Without a year it is the nearest one.
    """
    month = _MONTHS.get(place["month"]) or int(place["month"])
    years = [int(place["year"])] if place["year"] else [on.year - 1, on.year, on.year + 1]
    days = [day for year in years if (day := _real(year, month, int(place["day"]))) is not None]
    return min(days, key=lambda day: abs(day - on), default=None)


def _real(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
