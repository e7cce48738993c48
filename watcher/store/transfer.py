"""Rows from one database to another, whatever the two are: table by table, in the order of their keys.

The order of tables is that of their references, so that every row finds what it refers to. The numbers by which lists
and feeds are ordered (`seq`) go over as they are, and so does the last one that was ever given: none is used twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, Connection, LargeBinary, Table, bindparam, inspect, literal, select, text, tuple_

from watcher.store import words
from watcher.store.schema import keeping, metadata

TABLES: tuple[Table, ...] = tuple(table for table in metadata.sorted_tables if table is not keeping)
"""All that is copied row by row; `keeping` is about the one database that it is in."""
SHELVES: tuple[str, ...] = (*(table.name for table in TABLES), words.ENTRIES.name)
"""The names of all that is copied: the tables, and after them the search index."""
_BY_NAME = {table.name: table for table in TABLES}
_ROWS, _LARGE_ROWS = 500, 20

Key = Sequence[Any]
"""The values of a row's primary key."""


def batch(connection: Connection, shelf: str, after: Key | None) -> list[dict[str, Any]]:
    """The next rows in the order of their keys, as many as fit into memory whatever is in them."""
    table = _BY_NAME.get(shelf)
    if table is None:
        return words.rows(connection, after[0] if after else 0, _ROWS)
    keys = list(table.primary_key.columns)
    query = select(table).order_by(*keys).limit(_how_many(table))
    if after is not None:
        begin = tuple_(*(literal(value, key.type) for value, key in zip(after, keys, strict=True)))
        query = query.where(tuple_(*keys) > begin)
    return [dict(row._mapping) for row in connection.execute(query)]


def put(connection: Connection, shelf: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add these rows."""
    table = _BY_NAME.get(shelf)
    if table is None:
        words.index(connection, ((row["seq"], row["folded"]) for row in rows))
    else:
        connection.execute(table.insert(), [dict(row) for row in rows])


def key_of(shelf: str, row: Mapping[str, Any]) -> list[Any]:
    """The key of a row: where the next batch begins after."""
    table = _BY_NAME.get(shelf)
    return [row["seq"]] if table is None else [row[key.name] for key in table.primary_key.columns]


def move(source: Connection, target: Connection) -> None:
    """All rows, and the numbers that come next, in the one transaction of `target`."""
    for shelf in SHELVES:
        after: Key | None = None
        while rows := batch(source, shelf, after):
            put(target, shelf, rows)
            after = key_of(shelf, rows[-1])
    write_sequences(target, read_sequences(source))


def empty(connection: Connection) -> None:
    """Take everything out of a PostgreSQL database of ours, in the one transaction of `connection`."""
    names = ", ".join(f'"{name}"' for name in (*SHELVES, words.MATCHED.name, keeping.name))
    connection.execute(text(f"TRUNCATE {names}"))


def is_empty(connection: Connection) -> bool:
    """Whether no table of ours has a row, as far as there are any yet."""
    there = set(inspect(connection).get_table_names())
    found = (select(literal(1)).select_from(table).limit(1) for table in TABLES if table.name in there)
    return all(connection.scalar(query) is None for query in found)


def each(connection: Connection, shelf: str) -> Iterator[Sequence[Any]]:
    """The values of every row, in no order that both databases agree on."""
    table = _BY_NAME.get(shelf)
    if table is None:
        after = 0
        while rows := words.rows(connection, after, _ROWS):
            yield from (tuple(row.values()) for row in rows)
            after = rows[-1]["seq"]
        return
    with connection.execute(select(table).execution_options(yield_per=_how_many(table))) as found:
        for row in found:
            yield tuple(row)


# --- the numbers that come next ----------------------------------------------------------------------------------


def read_sequences(connection: Connection) -> dict[str, int]:
    """Table -> the last number that was given in it, also to a row that is gone; tables without one are left out."""
    if connection.dialect.name == "sqlite":
        rows = connection.execute(text("SELECT name, seq FROM sqlite_sequence")).all()
        # SQLite keeps a 0 where a number was asked for and none given
        return {row.name: row.seq for row in rows if row.name in _NUMBERED and row.seq}
    found = {name: connection.scalar(_LAST_VALUE, {"name": name}) for name in sorted(_NUMBERED)}
    return {name: last for name, last in found.items() if last is not None}


def write_sequences(connection: Connection, last: Mapping[str, int]) -> None:
    """Go on counting after these numbers."""
    rows = [{"name": name, "last": number} for name, number in last.items() if name in _NUMBERED]
    if connection.dialect.name == "sqlite":
        connection.execute(text("DELETE FROM sqlite_sequence"))
        _run(connection, "INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)", rows)
    else:
        _run(connection, "SELECT setval(pg_get_serial_sequence(:name, 'seq'), :last)", rows)


_NUMBERED = frozenset(table.name for table in TABLES if [key.name for key in table.primary_key] == ["seq"])
_LAST_VALUE = text(
    "SELECT last_value FROM pg_sequences"
    " WHERE CAST(format('%I.%I', schemaname, sequencename) AS regclass)"
    " = CAST(pg_get_serial_sequence(:name, 'seq') AS regclass)"
)
"""NULL while none was given."""


def _run(connection: Connection, statement: str, rows: Iterable[Mapping[str, Any]]) -> None:
    prepared = text(statement).bindparams(bindparam("last", type_=BigInteger))
    for row in rows:
        connection.execute(prepared, dict(row))


def _how_many(table: Table) -> int:
    large = any(isinstance(column.type, LargeBinary) for column in table.columns)
    return _LARGE_ROWS if large else _ROWS
