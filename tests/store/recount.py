"""The matches counted again one by one, from the tables: slow, and too simple to be wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Engine, select

from watcher.models import search
from watcher.models.views import MatchQuery, Order
from watcher.store import words
from watcher.store.engine import reading
from watcher.store.schema import entries, matches, publishers, sources

Row = dict[str, Any]


def rows(engine: Engine) -> list[Row]:
    """Every current match with what queries ask about, the newest first."""
    query = (
        select(matches, entries.c.id.label("entry"), publishers.c.id.label("publisher"), publishers.c.type)
        .join(entries, entries.c.seq == matches.c.entry_seq)
        .join(sources, sources.c.id == matches.c.source_id)
        .join(publishers, publishers.c.id == sources.c.publisher_id)
        .where(matches.c.current)
        .order_by(matches.c.seq.desc())
    )
    with reading(engine) as connection:
        found = [dict(row._mapping) for row in connection.execute(query)]
        texts = {row["seq"]: row["folded"] for row in words.rows(connection, 0, 1_000_000)}
    return [
        row | {"source": row["source_id"], "publisher_type": row["type"], "folded": texts[row["entry_seq"]]}
        for row in found
    ]


def fits(row: Row, query: MatchQuery, *, but: str = "") -> bool:
    """Whether it fits; the filter `but` does not count."""
    names = ("policy", "publisher", "publisher_type", "source", "action", "modality", "verdict", "language", "assignee")
    if any((wanted := getattr(query, name)) and row[name] != str(wanted) for name in (*names, "entry") if name != but):
        return False
    day = row["first_seen"].date()
    if (query.since and day < query.since) or (query.until and day > query.until):
        return False
    tree = search.parse(query.words)
    return tree is None or _says(row, tree)


def _says(row: Row, node: search.Node) -> bool:
    match node:
        case search.Not(what):
            return not _says(row, what)
        case search.All(parts):
            return all(_says(row, part) for part in parts)
        case search.Any(parts):
            return any(_says(row, part) for part in parts)
        case search.Term(field, value):
            return bool(row[field] == value.lower())
        case search.Text(said):
            folded = words.fold(said)
            return not folded or f" {folded} " in f" {row['folded']} "


def facets(found: list[Row], query: MatchQuery, names: Iterator[str] | tuple[str, ...]) -> dict[str, dict[str, int]]:
    """What each value of each filter would list."""
    return {
        name: dict(Counter(row[name] for row in found if fits(row, query, but=name) and row[name] is not None))
        for name in names
    }


def cards(found: list[Row], query: MatchQuery, order: Order) -> list[list[str]]:
    """The ids of the matches of each entry, the leading one first."""
    rank = (lambda row: (row["weight"], row["seq"])) if order is Order.IMPORTANT else (lambda row: row["seq"])
    by_entry: dict[int, list[Row]] = {}
    for row in sorted((row for row in found if fits(row, query)), key=rank, reverse=True):
        by_entry.setdefault(row["entry_seq"], []).append(row)
    return [[row["id"] for row in card] for card in by_entry.values()]
