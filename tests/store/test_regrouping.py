"""People take events apart and put them together; it stays so, can be taken back, and nobody overwrites anybody."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import delete
from sqlalchemy.exc import DBAPIError

from tests.store.building import NOW as CHECKED
from tests.store.test_events import AGAIN, BACK, FIRST, GATHER, NEWS, check
from watcher.errors import StoreError
from watcher.models.checks import EntryRecord
from watcher.models.events import Hindrance, Link, Regrouping
from watcher.store import Store
from watcher.store.engine import writing
from watcher.store.schema import event_acts

ALL = (FIRST, AGAIN, NEWS, BACK)


def groups(store: Store) -> set[frozenset[str]]:
    """The events, each as the keys of its entries."""
    keys = {each.entry_id: each.entry.key for each in ALL}
    return {frozenset(keys[one.print.entry_id] for one in each.members) for each in store.events.listing()}


def rebuilt(store: Store) -> set[frozenset[str]]:
    store.events.rebuild(GATHER.in_order([each.print for each in ALL if each.print]), GATHER)
    return groups(store)


def split(store: Store, entry: EntryRecord, by: str = "ana", seen: str | None = None) -> str:
    return store.regroupings.split(entry.entry_id, GATHER, by=by, now=CHECKED, seen=seen).act_id


def merge(store: Store, one: EntryRecord, other: EntryRecord) -> str:
    return store.regroupings.merge(one.entry_id, other.entry_id, GATHER, by="ana", now=CHECKED).act_id


def event_of(store: Store, entry: EntryRecord) -> str:
    shown = store.events.view(entry.entry_id)
    assert shown
    return shown.event.id


BEFORE = {frozenset({"agency", "wire", "radio"}), frozenset({"back"})}


def test_what_was_split_comes_back_with_its_reason(store: Store) -> None:
    check(store, *ALL)
    why = {each.print.entry_id: each.why for event in store.events.listing() for each in event.members}
    act = split(store, AGAIN)
    assert groups(store) == {frozenset({"agency", "radio"}), frozenset({"wire"}), frozenset({"back"})}
    undone = store.regroupings.undo(act, GATHER, by="bob", now=CHECKED)
    assert undone.moved == (AGAIN.entry_id,)
    assert groups(store) == BEFORE == rebuilt(store)
    assert {each.print.entry_id: each.why for event in store.events.listing() for each in event.members} == why


def test_what_was_merged_goes_apart_again_and_is_the_event_that_it_was(store: Store) -> None:
    check(store, *ALL)
    own = event_of(store, BACK)
    act = merge(store, FIRST, BACK)
    assert groups(store) == {frozenset({"agency", "wire", "radio", "back"})} == rebuilt(store)
    assert store.regroupings.undo(act, GATHER, by="bob", now=CHECKED).event_id == own == event_of(store, BACK)
    assert groups(store) == BEFORE == rebuilt(store)


def test_putting_back_together_what_was_split_outlives_a_rebuild(store: Store) -> None:
    check(store, *ALL)
    split(store, FIRST)
    merge(store, AGAIN, FIRST)
    assert groups(store) == BEFORE == rebuilt(store)


def test_those_that_one_entry_held_together_stay_together_without_it(store: Store) -> None:
    check(store, *ALL)
    merge(store, FIRST, BACK)
    split(store, FIRST)
    wanted = {frozenset({"agency"}), frozenset({"wire", "radio", "back"})}
    assert groups(store) == wanted == rebuilt(store)


def test_the_same_entry_can_be_split_twice(store: Store) -> None:
    check(store, *ALL)
    split(store, AGAIN)
    merge(store, AGAIN, BACK)
    split(store, AGAIN)
    assert frozenset({"wire"}) in groups(store)


def test_who_looked_at_another_state_changes_nothing(store: Store) -> None:
    check(store, *ALL)
    seen, other = event_of(store, AGAIN), event_of(store, BACK)
    split(store, AGAIN, by="bob")
    late = store.regroupings.split(AGAIN.entry_id, GATHER, by="ana", now=CHECKED, seen=seen)
    assert late.hindrance is Hindrance.CHANGED
    merged = store.regroupings.merge(other, AGAIN.entry_id, GATHER, by="ana", now=CHECKED, seen={seen, other})
    assert merged.hindrance is Hindrance.CHANGED
    merge(store, FIRST, BACK)
    gone = store.regroupings.merge(seen, other, GATHER, by="ana", now=CHECKED, seen={seen, other})
    assert gone.hindrance is Hindrance.CHANGED


def test_an_act_is_taken_back_once_and_not_when_its_entries_were_moved_after_it(store: Store) -> None:
    check(store, *ALL)
    first = split(store, AGAIN)
    merge(store, BACK, AGAIN)
    assert store.regroupings.undo(first, GATHER, by="bob", now=CHECKED).hindrance is Hindrance.CHANGED
    again = split(store, NEWS)
    assert store.regroupings.undo(again, GATHER, by="bob", now=CHECKED).hindrance is None
    assert store.regroupings.undo(again, GATHER, by="bob", now=CHECKED).hindrance is Hindrance.CHANGED
    assert store.regroupings.undo("nothing", GATHER, by="bob", now=CHECKED).hindrance is Hindrance.MISSING


def test_the_trail_says_who_did_what_and_who_took_it_back_and_cannot_be_changed(store: Store) -> None:
    check(store, *ALL)
    store.regroupings.undo(split(store, AGAIN), GATHER, by="bob", now=CHECKED)
    merge(store, FIRST, BACK)
    shown = store.events.view(AGAIN.entry_id)
    assert shown
    assert [(each.act, each.by, each.title, each.undone_by) for each in shown.notes] == [
        (Regrouping.MERGE, "ana", "Program returns", ""),
        (Regrouping.SPLIT, "ana", "US ends the program", "bob"),
    ]
    with pytest.raises((StoreError, DBAPIError), match="never changed"), writing(store._engine) as connection:
        connection.execute(delete(event_acts))


def test_whatever_people_do_in_whatever_order_survives_a_rebuild(store: Store) -> None:
    """Ten times: each pair that was decided about last stays as it was decided."""
    check(store, *ALL)
    chance = random.Random(7)
    for _ in range(10):
        one, other = chance.sample(ALL, 2)
        if event_of(store, one) == event_of(store, other):
            split(store, one)
        else:
            merge(store, one, other)
        before = groups(store)
        held = _held(store)
        assert held
        after = rebuilt(store)
        for link, pair in held.items():
            together = any(pair <= each for each in after)
            assert together is (link[0] is Link.SAME), (before, after, link)


def _held(store: Store) -> dict[tuple[Link, frozenset[str]], frozenset[str]]:
    keys = {each.entry_id: each.entry.key for each in ALL}
    newest: dict[frozenset[str], Link] = {}
    for link, one, other in store.regroupings.apart_and_together():
        newest[frozenset({keys[one], keys[other]})] = link
    return {(link, pair): pair for pair, link in newest.items()}
