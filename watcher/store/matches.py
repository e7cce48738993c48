"""Matches: what was found, listed, searched and counted."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    FromClause,
    Select,
    and_,
    exists,
    func,
    or_,
    select,
    tuple_,
)

from watcher.models.catalog import Publisher
from watcher.models.matches import Match
from watcher.models.views import CardPage, MatchPage, MatchQuery, MatchRow, MonthTally, Order
from watcher.models.words import Action, Modality, PublisherType, Verdict
from watcher.store.codec import MATCH
from watcher.store.engine import reading
from watcher.store.facets import COUNTED, Tallies, facets
from watcher.store.matching import fits
from watcher.store.schema import entries, matches, publishers, sources

_STREAMED = 500
_LARGEST = 2**63 - 1

_OWN = [column for column in matches.c if column.name != "language"]

ROWS: Select[Any] = (
    select(
        *_OWN,
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
    """The matches that the newest revision of each entry has; former ones are shown by id only.

    What takes a query raises SearchError when its `words` are no search.
    """

    _engine: Engine

    def search(self, query: MatchQuery, *, cursor: str | None = None, limit: int = 50) -> MatchPage:
        """A page of the matches that fit the query, newest first. A cursor that is none begins at the beginning."""
        with reading(self._engine) as connection:
            rows = _page(connection, query, _read_cursor(cursor), limit + 1)
            total = _total(connection, query)
        return MatchPage(
            rows=tuple(map(read_match_row, rows[:limit])),
            next_cursor=str(rows[limit - 1].seq) if len(rows) > limit else None,
            total=min(total, COUNTED),
            total_is_exact=total <= COUNTED,
        )

    def cards(
        self, query: MatchQuery, *, order: Order = Order.NEWEST, cursor: str | None = None, limit: int = 50
    ) -> CardPage:
        """A page of the entries with matches that fit, each once, where its leading match stands in the order."""
        with reading(self._engine) as connection:
            leading = _leading(connection, query, order, cursor, limit + 1)
            cards = _cards(connection, query, order, [row.entry_seq for row in leading[:limit]])
            total = _total(connection, query)
        last = leading[limit - 1] if len(leading) > limit else None
        return CardPage(
            cards=cards,
            next_cursor=f"{last.weight}-{last.seq}" if last is not None else None,
            total=min(total, COUNTED),
            total_is_exact=total <= COUNTED,
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

    def some(self, ids: Collection[str]) -> dict[str, MatchRow]:
        """Matches by id, also former ones; those that are not there are left out."""
        with reading(self._engine) as connection:
            rows = connection.execute(ROWS.where(matches.c.id.in_(ids))).all()
        return {row.id: read_match_row(row) for row in rows}

    def facets(self, query: MatchQuery) -> dict[str, Tallies]:
        """Filter -> its values and how many matches each would list; see `watcher.store.facets`."""
        with reading(self._engine) as connection:
            return facets(connection, query)

    def count(self, query: MatchQuery) -> int:
        """How many matches fit; 1,001 means more than 1,000."""
        with reading(self._engine) as connection:
            return _total(connection, query)

    def by_month(self, policies: Collection[str], since: date) -> list[MonthTally]:
        """The matches of these policies by month of publication (else of first sight) and action, oldest first."""
        at = func.coalesce(entries.c.published, matches.c.first_seen)
        with reading(self._engine) as connection:
            text_ = func.substr(at, 1, 7) if connection.dialect.name == "sqlite" else func.to_char(at, "YYYY-MM")
            month = text_.label("month")
            wanted = (matches.c.current, matches.c.policy.in_(policies), matches.c.verdict != Verdict.DISMISSED.value)
            query = select(month, matches.c.action, func.count()).select_from(matches.join(entries)).where(*wanted)
            rows = connection.execute(query.group_by(month, matches.c.action).order_by(month, matches.c.action)).all()
        return [MonthTally(row[0], Action(row[1]), row[2]) for row in rows if row[0] >= since.isoformat()[:7]]


def _page(connection: Connection, query: MatchQuery, before: int, limit: int) -> list[Any]:
    listed = ROWS.where(fits(connection, query, matches), matches.c.seq < before)
    return list(connection.execute(listed.order_by(matches.c.seq.desc()).limit(limit)).all())


def _total(connection: Connection, query: MatchQuery) -> int:
    counted = select(matches.c.seq).where(fits(connection, query, matches)).limit(COUNTED + 1)
    return connection.scalar(select(func.count()).select_from(counted.subquery())) or 0


def _read_cursor(cursor: str | None) -> int:
    if not cursor or not cursor.isascii() or not cursor.isdigit():
        return _LARGEST
    return min(int(cursor[:20]), _LARGEST)


# --- cards -------------------------------------------------------------------------------------------------------


def _leading(connection: Connection, query: MatchQuery, order: Order, cursor: str | None, limit: int) -> list[Any]:
    """For each entry the first of its matches that fit, in the order, after the cursor."""
    other = matches.alias("other")
    before = exists().where(
        other.c.entry_seq == matches.c.entry_seq,
        _stands_before(order, other.c, matches.c.weight, matches.c.seq),
        fits(connection, replace(query, words="", entry=None), other),
        *_terms(connection, query, other),
    )
    listed = select(*matches.c["seq", "weight", "entry_seq"]).where(fits(connection, query, matches), ~before)
    if place := _read_place(cursor):
        listed = listed.where(_stands_after(order, *place))
    return list(connection.execute(listed.order_by(*_sorted_by(order)).limit(limit)).all())


def _terms(connection: Connection, query: MatchQuery, of: FromClause) -> list[ColumnElement[bool]]:
    """A search may name policies, which tell the matches of an entry apart; words do not."""
    return [fits(connection, MatchQuery(words=query.words), of)] if "policy:" in query.words else []


def _stands_before(order: Order, row: Any, weight: Any, seq: Any) -> ColumnElement[bool]:
    if order is Order.NEWEST:
        return and_(row.seq > seq)
    return or_(row.weight > weight, and_(row.weight == weight, row.seq > seq))


def _stands_after(order: Order, weight: int, seq: int) -> ColumnElement[bool]:
    if order is Order.NEWEST:
        return and_(matches.c.seq < seq)
    return tuple_(matches.c.weight, matches.c.seq) < tuple_(weight, seq)


def _sorted_by(order: Order) -> tuple[Any, ...]:
    newest = matches.c.seq.desc()
    return (newest,) if order is Order.NEWEST else (matches.c.weight.desc(), newest)


def _read_place(cursor: str | None) -> tuple[int, int] | None:
    weight, _, seq = (cursor or "").partition("-")
    if not (cursor or "").isascii() or not weight.isdigit() or not seq.isdigit() or len(weight) > 9:
        return None
    return int(weight), min(int(seq[:20]), _LARGEST)


def _cards(
    connection: Connection, query: MatchQuery, order: Order, entry_seqs: list[int]
) -> tuple[tuple[MatchRow, ...], ...]:
    theirs = ROWS.where(fits(connection, query, matches), matches.c.entry_seq.in_(entry_seqs))
    found: dict[int, list[MatchRow]] = {seq: [] for seq in entry_seqs}
    for row in connection.execute(theirs.order_by(*_sorted_by(order))):
        found[row.entry_seq].append(read_match_row(row))
    return tuple(map(tuple, found.values()))


def read_match_row(row: Any) -> MatchRow:
    """A row of `ROWS` as a value."""
    found = MATCH.load(row.document)
    match = corrected(found, row.policy, Action(row.action), Modality(row.modality))
    return MatchRow(
        id=row.id,
        match=match,
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
        version=row.version,
        assignee=row.assignee or "",
        due=date.fromisoformat(row.due) if row.due else None,
        proposed=Verdict(row.proposed) if row.proposed else None,
        proposed_by=row.proposed_by or "",
        found=None if match is found else found,
    )


def corrected(found: Match, policy: str, action: Action, modality: Modality) -> Match:
    """What the classifier found with what people say instead; what belongs to another action goes with it."""
    if (found.policy, found.action, found.modality) == (policy, action, modality):
        return found
    kept = found if found.action is action else replace(found, target_action=None, target_polarity=None)
    return replace(kept, policy=policy, action=action, modality=modality)
