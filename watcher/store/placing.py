"""An entry is placed under an event in the transaction that records it; what is told of it is settled with it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BindParameter,
    Connection,
    bindparam,
    exists,
    or_,
    select,
    text,
    union_all,
    update,
)

from watcher.models.alerts import Delivery, DeliveryState
from watcher.models.events import (
    Around,
    Gather,
    Link,
    Member,
    Print,
    Told,
)
from watcher.models.identity import event_id
from watcher.store.candidates import near
from watcher.store.chunks import chunks
from watcher.store.codec import load_plain
from watcher.store.columns import Words
from watcher.store.engine import insert
from watcher.store.eventrows import REPORTS_BY_SEQ, dumped, loaded, member_of, packed, print_of, row_of, write_marks
from watcher.store.schema import deliveries, event_acts, event_decisions, event_entries, events

FIRST, LAST = 16, 48
"""Reports of an event that a new one is held against, beside the one that leads: all of 500 in one check cost 7 s, in
which nobody else could write. Who was told of something by others in between is told of it once more."""
_KEPT = 1_000
"""Reports that are kept in memory while entries are placed; some KB each."""
_LOCK = 0x57544556
_HAS_ARRIVED = (DeliveryState.WAITING, DeliveryState.SENDING, DeliveryState.RETRYING, DeliveryState.DELIVERED)


def settle(
    connection: Connection, gather: Gather, arrived: Mapping[int, tuple[Print, Sequence[Delivery]]]
) -> dict[str, tuple[Delivery, ...]]:
    """Place entries (by their `seq`) that have just been written; returns their deliveries, by the id of the entry."""
    if not arrived:
        return {}
    lock(connection)
    seqs = {new.entry_id: seq for seq, (new, _) in arrived.items()}
    settled: dict[str, tuple[Delivery, ...]] = {}
    desk = Desk.of(connection, gather, seqs)
    for new in gather.in_order([new for new, _ in arrived.values()]):
        before, member = place(desk, new, seqs[new.entry_id])
        made = arrived[seqs[new.entry_id]][1]
        if made:
            # what an earlier entry of this check makes is not written yet, and counts as well
            told = _told(connection, [each.print.entry_id for each in before]) + _just(settled, before)
            settled[new.entry_id] = gather.settle(member, made, before, told)
    return settled


def lock(connection: Connection) -> None:
    """One at a time: two that are placed at once could not see each other. SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


@dataclass(slots=True)
class Desk:
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
    def of(cls, connection: Connection, gather: Gather, seqs: Mapping[str, int]) -> Desk:
        """For these entries (id -> `seq`)."""
        return cls(connection, gather, _known(connection, list(seqs.values())), decisions(connection, list(seqs)), {})

    def members(self, seqs: Collection[int]) -> list[Member]:
        """These reports, in the order in which they were stored."""
        if len(self.read) > _KEPT:
            self.read.clear()
        missing = [seq for seq in seqs if seq not in self.read]
        if missing:
            rows = self.connection.execute(REPORTS_BY_SEQ, {"seqs": missing})
            self.read |= {row.entry_seq: member_of(row) for row in rows}
        return [self.read[seq] for seq in sorted(seqs) if seq in self.read]


def _known(connection: Connection, seqs: Sequence[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for chunk in chunks(seqs):
        query = select(*event_entries.c["entry_seq", "event_id"]).where(event_entries.c.entry_seq.in_(chunk))
        found |= {row.entry_seq: row.event_id for row in connection.execute(query)}
    return found


def place(desk: Desk, new: Print, seq: int) -> tuple[list[Member], Member]:
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
    before = [] if stands_alone else reports_around(desk, own)
    row = row_of(new, seq, own, placement)
    connection.execute(_NEW_REPORT, row)
    write_marks(connection, new, seq)
    desk.known[seq] = own
    desk.read[seq] = Member(own, print_of(row["print"], row["sketch"]), placement.why)
    member = Member(own, new, placement.why)
    if stands_alone:
        return before, member
    write_lead(connection, own, desk.gather, [*(each for each in before if each.event_id == own), member])
    return before, member


_NEW_REPORT = event_entries.insert()
"""What is asked for each entry, so that it is put together once."""


def _revised(desk: Desk, new: Print, seq: int) -> tuple[list[Member], Member]:
    """An entry that says more stays where it is: people were told of it there."""
    own = desk.known[seq]
    before = reports_around(desk, own)
    changed = update(event_entries).where(event_entries.c.entry_seq == seq)
    desk.connection.execute(changed.values(print=dumped(new), sketch=packed(new.sketch)))
    desk.read.pop(seq, None)
    write_marks(desk.connection, new, seq)
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


def _around(desk: Desk, new: Print, seq: int) -> Around:
    links = desk.links.get(new.entry_id, {})
    found = {each.print.entry_id: each for each in desk.members(near(desk.connection, new, seq))}
    missing = [entry for entry in links if entry not in found]
    if missing:
        decided_on = loaded(desk.connection, event_entries.c.entry_id.in_(missing))
        found |= {each.print.entry_id: each for each in decided_on}
    return Around(
        members=tuple(sorted(found.values(), key=lambda each: (each.print.at, each.print.entry_id))),
        same=frozenset(entry for entry, link in links.items() if link is Link.SAME),
        apart=frozenset(entry for entry, link in links.items() if link is Link.APART),
    )


def decided(connection: Connection, entry: str) -> dict[str, Link]:
    """The newest decision about the entry and each other one; what was taken back does not count."""
    return decisions(connection, [entry]).get(entry, {})


def decisions(connection: Connection, named: Sequence[str]) -> dict[str, dict[str, Link]]:
    """Of these entries; those about which nobody decided anything are left out."""
    found: dict[str, dict[str, Link]] = {}
    for chunk in chunks(named):
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


def reports_around(desk: Desk, own: str) -> list[Member]:
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
