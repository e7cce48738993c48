"""Deliveries: the outbox, from the claim of what is due to the record of how each attempt ended."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
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

from watcher.models.alerts import AttemptResult, ClaimedDelivery, Delivery, DeliveryState
from watcher.models.views import DeliveryRow
from watcher.store.codec import load_plain
from watcher.store.engine import reading, writing
from watcher.store.schema import attempts, deliveries, entries

_PER_ADDRESS = 4
"""Under way to one address at a time: a receiver that hangs holds up its own alerts only."""
_ENDS = (DeliveryState.DELIVERED, DeliveryState.DEAD, DeliveryState.DISABLED)
_AGAIN = (DeliveryState.DEAD, DeliveryState.DISABLED, DeliveryState.RETRYING)
_ADDRESS = (deliveries.c.channel, deliveries.c.address)

ROWS: Select[Any] = select(deliveries, entries.c.title).outerjoin(entries, entries.c.id == deliveries.c.entry_id)
"""What `read_delivery_row` reads."""


@dataclass(frozen=True, slots=True)
class Deliveries:
    """The journeys of alerts to their addresses."""

    _engine: Engine

    def claim_due(self, now: datetime, *, lease: timedelta, limit: int) -> list[ClaimedDelivery]:
        """Take up to `limit` due deliveries for sending, longest due first; nobody else gets them for `lease`.

        Due are those that wait, those to be tried again, and those whose sender did not come back within its lease.
        At most four to one address are under way at a time.
        """
        # window functions cannot lock: the chosen ones are locked, and looked at again, one level further out
        chosen = select(deliveries.c.id).where(deliveries.c.id.in_(_fair(now, max(limit, 0))), _due(now))
        locked = chosen.with_for_update(skip_locked=True).cte("chosen")
        claim = (
            update(deliveries)
            .where(deliveries.c.id.in_(select(locked.c.id)))
            .values(
                state=DeliveryState.SENDING.value,
                attempts=deliveries.c.attempts + 1,
                fence=deliveries.c.fence + 1,
                lease_until=now + lease,
            )
            .returning(deliveries)
        )
        with writing(self._engine) as connection:
            rows = connection.execute(claim).all()
        return [_claimed(row) for row in sorted(rows, key=lambda row: (row.due_at, row.seq))]

    def finish(self, results: Sequence[AttemptResult]) -> None:
        """Record how attempts ended, each in the history of its delivery. A result of a lost claim is passed over."""
        with writing(self._engine) as connection:
            under_way = _under_way(connection, [result.delivery_id for result in results])
            good = [result for result in results if (result.delivery_id, result.fence) in under_way]
            if not good:
                return
            connection.execute(_FINISH, [_finished(result) for result in good])
            history = [_attempt(result, *under_way[result.delivery_id, result.fence]) for result in good]
            connection.execute(attempts.insert(), history)

    def release_all(self, now: datetime) -> None:
        """Put back what a sender that died had taken; due now, under the same id. For a daemon that starts."""
        with writing(self._engine) as connection:
            connection.execute(
                update(deliveries)
                .where(deliveries.c.state == DeliveryState.SENDING.value)
                .values(state=DeliveryState.RETRYING.value, due_at=now, lease_until=None, fence=deliveries.c.fence + 1)
            )

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
        if cursor:
            last = deliveries.alias("last")
            wanted.append(deliveries.c.seq < select(last.c.seq).where(last.c.id == cursor).scalar_subquery())
        query = ROWS.where(*wanted).order_by(deliveries.c.seq.desc()).limit(limit)
        with reading(self._engine) as connection:
            return [read_delivery_row(row) for row in connection.execute(query)]

    def retry(self, now: datetime, ids: Collection[str] | None = None) -> int:
        """Make deliveries due at once, with all their attempts before them; returns how many.

        Without `ids` all dead ones; of `ids` those that are dead, disabled or between two attempts.
        """
        states = (DeliveryState.DEAD,) if ids is None else _AGAIN
        wanted: ColumnElement[bool] = deliveries.c.state.in_([state.value for state in states])
        if ids is not None:
            wanted = and_(wanted, deliveries.c.id.in_(ids))
        again = {"state": DeliveryState.RETRYING.value, "due_at": now, "attempts": 0, "finished_at": None}
        with writing(self._engine) as connection:
            return connection.execute(update(deliveries).where(wanted).values(again)).rowcount


# --- claiming ----------------------------------------------------------------------------------------------------


def _due(now: datetime) -> ColumnElement[bool]:
    free = or_(deliveries.c.lease_until.is_(None), deliveries.c.lease_until <= now)
    return and_(deliveries.c.due_at.is_not(None), deliveries.c.due_at <= now, free)


def _fair(now: datetime, limit: int) -> Select[tuple[str]]:
    """The ids to take: longest due first, but no more to an address than may be under way to it."""
    rank = func.row_number().over(partition_by=_ADDRESS, order_by=(deliveries.c.due_at, deliveries.c.seq))
    due = select(*deliveries.c["id", "channel", "address", "due_at", "seq"], rank.label("rank")).where(_due(now)).cte()
    busy = _busy(now)
    same = and_(busy.c.channel == due.c.channel, busy.c.address == due.c.address)
    allowed = due.c.rank + func.coalesce(busy.c.number, 0) <= _PER_ADDRESS
    query = select(due.c.id).select_from(due.outerjoin(busy, same)).where(allowed)
    return query.order_by(due.c.due_at, due.c.seq).limit(limit)


def _busy(now: datetime) -> CTE:
    under_way = and_(deliveries.c.due_at.is_not(None), deliveries.c.lease_until > now)
    return select(*_ADDRESS, func.count().label("number")).where(under_way).group_by(*_ADDRESS).cte()


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


def _under_way(connection: Connection, ids: Collection[str]) -> dict[tuple[str, int], tuple[int, int]]:
    """(id, fence) of those that are being sent -> their seq and the number of the attempt."""
    mine = and_(deliveries.c.id.in_(ids), deliveries.c.state == DeliveryState.SENDING.value)
    query = select(*deliveries.c["id", "fence", "seq", "attempts"]).where(mine).order_by(deliveries.c.id)
    rows = connection.execute(query.with_for_update())
    return {(row.id, row.fence): (row.seq, row.attempts) for row in rows}


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


def _attempt(result: AttemptResult, seq: int, number: int) -> dict[str, Any]:
    return {
        "delivery_seq": seq,
        "number": number,
        "finished_at": result.finished_at,
        "state": result.state.value,
        "answer": result.answer,
    }


def read_delivery_row(row: Any) -> DeliveryRow:
    """A row of `ROWS` as a value."""
    return DeliveryRow(
        id=row.id,
        entry_id=row.entry_id,
        title=row.title or "",
        recipient_id=row.recipient_id,
        channel=row.channel,
        address=row.address,
        state=DeliveryState(row.state),
        attempts=row.attempts,
        answer=row.answer,
        created_at=row.created_at,
        due_at=row.due_at,
        finished_at=row.finished_at,
    )
