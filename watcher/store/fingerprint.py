"""What is in a database, in a few numbers that are the same on SQLite and PostgreSQL when the rows are the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from watcher.models.keeping import Table
from watcher.store.transfer import SHELVES, each

_MODULUS = 2**256


def fingerprint(connection: Connection) -> dict[str, Table]:
    """Of every table and of the search index, by name. Reads everything once."""
    return {shelf: _of(each(connection, shelf)) for shelf in SHELVES}


def differences(one: Mapping[str, Table], other: Mapping[str, Table]) -> list[str]:
    """What differs, in words: "entries: 12 rows, not 13". Empty: nothing."""
    return [_differs(name, one.get(name), other.get(name)) for name in one if one.get(name) != other.get(name)]


def _differs(name: str, one: Table | None, other: Table | None) -> str:
    if one is None or other is None or one.rows == other.rows:
        return f"{name}: other values"
    return f"{name}: {other.rows:,} rows, not {one.rows:,}"


def _of(rows: Iterable[Sequence[Any]]) -> Table:
    number, total = 0, 0
    for row in rows:
        digest = hashlib.sha256(repr([_plain(value) for value in row]).encode("utf-8", "surrogatepass")).digest()
        # a sum, because the two databases sort texts differently
        total = (total + int.from_bytes(digest, "big")) % _MODULUS
        number += 1
    return Table(number, f"{total:064x}")


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    return value.isoformat() if isinstance(value, datetime) else value
