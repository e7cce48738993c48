"""Which entries fit a query, as one condition; of matches see `watcher.store.fitting`."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Connection, and_, not_, or_, select, true

from watcher.models import search
from watcher.models.views import EntryQuery
from watcher.store import words
from watcher.store.schema import entries, matches, publishers, sources


def entry_fits(connection: Connection, query: EntryQuery) -> ColumnElement[bool]:
    """The condition on `entries`. A term `policy:` asks for a match of the newest revision. Raises SearchError."""
    tree = search.parse(query.words)
    said = [_node(connection, tree)] if tree else []
    pairs = ((entries.c.source_id, query.source), (entries.c.language, query.language))
    columns = [column == wanted for column, wanted in pairs if wanted]
    return and_(true(), *columns, *_of_publisher(query), *_in_days(query), *said)


def _of_publisher(query: EntryQuery) -> list[ColumnElement[bool]]:
    theirs = select(sources.c.id).join(publishers, publishers.c.id == sources.c.publisher_id)
    if query.publisher:
        theirs = theirs.where(publishers.c.id == query.publisher)
    if query.publisher_type:
        theirs = theirs.where(publishers.c.type == query.publisher_type.value)
    return [entries.c.source_id.in_(theirs)] if query.publisher or query.publisher_type else []


def _in_days(query: EntryQuery) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if query.since:
        conditions.append(entries.c.first_seen >= _midnight(query.since))
    if query.until and query.until < date.max:
        conditions.append(entries.c.first_seen < _midnight(query.until + timedelta(days=1)))
    return conditions


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


# --- the search ----------------------------------------------------------------------------------------------------


def _node(connection: Connection, node: search.Node) -> ColumnElement[bool]:
    if isinstance(node, search.Not):
        return not_(_node(connection, node.what))
    if isinstance(node, search.Any):
        return or_(*(_node(connection, part) for part in node.parts))
    if isinstance(node, search.Term):
        return _term(node)
    parts = node.parts if isinstance(node, search.All) else (node,)
    texts = [part.words for part in parts if isinstance(part, search.Text)]
    others = [_node(connection, part) for part in parts if not isinstance(part, search.Text)]
    return and_(_text(connection, words.asked(texts)), *others)


def _text(connection: Connection, wanted: words.Wanted) -> ColumnElement[bool]:
    if not wanted.phrases:
        return true()
    if words.is_common(connection, wanted):
        return words.has(connection, entries.c.seq, wanted)
    found: ColumnElement[bool] = entries.c.seq.in_(words.found_in(connection, wanted))
    return found


def _term(term: search.Term) -> ColumnElement[bool]:
    if term.field == "policy":
        theirs = matches.c.entry_seq == entries.c.seq
        named = matches.c.policy == term.value.lower()
        return select(matches.c.seq).where(theirs, matches.c.current, named).exists()
    of_publisher = select(sources.c.id).where(sources.c.publisher_id == term.value.lower())
    return and_(entries.c.source_id.in_(of_publisher))
