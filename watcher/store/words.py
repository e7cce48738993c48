"""Full-text search that answers the same on both databases: the text is folded here, never by the database.

The index holds folded words only. On SQLite the words go into an FTS5 table whose `ascii` tokenizer splits at our
spaces and nowhere else (`unicode61` would fold and split again, by the Unicode of 2012). On PostgreSQL they go into
a tsvector by `array_to_tsvector`, past its parser, without positions (which end at 16,383 and at 256 per word);
phrases are then looked for in the folded text itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    String,
    TableClause,
    bindparam,
    cast,
    column,
    exists,
    func,
    literal,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from watcher.store.schema import matches

_WORD = re.compile(r"[^\W_]{1,100}")  # a longer one is several: both databases end somewhere beyond
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
_MOST_PHRASES = 100
"""Of a query; further ones do not count (FTS5 refuses expressions that are nested deeper than 256)."""
_MOST_BYTES = 1_000_000
"""Folded text beyond this is not searchable: a tsvector holds just over 1 MB of distinct words."""

COMMON = 4_000
"""Entries; measured: collecting them takes 5 ms, as long as looking into the texts of some hundred."""
_COLUMNS = ("rowid", BigInteger), ("entry_seq", BigInteger), ("folded", String)
ENTRIES, MATCHED = (
    table(name, *(column(each, type_) for each, type_ in _COLUMNS)) for name in ("entry_words", "match_words")
)
"""Of all entries, and once more of those with matches: who looks for matches does not wade through the others.

Made by the migrations in each database's own way; not part of the metadata.
"""


def fold(raw: str) -> str:
    """The words of the text, with one space between them: accents dropped, case folded, punctuation gone."""
    folded = " ".join(_WORD.findall(_BEYOND_ASCII.sub(_without_accents, raw).lower()))
    return folded if len(folded) < _MOST_BYTES // 4 else folded.encode()[:_MOST_BYTES].decode(errors="ignore")


def _without_accents(beyond: re.Match[str]) -> str:
    """Only what is not ASCII is taken apart: most texts are ASCII with a few quotation marks in them."""
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", beyond[0]).casefold())
    return "".join(each for each in apart if not unicodedata.combining(each))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person looks for: each phrase is one or more folded words that must stand together."""

    phrases: tuple[str, ...]

    @property
    def words(self) -> list[str]:
        """All words, once each."""
        return list(dict.fromkeys(word for phrase in self.phrases for word in phrase.split()))


def asked(phrases: Iterable[str]) -> Wanted:
    """Words and phrases as they are looked for: folded, once each, at most a hundred."""
    folded = [fold(phrase) for phrase in phrases]
    return Wanted(tuple(phrase for phrase in dict.fromkeys(folded) if phrase)[:_MOST_PHRASES])


def found_in(connection: Connection, wanted: Wanted, of: TableClause = ENTRIES) -> Select[int]:
    """The `seq` of the entries that have all the words and phrases, as a subquery."""
    if connection.dialect.name == "sqlite":
        # every word quoted, so that none is an operator
        expression = " ".join(f'"{phrase}"' for phrase in wanted.phrases)
        return select(of.c.rowid).where(literal_column(of.name).op("MATCH")(expression))
    expression = " & ".join(f"'{word}'" for word in wanted.words)
    query = select(of.c.entry_seq).where(literal_column("words").op("@@")(cast(expression, TSQUERY)))
    for phrase in wanted.phrases:
        if " " in phrase:
            query = query.where((" " + of.c.folded + " ").contains(f" {phrase} "))
    return query


def matched(connection: Connection, wanted: Wanted) -> set[int]:
    """The `seq` of the entries with matches that have all the words and phrases."""
    some = found_in(connection, wanted, MATCHED).subquery()
    # one text instead of a row for each: tens of thousands of rows take longer to hand over than to find
    query = select(func.aggregate_strings(cast(some.c[0], String), ","))
    with _by_index(connection):
        listed = connection.scalar(query)
    return set(map(int, listed.split(","))) if listed else set()


