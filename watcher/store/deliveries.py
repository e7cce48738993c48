"""Deliveries: the outbox, from the claim of what is due to the record of how each attempt ended."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    Engine,
    Select,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    update,
)

from watcher.models.alerts import AttemptResult, ClaimedDelivery, Delivery, DeliveryState, Gathering
from watcher.models.subscriptions import Judge
from watcher.models.views import AddressRecord, AttemptRow, DeliveryRow, DeliveryView, StoppedAddress
from watcher.store import addresses, audience, batching, refusals
from watcher.store.codec import WAITS_FOR, load_plain
from watcher.store.engine import insert, reading, writing
from watcher.store.rows import delivery_row
from watcher.store.schema import attempts, batches, deliveries, entries, incidents

_PER_ADDRESS = 4
"""Under way to one address at a time: a receiver that hangs holds up its own alerts only."""
_ENDS = (DeliveryState.DELIVERED, DeliveryState.DEAD, DeliveryState.DISABLED, DeliveryState.SILENCED)
_AGAIN = (
    *(DeliveryState.DEAD, DeliveryState.DISABLED, DeliveryState.RETRYING, DeliveryState.SILENCED),
    *(DeliveryState.RESTORED, DeliveryState.HELD),
)
DROPPED = "dropped after a restore: it was sent before, somebody said"
_ADDRESS = (deliveries.c.channel, deliveries.c.address)

_PUT_BACK = (
    update(deliveries)
    .where(deliveries.c.state == DeliveryState.SENDING.value)
    .values(state=DeliveryState.RETRYING.value, lease_until=None, fence=deliveries.c.fence + 1)
)

ROWS: Select[Any] = (
    select(deliveries, entries.c.title, incidents.c.message.label("trouble"))
    .outerjoin(entries, entries.c.id == deliveries.c.entry_id)
    .outerjoin(incidents, incidents.c.id == deliveries.c.entry_id)
)
"""What `read_delivery_row` reads."""


@dataclass(frozen=True, slots=True)
class Deliveries:
    """The journeys of alerts to their addresses."""

    _engine: Engine

    def claim_due(
        self, now: datetime, *, lease: timedelta, limit: int, gathering: Gathering | None = None
    ) -> list[ClaimedDelivery]:
        """Take up to `limit` due messages for sending, longest due first; nobody else gets them for `lease`.

        Due are those that wait, those to be tried again, and those whose sender did not come back within its lease.
        At most four to one address are under way at a time. What `gathering` says is held and put together before;
        a batch is one message, and taken whole.
        """
        with writing(self._engine) as connection:
            addresses.disable_due(connection, now)
            if gathering:
                batching.hold_and_gather(connection, gathering, now)
            chosen = connection.execute(_fair(now, max(limit, 0))).all()
            rows = _take_singles(connection, [row.unit for row in chosen if row.batch is None], now, lease)
            rows += _take_batches(connection, [row.batch for row in chosen if row.batch is not None], now, lease)
            found: dict[str, list[Any]] = {}
            for row in sorted(rows, key=lambda row: (row.due_at, row.seq)):
                found.setdefault(row.batch or row.id, []).append(row)
            units = [_claimed_batch(unit) if unit[0].batch else _claimed(unit[0]) for unit in found.values()]
            return _under_their_message(connection, units)

    def finish(self, results: Sequence[AttemptResult], judge: Judge | None = None) -> None:
        """Record how attempts ended, each in the history of its delivery. A result of a lost claim is passed over.

        `judge` says when refusals of an address end the subscription that asked for mails to it.
        """
        with writing(self._engine) as connection:
            if any(result.refused for result in results):  # before other locks, as all do who end a subscription
                audience.changed(connection)
            under_way = _under_way(connection, [result.delivery_id for result in results])
            good = [result for result in results if (result.delivery_id, result.fence) in under_way]
            if not good:
                return
            if judge:
                whose = {delivery_id: row.recipient_id for (delivery_id, _), row in under_way.items()}
                good = refusals.heed(connection, good, whose, judge)
            connection.execute(_FINISH, [_finished(result) for result in good])
            _unbatch(connection, [result.delivery_id for result in good if result.alone])
            history = [_attempt(result, under_way[result.delivery_id, result.fence]) for result in good]
            connection.execute(attempts.insert(), history)
            addresses.stop(connection, good)

    def add(self, made: Sequence[Delivery], now: datetime) -> int:
        """Put deliveries into the outbox that no check makes; returns how many are new. One that is there stays."""
        if not made:
            return 0
        with writing(self._engine) as connection:
            new = insert(connection, deliveries).on_conflict_do_nothing(index_elements=["id"])
            telling = new.returning(
                deliveries.c.id
            )  # PostgreSQL's driver does not count what an INSERT with RETURNING did
            return sum(connection.execute(telling, delivery_row(each, now)).first() is not None for each in made)

    def release_all(self, now: datetime) -> None:
        """Put back what a sender that died had taken; due now, under the same id. For a daemon that starts."""
        with writing(self._engine) as connection:
            connection.execute(_PUT_BACK.values(due_at=now))

    def release_leases(self, ends: Collection[datetime], now: datetime) -> None:
        """Put back what was taken with leases that end at exactly these moments: for who got no answer, and sent none
        of it."""
        with writing(self._engine) as connection:
            connection.execute(_PUT_BACK.where(deliveries.c.lease_until.in_(ends)).values(due_at=now))

    def next_due_at(self) -> datetime | None:
        """When the next delivery can be claimed (in the past: now); None when the outbox is empty."""
        free = case(
            (deliveries.c.lease_until > deliveries.c.due_at, deliveries.c.lease_until), else_=deliveries.c.due_at
        )
        with reading(self._engine) as connection:
            earliest: datetime | None = connection.scalar(
                select(func.min(free)).where(deliveries.c.due_at.is_not(None))
            )
        return earliest

    def listing(
        self,
        *,
        state: DeliveryState | None = None,
        entry: str | None = None,
        recipient: str | None = None,
        channel: str | None = None,
        since: datetime | None = None,
        silence: str | None = None,
        batch: str | None = None,
        limit: int = 100,
        cursor: str | None = None,
    ) -> list[DeliveryRow]:
        """Deliveries, newest first; `cursor` is the id of the last one of the page before."""
        wanted: list[ColumnElement[bool]] = []
        if state:
            wanted.append(deliveries.c.state == state.value)
        if entry:
            wanted.append(deliveries.c.entry_id == entry)
        if recipient:
            wanted.append(deliveries.c.recipient_id == recipient)
        if channel:
            wanted.append(deliveries.c.channel == channel)
        if since:
            wanted.append(deliveries.c.created_at >= since)
        if silence:
            wanted.append(deliveries.c.silence_id == silence)
        if batch:
            wanted.append(deliveries.c.batch == batch)
        if cursor:
            last = deliveries.alias("last")
            wanted.append(deliveries.c.seq < select(last.c.seq).where(last.c.id == cursor).scalar_subquery())
        query = ROWS.where(*wanted).order_by(deliveries.c.seq.desc()).limit(limit)
        with reading(self._engine) as connection:
            return [read_delivery_row(row) for row in connection.execute(query)]

    def each(self, **filters: Any) -> Iterator[DeliveryRow]:
        """All deliveries that `listing` would list, a page at a time."""
        cursor = None
        while rows := self.listing(**filters, limit=500, cursor=cursor):
            yield from rows
            cursor = rows[-1].id

    def show(self, delivery_id: str) -> DeliveryView | None:
        """One delivery with every attempt, or None when there is none of that id."""
        with reading(self._engine) as connection:
            row = connection.execute(ROWS.where(deliveries.c.id == delivery_id)).first()
            if row is None:
                return None
            history = select(attempts).where(attempts.c.delivery_seq == row.seq).order_by(attempts.c.seq)
            return DeliveryView(
                row=read_delivery_row(row),
                rule_ids=tuple(load_plain(row.rule_ids)),
                silence_id=row.silence_id,
                attempts=tuple(
                    AttemptRow(each.number, each.finished_at, DeliveryState(each.state), each.answer)
                    for each in connection.execute(history)
                ),
            )

    def enable(self, recipient_id: str, now: datetime) -> tuple[list[str], int]:
        """Send again to a recipient whose receiver said that it was gone.

        Returns the addresses that were switched off, and how many deliveries to them are due again.
        """
        return addresses.enable(self._engine, recipient_id, now)

    def stop(self, recipient_id: str, channel: str, address: str, reason: str, now: datetime) -> None:
        """Switch an address off, and all that waits for it, until somebody switches it on again."""
        addresses.stop_one(self._engine, (channel, address), recipient_id, reason, now)

    def stopped(self) -> list[StoppedAddress]:
        """The addresses that are switched off."""
        return addresses.stopped(self._engine)

    def address_records(self) -> list[AddressRecord]:
        """How each address does that was tried lately."""
        return addresses.address_records(self._engine)

    def retry(self, now: datetime, ids: Collection[str] | None = None) -> int:
        """Make deliveries due at once, with all their attempts before them; returns how many.

        Without `ids` all dead ones; of `ids` those that are dead, disabled, silenced, held, also since a restore, or
        between two attempts. To ask for a disabled one by its id switches its address on again; one of a batch takes
        the others with it.
        """
        states = (DeliveryState.DEAD,) if ids is None else _AGAIN
        wanted: ColumnElement[bool] = deliveries.c.state.in_([state.value for state in states])
        if ids is not None:
            theirs = select(deliveries.c.batch).where(deliveries.c.id.in_(ids), deliveries.c.batch.is_not(None))
            wanted = and_(wanted, or_(deliveries.c.id.in_(ids), deliveries.c.batch.in_(theirs)))
        again = {"state": DeliveryState.RETRYING.value, "due_at": now, "attempts": 0, "finished_at": None}
        with writing(self._engine) as connection:
            addresses.start(connection, wanted)
            return connection.execute(update(deliveries).where(wanted).values(again)).rowcount

    def release(self, now: datetime, ids: Collection[str] | None = None) -> int:
        """Let go what waits for a person since a restore (all of it, or these): due now, as if it had just been made.

        Returns how many. What belongs to a digest goes with its next turn.
        """
        with writing(self._engine) as connection:
            again = {"state": DeliveryState.WAITING.value, "due_at": now, "finished_at": None, "attempts": 0}
            return connection.execute(update(deliveries).where(_restored(ids)).values(again)).rowcount

    def drop(self, now: datetime, ids: Collection[str] | None = None) -> int:
        """Give up what waits for a person since a restore (all of it, or these): it was sent before. Returns how many.

        It stays in the ledger as not delivered, with the reason, and can still be tried again.
        """
        with writing(self._engine) as connection:
            ended = {"state": DeliveryState.DEAD.value, "answer": DROPPED, "finished_at": now}
            return connection.execute(update(deliveries).where(_restored(ids)).values(ended)).rowcount


def _restored(ids: Collection[str] | None) -> ColumnElement[bool]:
    waits = deliveries.c.state == DeliveryState.RESTORED.value
    if ids is None:
        return waits
    theirs = select(deliveries.c.batch).where(deliveries.c.id.in_(ids), deliveries.c.batch.is_not(None))
    return and_(waits, or_(deliveries.c.id.in_(ids), deliveries.c.batch.in_(theirs)))


# --- claiming ----------------------------------------------------------------------------------------------------


def _due(now: datetime) -> ColumnElement[bool]:
    free = or_(deliveries.c.lease_until.is_(None), deliveries.c.lease_until <= now)
    return and_(deliveries.c.due_at.is_not(None), deliveries.c.due_at <= now, free)


_UNIT = func.coalesce(deliveries.c.batch, deliveries.c.id)
"""What is sent as one message."""


def _fair(now: datetime, limit: int) -> Select[Any]:
    """The messages to take: longest due first, but no more to an address than may be under way to it."""
    first = (func.min(deliveries.c.due_at).label("due_at"), func.min(deliveries.c.seq).label("seq"))
    units = select(*_ADDRESS, deliveries.c.batch, _UNIT.label("unit"), *first).where(_due(now))
    unit = units.group_by(*_ADDRESS, deliveries.c.batch, _UNIT).cte()
    rank = func.row_number().over(partition_by=(unit.c.channel, unit.c.address), order_by=(unit.c.due_at, unit.c.seq))
    due = select(unit, rank.label("rank")).cte()
    busy = _busy(now)
    same = and_(busy.c.channel == due.c.channel, busy.c.address == due.c.address)
    allowed = due.c.rank + func.coalesce(busy.c.number, 0) <= _PER_ADDRESS
    query = select(due.c.unit, due.c.batch).select_from(due.outerjoin(busy, same)).where(allowed)
    return query.order_by(due.c.due_at, due.c.seq).limit(limit)


def _busy(now: datetime) -> CTE:
    under_way = and_(deliveries.c.due_at.is_not(None), deliveries.c.lease_until > now)
    number = func.count(func.distinct(_UNIT)).label("number")
    return select(*_ADDRESS, number).where(under_way).group_by(*_ADDRESS).cte()


def _take_singles(connection: Connection, ids: Sequence[str], now: datetime, lease: timedelta) -> list[Any]:
    """Those that nobody else has taken meanwhile."""
    if not ids:
        return []
    chosen = select(deliveries.c.id).where(deliveries.c.id.in_(ids), _due(now))
    locked = chosen.with_for_update(skip_locked=True).cte("chosen")
    return _take(connection, deliveries.c.id.in_(select(locked.c.id)), now, lease)


def _take_batches(connection: Connection, ids: Sequence[str], now: datetime, lease: timedelta) -> list[Any]:
    """All of each batch or nothing: who holds the lock on its row takes its deliveries."""
    if not ids:
        return []
    free = select(batches.c.id).where(batches.c.id.in_(ids)).with_for_update(skip_locked=True)
    locked = list(connection.scalars(free))
    return _take(connection, and_(deliveries.c.batch.in_(locked), _due(now)), now, lease)


def _take(connection: Connection, which: ColumnElement[bool], now: datetime, lease: timedelta) -> list[Any]:
    claim = (
        update(deliveries)
        .where(which)
        .values(
            state=DeliveryState.SENDING.value,
            attempts=deliveries.c.attempts + 1,
            fence=deliveries.c.fence + 1,
            lease_until=now + lease,
            held_reason=None,
            waits_for=None,
        )
        .returning(deliveries)
    )
    return list(connection.execute(claim).all())


def _under_their_message(connection: Connection, claimed: Sequence[ClaimedDelivery]) -> list[ClaimedDelivery]:
    """Follow-ups go on where the first alert went, which may have been a message about several."""
    roots = {each.delivery.thread for each in claimed if each.delivery.thread}
    if not roots:
        return list(claimed)
    query = select(deliveries.c.id, deliveries.c.batch).where(deliveries.c.id.in_(roots))
    sent_as = {row.id: row.batch or row.id for row in connection.execute(query)}
    return [
        replace(each, delivery=replace(each.delivery, thread=sent_as.get(each.delivery.thread, ""))) for each in claimed
    ]


def _claimed_batch(rows: Sequence[Any]) -> ClaimedDelivery:
    members = tuple(_claimed(row) for row in rows)
    first, rules = members[0], dict.fromkeys(rule for each in members for rule in each.delivery.rule_ids)
    whole = replace(first.delivery, id=rows[0].batch, entry_id="", rule_ids=tuple(rules), payload={}, thread="")
    return ClaimedDelivery(whole, attempt=max(each.attempt for each in members), fence=first.fence, members=members)


def _claimed(row: Any) -> ClaimedDelivery:
    delivery = Delivery(
        id=row.id,
        entry_id=row.entry_id,
        rule_ids=tuple(load_plain(row.rule_ids)),
        recipient_id=row.recipient_id,
        channel=row.channel,
        address=row.address,
        payload=load_plain(row.payload),
        due_at=row.due_at,
        digest=row.digest,
        urgent=bool(row.urgent),
        thread=row.thread or "",
    )
    return ClaimedDelivery(delivery, attempt=row.attempts, fence=row.fence)


# --- finishing ---------------------------------------------------------------------------------------------------

_FINISH = (
    update(deliveries)
    .where(deliveries.c.id == bindparam("delivery"))
    .values(
        state=bindparam("new_state"),
        due_at=bindparam("due"),
        finished_at=bindparam("finished"),
        answer=bindparam("said"),
        lease_until=None,
    )
)


def _unbatch(connection: Connection, ids: Collection[str]) -> None:
    """What is between two attempts is never gathered again: each of these goes by itself."""
    if ids:
        connection.execute(update(deliveries).where(deliveries.c.id.in_(ids)).values(batch=None))


def _under_way(connection: Connection, ids: Collection[str]) -> dict[tuple[str, int], Any]:
    """Those that are being sent, by id and fence: their seq, recipient and number of attempts."""
    mine = and_(deliveries.c.id.in_(ids), deliveries.c.state == DeliveryState.SENDING.value)
    columns = deliveries.c["id", "fence", "seq", "recipient_id", "attempts"]
    query = select(*columns).where(mine).order_by(deliveries.c.id)
    rows = connection.execute(query.with_for_update())
    return {(row.id, row.fence): row for row in rows}


def _finished(result: AttemptResult) -> dict[str, Any]:
    ended = result.state in _ENDS
    # a delivery that has not ended is always due at some time: none may fall silent
    due = None if ended else result.next_due_at or result.finished_at
    return {
        "delivery": result.delivery_id,
        "new_state": result.state.value,
        "due": due,
        "finished": result.finished_at if ended else None,
        "said": result.answer,
    }


def _attempt(result: AttemptResult, row: Any) -> dict[str, Any]:
    return {
        "delivery_seq": row.seq,
        "number": row.attempts,
        "finished_at": result.finished_at,
        "state": result.state.value,
        "answer": result.answer,
    }


def _notice(row: Any) -> str:
    """What a delivery says that is about neither an entry nor an incident; "" of all others."""
    if row.title is not None or row.trouble is not None:
        return ""
    notice = load_plain(row.payload).get("data", {}).get("notice")
    return str(notice["headline"]["en"]) if notice else ""


def read_delivery_row(row: Any) -> DeliveryRow:
    """A row of `ROWS` as a value."""
    notice = _notice(row)
    return DeliveryRow(
        id=row.id,
        entry_id=row.entry_id,
        title=row.title or row.trouble or notice,
        recipient_id=row.recipient_id,
        channel=row.channel,
        address=row.address,
        state=DeliveryState(row.state),
        attempts=row.attempts,
        answer=row.answer,
        created_at=row.created_at,
        due_at=row.due_at,
        finished_at=row.finished_at,
        about_incident=row.trouble is not None,
        about_notice=bool(notice),
        held_reason=row.held_reason or "",
        waits_for=WAITS_FOR.load(row.waits_for) if row.waits_for else (),
        batch=row.batch,
    )
