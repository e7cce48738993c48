"""Stored reports that may be of the same announcement as a new one: found by marks, a bounded number in a bounded time,
so that looking them up costs the same whatever the number of stored entries.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy import (
    Connection,
    TextClause,
    text,
)

from watcher.models.events import (
    Member,
    Print,
)
from watcher.store.eventrows import loaded
from watcher.store.schema import event_entries

NEAR = timedelta(days=30)
SOON = timedelta(days=10)
"""How far apart entries may be that share a mark of their own, and those that only share an act."""
CANDIDATES = 16
"""Of each of the two sorts."""
_PER_MARK = 48
"""Entries that are looked at for one mark, the newest ones: a publisher's standing last paragraph is in thousands."""


def candidates(connection: Connection, new: Print, seq: int) -> list[Member]:
    """Entries that may report the same as a new one; at most CANDIDATES that share something of their own with it,
    and as many that share an act."""
    found = near(connection, new, seq)
    return loaded(connection, event_entries.c.entry_seq.in_(found)) if found else []


def near(connection: Connection, new: Print, seq: int) -> set[int]:
    acts = new.act_marks[:4]
    if not (new.marks or acts):
        return set()
    given: dict[str, int] = {f"m{number}": mark for number, mark in enumerate(new.marks)}
    given |= {f"a{number}": mark for number, mark in enumerate(acts)}
    given |= _window("near", new.at, NEAR) | _window("soon", new.at, SOON)
    given |= {"most": CANDIDATES, "each": max(CANDIDATES // max(len(new.act_marks), 1), 4)}
    return {row[0] for row in connection.execute(_nearest(len(new.marks), len(acts)), given)} - {seq}


@lru_cache(maxsize=256)
def _nearest(marks: int, acts: int) -> TextClause:
    """The entries that share most marks, and the newest of each act. A text, so that it is compiled once and not for
    every entry; nothing of it comes from outside."""
    parts = ([_most_shared(marks)] if marks else []) + [_newest_of(number) for number in range(acts)]
    return text(" UNION ".join(f"SELECT entry_seq FROM ({part}) AS p{n}" for n, part in enumerate(parts)))  # noqa: S608


def _most_shared(marks: int) -> str:
    part = (
        "SELECT entry_seq FROM (SELECT entry_seq FROM event_marks WHERE mark = :m{n}"  # noqa: S608
        f" AND at BETWEEN :near_since AND :near_until ORDER BY at DESC LIMIT {_PER_MARK}) AS m{{n}}"
    )
    parts = " UNION ALL ".join(part.format(n=n) for n in range(marks))
    return (
        f"SELECT entry_seq FROM ({parts}) AS shared GROUP BY entry_seq"  # noqa: S608
        " ORDER BY count(*) DESC, entry_seq DESC LIMIT :most"
    )


def _newest_of(act: int) -> str:
    return (
        f"SELECT entry_seq FROM event_marks WHERE mark = :a{act} AND at BETWEEN :soon_since AND :soon_until"  # noqa: S608
        " ORDER BY at DESC, entry_seq DESC LIMIT :each"
    )


def _window(name: str, at: datetime, apart: timedelta) -> dict[str, int]:
    return {f"{name}_since": int((at - apart).timestamp()), f"{name}_until": int((at + apart).timestamp())}
