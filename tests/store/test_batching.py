"""Digests, quiet hours and bursts through the real store, whatever clocks do: none is missing, none comes twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import count, pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from tests.store.building import LEASE, MINUTE, NOW, entry, entry_record, found
from watcher.alerts.schedule import gathering, timing
from watcher.alerts.waiting import in_words
from watcher.models.alerts import AttemptResult, ClaimedDelivery, Delivery, DeliveryState
from watcher.models.catalog import Digest, Group, How, Quiet, Recipient
from watcher.models.identity import delivery_id, entry_id
from watcher.store import Store, migrate, open_store
from watcher.store.batching import LARGEST
from watcher.store.engine import reading, writing
from watcher.store.schema import attempts, batches, deliveries

HOUR, DAY, DECADE = timedelta(hours=1), timedelta(days=1), timedelta(days=3652)
NEW_YORK = "America/New_York"
DAILY = Digest("0 8 * * *", NEW_YORK)
ZONES = (
    "America/New_York",
    "America/Mexico_City",
    "America/Santiago",
    "America/Havana",
    "America/Asuncion",
    "Europe/Madrid",
    "Europe/London",
    "Africa/Casablanca",
    "Africa/Cairo",
    "Asia/Beirut",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
)


@dataclass
class Office:
    """A store with a clock, one recipient, and a courier that takes notes."""

    store: Store
    recipient: Recipient
    now: datetime = NOW
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    made: set[str] = field(default_factory=set)
    sent: list[tuple[datetime, str, tuple[str, ...]]] = field(default_factory=list)

    def announce(self, how: How | Digest, *, urgent: bool = False) -> str:
        """One alert, as routing makes it."""
        number = next(self.numbers)
        due = timing([how], self.recipient, urgent=urgent, now=self.now)
        id_ = entry_id("kind-news", f"{number}")
        made = Delivery(
            id=delivery_id(self.recipient.id, "desk@example.org", id_, 1),
            entry_id=id_,
            rule_ids=("all",),
            recipient_id=self.recipient.id,
            channel=self.recipient.channel,
            address="desk@example.org",
            payload={"n": number},
            due_at=due.due_at,
            held=due.held,
            waits_for=due.waits_for,
            digest=due.digest,
            urgent=due.urgent,
        )
        self.store.deliveries.add([made], self.now)
        self.made.add(made.id)
        return made.id

    def claim(self) -> list[ClaimedDelivery]:
        together = gathering({self.recipient.id: self.recipient}, self.now)
        return self.store.deliveries.claim_due(self.now, lease=LEASE, limit=100, gathering=together)

    def deliver(self) -> None:
        """Send all that is due."""
        while claimed := self.claim():
            for each in claimed:
                self.end(each)

    def end(self, claimed: ClaimedDelivery, state: DeliveryState = DeliveryState.DELIVERED) -> None:
        members = claimed.members or (claimed,)
        if state is DeliveryState.DELIVERED:
            self.sent.append((self.now, claimed.delivery.id, tuple(each.delivery.id for each in members)))
        results = [AttemptResult(each.delivery.id, each.fence, state, self.now, "250", self.now) for each in members]
        self.store.deliveries.finish(results)

    def crash(self) -> None:
        """Claim, and die; a new daemon starts."""
        self.claim()
        self.store.deliveries.release_all(self.now)

    def work_until(self, moment: datetime) -> None:
        """As the daemon does: nothing happens until something is due."""
        while (due := self.store.deliveries.next_due_at()) is not None and due <= moment:
            self.now = max(self.now, due)
            self.deliver()
        self.now = moment
        self.deliver()

    @property
    def told(self) -> Counter[str]:
        return Counter(id_ for _, _, members in self.sent for id_ in members)


def office(store: Store, *, channel: str = "webhook", quiet: Quiet | None = None, group: Group | None = None) -> Office:
    return Office(store, Recipient("desk", channel, quiet=quiet, group=group))


def local(zone: str, *when: int) -> datetime:
    return datetime(*when, tzinfo=ZoneInfo(zone)).astimezone(UTC)  # type: ignore[arg-type,misc]


# --- digests -----------------------------------------------------------------------------------------------------


def test_a_digest_is_one_message_at_its_time(store: Store) -> None:
    desk = office(store)
    desk.now = local(NEW_YORK, 2026, 3, 2, 10)
    ids = [desk.announce(DAILY) for _ in range(3)]
    (waiting, *_) = store.deliveries.listing()
    assert (waiting.state, in_words(waiting.waits_for, "en")) == (
        DeliveryState.WAITING,
        "waits for the digest of 2026-03-03 08:00 EST",
    )
    desk.work_until(local(NEW_YORK, 2026, 3, 3, 7, 59))
    assert desk.sent == []
    desk.work_until(local(NEW_YORK, 2026, 3, 3, 8))
    ((_, batch, members),) = desk.sent
    assert list(members) == ids
    assert {(row.state, row.batch, row.waits_for) for row in store.deliveries.listing(batch=batch)} == {
        (DeliveryState.DELIVERED, batch, ())
    }


def test_a_crash_repeats_the_same_digest_with_the_same_members_under_the_same_id(store: Store) -> None:
    desk = office(store)
    first = desk.announce(DAILY)
    desk.now += DAY
    (claimed,) = desk.claim()
    store.deliveries.release_all(desk.now)
    late = desk.announce(DAILY)
    (again,) = desk.claim()
    assert again.delivery.id == claimed.delivery.id
    assert [each.delivery.id for each in again.members] == [first]
    assert (again.attempt, again.fence > claimed.fence) == (2, True)
    desk.end(claimed)  # the dead sender's result comes too late
    assert store.deliveries.listing(batch=claimed.delivery.id)[0].state is DeliveryState.SENDING
    desk.sent.clear()
    desk.end(again)
    desk.work_until(desk.now + DAY)
    assert desk.told == {first: 1, late: 1}


def test_a_failed_digest_is_tried_again_whole(store: Store) -> None:
    desk = office(store)
    ids = [desk.announce(DAILY), desk.announce(DAILY)]
    desk.now += DAY
    (claimed,) = desk.claim()
    desk.end(claimed, DeliveryState.DEAD)
    assert store.deliveries.retry(desk.now, [ids[0]]) == 2
    desk.deliver()
    assert [(batch, list(members)) for _, batch, members in desk.sent] == [(claimed.delivery.id, ids)]


def test_after_a_pause_of_days_everything_that_waited_is_one_digest(store: Store) -> None:
    desk = office(store)
    for _ in range(3):
        desk.announce(DAILY)
        desk.now += DAY
    desk.deliver()
    assert [len(members) for _, _, members in desk.sent] == [3]


def test_when_the_clock_went_back_what_comes_goes_with_the_next_digest(store: Store) -> None:
    desk = office(store)
    desk.now = local(NEW_YORK, 2026, 3, 2, 7)
    desk.announce(DAILY)
    desk.work_until(local(NEW_YORK, 2026, 3, 2, 8, 5))
    desk.now = local(NEW_YORK, 2026, 3, 2, 7, 5)
    late = desk.announce(DAILY)
    desk.work_until(local(NEW_YORK, 2026, 3, 2, 23))
    assert len(desk.sent) == 1
    assert store.deliveries.listing()[0].due_at == local(NEW_YORK, 2026, 3, 3, 8)
    desk.work_until(local(NEW_YORK, 2026, 3, 3, 8))
    assert desk.sent[1][2] == (late,)


def test_a_clock_that_goes_back_ten_years_holds_nothing_for_ten_years(store: Store) -> None:
    desk = office(store, quiet=Quiet(time(7), time(7, 30), NEW_YORK))
    desk.announce(DAILY)
    desk.now -= DECADE
    desk.deliver()
    desk.work_until(desk.now + DAY)
    assert len(desk.sent) == 1


def test_digests_with_other_times_that_meet_are_one(store: Store) -> None:
    desk = office(store)
    desk.now = local(NEW_YORK, 2026, 3, 1, 12)
    desk.announce(DAILY)
    desk.announce(Digest("0 8 * * mon", NEW_YORK))
    desk.work_until(local(NEW_YORK, 2026, 3, 2, 8))
    assert [len(members) for _, _, members in desk.sent] == [2]


def test_a_digest_that_would_be_too_large_comes_in_parts(store: Store) -> None:
    desk = office(store)
    for _ in range(LARGEST + 1):
        desk.announce(DAILY)
    desk.work_until(desk.now + DAY)
    assert [len(members) for _, _, members in desk.sent] == [LARGEST, 1]


# --- quiet hours -------------------------------------------------------------------------------------------------

NIGHT = Quiet(time(22), time(7), NEW_YORK)


def test_quiet_hours_hold_what_becomes_due_in_them_and_say_until_when(store: Store) -> None:
    desk = office(store, quiet=NIGHT)
    desk.now = local(NEW_YORK, 2026, 3, 2, 21, 59)
    desk.announce(How.IMMEDIATE)
    desk.now += 2 * MINUTE
    desk.deliver()
    (row,) = store.deliveries.listing()
    assert (row.state, row.due_at) == (DeliveryState.HELD, local(NEW_YORK, 2026, 3, 3, 7))
    assert in_words(row.waits_for, "en") == "quiet hours of desk: held until 2026-03-03 07:00 EST"
    desk.work_until(local(NEW_YORK, 2026, 3, 3, 7))
    assert len(desk.sent) == 1


def test_a_further_attempt_is_held_by_quiet_hours_as_well(store: Store) -> None:
    desk = office(store, quiet=NIGHT)
    desk.now = local(NEW_YORK, 2026, 3, 2, 21, 59)
    desk.announce(How.IMMEDIATE)
    (claimed,) = desk.claim()
    desk.end(claimed, DeliveryState.RETRYING)
    desk.now += 5 * MINUTE
    assert desk.claim() == []
    assert store.deliveries.listing()[0].state is DeliveryState.HELD


def test_what_is_urgent_goes_in_quiet_hours(store: Store) -> None:
    desk = office(store, quiet=NIGHT)
    desk.now = local(NEW_YORK, 2026, 3, 2, 23)
    calm = desk.announce(How.IMMEDIATE)
    urgent = desk.announce(How.IMMEDIATE, urgent=True)
    desk.deliver()
    assert desk.told == {urgent: 1}
    desk.work_until(local(NEW_YORK, 2026, 3, 3, 7))
    assert desk.told == {urgent: 1, calm: 1}


def test_hourly_digests_of_a_night_are_one_in_the_morning(store: Store) -> None:
    desk = office(store, quiet=NIGHT)
    desk.now = local(NEW_YORK, 2026, 3, 2, 21, 30)
    hourly = Digest("0 * * * *", NEW_YORK)
    for _ in range(9):
        desk.announce(hourly)
        desk.work_until(desk.now + HOUR)
    desk.work_until(local(NEW_YORK, 2026, 3, 3, 7))
    assert [len(members) for _, _, members in desk.sent] == [9]


# --- bursts ------------------------------------------------------------------------------------------------------


def burst(desk: Office, size: int) -> None:
    """Immediate alerts about entries that are stored."""
    numbers = range(size)
    found(desk.store, *(entry_record(entry(f"{number + 1}")) for number in numbers))
    for _ in numbers:
        desk.announce(How.IMMEDIATE)


@pytest.mark.parametrize(("size", "messages"), [(5, 5), (6, 1), (LARGEST + 2, 2)])
def test_more_than_five_mails_that_are_due_at_once_are_one(store: Store, size: int, messages: int) -> None:
    desk = office(store, channel="email")
    burst(desk, size)
    desk.deliver()
    assert len(desk.sent) == messages
    assert desk.told == Counter(desk.made)


def test_other_channels_get_each_alert_by_itself(store: Store) -> None:
    desk = office(store, channel="webhook")
    burst(desk, 8)
    desk.deliver()
    assert len(desk.sent) == 8


def test_what_comes_within_the_wait_of_a_group_goes_with_it(store: Store) -> None:
    desk = office(store, channel="webhook", group=Group(timedelta(seconds=30)))
    found(store, *(entry_record(entry(f"{number}")) for number in range(1, 5)))
    start = desk.now
    for _ in range(4):
        desk.announce(How.IMMEDIATE)
        desk.deliver()
        desk.now += timedelta(seconds=8)
    assert desk.sent == []
    desk.work_until(start + timedelta(seconds=33))
    assert [len(members) for _, _, members in desk.sent] == [4]


def test_a_batch_counts_as_one_of_those_under_way_to_an_address(store: Store) -> None:
    desk = office(store, channel="email")
    burst(desk, 6)
    (whole,) = desk.claim()
    assert len(whole.members) == 6
    for _ in range(4):
        desk.announce(How.IMMEDIATE)
    assert len(desk.claim()) == 3


def test_several_workers_take_every_batch_whole_and_once(store: Store) -> None:
    desk = office(store)
    addresses = [f"{number}@example.org" for number in range(8)]
    for number, address in enumerate(addresses * 3):
        made = Delivery(f"d{number}", f"e{number}", (), "desk", "webhook", address, {}, NOW, digest="0 8 * * * UTC")
        store.deliveries.add([made], NOW)
    desk.now += DAY
    with ThreadPoolExecutor(4) as workers:
        claims = [each for taken in workers.map(lambda _: desk.claim(), range(8)) for each in taken]
    assert sorted(each.delivery.address for each in claims) == addresses
    assert {len(each.members) for each in claims} == {3}


# --- clocks ------------------------------------------------------------------------------------------------------


def edges(zone: str) -> Iterator[datetime]:
    """Every change of the clocks from 2024 to 2032, to the hour."""
    place, moment = ZoneInfo(zone), datetime(2024, 1, 1, tzinfo=UTC)
    while moment.year < 2033:
        following = moment + DAY
        if moment.astimezone(place).utcoffset() != following.astimezone(place).utcoffset():
            yield moment
        moment = following


def days_told(desk: Office, zone: str) -> list[date]:
    return [moment.astimezone(ZoneInfo(zone)).date() for moment, _, _ in desk.sent]


def forget(store: Store) -> None:
    with writing(store.deliveries._engine) as connection:
        for table in (attempts, deliveries, batches):
            connection.execute(delete(table))


def over_an_edge(store: Store, zone: str, edge: datetime, digest: Digest) -> None:
    desk = office(store)
    desk.now = edge - 2 * DAY
    while desk.now < edge + 2 * DAY:
        desk.announce(digest)
        desk.work_until(desk.now + 7 * HOUR)
    desk.work_until(desk.now + DAY + HOUR)
    days = days_told(desk, zone)
    assert desk.told == Counter(desk.made), (zone, edge)
    assert all(later - earlier == DAY for earlier, later in pairwise(days)), (zone, edge, days)
    forget(store)


@pytest.mark.parametrize("zone", ZONES)
def test_there_is_one_digest_for_every_local_day_over_every_change_of_the_clocks(
    fresh_sqlite: Store, zone: str
) -> None:
    hours = ("30 2 * * *", "0 0 * * *", "0 8 * * *")  # in gaps and folds, at midnight, and where people have it
    for number, edge in enumerate(edges(zone)):
        over_an_edge(fresh_sqlite, zone, edge, Digest(hours[number % 3], zone))


def test_there_is_one_digest_for_every_local_day_on_either_database(store: Store) -> None:
    for edge in list(edges("Europe/Madrid"))[:4]:
        over_an_edge(store, "Europe/Madrid", edge, Digest("30 2 * * *", "Europe/Madrid"))


@pytest.mark.parametrize("year", [2024, 2028, 2096])
def test_a_digest_of_leap_day_comes_on_leap_day(fresh_sqlite: Store, year: int) -> None:
    desk = office(fresh_sqlite)
    desk.now = datetime(year, 2, 28, 12, tzinfo=UTC)
    desk.announce(Digest("0 8 29 2 *", "UTC"))
    desk.announce(Digest("0 8 * * *", "UTC"))
    desk.work_until(datetime(year, 3, 1, 12, tzinfo=UTC))
    assert [(moment.month, moment.day, len(members)) for moment, _, members in desk.sent] == [(2, 29, 2)]


steps = st.lists(
    st.one_of(
        st.just("announce"),
        st.just("crash"),
        st.sampled_from([5 * MINUTE, HOUR, 9 * HOUR, DAY, -HOUR, -DECADE, DECADE]),
    ),
    min_size=3,
    max_size=25,
)
slowly = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def live(store: Store, zone: str, quiet: bool, what: list[str | timedelta]) -> None:
    """Announce, crash, and let the clock do as it likes; at the end it goes as it should for three days."""
    forget(store)
    desk = office(store, quiet=Quiet(time(22), time(9), zone) if quiet else None)
    daily = Digest("0 8 * * *", zone)
    for step in ["announce", *what]:
        if step == "announce":
            desk.announce(daily)
        elif step == "crash":
            desk.crash()
        elif isinstance(step, timedelta):
            desk.now += step
            desk.deliver()
    desk.deliver()
    for _ in range(6):
        desk.work_until(desk.now + DAY / 2)
    assert desk.told == Counter(desk.made)  # none is missing, and none was told twice
    turns = Counter(_turns(store))
    assert set(turns.values()) <= {1}  # no turn had two digests


def _turns(store: Store) -> list[str]:
    with reading(store.deliveries._engine) as connection:
        return list(connection.scalars(select(batches.c.period)))


@slowly
@given(zone=st.sampled_from(ZONES), quiet=st.booleans(), what=steps)
def test_no_clock_loses_or_doubles_a_digest(
    fresh_sqlite: Store, zone: str, quiet: bool, what: list[str | timedelta]
) -> None:
    live(fresh_sqlite, zone, quiet, what)


def test_no_clock_loses_or_doubles_a_digest_on_either_database(store: Store) -> None:
    live(store, NEW_YORK, True, ["announce", DAY, "announce", -HOUR, "announce", "crash", -DECADE, "announce", DECADE])


@pytest.fixture
def fresh_sqlite() -> Iterator[Store]:
    """An SQLite store in memory where there is such a disk: thousands of transactions."""
    memory = Path("/dev/shm")
    with TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        url = f"sqlite:///{folder}/watcher.db"
        migrate.upgrade(url)
        opened = open_store(url)
        try:
            yield opened
        finally:
            opened.close()


def test_adding_a_delivery_twice_counts_once(store: Store) -> None:
    made = Delivery("d1", "e1", (), "desk", "webhook", "a", {}, NOW)
    assert [store.deliveries.add([made], NOW), store.deliveries.add([made], NOW)] == [1, 0]
