"""Counts: the few numbers that say how things are."""

from __future__ import annotations

from datetime import timedelta

from tests.store.building import NOW, claim, decide, entry, entry_record, failed, found, match, publish, source
from watcher.models.views import MatchQuery
from watcher.models.words import Verdict
from watcher.store import Store


def test_an_empty_store_counts_nothing(store: Store) -> None:
    counts = store.counts(NOW)
    assert (counts.sources, counts.failing, counts.entries, counts.matches, counts.new_matches) == (0, 0, 0, 0, 0)
    assert set(counts.deliveries.values()) == {0}


def test_sources_that_are_not_watched_do_not_count(store: Store) -> None:
    publish(store, source("a"), source("b"), source("gone"), source("off", enabled=False))
    store.checks.record([failed(claim(store, "a")), failed(claim(store, "gone"))])
    publish(store, source("a"), source("b"), source("off", enabled=False))
    counts = store.counts(NOW + timedelta(minutes=1))
    assert (counts.sources, counts.failing) == (2, 1)


def test_matches_count_while_they_are_current(store: Store) -> None:
    found(store, entry_record(entry(), match("mpp"), match("aca")))
    decide(store, store.matches.search(MatchQuery()).rows[0].id, Verdict.CONFIRMED)
    counts = store.counts(NOW)
    assert (counts.entries, counts.matches, counts.new_matches) == (1, 2, 1)
    found(store, entry_record(entry(text="new"), match("mpp"), revision=2))
    assert store.counts(NOW).matches == 1
