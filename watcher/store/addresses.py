"""Addresses that are switched off, and how the last attempts to each address went."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, and_, delete, false, func, or_, select, tuple_, update

from watcher.models.alerts import AttemptResult, DeliveryState
from watcher.models.views import AddressRecord, StoppedAddress
from watcher.store.engine import insert, reading, writing
from watcher.store.schema import attempts, batches, deliveries, incidents, stopped_addresses

_LOOKED_AT = 2000
"""The newest attempts that say how an address does."""
_ADDRESS = (deliveries.c.channel, deliveries.c.address)
_STOPPED = (stopped_addresses.c.channel, stopped_addresses.c.address)
_ON_ITS_WAY = and_(deliveries.c.due_at.is_not(None), deliveries.c.state != DeliveryState.SENDING.value)


def stop(connection: Connection, results: Sequence[AttemptResult]) -> None:
    """Switch the addresses of deliveries off whose receiver said that it is gone, and all that waits for them."""
    gone = {result.delivery_id: result for result in results if result.state is DeliveryState.DISABLED}
    if not gone:
        return
    query = select(*deliveries.c["id", "channel", "address", "recipient_id"]).where(deliveries.c.id.in_(gone))
    for row in connection.execute(query).all():
        result = gone[row.id]
        said = {"recipient_id": row.recipient_id, "reason": result.answer, "at": result.finished_at}
        new = insert(connection, stopped_addresses).values(channel=row.channel, address=row.address, **said)
        connection.execute(new.on_conflict_do_nothing())
        _disable(connection, row.channel, row.address, result.answer, result.finished_at)


def disable_due(connection: Connection, now: datetime) -> None:
    """What became due for an address that is switched off ends, with the reason."""
    for row in connection.execute(select(stopped_addresses)).all():
        _disable(connection, row.channel, row.address, row.reason, now)


def start(connection: Connection, chosen: Any) -> None:
    """Switch the addresses of deliveries on again; `chosen` is a condition on deliveries."""
    theirs = select(*_ADDRESS).where(deliveries.c.state == DeliveryState.DISABLED.value, chosen)
    connection.execute(delete(stopped_addresses).where(tuple_(*_STOPPED).in_(theirs)))


def enable(engine: Engine, recipient_id: str, now: datetime) -> tuple[list[str], int]:
    """Switch all addresses of a recipient on again: which they were, and how many deliveries are due again."""
    with writing(engine) as connection:
        ended = delete(stopped_addresses).where(stopped_addresses.c.recipient_id == recipient_id)
        rows = connection.execute(ended.returning(*_STOPPED)).all()
        found = sorted(row.address for row in rows)
        theirs = or_(*(and_(_ADDRESS[0] == row.channel, _ADDRESS[1] == row.address) for row in rows), false())
        again = update(deliveries).where(deliveries.c.state == DeliveryState.DISABLED.value, theirs)
        values = {"state": DeliveryState.RETRYING.value, "due_at": now, "attempts": 0, "finished_at": None}
        return found, connection.execute(again.values(values)).rowcount


def stopped(engine: Engine) -> list[StoppedAddress]:
    """The addresses that are switched off, the newest first."""
    query = select(stopped_addresses).order_by(stopped_addresses.c.at.desc(), *_STOPPED)
    with reading(engine) as connection:
        return [
            StoppedAddress(row.channel, row.address, row.recipient_id, row.reason, row.at)
            for row in connection.execute(query)
        ]


def address_records(engine: Engine) -> list[AddressRecord]:
    """How each address does that was tried lately."""
    newest = select(attempts).order_by(attempts.c.seq.desc()).limit(_LOOKED_AT).subquery()
    columns = deliveries.c["recipient_id", "channel", "address"]
    query = select(*columns, *newest.c["seq", "state", "answer", "finished_at"]).join(
        deliveries, deliveries.c.seq == newest.c.delivery_seq
    )
    found: dict[tuple[str, str, str], AddressRecord] = {}
    with reading(engine) as connection:
        for row in connection.execute(query.order_by(newest.c.seq.desc())):
            key = (row.recipient_id, row.channel, row.address)
            found[key] = _with(found.get(key) or AddressRecord(*key), row)
    return list(found.values())


def _with(record: AddressRecord, row: Any) -> AddressRecord:
    """The record with an attempt that is older than all in it; those before one that arrived do not count."""
    if record.good_at is not None:
        return record
    if row.state == DeliveryState.DELIVERED.value:
        return replace(record, good_at=row.finished_at)
    if record.since == row.finished_at:  # one message with several entries in it was one attempt
        return record
    ended = row.state in (DeliveryState.DEAD.value, DeliveryState.DISABLED.value)
    return replace(
        record,
        failures=record.failures + 1,
        dead=record.dead + ended,
        since=row.finished_at,
        answer=record.answer or row.answer,
    )


def cancel(connection: Connection, which: ColumnElement[bool], reason: str, now: datetime) -> int:
    """End what waits, with the reason; what is being sent at this moment is not called back. Returns how many."""
    ended = {"state": DeliveryState.DISABLED.value, "due_at": None, "lease_until": None, "finished_at": now}
    waits = update(deliveries).where(and_(_ON_ITS_WAY, which))
    return connection.execute(waits.values(answer=reason, waits_for=None, held_reason=None, **ended)).rowcount


def forget_address(connection: Connection, address: str, now: datetime) -> int:
    """Put a name that leads nowhere in the place of an address, in all that was ever sent there; returns how many.

    The name is the same for all of them, so that the ledger can still be counted, and made of chance, so that nobody
    who knows the address can find it again.
    """
    theirs = func.lower(deliveries.c.address) == address.lower()
    cancel(connection, theirs, "the address was forgotten", now)
    name = f"forgotten-{secrets.token_hex(5)}"
    connection.execute(update(batches).where(func.lower(batches.c.address) == address.lower()).values(address=name))
    gone = delete(stopped_addresses).where(func.lower(stopped_addresses.c.address) == address.lower())
    connection.execute(gone)
    told = incidents.c.message.contains(address, autoescape=True)
    without = func.replace(incidents.c.message, address, name)
    connection.execute(update(incidents).where(told).values(message=without))
    return take_away(connection, address, theirs, name)


def take_away(connection: Connection, address: str, which: ColumnElement[bool], name: str = "") -> int:
    """Put `name`, or one made of chance, in the place of an address in these deliveries and in what was answered."""
    name = name or f"forgotten-{secrets.token_hex(5)}"
    seqs = select(deliveries.c.seq).where(which)
    without = func.replace(attempts.c.answer, address, name)
    connection.execute(update(attempts).where(attempts.c.delivery_seq.in_(seqs)).values(answer=without))
    answer = func.replace(deliveries.c.answer, address, name)
    return connection.execute(update(deliveries).where(which).values(address=name, answer=answer)).rowcount


def stop_one(engine: Engine, where: tuple[str, str], recipient_id: str, reason: str, now: datetime) -> None:
    """Switch one address (channel, address) off, with the reason, and all that waits for it."""
    channel, address = where
    said = {"recipient_id": recipient_id, "reason": reason, "at": now}
    with writing(engine) as connection:
        new = insert(connection, stopped_addresses).values(channel=channel, address=address, **said)
        connection.execute(new.on_conflict_do_nothing())
        _disable(connection, channel, address, reason, now)


def _disable(connection: Connection, channel: str, address: str, reason: str, now: datetime) -> None:
    cancel(connection, and_(_ADDRESS[0] == channel, _ADDRESS[1] == address), reason, now)
