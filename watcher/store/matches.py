"""Matches: what was found, listed, searched, counted and reviewed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Select, and_, func, select, update

from watcher.models.catalog import Publisher
from watcher.models.views import MatchPage, MatchQuery, MatchRow
from watcher.models.words import PublisherType, Verdict
from watcher.store.codec import MATCH
from watcher.store.engine import reading, writing
from watcher.store.schema import entries, matches, publishers, reviews, sources
from watcher.store.words import found_in, read_query

_COUNTED = 1000
"""Totals are exact up to here; beyond, counting would cost more than knowing is worth."""
_STREAMED = 500
_LARGEST = 2**63 - 1

ROWS: Select[Any] = (
    select(
        matches,
        entries.c.id.label("entry_id"),
        *entries.c["title", "url", "language", "published"],
        publishers.c.id.label("publisher_id"),
        publishers.c.name.label("publisher_name"),
        publishers.c.type.label("publisher_type"),
        publishers.c.country.label("publisher_country"),
    )
    .join(entries, entries.c.seq == matches.c.entry_seq)
    .join(sources, sources.c.id == matches.c.source_id)
    .join(publishers, publishers.c.id == sources.c.publisher_id)
)
"""What `read_match_row` reads."""


@dataclass(frozen=True, slots=True)
class Matches:
    """The matches that the newest revision of each entry has; former ones are shown by id only."""

    _engine: Engine

    def search(self, query: MatchQuery, *, cursor: str | None = None, limit: int = 50) -> MatchPage:
        """A page of the matches that fit the query, newest first. A cursor that is none begins at the beginning."""
        with reading(self._engine) as connection:
            rows = _page(connection, query, _read_cursor(cursor), limit + 1)
            counted = select(matches.c.seq).where(_fits(connection, query)).limit(_COUNTED + 1)
            total = connection.scalar(select(func.count()).select_from(counted.subquery())) or 0
        return MatchPage(
            rows=tuple(map(read_match_row, rows[:limit])),
            next_cursor=str(rows[limit - 1].seq) if len(rows) > limit else None,
            total=min(total, _COUNTED),
            total_is_exact=total <= _COUNTED,
        )

    def each(self, query: MatchQuery) -> Iterator[MatchRow]:
        """All matches that fit, newest first, read page by page: no transaction stays open between the pages."""
        before = _LARGEST
        while True:
            with reading(self._engine) as connection:
                rows = _page(connection, query, before, _STREAMED)
            yield from map(read_match_row, rows)
            if len(rows) < _STREAMED:
                return
            before = rows[-1].seq

    def show(self, match_id: str) -> MatchRow | None:
        """One match, also one that a newer revision of its entry no longer has; None when there is none."""
        with reading(self._engine) as connection:
            row = connection.execute(ROWS.where(matches.c.id == match_id)).first()
        return read_match_row(row) if row is not None else None

    def review(self, match_id: str, verdict: Verdict, *, note: str, reviewer: str, now: datetime) -> bool:
        """Add a person's decision to the history of a match and make it the match's verdict; False: no such match."""
        decide = update(matches).where(matches.c.id == match_id).values(verdict=verdict.value)
        with writing(self._engine) as connection:
            seq = connection.scalar(decide.returning(matches.c.seq))
            if seq is None:
                return False
            decision = {"match_seq": seq, "verdict": verdict.value, "note": note, "reviewer": reviewer, "at": now}
            connection.execute(reviews.insert(), decision)
            return True

    def facets(self, query: MatchQuery) -> dict[str, list[tuple[str, int]]]:
        """For `policy`, `publisher`, `action`, `verdict`: the values and how many matches each would list.

        Each is counted as if its own filter were not set, the most frequent value first.
        """
        with reading(self._engine) as connection:
            return {
                "policy": _facet(connection, replace(query, policy=None), matches.c.policy),
                "publisher": _facet(connection, replace(query, publisher=None), sources.c.publisher_id),
                "action": _facet(connection, replace(query, action=None), matches.c.action),
                "verdict": _facet(connection, replace(query, verdict=None), matches.c.verdict),
            }


def _page(connection: Connection, query: MatchQuery, before: int, limit: int) -> list[Any]:
    listed = ROWS.where(_fits(connection, query), matches.c.seq < before)
    return list(connection.execute(listed.order_by(matches.c.seq.desc()).limit(limit)).all())


def _read_cursor(cursor: str | None) -> int:
    if not cursor or not cursor.isascii() or not cursor.isdigit():
        return _LARGEST
    return min(int(cursor[:20]), _LARGEST)


def _facet(connection: Connection, query: MatchQuery, value: ColumnElement[str]) -> list[tuple[str, int]]:
    number = func.count()
    counted = select(value, number).select_from(matches.join(sources, sources.c.id == matches.c.source_id))
    rows = connection.execute(counted.where(_fits(connection, query)).group_by(value))
    return sorted(((row[0], row[1]) for row in rows), key=lambda pair: (-pair[1], pair[0]))


def _fits(connection: Connection, query: MatchQuery) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = [matches.c.current]
    for column, wanted in (
        (matches.c.policy, query.policy),
        (matches.c.source_id, query.source),
        (matches.c.action, query.action),
        (matches.c.modality, query.modality),
        (matches.c.verdict, query.verdict),
    ):
        if wanted:
            conditions.append(column == str(wanted))
    conditions += _of_publisher(query) + _in_days(query) + _of_entries(connection, query)
    return and_(*conditions)


def _of_publisher(query: MatchQuery) -> list[ColumnElement[bool]]:
    theirs = select(sources.c.id).join(publishers, publishers.c.id == sources.c.publisher_id)
    if query.publisher:
        theirs = theirs.where(publishers.c.id == query.publisher)
    if query.publisher_type:
        theirs = theirs.where(publishers.c.type == query.publisher_type.value)
    return [matches.c.source_id.in_(theirs)] if query.publisher or query.publisher_type else []


def _in_days(query: MatchQuery) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if query.since:
        conditions.append(matches.c.first_seen >= _midnight(query.since))
    if query.until and query.until < date.max:
        conditions.append(matches.c.first_seen < _midnight(query.until + timedelta(days=1)))
    return conditions


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _of_entries(connection: Connection, query: MatchQuery) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if query.entry:
        conditions.append(matches.c.entry_seq.in_(select(entries.c.seq).where(entries.c.id == query.entry)))
    wanted = read_query(query.words)
    if wanted:
        conditions.append(matches.c.entry_seq.in_(found_in(connection, wanted)))
    return conditions


def read_match_row(row: Any) -> MatchRow:
    """A row of `ROWS` as a value."""
    return MatchRow(
        id=row.id,
        match=MATCH.load(row.document),
        main=row.main,
        verdict=Verdict(row.verdict),
        backfill=row.backfill,
        entry_id=row.entry_id,
        source_id=row.source_id,
        publisher=Publisher(
            row.publisher_id, row.publisher_name, PublisherType(row.publisher_type), row.publisher_country
        ),
        title=row.title,
        url=row.url,
        language=row.language,
        published=row.published,
        first_seen=row.first_seen,
        vocabulary_version=row.vocabulary_version,
    )
