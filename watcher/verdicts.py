"""Verdicts from a file: what each line asks for, and what would come of it, before anything is done."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from io import StringIO
from typing import Any, TypeVar

from watcher.models.reviews import Change, DismissReason
from watcher.models.views import MatchRow
from watcher.models.words import Verdict
from watcher.spreadsheet import read_cell
from watcher.store import Store

MOST = 10_000
"""Lines of one file."""
LONGEST_NOTE = 2_000
S = TypeVar("S", bound=StrEnum)


class Fate(StrEnum):
    """What comes of a line."""

    CHANGE = "change"
    SAME = "same"
    CONFLICT = "conflict"
    """Somebody changed the match after the file was written."""
    UNKNOWN = "unknown"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file, numbered from 1: what it wants, or what is wrong with it."""

    number: int
    change: Change | None = None
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class Planned:
    """A line and what comes of it; `detail` says why, where that is not plain."""

    line: int
    match_id: str
    fate: Fate
    detail: str = ""
    change: Change | None = None


def read(text: str) -> list[Line]:
    """The lines of a file that our exports wrote and a person may have edited: JSON Lines, or CSV with a header.

    Needed are `id` and `verdict`; `reason`, `note` and `version` count where they are, everything else is passed over.
    """
    text = text.removeprefix("\ufeff")
    lines = _json_lines(text) if text.lstrip().startswith("{") else _csv_lines(text)
    found: list[Line] = []
    for number, given in lines:
        if len(found) == MOST:
            return [*found, Line(number, wrong=f"a file has at most {MOST:,} lines; put the rest into another one")]
        found.append(_line(number, given))
    return found or [Line(1, wrong="there is no line with a verdict in the file")]


def plan(lines: Iterable[Line], stored: Mapping[str, MatchRow]) -> list[Planned]:
    """What comes of each line, given the matches as they are stored now; of two about one match the first counts."""
    seen: set[str] = set()
    return [_planned(line, stored, seen) for line in lines]


def look_at(store: Store, text: str) -> list[Planned]:
    """What would come of each line of a file; changes nothing."""
    lines = read(text)
    return plan(lines, store.matches.some([line.change.match_id for line in lines if line.change]))


def carry_out(
    store: Store, planned: Sequence[Planned], *, reviewer: str, now: datetime, second_reviewer: bool
) -> tuple[list[Planned], str]:
    """Make the changes as one act; what came of each line, and the act, by which all can be undone ("": none)."""
    changes = [each.change for each in planned if each.change]
    outcome = store.reviews.make(changes, reviewer=reviewer, now=now, second_reviewer=second_reviewer)
    late = {conflict.change.match_id for conflict in outcome.conflicts} | set(outcome.missing)
    told = "somebody changed it just now"
    done = [replace(each, fate=Fate.CONFLICT, detail=told) if each.match_id in late else each for each in planned]
    return done, outcome.act_id


def _planned(line: Line, stored: Mapping[str, MatchRow], seen: set[str]) -> Planned:
    change = line.change
    if change is None:
        return Planned(line.number, "", Fate.UNREADABLE, line.wrong)
    row = stored.get(change.match_id)
    if row is None:
        return Planned(line.number, change.match_id, Fate.UNKNOWN, "there is no match of this id")
    if change.match_id in seen:
        return Planned(line.number, change.match_id, Fate.UNREADABLE, "an earlier line is about the same match")
    seen.add(change.match_id)
    if change.verdict is row.verdict and not change.note and change.reason is None:
        return Planned(line.number, row.id, Fate.SAME)
    if change.version is not None and change.version != row.version:
        told = f"it is {row.verdict} in version {row.version} now; the file has version {change.version}"
        return Planned(line.number, row.id, Fate.CONFLICT, told)
    return Planned(line.number, row.id, Fate.CHANGE, f"{row.verdict} becomes {change.verdict}", change)


def _json_lines(text: str) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except (ValueError, RecursionError):
                yield number, None


def _csv_lines(text: str) -> Iterator[tuple[int, Any]]:
    header = text.partition("\n")[0]
    delimiter = max(",;\t", key=header.count)  # spreadsheets write what their country's decimal comma leaves over
    reader = csv.DictReader(StringIO(text, newline=""), delimiter=delimiter)
    try:
        for row in reader:
            yield reader.line_num, {key: read_cell(cell) for key, cell in row.items() if isinstance(cell, str)}
    except csv.Error:
        yield reader.line_num, None


def _line(number: int, given: Any) -> Line:
    if not isinstance(given, dict):
        return Line(number, wrong="this is no JSON object and no line of a table")
    try:
        return Line(number, _change({str(key): value for key, value in given.items()}))
    except ValueError as error:
        return Line(number, wrong=str(error))


def _change(given: Mapping[str, Any]) -> Change:
    match_id = given.get("id")
    if not isinstance(match_id, str) or not match_id.strip():
        raise ValueError("the id of the match is missing: the first line of a CSV names the columns `id` and `verdict`")
    return Change(
        match_id.strip(),
        _version(given.get("version")),
        verdict=_one_of(Verdict, "verdict", given.get("verdict")),
        reason=_one_of(DismissReason, "reason", given["reason"]) if given.get("reason") else None,
        note=str(given.get("note") or "").strip()[:LONGEST_NOTE],
    )


def _one_of(closed: type[S], name: str, value: object) -> S:
    try:
        return closed(str(value).strip())
    except ValueError:
        shown = str(value)[:40] if value else "missing"
        raise ValueError(f"{name} is {shown}; it must be one of {', '.join(closed)}") from None


def _version(value: object) -> int | None:
    if value in (None, ""):
        return None
    text = str(value)
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise ValueError("version must be the number that the export wrote, or left out")
    return int(text)
