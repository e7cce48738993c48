"""Claiming sources: due-ness, leases, fences, and how sources are."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from tests.store.building import (
    KIND,
    LEASE,
    MINUTE,
    NOW,
    claim,
    entry,
    entry_record,
    failed,
    found,
    match,
    publish,
    record,
    source,
    unchanged,
)
from watcher.models.checks import CheckOutcome
from watcher.store import Store


def test_a_claimed_source_is_not_claimed_again_before_its_lease_ends(store: Store) -> None:
    publish(store)
    first = claim(store)
    assert store.sources.claim_due(NOW + LEASE / 2, lease=LEASE, limit=1, ignore_schedule=True) == []
    second = claim(store, now=NOW + LEASE)
    assert second.fence > first.fence


def test_a_claim_carries_what_the_last_check_left_behind(store: Store) -> None:
    publish(store)
    store.checks.record([record(claim(store))])
    store.checks.record([failed(claim(store))])
    claimed = claim(store)
    assert claimed.source == source()
    assert claimed.publisher == KIND
    assert (claimed.validators.etag, claimed.body_sha256) == ('"1"', "ab" * 32)
    assert claimed.failures == 1
    assert claimed.first_read_at == NOW + timedelta(seconds=1)
    assert claimed.last_news_at is None


def test_news_move_the_time_of_the_last_news(store: Store) -> None:
    found(store, entry_record())
    found(store, now=NOW + MINUTE)
    assert claim(store).last_news_at == NOW


def test_the_longest_due_come_first(store: Store) -> None:
    publish(store, source("a"), source("b"), source("c"))
    for number, id_ in enumerate(("b", "c", "a")):
        store.checks.record([unchanged(claim(store, id_), NOW + number * MINUTE)])
    due = store.sources.claim_due(NOW + timedelta(hours=1), lease=LEASE, limit=2)
    assert [claimed.source.id for claimed in due] == ["b", "c"]


def test_sources_that_are_not_due_are_taken_only_when_asked(store: Store) -> None:
    publish(store)
    store.checks.record([unchanged(claim(store))])
    assert store.sources.claim_due(NOW, lease=LEASE, limit=1) == []
    assert len(store.sources.claim_due(NOW, lease=LEASE, limit=1, ignore_schedule=True)) == 1


def test_only_the_named_sources_are_claimed(store: Store) -> None:
    publish(store, source("a"), source("b"))
    assert [c.source.id for c in store.sources.claim_due(NOW, lease=LEASE, limit=9, only=["b", "none"])] == ["b"]
    assert store.sources.claim_due(NOW, lease=LEASE, limit=9, only=[]) == []


def test_a_released_source_is_due_as_before(store: Store) -> None:
    publish(store)
    store.sources.release([claim(store)])
    assert len(store.sources.claim_due(NOW, lease=LEASE, limit=1)) == 1


def test_a_lost_claim_releases_nothing(store: Store) -> None:
    publish(store)
    lost = claim(store)
    claim(store, now=NOW + LEASE)
    store.sources.release([lost])
    assert store.sources.claim_due(NOW + LEASE, lease=LEASE, limit=1) == []


def test_a_daemon_that_starts_takes_over_what_a_dead_one_had_claimed(store: Store) -> None:
    publish(store)
    lost = claim(store)
    store.sources.release_all()
    assert len(store.sources.claim_due(NOW, lease=LEASE, limit=1)) == 1
    assert store.checks.record([record(lost)]) == []


def test_the_next_due_time_counts_a_lease_as_taken(store: Store) -> None:
    publish(store)
    assert store.sources.next_due_at() == NOW
    claim(store)
    assert store.sources.next_due_at() == NOW + LEASE


def test_threads_that_claim_at_once_never_get_the_same_source(store: Store) -> None:
    publish(store, *(source(f"s{number}") for number in range(60)))
    together = threading.Barrier(4)

    def take() -> list[str]:
        together.wait()
        taken: list[str] = []
        while claims := store.sources.claim_due(NOW, lease=LEASE, limit=3):
            taken += [claimed.source.id for claimed in claims]
        return taken

    with ThreadPoolExecutor(4) as pool:
        taken = [id_ for future in [pool.submit(take) for _ in range(4)] for id_ in future.result()]
    assert len(taken) == len(set(taken)) == 60


def test_a_failing_source_says_since_when_and_what_to_do(store: Store) -> None:
    publish(store)
    for number in range(3):
        store.checks.record([failed(claim(store), NOW + number * MINUTE)])
    (health,) = store.sources.health()
    assert health.failures == 3
    assert health.failing_since == NOW + timedelta(seconds=1)
    assert health.problem_kind == "timeout"
    assert "60 s" in health.problem
    assert health.advice
    assert health.last_outcome is CheckOutcome.FAILED
    assert health.last_success_at is None


def test_a_success_ends_the_failures(store: Store) -> None:
    publish(store)
    store.checks.record([failed(claim(store))])
    store.checks.record([unchanged(claim(store), NOW + MINUTE)])
    (health,) = store.sources.health(["kind-news"])
    assert (health.failures, health.failing_since, health.problem, health.advice) == (0, None, "", "")
    assert health.last_success_at == NOW + MINUTE + timedelta(seconds=1)
    assert health.next_check_at == NOW + 16 * MINUTE


def test_health_counts_entries_and_matches(store: Store) -> None:
    found(store, entry_record(entry("1"), match(), match("title-42")), entry_record(entry("2")))
    (health,) = store.sources.health()
    assert (health.entries, health.matches, health.newest_entry_at) == (2, 2, NOW)
