"""Canary, receipt, unreachable recipients, and when the heart beats: a real store, and time as an argument."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from watcher.alerts import notices, operators
from watcher.alerts.channels.base import addresses
from watcher.alerts.payload import Links
from watcher.models.alerts import AttemptResult, Delivery, DeliveryState
from watcher.models.catalog import Catalog, Periodic, Recipient
from watcher.models.incidents import Incident, IncidentChange, IncidentKind
from watcher.models.views import AddressRecord
from watcher.pipeline import undelivered
from watcher.pipeline.upkeep import Upkeep, is_well, latest
from watcher.store import Store, open_store

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DESK = Recipient("desk", "email", options={"to": ["desk@example.org"]})
HOOK = Recipient("hook", "file", options={"path": "alerts.jsonl"})
CATALOG = Catalog((), (), (), (DESK, HOOK), (), operators=("desk", "hook"))


@pytest.fixture
def store(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Store]:
    path = tmp_path / "watcher.db"
    shutil.copy(migrated_sqlite, path)
    opened = open_store(f"sqlite:///{path}")
    yield opened
    opened.close()


def upkeep(store: Store, told: list[IncidentChange] | None = None) -> Upkeep:
    def tell_of(incident: Incident, to: object, now: datetime) -> tuple[Delivery, ...]:
        recipients = {each.id: each for each in CATALOG.recipients}
        return operators.tell(incident, None, None, to, recipients, addresses=addresses, links=Links(), now=now)  # type: ignore[arg-type]

    return Upkeep(
        store,
        tell=lambda notice, to, now: notices.tell(notice, to, addresses=addresses, links=Links(), now=now),
        tell_of=tell_of,
        addresses=addresses,
        told=(told if told is not None else []).append,
    )


def every_minute(store: Store, catalog: Catalog, since: datetime, until: datetime) -> int:
    keeper, made, at = upkeep(store), 0, since
    while at <= until:
        made += keeper.tend(catalog, at)
        at += timedelta(minutes=20)
    return made


def test_a_canary_comes_once_a_local_day_also_when_the_clocks_change(store: Store) -> None:
    catalog = replace(CATALOG, canary=Periodic("30 2 * * *", "America/New_York", ("desk",)))
    begin = datetime(2026, 3, 6, 20, 0, tzinfo=UTC)
    keeper = upkeep(store)
    keeper.tend(catalog, begin)
    before = len(store.deliveries.listing())
    assert every_minute(store, catalog, begin, begin + timedelta(days=4)) == 4
    assert len(store.deliveries.listing()) == before + 4


def test_a_start_after_the_time_sends_the_canary_once(store: Store) -> None:
    catalog = replace(CATALOG, canary=Periodic("0 7 * * *"))
    assert upkeep(store).tend(catalog, NOW) == 2
    assert upkeep(store).tend(catalog, NOW + MINUTE) == 0
    assert upkeep(store).tend(catalog, NOW - timedelta(hours=1)) == 0
    assert upkeep(store).tend(catalog, NOW + timedelta(days=3650)) == 2


def test_without_the_keys_nothing_is_sent(store: Store) -> None:
    assert upkeep(store).tend(CATALOG, NOW) == 0


def test_the_receipt_covers_the_time_since_the_last_one(store: Store) -> None:
    catalog = replace(CATALOG, receipt=Periodic("0 8 * * mon"))
    assert upkeep(store).tend(catalog, NOW) == 2
    (claimed, _) = store.deliveries.claim_due(NOW, lease=MINUTE, limit=5)
    figures = claimed.delivery.payload["data"]["receipt"]
    assert (figures["since"], figures["until"]) == ("2026-04-27T08:00:00Z", "2026-05-04T08:00:00Z")


@pytest.mark.parametrize(
    ("at", "now", "due"),
    [
        ("0 7 * * *", NOW, datetime(2026, 5, 4, 7, tzinfo=UTC)),
        ("0 12 * * *", NOW, NOW),
        ("* * * * *", NOW, NOW),
        ("0 8 1 1 *", NOW, None),
    ],
)
def test_the_last_time_that_something_was_due(at: str, now: datetime, due: datetime | None) -> None:
    assert latest(Periodic(at), now) == due


def fail(store: Store, times: int, state: DeliveryState = DeliveryState.RETRYING) -> None:
    for number in range(times):
        at = NOW + number * MINUTE
        (claimed,) = store.deliveries.claim_due(at, lease=MINUTE, limit=1)
        ends = state if number == times - 1 else DeliveryState.RETRYING
        store.deliveries.finish([AttemptResult(claimed.delivery.id, claimed.fence, ends, at, "450 later", at + MINUTE)])


def a_test_alert(store: Store) -> None:
    made = notices.tell(notices.trial("desk", NOW), [DESK], addresses=addresses, links=Links(), now=NOW)
    store.deliveries.add(made, NOW)


def test_operators_hear_once_through_another_channel_and_again_when_it_is_over(store: Store) -> None:
    told: list[IncidentChange] = []
    keeper = upkeep(store, told)
    a_test_alert(store)
    fail(store, 4)
    assert keeper.tend(CATALOG, NOW + 5 * MINUTE) == 0
    (claimed,) = store.deliveries.claim_due(NOW + 9 * MINUTE, lease=MINUTE, limit=1)
    at = NOW + 10 * MINUTE
    failed = AttemptResult(
        claimed.delivery.id, claimed.fence, DeliveryState.RETRYING, at, "450 later", at + 60 * MINUTE
    )
    store.deliveries.finish([failed])
    assert keeper.tend(CATALOG, at) == 1
    assert keeper.tend(CATALOG, at + MINUTE) == 0
    about = [row for row in store.deliveries.listing() if row.about_incident]
    assert [(row.recipient_id, row.channel) for row in about] == [("hook", "file")]
    (incident,) = store.incidents.listing(open_only=True)
    assert (incident.kind, incident.recipient_id, incident.since) == (IncidentKind.UNDELIVERABLE, "desk", NOW)
    assert store.incidents.of_network() is None

    store.deliveries.retry(at, [claimed.delivery.id])
    for each in store.deliveries.claim_due(at + MINUTE, lease=MINUTE, limit=5):
        store.deliveries.finish(
            [AttemptResult(each.delivery.id, each.fence, DeliveryState.DELIVERED, at + MINUTE, "250 ok", None)]
        )
    assert keeper.tend(CATALOG, at + 2 * MINUTE) == 1
    assert store.incidents.listing(open_only=True) == []
    assert [bool(change.opened) for change in told] == [True, False]


def test_one_that_was_given_up_is_told_at_once(store: Store) -> None:
    a_test_alert(store)
    fail(store, 1, DeliveryState.DEAD)
    assert upkeep(store).tend(CATALOG, NOW + MINUTE) == 1


def test_an_address_that_has_gone_from_the_file_troubles_nobody() -> None:
    gone = AddressRecord("desk", "email", "old@example.org", failures=9, dead=1, since=NOW)
    assert undelivered.judge([gone], {"desk": ("new@example.org",)}, {}, NOW) == []


def test_an_incident_ends_when_something_arrives_or_its_recipient_goes_and_not_by_forgetting() -> None:
    incident = Incident("i", None, IncidentKind.UNDELIVERABLE, NOW, NOW, "450", recipient_id="desk")
    there = {"desk": ("desk@example.org",)}
    arrived = AddressRecord("desk", "email", "desk@example.org", good_at=NOW + MINUTE)
    assert undelivered.judge([], there, {"desk": incident}, NOW) == []
    assert undelivered.judge([replace(arrived, good_at=NOW - MINUTE)], there, {"desk": incident}, NOW) == []
    for records, now_there in (([arrived], there), ([], {})):
        (change,) = undelivered.judge(records, now_there, {"desk": incident}, NOW + MINUTE)
        assert change.closed == replace(incident, closed_at=NOW + MINUTE)


def test_operators_on_the_same_channel_hear_when_there_is_no_other() -> None:
    second = replace(DESK, id="second")
    recipients = {"desk": DESK, "second": second, "hook": HOOK}
    assert undelivered.another_way("desk", ["desk", "second", "hook"], recipients) == ["hook"]
    assert undelivered.another_way("desk", ["desk", "second"], recipients) == ["second"]
    assert undelivered.another_way("desk", ["desk"], recipients) == []


def test_the_heart_stops_when_alerts_pile_up() -> None:
    well = {"ticking": True, "database_writable": True, "now": NOW}
    assert is_well(**well, next_due_at=None)  # type: ignore[arg-type]
    assert is_well(**well, next_due_at=NOW - MINUTE)  # type: ignore[arg-type]
    assert not is_well(**well, next_due_at=NOW - 20 * MINUTE)  # type: ignore[arg-type]
    assert not is_well(ticking=False, database_writable=True, next_due_at=None, now=NOW)
