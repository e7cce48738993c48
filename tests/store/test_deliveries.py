"""Deliveries: claimed by one, sent under one id, recorded after sending, never silently at an end."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from sqlalchemy import Engine, select

from tests.store.building import LEASE, MINUTE, NOW, delivery, entry, entry_record, found
from watcher.models.alerts import AttemptResult, ClaimedDelivery, DeliveryState
from watcher.store import Store
from watcher.store.engine import reading
from watcher.store.schema import attempts


def told(store: Store, *addresses: str, key: str = "1", now: datetime = NOW) -> None:
    found(store, entry_record(entry(key), addresses=addresses or ("desk@example.org",)), now=now)


def claim_all(store: Store, now: datetime = NOW, limit: int = 100) -> list[ClaimedDelivery]:
    return store.deliveries.claim_due(now, lease=LEASE, limit=limit)


def result(
    claimed: ClaimedDelivery,
    state: DeliveryState = DeliveryState.DELIVERED,
    *,
    due: datetime | None = None,
    answer: str = "250 queued",
) -> AttemptResult:
    return AttemptResult(claimed.delivery.id, claimed.fence, state, NOW + MINUTE, answer, due)


def test_a_delivery_is_claimed_as_it_was_written(store: Store) -> None:
    record = entry_record(addresses=("desk@example.org",))
    found(store, record)
    (claimed,) = claim_all(store)
    assert claimed.delivery == delivery(record.entry_id)
    assert (claimed.attempt, claimed.fence) == (1, 1)
    (row,) = store.deliveries.listing()
    assert (row.state, row.attempts, row.title) == (DeliveryState.SENDING, 1, "Title of 1")


def test_a_claimed_delivery_is_not_claimed_again_before_its_lease_ends(store: Store) -> None:
    told(store)
    (first,) = claim_all(store)
    assert claim_all(store, NOW + LEASE / 2) == []
    assert store.deliveries.next_due_at() == NOW + LEASE
    (second,) = claim_all(store, NOW + LEASE)
    assert second.delivery == first.delivery
    assert (second.attempt, second.fence > first.fence) == (2, True)


def test_a_daemon_that_starts_sends_what_a_dead_one_was_sending(store: Store) -> None:
    told(store)
    (lost,) = claim_all(store)
    store.deliveries.release_all(NOW)
    (again,) = claim_all(store)
    assert (again.delivery, again.attempt) == (lost.delivery, 2)
    store.deliveries.finish([result(lost)])
    assert store.deliveries.listing()[0].state is DeliveryState.SENDING


def test_a_delivery_waits_until_it_is_due(store: Store) -> None:
    record = entry_record()
    later = delivery(record.entry_id, due_at=NOW + MINUTE)
    found(store, entry_record(deliveries=(later,)))
    assert claim_all(store) == []
    assert store.deliveries.next_due_at() == NOW + MINUTE
    assert len(claim_all(store, NOW + MINUTE)) == 1


def test_a_delivered_message_is_at_its_end(store: Store) -> None:
    told(store)
    store.deliveries.finish([result(claim_all(store)[0])])
    (row,) = store.deliveries.listing()
    assert (row.state, row.answer, row.due_at) == (DeliveryState.DELIVERED, "250 queued", None)
    assert row.finished_at == NOW + MINUTE
    assert store.deliveries.next_due_at() is None
    assert claim_all(store, NOW + timedelta(days=365)) == []


def test_a_failed_attempt_is_due_again_later(store: Store) -> None:
    told(store)
    again = NOW + 5 * MINUTE
    store.deliveries.finish([result(claim_all(store)[0], DeliveryState.RETRYING, due=again, answer="451 busy")])
    assert claim_all(store, NOW + 4 * MINUTE) == []
    assert store.deliveries.next_due_at() == again
    (claimed,) = claim_all(store, again)
    assert claimed.attempt == 2


def test_a_delivery_that_has_not_ended_is_due_also_when_nobody_said_when(store: Store) -> None:
    told(store)
    store.deliveries.finish([result(claim_all(store)[0], DeliveryState.RETRYING, due=None)])
    assert len(claim_all(store, NOW + MINUTE)) == 1


def test_the_result_of_a_lost_claim_is_passed_over(store: Store) -> None:
    told(store)
    (lost,) = claim_all(store)
    (holder,) = claim_all(store, NOW + LEASE)
    store.deliveries.finish([result(lost, DeliveryState.DEAD)])
    assert store.deliveries.listing()[0].state is DeliveryState.SENDING
    store.deliveries.finish([result(holder), result(lost, DeliveryState.DEAD)])
    assert store.deliveries.listing()[0].state is DeliveryState.DELIVERED


def test_a_result_counts_once(store: Store, engine: Engine) -> None:
    told(store)
    (claimed,) = claim_all(store)
    store.deliveries.finish([result(claimed, DeliveryState.RETRYING, due=NOW)])
    store.deliveries.finish([result(claimed, DeliveryState.DEAD)])
    assert store.deliveries.listing()[0].state is DeliveryState.RETRYING
    with reading(engine) as connection:
        assert len(connection.execute(select(attempts)).all()) == 1


def test_every_attempt_stays_in_the_history(store: Store, engine: Engine) -> None:
    told(store)
    for number in range(3):
        claims = claim_all(store, NOW + number * MINUTE)
        store.deliveries.finish([result(claims[0], DeliveryState.RETRYING, due=NOW, answer=f"451 {number}")])
    with reading(engine) as connection:
        rows = connection.execute(select(attempts).order_by(attempts.c.seq)).all()
    assert [(row.number, row.answer) for row in rows] == [(1, "451 0"), (2, "451 1"), (3, "451 2")]


def test_the_longest_due_go_first(store: Store) -> None:
    made = entry_record()
    late, early = (delivery(made.entry_id, address=a, due_at=NOW + m * MINUTE) for a, m in (("l", 1), ("e", 0)))
    found(store, entry_record(deliveries=(late, early)))
    (first,) = claim_all(store, NOW + MINUTE, limit=1)
    assert first.delivery.address == "e"


def test_one_address_cannot_fill_the_outbox(store: Store) -> None:
    found(store, *(entry_record(entry(str(n)), addresses=("hangs@example.org",)) for n in range(50)))
    told(store, "well@example.org", key="last", now=NOW + MINUTE)
    addresses = Counter(c.delivery.address for c in claim_all(store, NOW + MINUTE, limit=10))
    assert addresses == {"hangs@example.org": 4, "well@example.org": 1}
    assert claim_all(store, NOW + MINUTE) == []


def test_the_next_ones_to_an_address_follow_when_the_first_have_ended(store: Store) -> None:
    found(store, *(entry_record(entry(str(n)), addresses=("desk@example.org",)) for n in range(10)))
    sent = 0
    while claims := claim_all(store):
        assert len(claims) <= 4
        store.deliveries.finish([result(claimed) for claimed in claims])
        sent += len(claims)
    assert sent == 10


def test_the_same_delivery_from_two_entries_is_one(store: Store) -> None:
    shared = delivery("entry")
    found(store, entry_record(entry("1"), deliveries=(shared,)), entry_record(entry("2"), deliveries=(shared,)))
    assert len(store.deliveries.listing()) == 1


def test_the_list_can_be_narrowed_and_paged(store: Store) -> None:
    records = [entry_record(entry(str(n)), addresses=("a@example.org", "b@example.org")) for n in range(3)]
    found(store, *records)
    store.deliveries.finish([result(claim_all(store)[0], DeliveryState.DEAD)])
    assert len(store.deliveries.listing(state=DeliveryState.DEAD)) == 1
    assert len(store.deliveries.listing(entry=records[0].entry_id)) == 2
    assert len(store.deliveries.listing(recipient="desk")) == 6
    assert store.deliveries.listing(recipient="nobody") == []
    first = store.deliveries.listing(limit=4)
    rest = store.deliveries.listing(limit=4, cursor=first[-1].id)
    assert len({row.id for row in (*first, *rest)}) == 6


def test_dead_deliveries_can_be_driven_again(store: Store) -> None:
    told(store, "a@example.org", "b@example.org", "c@example.org")
    states = (DeliveryState.DEAD, DeliveryState.DEAD, DeliveryState.DISABLED)
    claims = claim_all(store)
    store.deliveries.finish([result(c, state) for c, state in zip(claims, states, strict=True)])
    assert store.deliveries.retry(NOW + MINUTE) == 2
    again = claim_all(store, NOW + MINUTE)
    assert {c.delivery.id for c in again} == {c.delivery.id for c in claims[:2]}
    assert all(c.attempt == 1 for c in again)
    assert store.deliveries.retry(NOW, [claims[2].delivery.id, "unknown"]) == 1


def test_what_was_delivered_or_is_being_sent_is_not_driven_again(store: Store) -> None:
    told(store, "a@example.org", "b@example.org")
    first, second = claim_all(store)
    store.deliveries.finish([result(first)])
    assert store.deliveries.retry(NOW, [first.delivery.id, second.delivery.id]) == 0


def test_threads_that_claim_at_once_never_get_the_same_delivery(store: Store) -> None:
    found(store, *(entry_record(entry(str(n)), addresses=(f"{n}@example.org",)) for n in range(40)))
    together = threading.Barrier(4)

    def take() -> list[str]:
        together.wait()
        taken: list[str] = []
        while claims := claim_all(store, limit=3):
            taken += [claimed.delivery.id for claimed in claims]
        return taken

    with ThreadPoolExecutor(4) as pool:
        taken = [id_ for future in [pool.submit(take) for _ in range(4)] for id_ in future.result()]
    assert len(taken) == len(set(taken)) == 40


def test_counts_say_how_many_deliveries_are_where(store: Store) -> None:
    told(store, "a@example.org", "b@example.org")
    store.deliveries.finish([result(claim_all(store)[0])])
    counts = store.counts(NOW).deliveries
    assert set(counts) == set(DeliveryState)
    assert (counts[DeliveryState.DELIVERED], counts[DeliveryState.SENDING]) == (1, 1)
