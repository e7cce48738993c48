"""A database that is away while something is to be written: it is written when it is back, not when a lease ends.

A table that is not there plays the database that is away: what needs it fails, the rest goes on.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from tests.alerts.receivers import HttpReceiver, http, listening
from tests.pipeline import test_deliver
from tests.pipeline.test_deliver import hook, only, put
from tests.pipeline.test_incidents import AGENCY, DESK, Desk
from tests.pipeline.world import LONG, START, feed, item
from tests.store.building import LEASE, NOW, claim, publish
from watcher.errors import StoreError
from watcher.models.alerts import DeliveryState
from watcher.models.catalog import Catalog, Source
from watcher.pipeline.arrears import LONGEST_WAIT, Arrears, again_after
from watcher.pipeline.deliver import deliver_due
from watcher.store import Store

HOST = "a.example"
outbox = test_deliver.desk


@contextmanager
def without(store: Store, table: str) -> Iterator[None]:
    """For the block there is no such table."""
    _rename(store, table, f"{table}_away")
    try:
        yield
    finally:
        _rename(store, f"{table}_away", table)


def _rename(store: Store, old: str, new: str) -> None:
    with store._engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))


@pytest.fixture
def desk(store: Store) -> Desk:
    """A source with one entry that nobody has read yet."""
    made = Desk(store, HOST)
    made.serves(feed(item("one", LONG)))
    return made


async def test_a_source_whose_record_failed_is_checked_again_when_the_database_is_back(
    store: Store, desk: Desk
) -> None:
    with without(store, "revisions"), pytest.raises(StoreError):
        await desk.watch.check_host(HOST, limit=1)
    await desk.watch.settle()
    desk.world.now += again_after(1)
    assert store.sources.next_due_at() == desk.world.now
    assert await desk.watch.check_host(HOST, limit=1) == 1
    assert [summary.new_entries for summary in desk.heard] == [1]


async def test_what_waited_behind_a_record_that_failed_is_due_again_too(store: Store, desk: Desk) -> None:
    sources = tuple(Source(name, "agency", "feed", f"https://{HOST}/feed") for name in (HOST, "b", "c"))
    store.catalogs.publish(Catalog((AGENCY,), (), sources, (DESK,), (), "2", ("desk",)), START)
    with without(store, "revisions"), pytest.raises(StoreError):
        await desk.watch.check_host(HOST, limit=9)
    await desk.watch.settle()
    desk.world.now += again_after(1)
    assert await desk.watch.check_host(HOST, limit=9) == 3
    assert len(desk.heard) == 3


async def test_while_nothing_can_be_recorded_a_publisher_is_asked_ever_more_rarely(store: Store, desk: Desk) -> None:
    with without(store, "revisions"):
        for _ in range(600):
            with suppress(StoreError):
                await desk.watch.check_host(HOST, limit=1)
            await desk.watch.settle()
            desk.world.now += timedelta(seconds=5)
    assert len(desk.world.asked) == 9  # after 10, 20, 40 ... 640 s, then every quarter of an hour
    assert again_after(1000) == LONGEST_WAIT


async def test_after_a_check_that_was_recorded_the_next_failure_is_the_first_again(store: Store, desk: Desk) -> None:
    for name in ("two", "three"):
        with without(store, "revisions"), pytest.raises(StoreError):
            await desk.watch.check([HOST])
        await desk.watch.settle()
        desk.world.now += again_after(1)
        assert await desk.watch.check_host(HOST, limit=1) == 1
        desk.serves(feed(item(name, LONG)))
        desk.world.now += timedelta(hours=9)


async def test_what_was_sent_and_could_not_be_recorded_is_recorded_later_and_not_sent_again(
    store: Store, outbox: test_deliver.Desk
) -> None:
    receiver, arrears = HttpReceiver([http(200), http(200)]), Arrears()
    async with listening(receiver) as port:
        outbox.recipients["hook"] = hook(port)
        put(store, outbox.recipients["hook"])
        with without(store, "attempts"), pytest.raises(StoreError):
            await deliver_due(store, outbox.courier, arrears=arrears)
        arrears.settle(store, outbox.clock.now)
        assert only(store).state is DeliveryState.DELIVERED
        outbox.clock.now += timedelta(hours=1)
        await deliver_due(store, outbox.courier, arrears=arrears)
    assert len(receiver.requests) == 1
    assert arrears.is_empty


async def test_deliveries_whose_claim_was_not_answered_are_sent_when_the_database_is_back(
    store: Store, outbox: test_deliver.Desk
) -> None:
    class Unanswered:
        """An outbox that commits a claim and loses the connection."""

        deliveries: Any = property(lambda self: self)

        def claim_due(self, *now: Any, **how: Any) -> Any:
            store.deliveries.claim_due(*now, **how)
            raise StoreError("the connection was lost")

        finish = store.deliveries.finish

    receiver, arrears = HttpReceiver([http(200)]), Arrears()
    async with listening(receiver) as port:
        outbox.recipients["hook"] = hook(port)
        put(store, outbox.recipients["hook"])
        with pytest.raises(StoreError):
            await deliver_due(Unanswered(), outbox.courier, arrears=arrears)
        assert only(store).state is DeliveryState.SENDING
        arrears.settle(store, outbox.clock.now)
        await deliver_due(store, outbox.courier, arrears=arrears)
    assert only(store).state is DeliveryState.DELIVERED
    assert len(receiver.requests) == 1


def test_leases_whose_claim_was_not_answered_are_given_back_by_their_end(store: Store) -> None:
    publish(store)
    taken = claim(store)
    store.sources.release_leases([NOW])
    assert store.sources.claim_due(NOW, lease=LEASE, limit=1) == []
    store.sources.release_leases([NOW + LEASE])
    (again,) = store.sources.claim_due(NOW, lease=LEASE, limit=1)
    assert again.fence > taken.fence + 1, "who holds the old claim can record nothing"
