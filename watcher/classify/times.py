"""When a sentence speaks of the past: years, months and former presidents against the date of the document."""

from __future__ import annotations

import re
from datetime import date, timedelta

from watcher.classify.fold import fold

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january enero",
            "february febrero",
            "march marzo",
            "april abril",
            "may mayo",
            "june junio",
            "july julio",
            "august agosto",
            "september septiembre",
            "october octubre",
            "november noviembre",
            "december diciembre",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = "|".join(_MONTHS)
_DATE = re.compile(
    rf"\b(?:(?P<month>{_MONTH}) (?P<day>\d{{1,2}}),? (?P<year>20\d\d)|"
    rf"(?P<day2>\d{{1,2}}) (?:de )?(?P<month2>{_MONTH}),? (?:de |del )?(?P<year2>20\d\d)|"
    rf"(?P<m>\d{{1,2}})/(?P<d>\d{{1,2}})/(?P<y>20\d\d))"
)
_YEAR = re.compile(r"\b(?:19[89]\d|20[0-4]\d)\b")
_DEADLINE = re.compile(
    r"\b(?:of|until|through|by|hasta|before|para|fiscal year|ano fiscal) (?:[a-z]+ )?(?:\d{1,2},? )?20\d\d|"
    r"\b(?:from|between|del?|desde(?: el)?) .{2,22}?\b20\d\d,? (?:through|until|to|and|al?|hasta)\b"
    r"(?: .{0,22}?\b20\d\d)?"
)
_OF_THAT_YEAR = re.compile(
    r"\b(?:the|its|their|his|that|a) (?:19|20)\d\d (?=[a-z])(?!fiscal|and|to\b)|"
    r"\b(?:directiva|circular|memorandum|convenio|tratado|decision|aviso|regla|guia|"
    r"acuerdo|memorando|orden|norma|decreto|programa|ley|proclamacion|politica) de (?:19|20)\d\d"
)
"""A year that only says which one is meant: "the 2019 rule", "la regla de 2019"."""
_FORMER = re.compile(
    r"\b(?<!since )(?<!desde )(?:former president|ex president|previous administration|prior administration|"
    r"last administration|previous president|expresidente|anterior administracion|administracion anterior|"
    r"gobierno anterior|administration anterieure|years ago|decades ago|hace (?:dos|tres|cuatro|cinco|varios) anos|"
    r"in the past|inherited|heredamos|earlier this year|last (?:month|fall|spring|summer|winter)|el mes pasado|"
    r"a principios de ano|on my first day|first day in office|(?:took|taken) on (?:my )?day one|since taking office|"
    r"since day one|last year|el ano pasado|el sexenio pasado|"
    r"president (?:bush|clinton|obama|reagan|carter)|obama administration|bush administration|"
    r"primer periodo del presidente|era de|the (?:era|years|days) of|los anos de|tiempos de|epoca de)\b"
)
_TERMS = (
    ("trump", date(2017, 1, 20), date(2021, 1, 20)),
    ("biden", date(2021, 1, 20), date(2025, 1, 20)),
    ("trump", date(2025, 1, 20), date(2029, 1, 20)),
)


def date_in(head: str) -> date | None:
    """The date of a dateline in the head of a document: a date that stands alone in its line, or opens it."""
    if "20" not in fold(head):
        return None
    lines = (fold(line).strip() for line in head.split("\n"))
    with_year = (line for line in lines if "20" in line)
    found = next((found for line in with_year if (found := _DATE.search(line)) and _is_dateline(line, found)), None)
    if found is None:
        return None
    year = int(found["year"] or found["year2"] or found["y"])
    month = _MONTHS.get(found["month"] or found["month2"] or "", 0) or int(found["m"] or 1)
    day = int(found["day"] or found["day2"] or found["d"])
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _is_dateline(line: str, found: re.Match[str]) -> bool:
    return len(line) <= 60 or (found.start() < 40 and line[found.end() : found.end() + 4].strip(" )") == "")


def speaks_of_past(folded: str, dated: date | None) -> bool:
    """Whether a sentence places its act before the occasion of the document."""
    if _FORMER.search(folded):
        return True
    has_years = "20" in folded or "19" in folded
    years = (
        [int(year) for year in _YEAR.findall(_DEADLINE.sub(" ", _OF_THAT_YEAR.sub(" ", folded)))] if has_years else []
    )
    if dated is None:
        return bool(years) and not _fiscal(folded)
    if years and max(years) < dated.year and not _fiscal(folded):
        return True
    return _another_president(folded, dated) or _tells_earlier_day(folded, dated)


def _tells_earlier_day(folded: str, dated: date) -> bool:
    """Whether every day or month that is named lies weeks before the document: "on February 4", "in March 2021"."""
    if not any(month in folded for month in _MONTHS):
        return False
    days = [day for found in _POINT.finditer(folded) if (day := _day_of(found, dated)) is not None]
    return bool(days) and all(_NEWS < dated - day < _ONE_YEAR for day in days)


_POINT = re.compile(
    rf"\b(?:(?:on|in) (?P<month>{_MONTH})\b(?: (?P<day>\d{{1,2}})\b)?,?(?: (?P<year>20\d\d))?|"
    rf"(?:en|el) (?:(?P<day2>\d{{1,2}}) de )?(?P<month2>{_MONTH})\b(?: (?:de |del )?(?P<year2>20\d\d))?)"
)
_NEWS = timedelta(days=45)
"""What lies no further back may still be the occasion of a document."""
_ONE_YEAR = timedelta(days=330)


def _day_of(found: re.Match[str], dated: date) -> date | None:
    """The day that is named, at the end of the month where only a month is; without a year, the last one that was."""
    month = _MONTHS[found["month"] or found["month2"]]
    day = int(found["day"] or found["day2"] or 28)
    year = int(found["year"] or found["year2"] or 0)
    try:
        if year:
            return date(year, month, day)
        past = date(dated.year, month, day)
        return past if past <= dated else date(dated.year - 1, month, day)
    except ValueError:
        return None


def _fiscal(folded: str) -> bool:
    return "fiscal" in folded


def _another_president(folded: str, dated: date) -> bool:
    """Only the president before the one in office is named."""
    in_office = next((name for name, first, last in _TERMS if first <= dated < last), None)
    named = {name for name, _, _ in _TERMS if re.search(rf"\b{name}\b", folded)}
    return in_office is not None and bool(named) and in_office not in named and _held_office(named, dated)


def _held_office(named: set[str], dated: date) -> bool:
    return any(name in named and last <= dated for name, _, last in _TERMS)
