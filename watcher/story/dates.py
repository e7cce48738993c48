"""The days in the texts of acts: when something takes effect, until when comments are taken, and what was moved."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from watcher.models.story import Appointment, Due, Report, Wording
from watcher.story.reading import tellings
from watcher.vocabulary.days import DATES, day_of

PAST, AHEAD = timedelta(days=366), timedelta(days=3653)
"""How long a day stays in the calendar, and how far ahead one is believed."""
LONGEST = 60_000
"""Characters in which days are looked for."""
_BEFORE, _COMMENTS_BEFORE = 48, 140
"""How far before a day the words stand that say what it is for."""
_EFFECT = re.compile(
    r"effective(?:ness)?\b|\btak(?:es?|ing) effect|(?:go|goes|going|come|comes|enters?|entry) into (?:effect|force)|"
    r"\b(?:will|shall|to|is set to|would) (?:end|expire|terminate|begin|start|lapse|be terminated|be suspended)|"
    r"\b(?:ends|expires|begins|starts) (?:on|at)\b|\bexpiration date|"
    r"en vigor|entrada en vigor|vigencia|surt\w+ efectos?|a partir del?|\b(?:vence|expira|termina|terminará|comienza|"
    r"comenzará|finaliza|finalizará)\b",
    re.IGNORECASE,
)
_COMMENTS = re.compile(
    r"\bcomments?\b[^.;]*\b(?:by|before|until|through|no later than|due|close[sd]?|ends?|deadline|on)\b|"
    r"\bcomment (?:period|deadline)|\bcomentarios?\b[^.;]*\b(?:hasta|antes|tardar|plazo|vence|cierra|termina)\b",
    re.IGNORECASE,
)
_DOCKET = re.compile(r"\bRIN:? ?(\d{4}-[A-Z]{2}\d{2})\b|\b((?:[A-Z]{2,8}-)+20\d\d-\d{4})\b")
_SENTENCE_END = re.compile(r"(?<=[a-z0-9)”\"][.!?])\s+(?=[A-ZÁÉÍÓÚÑ¿¡“\"])|\n+")


@dataclass(frozen=True, slots=True)
class _Said:
    """A day as one wording says it."""

    key: str
    due: Due
    on: date
    quote: str
    report: Report
    primary: bool
    at: datetime


def appointments(wordings: Iterable[Wording], *, today: date, parties: Collection[str] = ()) -> tuple[Appointment, ...]:
    """The days that the texts of acts name, the first to come first; the same in whatever order they are given.

    Of one announcement, or one docket, the last word counts; where the body that acts names a day, nobody else's does.
    """
    by_key: dict[tuple[str, Due], list[_Said]] = defaultdict(list)
    for said in _all(wordings, parties):
        if -PAST <= said.on - today <= AHEAD:
            by_key[said.key, said.due].append(said)
    found = (_appointment(each) for each in by_key.values())
    return tuple(sorted(found, key=lambda each: (each.on, each.due, each.key)))


def _appointment(every: Sequence[_Said]) -> Appointment:
    said = sorted(
        [each for each in every if each.primary] or every, key=lambda each: (each.at, each.report.entry, each.on)
    )
    last, moved, changed_at = said[0], 0, said[0].at
    for each in said[1:]:
        if each.on != last.on:
            moved, changed_at = moved + 1, each.at
        last = each
    return Appointment(last.key, last.due, last.on, last.quote, last.report, moved, changed_at)


def _all(wordings: Iterable[Wording], parties: Collection[str]) -> Iterator[_Said]:
    """What each wording says: of one entry and kind the first day, so that a list of days is no series of moves."""
    for wording in wordings:
        told = tellings([wording.report], parties)
        if not told or told[0].said.denied:
            continue
        key = _docket(wording.text) or wording.report.event or wording.report.entry
        seen: set[Due] = set()
        for due, on, quote in days(_about(wording), wording.said_at.date()):
            if due not in seen:
                seen.add(due)
                yield _Said(key, due, on, quote, wording.report, told[0].primary, wording.said_at)


def _docket(text: str) -> str:
    """The number under which a rule is known wherever it is spoken of, or ""."""
    found = _DOCKET.search(text[:LONGEST])
    return next(filter(None, found.groups()), "") if found else ""


def _about(wording: Wording) -> str:
    """The part of a text that is about this policy: all of it, or the sentence that says so and the next one."""
    text = wording.text[:LONGEST]
    if wording.alone:
        return text
    at = text.find(wording.report.quote)
    if at < 0 or not wording.report.quote:
        return ""
    ends = [end.start() for end in _SENTENCE_END.finditer(text, at + len(wording.report.quote))]
    return text[at : ends[1]] if len(ends) > 1 else text[at:]


def days(text: str, on: date) -> list[tuple[Due, date, str]]:
    """(what for, day, the sentence) of each day in a text of that day that is said to be for something, in order."""
    found: list[tuple[int, Due, date, str]] = []
    for start, end in _sentences(text):
        sentence = text[start:end]
        for place in (place for pattern in DATES for place in pattern.finditer(sentence)):
            due, day = _due(sentence, place.start()), day_of(place, on)
            if due is not None and day is not None:
                found.append((start + place.start(), due, day, " ".join(sentence.split())[:300]))
    return [each[1:] for each in sorted(found)]


def _due(sentence: str, at: int) -> Due | None:
    if _COMMENTS.search(sentence[max(0, at - _COMMENTS_BEFORE) : at]):
        return Due.COMMENTS
    return Due.EFFECTIVE if _EFFECT.search(sentence[max(0, at - _BEFORE) : at]) else None


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for end in _SENTENCE_END.finditer(text):
        yield start, end.start()
        start = end.end()
    yield start, len(text)
