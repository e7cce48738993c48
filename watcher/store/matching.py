"""Which matches fit a query: one condition, for lists, totals, facets and exports alike."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, and_, not_, or_, select, true

from watcher.models import search
from watcher.models.views import MatchQuery
from watcher.store import words
from watcher.store.schema import entries, publishers, sources


def fits(connection: Connection, query: MatchQuery, of: FromClause) -> ColumnElement[bool]:
    """The condition on `of`, the matches or an alias of them. Raises SearchError."""
    row = of.c
    tree = search.parse(query.words)
    said = [_node(connection, tree, row)] if tree else []
    return and_(row.current, *_columns(query, row), *_of_publisher(query, row), *_in_days(query, row), *said)


def _columns(query: MatchQuery, row: Any) -> list[ColumnElement[bool]]:
    pairs = (
        (row.policy, query.policy),
        (row.source_id, query.source),
        (row.action, query.action),
        (row.modality, query.modality),
        (row.verdict, query.verdict),
        (row.language, query.language),
        (row.assignee, query.assignee),
    )
    conditions = [column == str(wanted) for column, wanted in pairs if wanted]
    if query.entry:
        conditions.append(row.entry_seq.in_(select(entries.c.seq).where(entries.c.id == query.entry)))
    return conditions


def _of_publisher(query: MatchQuery, row: Any) -> list[ColumnElement[bool]]:
    theirs = select(sources.c.id).join(publishers, publishers.c.id == sources.c.publisher_id)
    if query.publisher:
        theirs = theirs.where(publishers.c.id == query.publisher)
    if query.publisher_type:
        theirs = theirs.where(publishers.c.type == query.publisher_type.value)
    return [row.source_id.in_(theirs)] if query.publisher or query.publisher_type else []


def _in_days(query: MatchQuery, row: Any) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if query.since:
        conditions.append(row.first_seen >= _midnight(query.since))
    if query.until and query.until < date.max:
        conditions.append(row.first_seen < _midnight(query.until + timedelta(days=1)))
    return conditions


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


# --- the search ----------------------------------------------------------------------------------------------------


def _node(connection: Connection, node: search.Node, row: Any) -> ColumnElement[bool]:
    if isinstance(node, search.Not):
        return not_(_node(connection, node.what, row))
    if isinstance(node, search.Any):
        return or_(*(_node(connection, part, row) for part in node.parts))
    if isinstance(node, search.Term):
        return _term(node, row)
    parts = node.parts if isinstance(node, search.All) else (node,)
    texts = [part.words for part in parts if isinstance(part, search.Text)]
    others = [_node(connection, part, row) for part in parts if not isinstance(part, search.Text)]
    return and_(_text(connection, words.asked(texts), row), *others)


def _text(connection: Connection, wanted: words.Wanted, row: Any) -> ColumnElement[bool]:
    if not wanted.phrases:
        return true()
    if words.is_common(connection, wanted):
        return words.has(connection, row.entry_seq, wanted)
    found: ColumnElement[bool] = row.entry_seq.in_(words.found_in(connection, wanted))
    return found


def _term(term: search.Term, row: Any) -> ColumnElement[bool]:
    if term.field == "policy":
        return and_(row.policy == term.value.lower())
    theirs = select(sources.c.id).where(sources.c.publisher_id == term.value.lower())
    return and_(row.source_id.in_(theirs))
