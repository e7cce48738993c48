"""Silences and what they held, addresses that are switched off, tallies of checks, and announcements for previews."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.store.building import (
    MINUTE,
    NOW,
    claim,
    classified,
    entry,
    entry_record,
    failed,
    found,
    match,
    publish,
    record,
)
from tests.store.test_deliveries import claim_all, result, told
from watcher.models.alerts import DeliveryState
from watcher.models.catalog import Criteria
from watcher.models.silences import Silence
from watcher.store import Store

DAY = timedelta(days=1)


def silence(store: Store, ends: timedelta = DAY) -> Silence:
    return store.silences.add(
        Criteria(policies=("mpp",), min_score=0.5), author="ana", comment="known", expires_at=NOW + ends, now=NOW
    )


def test_a_silence_is_kept_and_listed_after_its_end(store: Store) -> None:
    made = silence(store)
    assert store.silences.in_force(NOW + MINUTE) == [made]
    assert store.silences.in_force(NOW + DAY) == []
    assert store.silences.listing() == [made]


def test_a_silence_can_be_ended_once(store: Store) -> None:
    made = silence(store)
    assert store.silences.end(made.id, NOW + MINUTE)
    assert not store.silences.end(made.id, NOW + MINUTE)
    assert store.silences.in_force(NOW + MINUTE) == []
    assert store.silences.listing()[0].over_at == NOW + MINUTE


def test_a_silenced_delivery_is_counted_never_sent_and_can_be_sent_after_all(store: Store) -> None:
    made = silence(store)
    whole = entry_record(addresses=("desk@example.org",))
    found(store, replace(whole, deliveries=tuple(replace(each, silence_id=made.id) for each in whole.deliveries)))
    assert claim_all(store) == []
    assert store.deliveries.next_due_at() is None
    (row,) = store.deliveries.listing(silence=made.id)
    assert (row.state, row.due_at) == (DeliveryState.SILENCED, None)
    assert store.silences.listing()[0].held == 1
    assert store.counts(NOW).deliveries[DeliveryState.SILENCED] == 1
    assert store.deliveries.retry(NOW) == 0
    assert store.deliveries.retry(NOW, [row.id]) == 1
    assert len(claim_all(store)) == 1


def test_a_receiver_that_is_gone_gets_nothing_more_until_it_is_switched_on(store: Store) -> None:
    told(store, "desk@example.org", "other@example.org")
    told(store, "desk@example.org", key="2")
    first = next(each for each in claim_all(store, limit=1))
    address = first.delivery.address
    store.deliveries.finish([result(first, DeliveryState.DISABLED, answer="410 gone")])
    told(store, address, key="3")
    sent = claim_all(store)
    assert address not in {each.delivery.address for each in sent}
    stopped = store.deliveries.listing(state=DeliveryState.DISABLED)
    assert {(row.address, row.answer) for row in stopped} == {(address, "410 gone")}
    (off,) = store.deliveries.stopped()
    assert (off.address, off.reason) == (address, "410 gone")
    assert store.deliveries.enable(off.recipient_id, NOW + MINUTE) == ([address], len(stopped))
    assert store.deliveries.stopped() == []
    assert len(claim_all(store, NOW + MINUTE)) == len(stopped)


def test_asking_for_one_delivery_again_switches_its_address_on(store: Store) -> None:
    told(store)
    (first,) = claim_all(store)
    store.deliveries.finish([result(first, DeliveryState.DISABLED, answer="410 gone")])
    assert store.deliveries.retry(NOW, [first.delivery.id]) == 1
    assert len(claim_all(store)) == 1


def test_a_delivery_is_shown_with_every_attempt(store: Store) -> None:
    told(store)
    for state in (DeliveryState.RETRYING, DeliveryState.DELIVERED):
        (claimed,) = claim_all(store)
        store.deliveries.finish([result(claimed, state, due=NOW)])
    view = store.deliveries.show(claimed.delivery.id)
    assert view is not None
    assert [(each.number, each.state) for each in view.attempts] == [(1, "retrying"), (2, "delivered")]
    (health,) = store.deliveries.address_records()
    assert (health.failures, health.good_at) == (0, NOW + MINUTE)


def test_the_ledger_is_narrowed_by_channel_and_time(store: Store) -> None:
    told(store)
    assert len(list(store.deliveries.each(channel="email", since=NOW - DAY))) == 1
    assert list(store.deliveries.each(channel="webhook")) == []
    assert list(store.deliveries.each(since=NOW + DAY)) == []


def test_checks_are_tallied_also_those_that_leave_no_trace(store: Store) -> None:
    publish(store)
    store.checks.record([record(claim(store))])
    store.checks.record([failed(claim(store))])
    figures = store.figures(NOW - DAY, NOW + DAY)
    assert (figures.sources, figures.checks, figures.failed) == (1, 2, 1)
    assert store.figures(NOW - 3 * DAY, NOW - 2 * DAY).checks == 0


def test_a_receipt_counts_matches_and_alerts(store: Store) -> None:
    told(store)
    figures = store.figures(NOW - DAY, NOW + DAY)
    assert figures.alerts == {DeliveryState.WAITING: 1}
    assert figures.undelivered == 1


def test_announcements_with_matches_come_newest_first(store: Store) -> None:
    records = [replace(entry_record(entry(str(n))), classification=classified(match())) for n in range(3)]
    found(store, *records)
    titles = [each.title for each, _ in store.entries.announcements(NOW - DAY)]
    assert sorted(titles) == [f"Title of {n}" for n in range(3)]
    assert list(store.entries.announcements(NOW + DAY)) == []
