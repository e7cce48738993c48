"""The reports of events as rows: how a print is kept, and the reports of an event or of some entries read again."""

from __future__ import annotations

from array import array
from dataclasses import replace
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    bindparam,
    or_,
    select,
)

from watcher.models.events import (
    Member,
    Placement,
    Print,
    Sketch,
)
from watcher.store.codec import PRINT
from watcher.store.engine import insert
from watcher.store.schema import event_entries, event_marks, events


def loaded(connection: Connection, which: ColumnElement[bool]) -> list[Member]:
    rows = connection.execute(_REPORTS.where(which).order_by(event_entries.c.entry_seq)).all()
    return [member_of(row) for row in rows]


def members_of(connection: Connection, own: str) -> list[Member]:
    """All reports of an event, in the order in which they were stored."""
    return loaded(connection, event_entries.c.event_id == own)


def find(connection: Connection, name: str) -> Any:
    """The row of the event of this id, or of the one that the entry of this id belongs to; None without."""
    of_entry = select(event_entries.c.event_id).where(event_entries.c.entry_id == name).scalar_subquery()
    return connection.execute(select(events).where(or_(events.c.id == name, events.c.id == of_entry))).first()


def row_of(new: Print, seq: int, own: str, placement: Placement) -> dict[str, Any]:
    return {
        "entry_seq": seq,
        "entry_id": new.entry_id,
        "event_id": own,
        "print": dumped(new),
        "sketch": packed(new.sketch),
        "near": placement.near,
        "why": placement.why,
    }


def write_marks(connection: Connection, new: Print, seq: int) -> None:
    at = int(new.at.timestamp())
    rows = [{"mark": mark, "at": at, "entry_seq": seq} for mark in sorted({*new.marks, *new.act_marks})]
    if rows:
        statement = insert(connection, event_marks).on_conflict_do_nothing()
        connection.execute(statement, rows)


def dumped(new: Print) -> str:
    """Without what has columns of its own."""
    return PRINT.dump(replace(new, sketch=Sketch(), marks=(), act_marks=()))


def packed(sketch: Sketch) -> bytes:
    return bytes([sketch.level]) + array("Q", sketch.hashes).tobytes()


def member_of(row: Any) -> Member:
    return Member(row.event_id, print_of(row.print, row.sketch), row.why)


@lru_cache(maxsize=4096)
def print_of(plain: str, sketch: bytes) -> Print:
    """Kept, because all reports of an event are looked at for each new one: 500 in one check cost 7 s without."""
    hashes = array("Q")
    hashes.frombytes(sketch[1:])
    return replace(PRINT.load(plain), sketch=Sketch(sketch[0], tuple(hashes)))


_REPORTS = select(*event_entries.c["entry_seq", "event_id", "print", "sketch", "why"])
REPORTS_BY_SEQ = _REPORTS.where(event_entries.c.entry_seq.in_(bindparam("seqs", expanding=True)))
