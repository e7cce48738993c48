"""Events: which entries report one announcement, and what people decided about it.

An entry is placed in the transaction that records it. Candidates are found by marks, a bounded number of them in a
bounded time, so that placing costs the same whatever the number of stored entries.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, TextClause, delete, func, or_, select, text, update

from watcher.models.alerts import Delivery, DeliveryState
from watcher.models.events import Around, Decision, Event, Gather, Link, Member, Placement, Print, Sketch, Told
from watcher.models.identity import event_id
from watcher.store.codec import PRINT, load_plain
from watcher.store.engine import insert, reading, writing
from watcher.store.schema import deliveries, entries, event_decisions, event_entries, event_marks, events

NEAR = timedelta(days=30)
SOON = timedelta(days=10)
"""How far apart entries may be that share a mark of their own, and those that only share an act."""
CANDIDATES = 16
"""Of each of the two sorts."""
_PER_MARK = 48
"""Entries that are looked at for one mark, the newest ones: a publisher's standing last paragraph is in thousands."""
FIRST, LAST = 16, 48
"""Reports of an event that a new one is held against, beside the one that leads: all of 500 in one check cost 7 s, in
which nobody else could write. Who was told of something by others in between is told of it once more."""
_AT_ONCE = 200
_LOCK = 0x57544556
_HAS_ARRIVED = (DeliveryState.WAITING, DeliveryState.SENDING, DeliveryState.RETRYING, DeliveryState.DELIVERED)


