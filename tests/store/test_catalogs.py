"""Publishing a catalog: numbers, due sources, retirement and return."""

from __future__ import annotations

from datetime import timedelta

from tests.store.building import LEASE, MINUTE, NOW, catalog, claim, entry_record, found, publish, record, source
from watcher.models.catalog import Interval
from watcher.store import Store


def test_there_is_no_catalog_before_the_first(store: Store) -> None:
    assert store.catalogs.current() is None
    assert store.catalogs.digest() is None


def test_a_catalog_comes_back_as_it_was_published(store: Store) -> None:
    every = Interval(5 * MINUTE, timedelta(hours=6))
    given = catalog(source("a", every=every, options={"entry": "li", "deep": [1, {"ñ": None}]}), source("b"))
    assert store.catalogs.publish(given, NOW) == 1
    assert store.catalogs.current() == given
    assert store.catalogs.digest() == given.digest


def test_the_same_digest_again_changes_nothing(store: Store) -> None:
    publish(store, source("a"))
    store.checks.record([record(claim(store, "a"))])
    assert publish(store, source("a"), now=NOW + MINUTE) == 1
    assert store.sources.next_due_at() == NOW + 15 * MINUTE


def test_another_digest_gets_the_next_number(store: Store) -> None:
    assert publish(store, source("a")) == 1
    assert publish(store, source("a"), source("b")) == 2
    assert publish(store, source("b")) == 3


def test_new_sources_are_due_at_once(store: Store) -> None:
    publish(store, source("a"), source("b"))
    due = store.sources.claim_due(NOW, lease=LEASE, limit=10)
    assert [claimed.source.id for claimed in due] == ["a", "b"]
    assert all(claimed.first_read_at is None and claimed.body_sha256 is None for claimed in due)


def test_a_source_that_is_taken_out_is_retired_and_keeps_its_entries(store: Store) -> None:
    publish(store, source("kind-news"), source("b"))
    found(store, kept := entry_record())
    publish(store, source("b"), now=NOW + MINUTE)
    due = store.sources.claim_due(NOW + timedelta(days=1), lease=LEASE, limit=10, ignore_schedule=True)
    assert [claimed.source.id for claimed in due] == ["b"]
    assert store.entries.show(kept.entry_id) is not None
    (health,) = store.sources.health(["kind-news"])
    assert health.retired
    assert health.next_check_at is None
    assert health.entries == 1


def test_a_source_that_returns_is_taken_up_where_it_stopped(store: Store) -> None:
    publish(store, source("a"), source("b"))
    store.checks.record([record(claim(store, "a"))])
    publish(store, source("b"))
    publish(store, source("a"), source("b"), now=NOW + MINUTE)
    again = claim(store, "a", now=NOW + MINUTE)
    assert again.validators.etag == '"1"'
    assert again.first_read_at == NOW + timedelta(seconds=1)


def test_a_changed_address_forgets_the_validators_and_is_due_at_once(store: Store) -> None:
    publish(store, source("a"))
    store.checks.record([record(claim(store, "a"))])
    publish(store, source("a", url="https://example.org/moved"), now=NOW + MINUTE)
    (due,) = store.sources.claim_due(NOW + MINUTE, lease=LEASE, limit=10)
    assert due.source.url == "https://example.org/moved"
    assert (due.validators.etag, due.validators.last_modified, due.body_sha256) == (None, None, None)


def test_a_check_under_way_records_nothing_once_its_source_is_read_otherwise(store: Store) -> None:
    publish(store, source("a"))
    old = claim(store, "a")
    publish(store, source("a", options={"entry": "article"}))
    assert store.checks.record([record(old)]) == []


def test_another_interval_keeps_the_validators(store: Store) -> None:
    publish(store, source("a"))
    store.checks.record([record(claim(store, "a"))])
    publish(store, source("a", every=Interval(MINUTE, MINUTE)), now=NOW + MINUTE)
    (due,) = store.sources.claim_due(NOW + MINUTE, lease=LEASE, limit=10)
    assert due.validators.etag == '"1"'


def test_a_disabled_source_is_never_due(store: Store) -> None:
    publish(store, source("a", enabled=False))
    assert store.sources.claim_due(NOW, lease=LEASE, limit=10, ignore_schedule=True) == []
    assert store.sources.next_due_at() is None
    assert store.sources.enabled_ids() == []
