"""Answers kept for a day: a request that is sent again is not done again, on either database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from watcher.store import Store
from watcher.store.answers import GIVEN_UP, KEPT, Kept

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def test_a_key_is_taken_once_and_answered_again(store: Store) -> None:
    assert store.answers.begin("ana", "key-1", "asked", NOW) is None
    assert store.answers.begin("ana", "key-1", "asked", NOW) == Kept(same=True)
    store.answers.end("ana", "key-1", 201, "{}")
    assert store.answers.begin("ana", "key-1", "asked", NOW) == Kept(True, 201, "{}")
    assert store.answers.begin("ana", "key-1", "something else", NOW) == Kept(False, 201, "{}")
    assert store.answers.begin("ben", "key-1", "asked", NOW) is None, "another person's key"


def test_of_many_at_once_one_takes_the_key(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        known = list(pool.map(lambda _: store.answers.begin("ana", "key-1", "asked", NOW), range(24)))
    assert known.count(None) == 1


def test_a_key_is_free_again_after_a_day_when_given_up_and_when_its_taker_died(store: Store) -> None:
    store.answers.begin("ana", "key-1", "asked", NOW)
    store.answers.give_up("ana", "key-1")
    assert store.answers.begin("ana", "key-1", "asked", NOW) is None
    late = NOW + GIVEN_UP + timedelta(seconds=1)
    assert store.answers.begin("ana", "key-1", "asked", late) is None, "nobody answered: taken for dead"
    store.answers.end("ana", "key-1", 200, "done")
    assert store.answers.begin("ana", "key-1", "asked", late + KEPT) == Kept(True, 200, "done")
    assert store.answers.begin("ana", "key-1", "asked", late + KEPT + timedelta(seconds=1)) is None
