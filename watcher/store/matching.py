"""Which matches fit a query: one condition, for lists, totals, facets and exports alike."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, and_, not_, or_, select, true

from watcher.models import search
from watcher.models.views import EntryQuery, MatchQuery
from watcher.store import words
from watcher.store.schema import entries, matches, publishers, sources


def fits(connection: Connection, query: MatchQuery, of: FromClause) -> ColumnElement[bool]:
    """The condition on `of`, the matches or an alias of them. Raises SearchError."""
    row = of.c
    tree = search.parse(query.words)
    said = [_node(connection, tree, row)] if tree else []
    return and_(row.current, *_columns(query, row), *_of_publisher(query, row), *_in_days(query, row), *said)


def entry_fits(connection: Connection, query: EntryQuery) -> ColumnElement[bool]:
    """The condition on `entries`. A term `policy:` asks for a match of the newest revision. Raises SearchError."""
    tree = search.parse(query.words)
    said = [_node(connection, tree, _ENTRY)] if tree else []
    pairs = ((entries.c.source_id, query.source), (entries.c.language, query.language))
    columns = [column == wanted for column, wanted in pairs if wanted]
    return and_(true(), *columns, *_of_publisher(query, entries.c), *_in_days(query, entries.c), *said)


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


def _of_publisher(query: MatchQuery | EntryQuery, row: Any) -> list[ColumnElement[bool]]:
    theirs = select(sources.c.id).join(publishers, publishers.c.id == sources.c.publisher_id)
    if query.publisher:
        theirs = theirs.where(publishers.c.id == query.publisher)
    if query.publisher_type:
        theirs = theirs.where(publishers.c.type == query.publisher_type.value)
    return [row.source_id.in_(theirs)] if query.publisher or query.publisher_type else []


def _in_days(query: MatchQuery | EntryQuery, row: Any) -> list[ColumnElement[bool]]:
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


class _Entry:
    """What a search looks at where it is about entries instead of matches."""

    entry_seq = entries.c.seq
    source_id = entries.c.source_id


_ENTRY = _Entry()


def _has_match(policy: str) -> ColumnElement[bool]:
    theirs = matches.c.entry_seq == entries.c.seq
    return select(matches.c.seq).where(theirs, matches.c.current, matches.c.policy == policy).exists()


def _text(connection: Connection, wanted: words.Wanted, row: Any) -> ColumnElement[bool]:
    if not wanted.phrases:
        return true()
    if words.is_common(connection, wanted):
        return words.has(connection, row.entry_seq, wanted)
    found: ColumnElement[bool] = row.entry_seq.in_(words.found_in(connection, wanted))
    return found


def _term(term: search.Term, row: Any) -> ColumnElement[bool]:
    if term.field == "policy":
        return and_(row.policy == term.value.lower()) if row is not _ENTRY else _has_match(term.value.lower())
    theirs = select(sources.c.id).where(sources.c.publisher_id == term.value.lower())
    return and_(row.source_id.in_(theirs))
