"""The order of changes: everything is there once it is committed, and a reader who goes on misses nothing."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import Engine

from tests.store.building import NOW, entry, entry_record, found, match
from watcher.models.changes import Noun
from watcher.models.reviews import Change
from watcher.models.views import MatchQuery
from watcher.models.words import Verdict
from watcher.store import Store
from watcher.store.changes import note
from watcher.store.engine import writing


def nouns(store: Store, after: int = 0) -> list[tuple[Noun, str]]:
    return [(each.noun, each.about) for each in store.changes.since(after, 1000)]


def test_an_entry_its_matches_and_what_people_decide_are_told_in_order(store: Store) -> None:
    found(store, entry_record(entry("1"), match("mpp")))
    (row,) = store.matches.search(MatchQuery()).rows
    told = nouns(store)
    assert told == [(Noun.ENTRY, row.entry_id), (Noun.MATCH, row.id)]
    last = store.changes.last()
    outcome = store.reviews.make([Change(row.id, verdict=Verdict.CONFIRMED)], reviewer="ann", now=NOW)
    undone = store.reviews.undo(outcome.act_id, reviewer="ann", now=NOW)
    assert nouns(store, last) == [
        *((Noun.MATCH, row.id), (Noun.REVIEW, outcome.act_id)),
        *((Noun.MATCH, row.id), (Noun.REVIEW, undone.act_id)),
    ]


def test_a_match_that_a_new_revision_no_longer_has_is_told(store: Store) -> None:
    found(store, entry_record(entry("1"), match("mpp")))
    (row,) = store.matches.search(MatchQuery()).rows
    nouns(store)  # on PostgreSQL reading gives places
    last = store.changes.last()
    found(store, entry_record(entry("1", text="other"), revision=2))
    assert nouns(store, last) == [(Noun.ENTRY, row.entry_id), (Noun.MATCH, row.id)]


def test_what_is_read_page_by_page_is_what_is_read_at_once(store: Store) -> None:
    found(store, *(entry_record(entry(str(n)), match("mpp")) for n in range(5)))
    whole = store.changes.since(0, 1000)
    paged, after = [], 0
    while page := store.changes.since(after, 3):
        paged += page
        after = page[-1].position
    assert paged == whole
    assert len({each.position for each in whole}) == len(whole) == 10


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_what_is_committed_late_is_not_skipped(store: Store, engine: Engine) -> None:
    """The first writer takes its number first and commits last."""
    with writing(engine) as slow:
        note(slow, Noun.ENTRY, ["slow"], NOW)
        with writing(engine) as quick:
            note(quick, Noun.ENTRY, ["quick"], NOW)
        assert nouns(store) == [(Noun.ENTRY, "quick")]
        after = store.changes.last()
    assert nouns(store, after) == [(Noun.ENTRY, "slow")]


def test_readers_and_writers_at_once_agree_on_one_order(store: Store, engine: Engine) -> None:
    done = threading.Event()
    seen: list[str] = []

    def write(name: str) -> None:
        for number in range(20):
            with writing(engine) as connection:
                note(connection, Noun.ENTRY, [f"{name}{number}"], NOW)

    def read() -> None:
        after = 0
        while True:
            last_round = done.is_set()
            page = store.changes.since(after, 7)
            seen.extend(each.about for each in page)
            after = page[-1].position if page else after
            if last_round and not page:
                return

    writers = [threading.Thread(target=write, args=(name,)) for name in "abc"]
    reader = threading.Thread(target=read)
    for thread in (reader, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    reader.join()
    assert sorted(seen) == sorted(f"{name}{number}" for name in "abc" for number in range(20))
    assert [each.about for each in store.changes.since(0, 1000)] == seen