@dataclass(frozen=True, slots=True)
class Events:
    """The announcements behind the entries."""

    _engine: Engine

    def listing(self, *, limit: int = 50, before: datetime | None = None, least: int = 1) -> list[Event]:
        """Events with at least so many entries, those with the newest reports first."""
        many = select(event_entries.c.event_id).group_by(event_entries.c.event_id).having(func.count() >= least)
        query = select(events).order_by(events.c.last_at.desc(), events.c.id).limit(limit)
        if least > 1:
            query = query.where(events.c.id.in_(many))
        if before:
            query = query.where(events.c.last_at < before)
        with reading(self._engine) as connection:
            return [_event(connection, row) for row in connection.execute(query).all()]

    def show(self, name: str) -> Event | None:
        """The event of this id, or the one that the entry of this id belongs to."""
        with reading(self._engine) as connection:
            row = _find(connection, name)
            return _event(connection, row) if row is not None else None

    def split(self, entry_id: str, gather: Gather, *, by: str, now: datetime) -> str | None:
        """Take an entry out of its event, for good; returns the id of its own one, or None when it stands alone."""
        with writing(self._engine) as connection:
            _lock(connection)
            row = _find(connection, entry_id)
            if row is None:
                return None
            mine, others = _parted(_members(connection, [row.id]), entry_id)
            if not mine or not others:
                return None
            _decide(connection, Link.APART, entry_id, [each.print.entry_id for each in others], by, now)
            made = _own(connection, mine[0].print)
            _tidy(connection, row.id, gather)
            return made

    def merge(self, one: str, other: str, gather: Gather, *, by: str, now: datetime) -> str | None:
        """Put two events (or the events of two entries) together, for good; returns the id of the one that stays.

        None when they are one already, or either is not there.
        """
        with writing(self._engine) as connection:
            _lock(connection)
            stays, goes = _find(connection, one), _find(connection, other)
            if stays is None or goes is None or stays.id == goes.id:
                return None
            moved = [each.print.entry_id for each in _members(connection, [goes.id])]
            _decide(connection, Link.SAME, stays.lead, moved, by, now)
            joins = update(event_entries).where(event_entries.c.event_id == goes.id)
            connection.execute(joins.values(event_id=stays.id, near=stays.lead, why=f"put together by {by}"))
            connection.execute(update(events).where(events.c.reaction_to == goes.id).values(reaction_to=stays.id))
            connection.execute(update(events).where(events.c.id == stays.id).values(reaction_to=None))
            connection.execute(delete(events).where(events.c.id == goes.id))
            _tidy(connection, stays.id, gather)
            return str(stays.id)

    def decisions(self) -> list[Decision]:
        """What people decided, the oldest first."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(event_decisions).order_by(event_decisions.c.seq))
            return [Decision(Link(row.link), row.entry_id, row.other_id, row.by, row.at) for row in rows]

    def rebuild(self, prints: Sequence[Print], gather: Gather) -> int:
        """Form all events anew from these prints, obeying what people decided; returns how many there are.

        Nobody is alerted by it. The prints come in the order in which their entries were seen.
        """
        with writing(self._engine) as connection:
            _lock(connection)
            for table in (event_marks, event_entries, events):
                connection.execute(delete(table))
            for chunk in (prints[at : at + _AT_ONCE] for at in range(0, len(prints), _AT_ONCE)):
                found = select(entries.c.id, entries.c.seq).where(entries.c.id.in_([each.entry_id for each in chunk]))
                seqs = {row.id: row.seq for row in connection.execute(found)}
                for each in chunk:
                    if each.entry_id in seqs:
                        _place(connection, gather, each, seqs[each.entry_id])
            return int(connection.scalar(select(func.count()).select_from(events)) or 0)


def settle(
    connection: Connection, gather: Gather, arrived: Mapping[int, tuple[Print, Sequence[Delivery]]]
) -> dict[str, tuple[Delivery, ...]]:
    """Place entries (by their `seq`) that have just been written; returns their deliveries, by the id of the entry."""
    if not arrived:
        return {}
    _lock(connection)
    seqs = {new.entry_id: seq for seq, (new, _) in arrived.items()}
    settled: dict[str, tuple[Delivery, ...]] = {}
    for new in gather.in_order([new for new, _ in arrived.values()]):
        before, member = _place(connection, gather, new, seqs[new.entry_id])
        made = arrived[seqs[new.entry_id]][1]
        if made:
            # what an earlier entry of this check makes is not written yet, and counts as well
            told = _told(connection, [each.print.entry_id for each in before]) + _just(settled, before)
            settled[new.entry_id] = gather.settle(member, made, before, told)
    return settled


def candidates(connection: Connection, new: Print, seq: int) -> list[Member]:
    """Entries that may report the same as a new one; at most CANDIDATES that share something of their own with it,
    and as many that share an act."""
    found = dict.fromkeys((*_by_marks(connection, new.marks, new.at, NEAR), *_by_act(connection, new)))
    found.pop(seq, None)
    return _loaded(connection, event_entries.c.entry_seq.in_(found)) if found else []


# --- placing -----------------------------------------------------------------------------------------------------


def _lock(connection: Connection) -> None:
    """One at a time: two that are placed at once could not see each other. SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def _place(connection: Connection, gather: Gather, new: Print, seq: int) -> tuple[list[Member], Member]:
    """Writes where an entry belongs; returns the reports that were there before (also in linked events), and it."""
    known = connection.execute(select(event_entries.c.event_id).where(event_entries.c.entry_seq == seq)).scalar()
    if known:
        return _revised(connection, gather, new, seq, known)
    placement = gather.place(new, _around(connection, new, seq))
    own = placement.event_id or event_id(new.entry_id)
    if placement.event_id is None:
        _found(connection, own, new, placement.reaction_to)
    if placement.reacted_by:
        reactions = update(events).where(events.c.id.in_(placement.reacted_by), events.c.reaction_to.is_(None))
        connection.execute(reactions.values(reaction_to=own))
    before = _reports(connection, own)
    connection.execute(event_entries.insert(), _row(new, seq, own, placement))
    _write_marks(connection, new, seq)
    member = Member(own, new, placement.why)
    _lead(connection, own, gather, [*(each for each in before if each.event_id == own), member])
    return before, member


def _revised(connection: Connection, gather: Gather, new: Print, seq: int, own: str) -> tuple[list[Member], Member]:
    """An entry that says more stays where it is: people were told of it there."""
    before = _reports(connection, own)
    changed = update(event_entries).where(event_entries.c.entry_seq == seq)
    connection.execute(changed.values(print=_dumped(new), sketch=_packed(new.sketch)))
    _write_marks(connection, new, seq)
    return before, Member(own, new)


def _found(connection: Connection, own: str, new: Print, reaction_to: str | None) -> None:
    row = {"id": own, "lead": new.entry_id, "first_at": new.at, "last_at": new.at, "reaction_to": reaction_to}
    connection.execute(insert(connection, events).on_conflict_do_nothing(index_elements=["id"]), row)


def _lead(connection: Connection, own: str, gather: Gather, members: Sequence[Member]) -> None:
    times = [each.print.at for each in members]
    values = {"lead": gather.lead(members), "first_at": min(times), "last_at": max(times)}
    connection.execute(update(events).where(events.c.id == own).values(values))


