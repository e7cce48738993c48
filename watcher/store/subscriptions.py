"""Subscriptions: asked for by anybody, begun by who reads the address, ended with a reason, forgotten entirely."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, func, select, update

from watcher.models.alerts import Delivery
from watcher.models.subscriptions import REQUEST, Choices, Ended, Subscription, SubscriptionRequest, subscriber_id, tidy
from watcher.store import audience
from watcher.store.addresses import cancel, forget_address, take_away
from watcher.store.codec import CHOICES
from watcher.store.engine import insert, reading, writing
from watcher.store.rows import delivery_row
from watcher.store.schema import deliveries, subscription_requests, subscriptions

_EXPIRED = "the link in the mail has expired"
_A_DAY = timedelta(days=1)
_AN_HOUR = timedelta(hours=1)


class Asked(StrEnum):
    """What came of a request."""

    MADE = "made"
    ADDRESS_LIMIT = "address limit"
    CLIENT_LIMIT = "client limit"


@dataclass(frozen=True, slots=True)
class Limits:
    """How many requests are heard: for one address in a day, from one client and from all of them in an hour."""

    address: int
    client: int
    all: int


@dataclass(frozen=True, slots=True)
class Subscriptions:
    """Who is written to because they asked for it. Addresses count as the same without regard to case."""

    _engine: Engine

    def ask(
        self, request: SubscriptionRequest, made: Sequence[Delivery], *, client: str, limits: Limits, now: datetime
    ) -> Asked:
        """Keep a request together with the mail that asks for confirmation, unless there were too many.

        `client` names where it came from. Requests that have expired are forgotten before.
        """
        key = request.address.lower()
        row = {
            "id": request.id,
            "address": request.address,
            "address_key": key,
            "client": client,
            "choices": CHOICES.dump(request.choices),
            "asked_at": now,
            "expires_at": request.expires_at,
        }
        with writing(self._engine) as connection:
            audience.changed(connection)
            _forget_expired(connection, now)
            if _asked(connection, now - _AN_HOUR, subscription_requests.c.client == client) >= limits.client:
                return Asked.CLIENT_LIMIT
            if _asked(connection, now - _AN_HOUR) >= limits.all:
                return Asked.CLIENT_LIMIT
            if _asked(connection, now - _A_DAY, subscription_requests.c.address_key == key) >= limits.address:
                return Asked.ADDRESS_LIMIT
            connection.execute(subscription_requests.insert(), row)
            for each in made:
                connection.execute(deliveries.insert(), delivery_row(each, now))
        return Asked.MADE

    def request(self, request_id: str, now: datetime) -> SubscriptionRequest | None:
        """A request that can still be confirmed. Writes nothing."""
        with reading(self._engine) as connection:
            row = connection.execute(select(subscription_requests).where(*_open(request_id, now))).first()
        return _request(row) if row is not None else None

    def confirm(self, request_id: str, now: datetime) -> Subscription | None:
        """Begin what was asked for, once; who is subscribed already gets the new choices. None: used or too old."""
        use = update(subscription_requests).where(*_open(request_id, now)).values(used_at=now)
        with writing(self._engine) as connection:
            audience.changed(connection)
            row = connection.execute(use.returning(subscription_requests)).first()
            if row is None:
                return None
            new = {"address": row.address, "choices": row.choices, "confirmed_at": now}
            over = {"ended_at": None, "ended_because": "", "refusals": None}
            statement = insert(connection, subscriptions).values(
                id=secrets.token_hex(8), address_key=row.address_key, **new, **over
            )
            upsert = statement.on_conflict_do_update(index_elements=["address_key"], set_={**new, **over})
            return _subscription(connection.execute(upsert.returning(subscriptions)).one())

    def show(self, subscription_id: str) -> Subscription | None:
        """One, also when it is over."""
        with reading(self._engine) as connection:
            row = connection.execute(select(subscriptions).where(subscriptions.c.id == subscription_id)).first()
        return _subscription(row) if row is not None else None

    def change(self, subscription_id: str, choices: Choices) -> bool:
        """Other choices, from the next check on; False when it is over. What waits already goes out at its time."""
        lasting = (subscriptions.c.id == subscription_id, subscriptions.c.ended_at.is_(None))
        with writing(self._engine) as connection:
            audience.changed(connection)
            changing = update(subscriptions).where(*lasting).values(choices=CHOICES.dump(choices))
            return connection.execute(changing).rowcount > 0

    def end(self, subscription_id: str, why: Ended, said: str, now: datetime) -> bool:
        """End one, and all that waits for its address, which says so in the ledger; False when it is over already."""
        with writing(self._engine) as connection:
            audience.changed(connection)
            return end_one(connection, subscription_id, why, said, now)

    def listing(self) -> list[Subscription]:
        """All of them, the newest first."""
        query = select(subscriptions).order_by(subscriptions.c.confirmed_at.desc(), subscriptions.c.id)
        with reading(self._engine) as connection:
            return [_subscription(row) for row in connection.execute(query)]

    def in_force(self, now: datetime) -> tuple[list[Subscription], list[SubscriptionRequest]]:
        """Those that are written to, the oldest first, and the requests that wait for confirmation."""
        lasting = select(subscriptions).where(subscriptions.c.ended_at.is_(None))
        waiting = select(subscription_requests).where(subscription_requests.c.expires_at > now)
        with reading(self._engine) as connection:
            found = connection.execute(lasting.order_by(subscriptions.c.confirmed_at, subscriptions.c.id)).all()
            return [_subscription(row) for row in found], [_request(row) for row in connection.execute(waiting)]

    def forget_expired(self, now: datetime) -> int:
        """Forget the addresses of requests that nobody confirmed in time; returns how many."""
        expired = subscription_requests.c.expires_at <= now
        with reading(self._engine) as connection:
            if connection.execute(select(subscription_requests.c.id).where(expired).limit(1)).first() is None:
                return 0
        with writing(self._engine) as connection:
            audience.changed(connection)
            return _forget_expired(connection, now)

    def forget(self, address: str, now: datetime) -> int:
        """Remove an address and all that is known of it, and put a name that leads nowhere into the ledger.

        Returns how many subscriptions, requests and deliveries that were. What waits for it is not sent.
        """
        key = tidy(address).lower()
        with writing(self._engine) as connection:
            audience.changed(connection)
            sent = forget_address(connection, tidy(address), now)  # before the others, as `deliveries.finish` does it
            ended = connection.execute(subscriptions.delete().where(subscriptions.c.address_key == key)).rowcount
            theirs = subscription_requests.c.address_key == key
            asked = connection.execute(subscription_requests.delete().where(theirs)).rowcount
            return ended + asked + sent


def end_one(connection: Connection, subscription_id: str, why: Ended, said: str, now: datetime) -> bool:
    """`Subscriptions.end` within a transaction, whose first act was to count a change of the audience."""
    lasting = (subscriptions.c.id == subscription_id, subscriptions.c.ended_at.is_(None))
    ending = update(subscriptions).where(*lasting).values(ended_at=now, ended_because=why.value)
    cancel(connection, deliveries.c.recipient_id == subscriber_id(subscription_id), said, now)
    return connection.execute(ending).rowcount > 0


def _open(request_id: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    table = subscription_requests
    return table.c.id == request_id, table.c.used_at.is_(None), table.c.expires_at > now


def _asked(connection: Connection, since: datetime, *which: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(subscription_requests)
    return connection.scalar(query.where(subscription_requests.c.asked_at > since, *which)) or 0


def _forget_expired(connection: Connection, now: datetime) -> int:
    """The address of one that became a subscription is known there; those of the others nobody needs any more."""
    gone = subscription_requests.delete().where(subscription_requests.c.expires_at <= now)
    rows = connection.execute(gone.returning(*subscription_requests.c["id", "address", "address_key"])).all()
    for row in rows:
        mail = deliveries.c.recipient_id == f"{REQUEST}{row.id}"
        cancel(connection, mail, _EXPIRED, now)
        known = select(subscriptions.c.id).where(subscriptions.c.address_key == row.address_key)
        if connection.execute(known).first() is None:
            take_away(connection, row.address, mail)
    return len(rows)


def _request(row: Any) -> SubscriptionRequest:
    return SubscriptionRequest(row.id, row.address, CHOICES.load(row.choices), row.expires_at)


def _subscription(row: Any) -> Subscription:
    return Subscription(
        id=row.id,
        address=row.address,
        choices=CHOICES.load(row.choices),
        confirmed_at=row.confirmed_at,
        ended_at=row.ended_at,
        ended_because=row.ended_because,
    )
