"""Events: which entries report one announcement; what people decide about it is in `regrouping`.

An entry is placed in the transaction that records it. Candidates are found by marks, a bounded number of them in a
bounded time, so that placing costs the same whatever the number of stored entries.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Engine,
    TextClause,
    and_,
    bindparam,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    text,
    tuple_,
    union_all,
    update,
)

from watcher.models.alerts import Delivery, DeliveryState
from watcher.models.events import (
    Around,
    Event,
    EventRow,
    EventView,
    Gather,
    Link,
    Member,
    Placement,
    Print,
    Regrouping,
    RegroupingNote,
    Report,
    Reports,
    Sketch,
    Told,
)
from watcher.models.identity import event_id
from watcher.store.codec import PRINT, load_plain
from watcher.store.columns import Words
from watcher.store.engine import insert, reading, writing
from watcher.store.schema import deliveries, entries, event_acts, event_decisions, event_entries, event_marks, events

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
_KEPT = 1_000
"""Reports that are kept in memory while entries are placed; some KB each."""
_LOCK = 0x57544556
_HAS_ARRIVED = (DeliveryState.WAITING, DeliveryState.SENDING, DeliveryState.RETRYING, DeliveryState.DELIVERED)


Marked = Callable[[Print], Print]
"""A stored print with its marks again, which are not stored in it."""


@dataclass(frozen=True, slots=True)
class Events:
    """The announcements behind the entries."""

    _engine: Engine

    def listing(self, *, limit: int = 50, before: datetime | None = None, least: int = 1) -> list[Event]:
        """Events with at least so many entries, those with the newest reports first."""
        query = select(events).order_by(events.c.last_at.desc(), events.c.id).limit(limit)
        if least > 1:
            query = query.where(least <= _HOW_MANY)
        if before:
            query = query.where(events.c.last_at < before)
        with reading(self._engine) as connection:
            return [_event(connection, row) for row in connection.execute(query).all()]

    def show(self, name: str) -> Event | None:
        """The event of this id, or the one that the entry of this id belongs to."""
        with reading(self._engine) as connection:
            row = find(connection, name)
            return _event(connection, row) if row is not None else None

    def view(self, name: str, *, most: int = 40) -> EventView | None:
        """The event of this id or of this entry, with what stands around it; of its members the lead, that entry and
        the first `most`."""
        with reading(self._engine) as connection:
            row = find(connection, name)
            return _view(connection, row, name, most) if row is not None else None

    def rows(self, *, limit: int = 50, after: str | None = None, least: int = 1) -> list[EventRow]:
        """Events with at least so many entries, those with the newest reports first, from behind the event `after`."""
        query = _ROWS.order_by(events.c.last_at.desc(), events.c.id.desc()).limit(limit)
        if least > 1:
            query = query.where(least <= _HOW_MANY)
        if after:
            last = select(events.c.last_at).where(events.c.id == after).scalar_subquery()
            query = query.where(tuple_(events.c.last_at, events.c.id) < tuple_(last, literal(after)))
        with reading(self._engine) as connection:
            return [_as_row(row) for row in connection.execute(query)]

    def resembling(self, entry_id: str, marked: Marked) -> list[Member]:
        """Reports of other events that may be of the same announcement as this entry."""
        with reading(self._engine) as connection:
            query = select(event_entries)
            row = connection.execute(query.where(event_entries.c.entry_id == entry_id)).first()
            if row is None:
                return []
            near = candidates(connection, marked(_member(row).print), row.entry_seq)
            return [each for each in near if each.event_id != row.event_id]

    def reports(self, entry_ids: Collection[str], *, few: int = 6) -> dict[str, Reports]:
        """Entry id -> the reports of its event, of entries that do not stand alone; four short queries for a page."""
        with reading(self._engine) as connection:
            return _reports_of(connection, list(entry_ids), few) if entry_ids else {}

    def some(self, event_ids: Sequence[str]) -> list[EventRow]:
        """These events, in this order; those that are not there are left out."""
        with reading(self._engine) as connection:
            return _some(connection, event_ids)

    def linked(self) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
        """Entry id -> what it links to and where it stands in other languages, as its document said when it was read:
        only prints keep that."""
        query = select(event_entries.c.print).execution_options(yield_per=1000)
        with reading(self._engine) as connection:
            prints = (PRINT.load(row.print) for row in connection.execute(query))
            return {each.entry_id: (each.links, each.versions) for each in prints if each.links or each.versions}

    def rebuild(self, prints: Sequence[Print], gather: Gather) -> int:
        """Form all events anew from these prints, obeying what people decided; returns how many there are.

        Nobody is alerted by it. The prints come in the order in which their entries were seen.
        """
        with writing(self._engine) as connection:
            lock(connection)
            for table in (event_marks, event_entries, events):
                connection.execute(delete(table))
            for chunk in (prints[at : at + _AT_ONCE] for at in range(0, len(prints), _AT_ONCE)):
                found = select(entries.c.id, entries.c.seq).where(entries.c.id.in_([each.entry_id for each in chunk]))
                seqs = {row.id: row.seq for row in connection.execute(found)}
                desk = _Desk.of(connection, gather, seqs)
                for each in chunk:
                    if each.entry_id in seqs:
                        _place(desk, each, seqs[each.entry_id])
            return int(connection.scalar(select(func.count()).select_from(events)) or 0)


def settle(
    connection: Connection, gather: Gather, arrived: Mapping[int, tuple[Print, Sequence[Delivery]]]
) -> dict[str, tuple[Delivery, ...]]:
    """Place entries (by their `seq`) that have just been written; returns their deliveries, by the id of the entry."""
    if not arrived:
        return {}
    lock(connection)
    seqs = {new.entry_id: seq for seq, (new, _) in arrived.items()}
    settled: dict[str, tuple[Delivery, ...]] = {}
    desk = _Desk.of(connection, gather, seqs)
    for new in gather.in_order([new for new, _ in arrived.values()]):
        before, member = _place(desk, new, seqs[new.entry_id])
        made = arrived[seqs[new.entry_id]][1]
        if made:
            # what an earlier entry of this check makes is not written yet, and counts as well
            told = _told(connection, [each.print.entry_id for each in before]) + _just(settled, before)
            settled[new.entry_id] = gather.settle(member, made, before, told)
    return settled


def candidates(connection: Connection, new: Print, seq: int) -> list[Member]:
    """Entries that may report the same as a new one; at most CANDIDATES that share something of their own with it,
    and as many that share an act."""
    found = _near(connection, new, seq)
    return _loaded(connection, event_entries.c.entry_seq.in_(found)) if found else []


def _near(connection: Connection, new: Print, seq: int) -> set[int]:
    acts = new.act_marks[:4]
    if not (new.marks or acts):
        return set()
    given: dict[str, int] = {f"m{number}": mark for number, mark in enumerate(new.marks)}
    given |= {f"a{number}": mark for number, mark in enumerate(acts)}
    given |= _window("near", new.at, NEAR) | _window("soon", new.at, SOON)
    given |= {"most": CANDIDATES, "each": max(CANDIDATES // max(len(new.act_marks), 1), 4)}
    return {row[0] for row in connection.execute(_nearest(len(new.marks), len(acts)), given)} - {seq}


# --- placing -----------------------------------------------------------------------------------------------------


def lock(connection: Connection) -> None:
    """One at a time: two that are placed at once could not see each other. SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