@contextmanager
def _by_index(connection: Connection) -> Iterator[None]:
    """PostgreSQL takes looking into each text for cheap, but long ones lie outside their rows: 362 ms instead of 2."""
    if connection.dialect.name == "sqlite":
        yield
        return
    connection.execute(text("SET LOCAL enable_seqscan = off"))
    yield
    connection.execute(text("SET LOCAL enable_seqscan TO DEFAULT"))


def is_common(connection: Connection, wanted: Wanted) -> bool:
    """Whether so many entries have it that looking into each listed one is cheaper than collecting them all."""
    some = found_in(connection, wanted).limit(COMMON + 1).subquery()
    return (connection.scalar(select(func.count()).select_from(some)) or 0) > COMMON


def has(connection: Connection, entry_seq: ColumnElement[int], wanted: Wanted) -> ColumnElement[bool]:
    """Whether the folded text of one entry has all of it: the same answer as `found_in`, entry by entry."""
    key = ENTRIES.c.rowid if connection.dialect.name == "sqlite" else ENTRIES.c.entry_seq
    find = func.instr if connection.dialect.name == "sqlite" else func.strpos
    text_ = literal(" ") + ENTRIES.c.folded + literal(" ")
    return exists().where(key == entry_seq, *(find(text_, f" {phrase} ") > 0 for phrase in wanted.phrases))


def index(connection: Connection, folded: Iterable[tuple[int, str]]) -> None:
    """Make the entries (by `seq`), whose matches are written already, findable by these folded words and no others."""
    rows = [{"seq": seq, "folded": words} for seq, words in folded]
    if not rows:
        return
    _write(connection, ENTRIES, rows)
    with_matches = select(matches.c.entry_seq).where(matches.c.entry_seq.in_([row["seq"] for row in rows]))
    found = set(connection.scalars(with_matches))
    if found:
        _write(connection, MATCHED, [row for row in rows if row["seq"] in found])


def index_matched(connection: Connection, seqs: Sequence[int]) -> None:
    """Make entries (by `seq`) findable that have their first match since they were indexed."""
    if seqs:
        key, columns = _COPIED_SQLITE if connection.dialect.name == "sqlite" else _COPIED_POSTGRESQL
        copied = f"INSERT INTO match_words ({columns}) SELECT {columns} FROM entry_words WHERE {key} = :seq"  # noqa: S608
        prepared = text(copied).bindparams(bindparam("seq", type_=BigInteger))
        connection.execute(prepared, [{"seq": seq} for seq in seqs])


_COPIED_SQLITE, _COPIED_POSTGRESQL = ("rowid", "rowid, folded"), ("entry_seq", "entry_seq, folded, words")


def _write(connection: Connection, of: TableClause, rows: Sequence[Mapping[str, Any]]) -> None:
    deletion, insertion = _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL
    for statement, values in ((deletion, [{"seq": row["seq"]} for row in rows]), (insertion, rows)):
        prepared = text(statement.format(of=of.name)).bindparams(bindparam("seq", type_=BigInteger))
        connection.execute(prepared, values)


_SQLITE = "DELETE FROM {of} WHERE rowid = :seq", "INSERT INTO {of} (rowid, folded) VALUES (:seq, :folded)"
_POSTGRESQL = (
    "DELETE FROM {of} WHERE entry_seq = :seq",
    "INSERT INTO {of} (entry_seq, folded, words) VALUES"
    " (:seq, :folded, array_to_tsvector(array_remove(string_to_array(:folded, ' '), '')))",
)


def rows(connection: Connection, after: int, limit: int) -> list[dict[str, Any]]:
    """The index itself, in the order of `seq`, as `index` takes it: {"seq": ..., "folded": ...}."""
    query = _ROWS_SQLITE if connection.dialect.name == "sqlite" else _ROWS_POSTGRESQL
    return [dict(row._mapping) for row in connection.execute(query, {"seq": after, "limit": limit})]


_ROWS_SQLITE = text("SELECT rowid AS seq, folded FROM entry_words WHERE rowid > :seq ORDER BY rowid LIMIT :limit")
_ROWS_POSTGRESQL = text(
    "SELECT entry_seq AS seq, folded FROM entry_words WHERE entry_seq > :seq ORDER BY entry_seq LIMIT :limit"
)
