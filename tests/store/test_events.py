"""Events are formed with the record of a check, decide who still hears of it, and obey people for good."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import update

from tests.events.saying import PARENTS, match, said
from tests.store.building import NOW as CHECKED
from tests.store.building import claim, delivery, entry, entry_record, publish, record
from watcher.models.alerts import ClaimedDelivery, DeliveryState, Waits
from watcher.models.checks import EntryRecord
from watcher.models.events import Hindrance, Print
from watcher.models.identity import entry_id
from watcher.models.words import Action
from watcher.pipeline.events import Gathering
from watcher.store import Store
from watcher.store.engine import reading, writing
from watcher.store.placing import FIRST as FIRST_ONES
from watcher.store.placing import LAST as LAST_ONES
from watcher.store.placing import Desk, reports_around
from watcher.store.schema import deliveries

GATHER = Gathering(lambda: PARENTS)


def report(key: str, title: str, text: str, *, hours: float = 0, action: Action = Action.TERMINATE) -> EntryRecord:
    name = entry_id("kind-news", key)
    made = said(key, title, text, match(action=action), hours=hours)
    taken: Print = replace(made, entry_id=name, publisher_id=key)
    alert = replace(delivery(name), payload={"data": {"matches": [_plain(action)]}})
    return entry_record(entry(key, title, text), print=taken, deliveries=(alert,))


def _plain(action: Action) -> dict[str, object]:
    return {"policy": {"id": "mpp"}, "action": action.value, "modality": "actual", "actor_type": "executive"}


def check(store: Store, *reports: EntryRecord, hours: float = 0) -> None:
    if store.catalogs.digest() is None:
        publish(store)
    at = CHECKED + timedelta(hours=hours)
    assert store.checks.record([record(claim(store, "kind-news", now=at), *reports, now=at)], GATHER)


FIRST = report("agency", "Department ends the program", "It ends, the Secretary said.")
AGAIN = report("wire", "US ends the program", "Officials said that it ends.", hours=2)
NEWS = report("radio", "Program ends", "It ends on June 21, officials said.", hours=5)
BACK = report("back", "Program returns", "It is back.", hours=6, action=Action.REINSTATE)


def test_a_second_report_is_held_with_the_reason_and_one_with_news_follows_up(store: Store) -> None:
    for number, each in enumerate((FIRST, AGAIN, NEWS)):
        check(store, each, hours=number)
    news, again, first = store.deliveries.listing()
    assert (first.state, again.state, news.state) == (
        DeliveryState.WAITING,
        DeliveryState.HELD,
        DeliveryState.WAITING,
    )
    assert again.due_at is None
    assert again.finished_at is not None
    assert [(why.what, why.title) for why in again.waits_for] == [(Waits.REPEAT, "Department ends the program")]
    claimed = {each.delivery.id: each.delivery for each in _claim(store)}
    assert claimed.keys() == {first.id, news.id}
    assert claimed[news.id].thread == first.id
    assert claimed[news.id].payload["data"]["event"]["news"] == [{"kind": "effective", "value": "2026-06-21"}]
    assert claimed[news.id].payload["data"]["event"]["sources"] == ["Wire", "Radio"]


def test_a_follow_up_answers_the_message_that_its_first_alert_came_in(store: Store) -> None:
    check(store, FIRST)
    with writing(store._engine) as connection:
        connection.execute(update(deliveries).values(batch="one-mail-for-many"))
    check(store, NEWS, hours=1)
    (news,) = [each.delivery for each in _claim(store) if each.delivery.entry_id == NEWS.entry_id]
    assert news.thread == "one-mail-for-many"


def _claim(store: Store) -> list[ClaimedDelivery]:
    return store.deliveries.claim_due(CHECKED + timedelta(days=1), lease=timedelta(minutes=2), limit=9)


def test_what_came_together_rings_once_in_any_order(store: Store) -> None:
    check(store, AGAIN, FIRST)
    states = {row.entry_id: row.state for row in store.deliveries.listing()}
    assert states == {FIRST.entry_id: DeliveryState.WAITING, AGAIN.entry_id: DeliveryState.HELD}


def test_where_the_first_alert_does_not_arrive_the_next_report_rings(store: Store) -> None:
    silenced = replace(FIRST, deliveries=(replace(FIRST.deliveries[0], silence_id="quiet"),))
    check(store, silenced)
    check(store, AGAIN, hours=1)
    assert store.deliveries.listing()[0].state is DeliveryState.WAITING


def test_a_new_report_is_held_against_a_bounded_number_of_earlier_ones(store: Store) -> None:
    check(store, *(report(f"k{n}", "Department ends the program", f"It ends. Copy {n}.") for n in range(90)))
    (one,) = store.events.listing()
    with reading(store._engine) as connection:
        looked_at = {each.print.entry_id for each in reports_around(Desk.of(connection, GATHER, {}), one.id)}
    assert len(one.members) == 90
    assert FIRST_ONES + LAST_ONES <= len(looked_at) <= FIRST_ONES + LAST_ONES + 1
    assert one.lead in looked_at


def test_who_wants_every_entry_gets_every_entry(store: Store) -> None:
    check(store, FIRST)
    check(store, replace(AGAIN, deliveries=(replace(AGAIN.deliveries[0], every_entry=True),)), hours=1)
    assert {row.state for row in store.deliveries.listing()} == {DeliveryState.WAITING}


def test_a_held_alert_can_be_sent_all_the_same(store: Store) -> None:
    check(store, FIRST, AGAIN)
    (held,) = store.deliveries.listing(state=DeliveryState.HELD)
    assert store.deliveries.retry(CHECKED, [held.id]) == 1
    assert held.id in {each.delivery.id for each in _claim(store)}


def test_an_end_and_a_return_are_two_events(store: Store) -> None:
    check(store, FIRST, BACK)
    assert len(store.events.listing()) == 2


def test_what_people_split_stays_apart_and_what_they_merge_stays_together(store: Store) -> None:
    check(store, FIRST, AGAIN, NEWS, BACK)
    alone = store.regroupings.split(AGAIN.entry_id, GATHER, by="ana", now=CHECKED)
    merged = store.regroupings.merge(FIRST.entry_id, BACK.entry_id, GATHER, by="ana", now=CHECKED)
    assert alone.act_id
    assert merged.act_id
    prints = [each.print for each in (FIRST, AGAIN, NEWS, BACK) if each.print]
    assert store.events.rebuild(prints, GATHER) == 2
    shown = store.events.show(FIRST.entry_id)
    assert shown
    assert {each.print.entry_id for each in shown.members} == {FIRST.entry_id, NEWS.entry_id, BACK.entry_id}


def test_splitting_what_stands_alone_and_merging_what_is_one_change_nothing(store: Store) -> None:
    check(store, FIRST, AGAIN, BACK)
    alone = store.regroupings.split(BACK.entry_id, GATHER, by="ana", now=CHECKED)
    one = store.regroupings.merge(FIRST.entry_id, AGAIN.entry_id, GATHER, by="ana", now=CHECKED)
    assert alone.hindrance is one.hindrance is Hindrance.NOTHING
    assert store.regroupings.apart_and_together() == []


def test_rebuilding_gives_the_events_that_were_there(store: Store) -> None:
    check(store, FIRST, AGAIN, NEWS, BACK)
    before = store.events.listing()
    prints = GATHER.in_order([each.print for each in (BACK, NEWS, AGAIN, FIRST) if each.print])
    assert store.events.rebuild(prints, GATHER) == 2
    assert [(each.id, len(each.members), each.lead) for each in store.events.listing()] == [
        (each.id, len(each.members), each.lead) for each in before
    ]


def test_what_an_entry_links_to_is_known_when_events_are_formed_anew(store: Store) -> None:
    assert FIRST.print
    linked = replace(FIRST, print=replace(FIRST.print, links=("a.example/x",), versions=("a.example/es/x",)))
    check(store, linked, AGAIN)
    assert store.events.linked() == {FIRST.entry_id: (("a.example/x",), ("a.example/es/x",))}
