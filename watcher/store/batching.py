"""Holding and gathering: what must wait is put off, what goes together becomes a batch, before anything is claimed.

Whether a turn of a digest has been sent is decided by the INSERT of its batch, never by an earlier read; so no clock
makes a second one. All of it happens in the transaction of the claim: the members of a batch are fixed with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, or_, select, update

from watcher.models.alerts import Burst, DeliveryState, Gathering, Timing
from watcher.models.identity import burst_id, digest_id
from watcher.store.chunks import chunks
from watcher.store.codec import WAITS_FOR
from watcher.store.engine import insert
from watcher.store.schema import batches, deliveries, entries

LARGEST = 250
"""Deliveries of one batch: what is beyond goes as a further part, so that a message stays one that can be sent."""
_LONGEST_WAIT = timedelta(days=7)
"""No channel waits longer between two attempts; who is due later was put off by a clock that went wrong."""
_UNSENT = deliveries.c.state.in_([DeliveryState.WAITING.value, DeliveryState.HELD.value])
_OPEN = or_(_UNSENT, deliveries.c.state == DeliveryState.RETRYING.value)
_WHERE = deliveries.c["recipient_id", "channel", "address"]


@dataclass(frozen=True, slots=True)
class _Address:
    """Where a batch goes."""

    recipient_id: str
    channel: str
    address: str

    @property
    def here(self) -> ColumnElement[bool]:
        return and_(
            deliveries.c.recipient_id == self.recipient_id,
            deliveries.c.channel == self.channel,
            deliveries.c.address == self.address,
        )


def hold_and_gather(connection: Connection, gathering: Gathering, now: datetime) -> None:
    """Put off what quiet hours hold, and make batches of what is due together."""
    _follow_the_clock_back(connection, gathering, now)
    for recipient_id, timing in gathering.quiet.items():
        _hold(connection, recipient_id, timing, now)
    _digests(connection, gathering, now)
    _bursts(connection, gathering, now)


# --- time --------------------------------------------------------------------------------------------------------


def _follow_the_clock_back(connection: Connection, gathering: Gathering, now: datetime) -> None:
    """What was made later than now is from before the clock went back: planned again, so that none waits for years."""
    ahead = and_(deliveries.c.created_at > now, deliveries.c.due_at > now, deliveries.c.batch.is_(None), _UNSENT)
    kinds = select(*deliveries.c["recipient_id", "digest", "urgent"]).where(ahead).distinct()
    for row in connection.execute(kinds).all():
        timing = gathering.again(row.recipient_id, row.digest, bool(row.urgent))
        later = and_(
            ahead,
            deliveries.c.recipient_id == row.recipient_id,
            deliveries.c.digest.is_not_distinct_from(row.digest),
            deliveries.c.urgent.is_not_distinct_from(row.urgent),
            deliveries.c.due_at > timing.due_at,
        )
        connection.execute(update(deliveries).where(later).values(_put_off(timing)))
    stuck = and_(deliveries.c.due_at > now + _LONGEST_WAIT, deliveries.c.created_at > now, _OPEN)
    tried = or_(deliveries.c.state == DeliveryState.RETRYING.value, deliveries.c.batch.is_not(None))
    connection.execute(update(deliveries).where(stuck, tried).values(due_at=now))


def _put_off(timing: Timing) -> dict[str, Any]:
    state = DeliveryState.HELD if timing.held else DeliveryState.WAITING
    waits_for = WAITS_FOR.dump(timing.waits_for) if timing.waits_for else None
    return {"state": state.value, "due_at": timing.due_at, "held_reason": None, "waits_for": waits_for}


def _hold(connection: Connection, recipient_id: str, timing: Timing, now: datetime) -> None:
    """Nothing but what is urgent goes to a recipient now; a batch with something urgent in it is."""
    urgent = select(deliveries.c.batch).where(deliveries.c.urgent.is_(True), deliveries.c.batch.is_not(None))
    passes = or_(deliveries.c.urgent.is_(True), and_(deliveries.c.batch.is_not(None), deliveries.c.batch.in_(urgent)))
    held = and_(_due(now), _OPEN, deliveries.c.recipient_id == recipient_id, ~passes)
    connection.execute(update(deliveries).where(held).values(_put_off(timing)))


def _due(now: datetime) -> ColumnElement[bool]:
    return and_(deliveries.c.due_at.is_not(None), deliveries.c.due_at <= now)


# --- digests -----------------------------------------------------------------------------------------------------


def _digests(connection: Connection, gathering: Gathering, now: datetime) -> None:
    due = and_(_due(now), _UNSENT, deliveries.c.digest.is_not(None), deliveries.c.batch.is_(None))
    found: dict[tuple[_Address, str], list[str]] = {}
    for row in connection.execute(select(*_WHERE, deliveries.c.digest).where(due).distinct()).all():
        place = _Address(row.recipient_id, row.channel, row.address)
        found.setdefault((place, gathering.period(row.digest)), []).append(row.digest)
    for (place, period), digests in sorted(found.items(), key=lambda each: each[0][1]):
        theirs = and_(due, place.here, deliveries.c.digest.in_(digests))
        if not _digest(connection, place, period, theirs, now):
            _next_turn(connection, gathering, place, digests, theirs)


def _digest(connection: Connection, place: _Address, period: str, which: ColumnElement[bool], now: datetime) -> bool:
    """Make the batches of a turn; False when it has had its digest already."""
    for part, ids in enumerate(_parts(connection, which)):
        batch = digest_id(place.recipient_id, place.address, period, part)
        if not _make(connection, batch, place, period, ids, now):
            return False
    return True


def _next_turn(
    connection: Connection,
    gathering: Gathering,
    place: _Address,
    digests: Sequence[str],
    which: ColumnElement[bool],
) -> None:
    """One turn, one digest: what came after it goes with the next."""
    for digest in digests:
        timing = gathering.again(place.recipient_id, digest, False)
        theirs = and_(which, deliveries.c.digest == digest)
        connection.execute(update(deliveries).where(theirs).values(_put_off(timing)))


# --- bursts ------------------------------------------------------------------------------------------------------


def _bursts(connection: Connection, gathering: Gathering, now: datetime) -> None:
    for (wait, more_than), recipient_ids in _by_burst(gathering):
        alike = and_(_immediate(now + wait), deliveries.c.recipient_id.in_(recipient_ids))
        crowds = (
            select(*_WHERE)
            .where(alike)
            .group_by(*_WHERE)
            .having(and_(func.count() > more_than, func.min(deliveries.c.due_at) <= now))
        )
        for row in connection.execute(crowds).all():
            _burst(connection, _Address(row.recipient_id, row.channel, row.address), _immediate(now + wait), now)


def _burst(connection: Connection, place: _Address, which: ColumnElement[bool], now: datetime) -> None:
    for ids in _parts(connection, and_(which, place.here)):
        if len(ids) > 1:
            _make(connection, burst_id(place.recipient_id, place.address, ids), place, None, ids, now)


def _by_burst(gathering: Gathering) -> Iterator[tuple[tuple[timedelta, int], list[str]]]:
    """The recipients whose bursts are alike, so that one query looks for all of them."""
    found: dict[Burst, list[str]] = {}
    for recipient_id, burst in gathering.bursts.items():
        found.setdefault(burst, []).append(recipient_id)
    return (((burst.wait, burst.more_than), ids) for burst, ids in found.items())


def _immediate(until: datetime) -> ColumnElement[bool]:
    """Alerts about entries that have not been tried; what tells of trouble goes by itself."""
    about_entry = exists().where(entries.c.id == deliveries.c.entry_id)
    return and_(_due(until), _UNSENT, deliveries.c.digest.is_(None), deliveries.c.batch.is_(None), about_entry)


# --- both --------------------------------------------------------------------------------------------------------


def _parts(connection: Connection, which: ColumnElement[bool]) -> Iterator[Sequence[str]]:
    """The ids of the deliveries, locked, in the order in which they were made, LARGEST at a time."""
    query: Select[Any] = select(deliveries.c.id).where(which).order_by(deliveries.c.seq)
    ids = connection.scalars(query.with_for_update(skip_locked=True, of=deliveries)).all()
    return chunks(ids, LARGEST)


def _make(
    connection: Connection, batch: str, place: _Address, period: str | None, ids: Sequence[str], now: datetime
) -> bool:
    """Make a batch of these deliveries, due now; False when there is one of that id already."""
    row = {"id": batch, "period": period, "size": len(ids), "created_at": now}
    where = {"recipient_id": place.recipient_id, "channel": place.channel, "address": place.address}
    new = insert(connection, batches).values(**row, **where).on_conflict_do_nothing(index_elements=["id"])
    if connection.execute(new.returning(batches.c.id)).first() is None:
        return False
    joined = {"batch": batch, "due_at": now, "state": DeliveryState.WAITING.value}
    connection.execute(update(deliveries).where(deliveries.c.id.in_(ids)).values(joined))
    return True