def _around(connection: Connection, new: Print, seq: int) -> Around:
    links = _links(connection, new.entry_id)
    found = {each.print.entry_id: each for each in candidates(connection, new, seq)}
    missing = [entry for entry in links if entry not in found]
    if missing:
        found |= {each.print.entry_id: each for each in _loaded(connection, event_entries.c.entry_id.in_(missing))}
    return Around(
        members=tuple(sorted(found.values(), key=lambda each: (each.print.at, each.print.entry_id))),
        same=frozenset(entry for entry, link in links.items() if link is Link.SAME),
        apart=frozenset(entry for entry, link in links.items() if link is Link.APART),
    )


def _links(connection: Connection, entry: str) -> dict[str, Link]:
    """The newest decision about the entry and each other one."""
    theirs = or_(event_decisions.c.entry_id == entry, event_decisions.c.other_id == entry)
    rows = connection.execute(select(event_decisions).where(theirs).order_by(event_decisions.c.seq))
    return {row.other_id if row.entry_id == entry else row.entry_id: Link(row.link) for row in rows}


# --- looking up --------------------------------------------------------------------------------------------------


def _by_marks(connection: Connection, marks: Sequence[int], at: datetime, apart: timedelta) -> list[int]:
    if not marks:
        return []
    given: dict[str, int] = {f"m{number}": mark for number, mark in enumerate(marks)}
    given |= _window(at, apart) | {"most": CANDIDATES}
    return [row[0] for row in connection.execute(_most_shared(len(marks)), given)]


@lru_cache(maxsize=64)
def _most_shared(number: int) -> TextClause:
    """The entries that share most marks. A text, so that it is compiled once and not for every entry."""
    part = (
        "SELECT entry_seq FROM (SELECT entry_seq FROM event_marks WHERE mark = :m{n}"  # noqa: S608
        f" AND at BETWEEN :since AND :until ORDER BY at DESC LIMIT {_PER_MARK}) AS p{{n}}"
    )
    parts = " UNION ALL ".join(part.format(n=n) for n in range(number))
    return text(  # nothing of it comes from outside
        f"SELECT entry_seq FROM ({parts}) AS shared GROUP BY entry_seq"  # noqa: S608
        " ORDER BY count(*) DESC, entry_seq DESC LIMIT :most"
    )


_NEAREST = text(
    "SELECT entry_seq FROM event_marks WHERE mark = :mark AND at BETWEEN :since AND :until"
    " ORDER BY at DESC, entry_seq DESC LIMIT :most"
)


