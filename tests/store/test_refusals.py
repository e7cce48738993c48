"""Refusals of a subscriber's address: remembered until a mail is taken, and its end is recorded with the attempt."""

from __future__ import annotations

from datetime import timedelta

from tests.store.building import LEASE, MINUTE, NOW, publish
from watcher.alerts.refusals import judge
from watcher.models.alerts import AttemptResult, Delivery, DeliveryState
from watcher.models.subscriptions import REQUEST, Choices, Ended, Subscription, SubscriptionRequest, subscriber_id
from watcher.store import Store
from watcher.store.subscriptions import Limits

DAY = timedelta(days=1)
TO = "ana@example.org"
LIMITS = Limits(address=3, client=3, all=3)


def ask(store: Store, name: str = "r1", day: int = 0) -> None:
    now = NOW + day * DAY
    wanted = SubscriptionRequest(name, TO, Choices(), now + 2 * DAY)
    mail = Delivery(f"d-{name}", name, ("confirmation",), f"{REQUEST}{name}", "email", TO, {}, now)
    store.subscriptions.ask(wanted, [mail], client="here", limits=LIMITS, now=now)


def subscribe(store: Store, name: str = "r1", day: int = 0) -> Subscription:
    ask(store, name, day)
    send(store, day)
    begun = store.subscriptions.confirm(name, NOW + day * DAY)
    assert begun is not None
    return begun


def put(store: Store, recipient: str, day: int, *, later: bool = False) -> None:
    due = NOW + (day + 1000 * later) * DAY
    name = f"{recipient}-{day}-{later}"
    store.deliveries.add([Delivery(name, name, ("r",), recipient, "email", TO, {}, due)], NOW + day * DAY)


def send(store: Store, day: int, refused: str = "") -> None:
    """Everything that is due goes, or is refused with this status."""
    state = DeliveryState.DEAD if refused else DeliveryState.DELIVERED
    now = NOW + day * DAY
    for each in store.deliveries.claim_due(now, lease=LEASE, limit=9):
        answer = f"refused: 550 {refused} <{TO}>" if refused else "250 queued"
        result = AttemptResult(each.delivery.id, each.fence, state, now, answer, None, refused=refused)
        store.deliveries.finish([result], judge)


def test_an_address_that_is_refused_on_three_days_ends_its_subscription_and_what_waits(store: Store) -> None:
    begun = subscribe(store)
    seen = store.made.number()
    for day in (1, 2, 3):
        assert store.subscriptions.listing()[0].ended_at is None
        put(store, subscriber_id(begun.id), day)
        put(store, subscriber_id(begun.id), day, later=True)
        send(store, day, "5.1.1")
    (over,) = store.subscriptions.listing()
    assert (over.ended_at, over.ended_because) == (NOW + 3 * DAY, Ended.REFUSED)
    assert store.subscriptions.in_force(NOW + 3 * DAY)[0] == []
    rows = store.deliveries.listing(recipient=subscriber_id(begun.id))
    assert [row.state for row in rows if "True" in row.id] == [DeliveryState.DISABLED] * 3
    assert ["the subscription is over" in row.answer for row in rows] == [True, True, True, False, True, False]
    assert store.made.number() > seen


def test_a_mail_that_is_taken_makes_refusals_forgotten(store: Store) -> None:
    begun = subscribe(store)
    for day in range(1, 9):
        put(store, subscriber_id(begun.id), day)
        send(store, day, "" if day % 3 == 0 else "5.1.1")
    assert store.subscriptions.listing()[0].ended_at is None


def test_who_subscribes_again_begins_anew(store: Store) -> None:
    begun = subscribe(store)
    for day in (1, 2, 3):
        put(store, subscriber_id(begun.id), day)
        send(store, day, "5.1.1")
    assert subscribe(store, "r2", 4).ended_at is None
    put(store, subscriber_id(begun.id), 5)
    send(store, 5, "5.1.1")
    assert store.subscriptions.listing()[0].ended_at is None


def test_a_configured_recipient_is_never_ended(store: Store) -> None:
    publish(store)
    for day in range(40):
        put(store, "desk", day)
        send(store, day, "5.1.1")
    put(store, "desk", 50)
    assert len(store.deliveries.claim_due(NOW + 50 * DAY, lease=LEASE, limit=9)) == 1


def test_a_confirmation_mail_that_is_refused_closes_the_request(store: Store) -> None:
    ask(store)
    send(store, 0, "5.1.1")
    assert store.subscriptions.confirm("r1", NOW + MINUTE) is None
    (row,) = store.deliveries.listing()
    assert "has to ask again" in row.answer
    assert store.subscriptions.forget_expired(NOW + 2 * DAY) == 1
    (row,) = store.deliveries.listing()
    assert TO not in repr(store.deliveries.show(row.id))


def test_a_confirmation_mail_that_is_refused_by_policy_can_be_sent_again(store: Store) -> None:
    ask(store)
    send(store, 0, "5.7.1")
    assert store.deliveries.retry(NOW, ["d-r1"]) == 1
    send(store, 0)
    assert store.subscriptions.confirm("r1", NOW + MINUTE) is not None


def test_requests_that_were_refused_still_count(store: Store) -> None:
    for name in ("r1", "r2", "r3", "r4"):
        ask(store, name)
        send(store, 0, "5.1.1")
    assert len(store.deliveries.listing()) == 3


def test_refusals_of_a_lost_claim_count_for_nothing(store: Store) -> None:
    begun = subscribe(store)
    for day in (1, 2, 3):
        put(store, subscriber_id(begun.id), day)
        (claimed,) = store.deliveries.claim_due(NOW + day * DAY, lease=LEASE, limit=9)
        lost = AttemptResult(claimed.delivery.id, 0, DeliveryState.DEAD, NOW + day * DAY, "", None, refused="5.1.1")
        store.deliveries.finish([lost], judge)
        store.deliveries.release_all(NOW + day * DAY)
        send(store, day, "5.7.1")
    assert store.subscriptions.listing()[0].ended_at is None
