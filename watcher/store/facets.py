"""Facets: for each filter its values, and how many matches each would list; counted no further than people care."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import CTE, Connection, Row, func, literal, select

from watcher.models.views import MatchQuery
from watcher.store.matching import fits
from watcher.store.schema import matches, publishers, sources

COUNTED = 1000
"""Counts are exact up to here; beyond, counting would cost more than knowing is worth."""
_WINDOW = 3000
"""So many matches are looked at one by one; of more, each value is counted by itself, up to the limit."""
_SEARCHED = 30_000
"""The same within a search for words, where each value by itself would mean reading the texts again for each."""
_COLUMNS = ("policy", "action", "modality", "language", "verdict", "source_id")
_OF_SOURCES = ("publisher", "publisher_type")
FACETS = ("policy", "action", "modality", "publisher_type", "publisher", "source", "language", "verdict")

Tallies = list[tuple[str, int]]


def facets(connection: Connection, query: MatchQuery) -> dict[str, Tallies]:
    """Facet -> its values with their counts, each counted as if its own filter were not set, the most first.

    A count of 1,001 means more than 1,000.
    """
    whose = _sources(connection)
    counted: dict[MatchQuery, dict[str, Counter[str]]] = {}
    answer = {}
    for name in FACETS:
        free = replace(query, **{name: None})  # type: ignore[arg-type]
        if free not in counted:
            counted[free] = _count(connection, free)
        answer[name] = _listed(_of(name, counted[free], whose))
    return answer


def _count(connection: Connection, query: MatchQuery) -> dict[str, Counter[str]]:
    where = fits(connection, query, matches)
    columns = [matches.c[name] for name in _COLUMNS]
    window = _SEARCHED if query.words else _WINDOW
    rows = connection.execute(select(*columns).where(where).limit(window + 1)).all()
    if len(rows) <= window:
        return {name: Counter(_values(rows, place)) for place, name in enumerate(_COLUMNS)}
    return {name: _each_value(connection, where, name) for name in _COLUMNS}


def _values(rows: Iterable[Row[Any]], place: int) -> Iterable[str]:
    return (row[place] for row in rows if row[place] is not None)


def _each_value(connection: Connection, where: Any, name: str) -> Counter[str]:
    """Each value with its count, up to the limit: one statement, one look into the index for each value."""
    column, found = matches.c[name], _distinct(name)
    some = select(literal(1)).select_from(matches).where(where, column == found.c.value).correlate(found)
    number = select(func.count()).select_from(some.limit(COUNTED + 1).subquery()).scalar_subquery()
    rows = connection.execute(select(found.c.value, number).where(found.c.value.is_not(None)))
    return Counter({row[0]: row[1] for row in rows})


def _distinct(name: str) -> CTE:
    """All values of a column, found by jumps through its index (a "loose index scan")."""
    column = matches.c[name]
    first = select(func.min(column).label("value")).cte(f"each_{name}", recursive=True)
    after = select(func.min(column)).where(column > first.c.value).correlate(first).scalar_subquery()
    return first.union_all(select(after).where(first.c.value.is_not(None)))


def _sources(connection: Connection) -> dict[str, tuple[str, str]]:
    query = select(sources.c.id, publishers.c.id, publishers.c.type)
    rows = connection.execute(query.join(publishers, publishers.c.id == sources.c.publisher_id))
    return {row[0]: (row[1], row[2]) for row in rows}


def _of(name: str, counted: dict[str, Counter[str]], whose: dict[str, tuple[str, str]]) -> Counter[str]:
    if name == "source":
        return counted["source_id"]
    if name not in _OF_SOURCES:
        return counted[name]
    found: Counter[str] = Counter()
    for source, number in counted["source_id"].items():
        found[whose[source][_OF_SOURCES.index(name)]] += number
    return found


def _listed(found: Counter[str]) -> Tallies:
    some = ((value, min(number, COUNTED + 1)) for value, number in found.items() if number)
    return sorted(some, key=lambda pair: (-pair[1], pair[0]))