def _by_act(connection: Connection, new: Print) -> list[int]:
    found: dict[int, None] = {}
    each_may = max(CANDIDATES // max(len(new.act_marks), 1), 4)
    for mark in new.act_marks[:4]:
        given = {"mark": mark, "most": each_may, **_window(new.at, SOON)}
        found |= dict.fromkeys(row[0] for row in connection.execute(_NEAREST, given))
    return list(found)


def _window(at: datetime, apart: timedelta) -> dict[str, int]:
    return {"since": int((at - apart).timestamp()), "until": int((at + apart).timestamp())}


def _loaded(connection: Connection, which: ColumnElement[bool]) -> list[Member]:
    columns = event_entries.c["event_id", "print", "sketch", "why"]
    rows = connection.execute(select(*columns).where(which).order_by(event_entries.c.entry_seq)).all()
    return [_member(row) for row in rows]


def _members(connection: Connection, event_ids: Collection[str]) -> list[Member]:
    return _loaded(connection, event_entries.c.event_id.in_(event_ids))


def _reports(connection: Connection, own: str) -> list[Member]:
    """The first and the last reports of an event, and of those that it is linked with, and the ones that lead them."""
    here = event_entries.c.event_id.in_(_linked(connection, own))
    seqs = select(event_entries.c.entry_seq).where(here)
    some = {
        *connection.scalars(seqs.order_by(event_entries.c.entry_seq).limit(FIRST)),
        *connection.scalars(seqs.order_by(event_entries.c.entry_seq.desc()).limit(LAST)),
        *connection.scalars(seqs.join(events, events.c.lead == event_entries.c.entry_id)),
    }
    return _loaded(connection, event_entries.c.entry_seq.in_(some)) if some else []


def _linked(connection: Connection, own: str) -> list[str]:
    """The event, the one that it reacts to, and those that react to it."""
    to = connection.scalar(select(events.c.reaction_to).where(events.c.id == own))
    by = connection.scalars(select(events.c.id).where(events.c.reaction_to == own))
    return [own, *([to] if to else []), *by]


def _told(connection: Connection, entry_ids: Collection[str]) -> list[Told]:
    if not entry_ids:
        return []
    query = select(deliveries).where(deliveries.c.entry_id.in_(entry_ids)).order_by(deliveries.c.seq)
    return [_as_told(row) for row in connection.execute(query)]


def _as_told(row: Any) -> Told:
    state = DeliveryState(row.state)
    arrives = state in _HAS_ARRIVED or (state is DeliveryState.HELD and row.due_at is not None)
    return Told(
        delivery_id=row.id,
        entry_id=row.entry_id,
        channel=row.channel,
        address=row.address,
        rule_ids=tuple(load_plain(row.rule_ids)),
        payload=load_plain(row.payload) if arrives else {},  # what arrived nowhere said nothing
        arrives=arrives,
    )


def _just(settled: Mapping[str, Sequence[Delivery]], before: Sequence[Member]) -> list[Told]:
    theirs = {each.print.entry_id for each in before}
    return [
        Told(
            delivery_id=each.id,
            entry_id=each.entry_id,
            channel=each.channel,
            address=each.address,
            rule_ids=each.rule_ids,
            payload=each.payload,
            arrives=each.silence_id is None and not each.repeats,
        )
        for entry, made in settled.items()
        if entry in theirs
        for each in made
    ]


# --- rows --------------------------------------------------------------------------------------------------------


def _row(new: Print, seq: int, own: str, placement: Placement) -> dict[str, Any]:
    return {
        "entry_seq": seq,
        "entry_id": new.entry_id,
        "event_id": own,
        "print": _dumped(new),
        "sketch": _packed(new.sketch),
        "near": placement.near,
        "why": placement.why,
    }


def _write_marks(connection: Connection, new: Print, seq: int) -> None:
    at = int(new.at.timestamp())
    rows = [{"mark": mark, "at": at, "entry_seq": seq} for mark in sorted({*new.marks, *new.act_marks})]
    if rows:
        statement = insert(connection, event_marks).on_conflict_do_nothing()
        connection.execute(statement, rows)


def _dumped(new: Print) -> str:
    """Without what has columns of its own."""
    return PRINT.dump(replace(new, sketch=Sketch(), marks=(), act_marks=()))


def _packed(sketch: Sketch) -> bytes:
    return bytes([sketch.level]) + array("Q", sketch.hashes).tobytes()


def _member(row: Any) -> Member:
    return Member(row.event_id, _print(row.print, row.sketch), row.why)


@lru_cache(maxsize=4096)
def _print(plain: str, sketch: bytes) -> Print:
    """Kept, because all reports of an event are looked at for each new one: 500 in one check cost 7 s without."""
    hashes = array("Q")
    hashes.frombytes(sketch[1:])
    return replace(PRINT.load(plain), sketch=Sketch(sketch[0], tuple(hashes)))


def _event(connection: Connection, row: Any) -> Event:
    return Event(
        id=row.id,
        lead=row.lead,
        first_at=row.first_at,
        last_at=row.last_at,
        members=tuple(_members(connection, [row.id])),
        reaction_to=row.reaction_to,
        reactions=tuple(connection.scalars(select(events.c.id).where(events.c.reaction_to == row.id))),
    )


# --- what people decide ------------------------------------------------------------------------------------------


def _find(connection: Connection, name: str) -> Any:
    of_entry = select(event_entries.c.event_id).where(event_entries.c.entry_id == name).scalar_subquery()
    return connection.execute(select(events).where(or_(events.c.id == name, events.c.id == of_entry))).first()


def _parted(members: Iterable[Member], entry_id: str) -> tuple[list[Member], list[Member]]:
    mine: list[Member] = []
    others: list[Member] = []
    for each in members:
        (mine if each.print.entry_id == entry_id else others).append(each)
    return mine, others


def _decide(connection: Connection, link: Link, entry: str, others: Sequence[str], by: str, now: datetime) -> None:
    rows = [
        {"link": link.value, "entry_id": entry, "other_id": other, "by": by, "at": now}
        for other in others
        if other != entry
    ]
    if rows:
        connection.execute(event_decisions.insert(), rows)


def _own(connection: Connection, alone: Print) -> str:
    """An event of its own for an entry that was taken out of another."""
    own = event_id(f"{alone.entry_id} alone")
    _found(connection, own, alone, None)
    leaves = update(event_entries).where(event_entries.c.entry_id == alone.entry_id)
    connection.execute(leaves.values(event_id=own, near="", why=""))
    return own


def _tidy(connection: Connection, own: str, gather: Gather) -> None:
    members = _members(connection, [own])
    if members:
        _lead(connection, own, gather, members)
