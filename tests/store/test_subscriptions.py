"""Subscriptions in the database: asked for, limited, confirmed once, forgotten; and sentences of older releases."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text

from tests.store.building import MINUTE, NOW
from watcher.models.alerts import Delivery, DeliveryState
from watcher.models.receipts import Figures
from watcher.models.subscriptions import REQUEST, Choices, Ended, Frequency, SubscriptionRequest, tidy
from watcher.store import Store
from watcher.store.subscriptions import Asked, Limits

DAY = timedelta(days=1)
LIMITS = Limits(address=2, client=3, all=4)


def ask(
    store: Store, name: str, address: str = "ana@example.org", *, client: str = "here", at: timedelta = timedelta(0)
) -> Asked:
    now = NOW + at
    wanted = SubscriptionRequest(name, address, Choices(("mpp",), frequency=Frequency.DAILY), now + 2 * DAY)
    mail = Delivery(f"d-{name}", name, ("confirmation",), f"{REQUEST}{name}", "email", address, {}, now)
    return store.subscriptions.ask(wanted, [mail], client=client, limits=LIMITS, now=now)


def test_a_request_is_confirmed_once_and_again_with_other_choices(store: Store) -> None:
    assert ask(store, "r1") is Asked.MADE
    first = store.subscriptions.confirm("r1", NOW + MINUTE)
    assert first is not None
    assert store.subscriptions.confirm("r1", NOW + MINUTE) is None
    assert store.subscriptions.end(first.id, Ended.UNSUBSCRIBED, "enough", NOW + MINUTE)
    assert not store.subscriptions.end(first.id, Ended.UNSUBSCRIBED, "enough", NOW + MINUTE)
    assert not store.subscriptions.change(first.id, Choices())
    assert ask(store, "r2", "ANA@example.org") is Asked.MADE
    again = store.subscriptions.confirm("r2", NOW + MINUTE)
    assert again is not None
    assert (again.id, again.ended_at) == (first.id, None)
    assert [each.id for each in store.subscriptions.listing()] == [first.id]


def test_nobody_is_asked_too_often_and_no_client_asks_for_many(store: Store) -> None:
    assert [ask(store, f"a{each}") for each in range(3)] == [Asked.MADE, Asked.MADE, Asked.ADDRESS_LIMIT]
    assert ask(store, "b", "b@example.org") is Asked.MADE
    assert ask(store, "c", "c@example.org") is Asked.CLIENT_LIMIT
    assert ask(store, "d", "d@example.org", client="there") is Asked.MADE
    assert ask(store, "e", "e@example.org", client="elsewhere") is Asked.CLIENT_LIMIT
    assert ask(store, "f", "f@example.org", at=timedelta(hours=2)) is Asked.MADE
    assert ask(store, "g", at=timedelta(hours=25)) is Asked.MADE
    assert len(store.deliveries.listing()) == 6


def test_an_address_that_was_not_confirmed_in_time_is_nowhere_any_more(store: Store) -> None:
    ask(store, "r1")
    assert store.subscriptions.forget_expired(NOW + DAY) == 0
    assert store.subscriptions.confirm("r1", NOW + 2 * DAY) is None
    assert store.subscriptions.forget_expired(NOW + 2 * DAY) == 1
    (row,) = store.deliveries.listing()
    assert (row.state, row.address.partition("-")[0]) == (DeliveryState.DISABLED, "forgotten")


def test_every_change_of_who_hears_is_seen(store: Store) -> None:
    seen = [store.made.number()]
    ask(store, "r1")
    seen.append(store.made.number())
    begun = store.subscriptions.confirm("r1", NOW)
    assert begun is not None
    seen.append(store.made.number())
    store.subscriptions.end(begun.id, Ended.UNSUBSCRIBED, "enough", NOW)
    seen.append(store.made.number())
    assert seen == sorted(set(seen))


def test_a_mistyped_address_is_no_alert_that_failed(store: Store) -> None:
    ask(store, "r1")
    found: Figures = store.figures(NOW - DAY, NOW + DAY)
    assert found.alerts == {}


def test_why_a_delivery_waits_is_still_told_of_one_that_an_older_release_made(store: Store) -> None:
    ask(store, "r1")
    with store._engine.begin() as connection:
        connection.execute(text("UPDATE deliveries SET held_reason = 'waits for the digest of 2026-03-16'"))
    (row,) = store.deliveries.listing()
    assert (row.waits_for, row.held_reason) == ((), "waits for the digest of 2026-03-16")


def test_of_an_address_the_domain_counts_without_regard_to_case() -> None:
    assert tidy(" Ana@Example.ORG ") == "Ana@example.org"