@dataclass(slots=True)
class _Desk:
    """What several entries are placed with in one transaction: all that is read once, while nobody else writes."""

    connection: Connection
    gather: Gather
    known: dict[int, str]
    """The events of those entries that are in one already, by their `seq`."""
    links: dict[str, dict[str, Link]]
    """What people decided about the entries."""
    read: dict[int, Member]
    """The reports that were looked at so far: entries that come together are held against the same ones."""

    @classmethod
    def of(cls, connection: Connection, gather: Gather, seqs: Mapping[str, int]) -> _Desk:
        """For these entries (id -> `seq`)."""
        return cls(connection, gather, _known(connection, list(seqs.values())), _decisions(connection, list(seqs)), {})

    def members(self, seqs: Collection[int]) -> list[Member]:
        """These reports, in the order in which they were stored."""
        if len(self.read) > _KEPT:
            self.read.clear()
        missing = [seq for seq in seqs if seq not in self.read]
        if missing:
            rows = self.connection.execute(_REPORTS_BY_SEQ, {"seqs": missing})
            self.read |= {row.entry_seq: _member(row) for row in rows}
        return [self.read[seq] for seq in sorted(seqs) if seq in self.read]


def _known(connection: Connection, seqs: Sequence[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for chunk in (seqs[at : at + _AT_ONCE] for at in range(0, len(seqs), _AT_ONCE)):
        query = select(*event_entries.c["entry_seq", "event_id"]).where(event_entries.c.entry_seq.in_(chunk))
        found |= {row.entry_seq: row.event_id for row in connection.execute(query)}
    return found


def _place(desk: _Desk, new: Print, seq: int) -> tuple[list[Member], Member]:
    """Writes where an entry belongs; returns the reports that were there before (also in linked events), and it."""
    if seq in desk.known:
        return _revised(desk, new, seq)
    connection = desk.connection
    placement = desk.gather.place(new, _around(desk, new, seq))
    own = placement.event_id or event_id(new.entry_id)
    is_first = placement.event_id is None and found_event(connection, own, new, placement.reaction_to)
    if placement.reacted_by:
        reactions = update(events).where(events.c.id.in_(placement.reacted_by), events.c.reaction_to.is_(None))
        connection.execute(reactions.values(reaction_to=own))
    stands_alone = is_first and not (placement.reaction_to or placement.reacted_by)
    before = [] if stands_alone else _reports(desk, own)
    row = _row(new, seq, own, placement)
    connection.execute(_NEW_REPORT, row)
    _write_marks(connection, new, seq)
    desk.known[seq] = own
    desk.read[seq] = Member(own, _print(row["print"], row["sketch"]), placement.why)
    member = Member(own, new, placement.why)
    if stands_alone:
        return before, member
    write_lead(connection, own, desk.gather, [*(each for each in before if each.event_id == own), member])
    return before, member


def _revised(desk: _Desk, new: Print, seq: int) -> tuple[list[Member], Member]:
    """An entry that says more stays where it is: people were told of it there."""
    own = desk.known[seq]
    before = _reports(desk, own)
    changed = update(event_entries).where(event_entries.c.entry_seq == seq)
    desk.connection.execute(changed.values(print=_dumped(new), sketch=_packed(new.sketch)))
    desk.read.pop(seq, None)
    _write_marks(desk.connection, new, seq)
    return before, Member(own, new)


def found_event(connection: Connection, own: str, new: Print, reaction_to: str | None) -> bool:
    """Whether the event is new, and so led by its only entry."""
    row = {"id": own, "lead": new.entry_id, "first_at": new.at, "last_at": new.at, "reaction_to": reaction_to}
    made = connection.execute(insert(connection, events).on_conflict_do_nothing(index_elements=["id"]), row)
    return made.rowcount == 1


def write_lead(connection: Connection, own: str, gather: Gather, members: Sequence[Member]) -> None:
    """Who speaks for an event, and from when to when it was reported."""
    times = [each.print.at for each in members]
    values = {"lead": gather.lead(members), "first_at": min(times), "last_at": max(times)}
    connection.execute(update(events).where(events.c.id == own).values(values))


def _around(desk: _Desk, new: Print, seq: int) -> Around:
    links = desk.links.get(new.entry_id, {})
    found = {each.print.entry_id: each for each in desk.members(_near(desk.connection, new, seq))}
    missing = [entry for entry in links if entry not in found]
    if missing:
        decided_on = _loaded(desk.connection, event_entries.c.entry_id.in_(missing))
        found |= {each.print.entry_id: each for each in decided_on}
    return Around(
        members=tuple(sorted(found.values(), key=lambda each: (each.print.at, each.print.entry_id))),
        same=frozenset(entry for entry, link in links.items() if link is Link.SAME),
        apart=frozenset(entry for entry, link in links.items() if link is Link.APART),
    )


def decided(connection: Connection, entry: str) -> dict[str, Link]:
    """The newest decision about the entry and each other one; what was taken back does not count."""
    return _decisions(connection, [entry]).get(entry, {})


def _decisions(connection: Connection, named: Sequence[str]) -> dict[str, dict[str, Link]]:
    """Of these entries; those about which nobody decided anything are left out."""
    found: dict[str, dict[str, Link]] = {}
    for chunk in (named[at : at + _AT_ONCE] for at in range(0, len(named), _AT_ONCE)):
        for row in connection.execute(_DECIDED, {"named": chunk}):
            for one, other in ((row.entry_id, row.other_id), (row.other_id, row.entry_id)):
                if one in chunk:
                    found.setdefault(one, {})[other] = Link(row.link)
    return found


_UNDONE = exists().where(event_acts.c.undoes == event_decisions.c.act_id)
_NAMED: BindParameter[str] = bindparam("named", expanding=True)
_DECIDED = (
    select(event_decisions)
    .where(or_(event_decisions.c.entry_id.in_(_NAMED), event_decisions.c.other_id.in_(_NAMED)), ~_UNDONE)
    .order_by(event_decisions.c.seq)
)


# --- looking up --------------------------------------------------------------------------------------------------


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


def _loaded(connection: Connection, which: ColumnElement[bool]) -> list[Member]:
    rows = connection.execute(_REPORTS.where(which).order_by(event_entries.c.entry_seq)).all()
    return [_member(row) for row in rows]


_REPORTS = select(*event_entries.c["entry_seq", "event_id", "print", "sketch", "why"])
_REPORTS_BY_SEQ = _REPORTS.where(event_entries.c.entry_seq.in_(bindparam("seqs", expanding=True)))
_NEW_REPORT = event_entries.insert()
"""What is asked for each entry, so that it is put together once."""


def find(connection: Connection, name: str) -> Any:
    """The row of the event of this id, or of the one that the entry of this id belongs to; None without."""
    of_entry = select(event_entries.c.event_id).where(event_entries.c.entry_id == name).scalar_subquery()
    return connection.execute(select(events).where(or_(events.c.id == name, events.c.id == of_entry))).first()


def members_of(connection: Connection, own: str) -> list[Member]:
    """All reports of an event, in the order in which they were stored."""
    return _loaded(connection, event_entries.c.event_id == own)


def _reports(desk: _Desk, own: str) -> list[Member]:
    """The first and the last reports of an event, and of those that it is linked with, and the ones that lead them."""
    linked = [row[0] for row in desk.connection.execute(_LINKED, {"own": own})]
    return desk.members({row[0] for row in desk.connection.execute(_SOME_REPORTS, {"linked": linked})})


_OWN = bindparam("own", type_=Words())
_LINKED = union_all(
    select(_OWN),
    select(events.c.reaction_to).where(events.c.id == _OWN, events.c.reaction_to.is_not(None)),
    select(events.c.id).where(events.c.reaction_to == _OWN),
)
"""The event, the one that it reacts to, and those that react to it."""
_HERE = event_entries.c.event_id.in_(bindparam("linked", expanding=True))
_SEQS = select(event_entries.c.entry_seq).where(_HERE)
_SOME_REPORTS = union_all(
    select(_SEQS.order_by(event_entries.c.entry_seq).limit(FIRST).subquery()),
    select(_SEQS.order_by(event_entries.c.entry_seq.desc()).limit(LAST).subquery()),
    _SEQS.join(events, events.c.lead == event_entries.c.entry_id),
)


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


def _event(connection: Connection, row: Any, members: Sequence[Member] | None = None) -> Event:
    return Event(
        id=row.id,
        lead=row.lead,
        first_at=row.first_at,
        last_at=row.last_at,
        members=tuple(members_of(connection, row.id) if members is None else members),
        reaction_to=row.reaction_to,
        reactions=tuple(connection.scalars(select(events.c.id).where(events.c.reaction_to == row.id))),
    )


# --- for people --------------------------------------------------------------------------------------------------

_HOW_MANY = select(func.count()).where(event_entries.c.event_id == events.c.id).correlate(events).scalar_subquery()
_ROWS = select(events, event_entries.c.print, event_entries.c.sketch, _HOW_MANY.label("entries")).join(
    event_entries, event_entries.c.entry_id == events.c.lead
)
_MOST_REACTIONS, _MOST_NOTES = 20, 10


def _as_row(row: Any) -> EventRow:
    lead = _print(row.print, row.sketch)
    return EventRow(
        id=row.id,
        lead=row.lead,
        title=lead.title,
        publisher_name=lead.publisher_name,
        publisher_type=lead.publisher_type,
        at=lead.at,
        entries=row.entries,
        first_at=row.first_at,
        last_at=row.last_at,
    )


def _reports_of(connection: Connection, entry_ids: Sequence[str], few: int) -> dict[str, Reports]:
    """How many there are is counted in an index alone, and few prints are read: an event may have 500 reports."""
    own, of = event_entries.c.event_id, event_entries.c
    mine = {
        row.entry_id: row.event_id
        for row in connection.execute(select(of.entry_id, own).where(of.entry_id.in_(entry_ids)))
    }
    counted = select(own, func.count().label("entries")).where(own.in_(set(mine.values()))).group_by(own)
    several = {row.event_id: row.entries for row in connection.execute(counted.having(func.count() > 1))}
    if not several:
        return {}
    some = [select(own, of.entry_id, of.print).where(own == each).limit(few).subquery() for each in several]
    first: dict[str, list[Report]] = {}
    for row in connection.execute(union_all(*(select(each) for each in some))):
        said = load_plain(row.print)
        first.setdefault(row.event_id, []).append(Report(row.entry_id, said["title"], said["publisher_name"]))
    leads = connection.execute(select(events.c.id, events.c.lead).where(events.c.id.in_(several)))
    made = {row.id: Reports(row.id, row.lead, several[row.id], tuple(first[row.id])) for row in leads}
    return {entry: made[event] for entry, event in mine.items() if event in made}


def _some(connection: Connection, event_ids: Sequence[str]) -> list[EventRow]:
    if not event_ids:
        return []
    found = {row.id: _as_row(row) for row in connection.execute(_ROWS.where(events.c.id.in_(event_ids)))}
    return [found[each] for each in event_ids if each in found]


def _view(connection: Connection, row: Any, name: str, most: int) -> EventView:
    here = event_entries.c.event_id == row.id
    first = select(event_entries.c.entry_id).where(here).order_by(event_entries.c.entry_seq).limit(most)
    shown = {*connection.scalars(first), row.lead, name}
    newest = select(events.c.id).where(events.c.reaction_to == row.id).order_by(events.c.last_at.desc())
    reactions = list(connection.scalars(newest.limit(_MOST_REACTIONS)))
    to = _some(connection, [row.reaction_to] if row.reaction_to else [])
    return EventView(
        event=_event(connection, row, _loaded(connection, and_(here, event_entries.c.entry_id.in_(shown)))),
        entries=connection.scalar(select(func.count()).select_from(event_entries).where(here)) or 0,
        reaction_to=to[0] if to else None,
        reactions=tuple(_some(connection, reactions)),
        notes=tuple(_notes(connection, row.lead if name == row.id else name)),
    )


def _notes(connection: Connection, entry: str) -> list[RegroupingNote]:
    theirs = or_(event_decisions.c.entry_id == entry, event_decisions.c.other_id == entry)
    acts = select(event_decisions.c.act_id).where(theirs)
    undone = event_acts.alias("undone")
    query = (
        select(event_acts, undone.c.by.label("undone_by"))
        .join(undone, undone.c.undoes == event_acts.c.id, isouter=True)
        .where(event_acts.c.id.in_(acts))
        .order_by(event_acts.c.seq.desc())
        .limit(_MOST_NOTES)
    )
    return [_note(connection, row) for row in connection.execute(query).all()]


def _note(connection: Connection, row: Any) -> RegroupingNote:
    moved = tuple(str(each[0]) for each in load_plain(row.moved))
    title = connection.scalar(select(entries.c.title).where(entries.c.id == moved[0]))
    return RegroupingNote(row.id, Regrouping(row.act), row.by, row.at, moved, title or "", row.undone_by or "")
