"""What a check that left entries over needs of the store, and what it leaves behind."""

from __future__ import annotations

import zlib
from dataclasses import replace

import pytest

from tests.pipeline.world import World
from tests.store.building import MINUTE, NOW, claim, document, entry, entry_record, found, publish, record
from watcher.models.checks import Alike
from watcher.models.identity import content_sha256
from watcher.store import Store
from watcher.store.rows import check_rows


def test_the_keys_of_a_source_are_all_that_is_stored_of_it(store: Store) -> None:
    found(store, *(entry_record(entry(str(number))) for number in range(3)))
    assert sorted(store.entries.keys("kind-news")) == ["0", "1", "2"]
    assert store.entries.keys("other") == []


def test_entries_are_found_by_what_they_say(store: Store) -> None:
    said = entry("1", "One", "The same words.")
    found(store, entry_record(said), entry_record(entry("2", "Two", "Others.")))
    content = content_sha256(said)
    assert store.entries.alike("kind-news", [content]) == [Alike("1", content, said.url, said.published)]
    assert store.entries.alike("other", [content]) == []


def test_a_backfill_goes_on_until_nothing_is_left_over(store: Store) -> None:
    publish(store)
    store.checks.record([record(claim(store), entry_record(entry("1"), backfill=True), to_be_continued=True)])
    after = claim(store, now=NOW + 60 * MINUTE)
    assert after.first_read_at is None
    store.checks.record([record(after, entry_record(entry("2"), backfill=True), now=NOW + 60 * MINUTE)])
    assert claim(store, now=NOW + 120 * MINUTE).first_read_at is not None


def test_a_document_with_thousands_of_entries_is_prepared_once(monkeypatch: pytest.MonkeyPatch) -> None:
    prepared: list[str] = []

    def counting(data: bytes) -> bytes:
        prepared.append("once")
        return data

    monkeypatch.setattr(zlib, "compress", counting)
    source = document(b"x" * 1000)
    entries = [replace(entry_record(entry(str(number))), document=source) for number in range(50)]
    check_rows(record(World().claimed(), *entries, document=source))
    assert prepared == ["once"]
