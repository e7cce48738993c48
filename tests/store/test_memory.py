"""What a source's kind remembers, and the documents that a check did not get to: kept, and cleared when void."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.store.building import MINUTE, NOW, claim, failed, publish, record, source, unchanged
from watcher.models.checks import LateDocument
from watcher.store import Store

MEMORY = '{"rules":1,"seen":"ñ\\u0000 \U0001f40c"}'
CURSOR = ("https://example.org/page/2", "https://example.org/a?b=ñ&c")


def _remembering(store: Store) -> None:
    publish(store)
    assert store.checks.record([record(claim(store), memory=MEMORY, cursor=CURSOR)])


def test_a_source_that_was_never_read_remembers_nothing(store: Store) -> None:
    publish(store)
    claimed = claim(store)
    assert (claimed.memory, claimed.cursor) == (None, ())


def test_memory_and_cursor_come_back_with_the_next_claim(store: Store) -> None:
    _remembering(store)
    claimed = claim(store)
    assert (claimed.memory, claimed.cursor) == (MEMORY, CURSOR)


def test_documents_that_failed_come_back_with_the_next_claim_and_stand_on_the_source(store: Store) -> None:
    publish(store)
    late = (LateDocument("https://example.org/part?b=ñ", "no answer in time. It is tried again.", 2, NOW + MINUTE),)
    store.checks.record([record(claim(store), late=late)])
    store.checks.record([unchanged(claim(store))])
    store.checks.record([failed(claim(store))])
    claimed = claim(store)
    assert claimed.late == late
    assert [each.late for each in store.sources.health()] == [late]
    store.checks.record([record(claimed)])
    assert claim(store).late == ()


def test_a_check_that_gets_to_everything_empties_the_cursor(store: Store) -> None:
    _remembering(store)
    store.checks.record([record(claim(store), memory="two")])
    claimed = claim(store)
    assert (claimed.memory, claimed.cursor) == ("two", ())


@pytest.mark.parametrize("make", [failed, unchanged])
def test_a_check_that_reads_nothing_leaves_them_as_they_were(store: Store, make: object) -> None:
    _remembering(store)
    assert callable(make)
    store.checks.record([make(claim(store))])
    claimed = claim(store)
    assert (claimed.memory, claimed.cursor) == (MEMORY, CURSOR)


def test_a_record_whose_lease_was_lost_changes_neither(store: Store) -> None:
    _remembering(store)
    late = claim(store)
    store.sources.release_all()
    assert store.checks.record([record(late, memory="late", cursor=())]) == []
    assert claim(store).memory == MEMORY


@pytest.mark.parametrize(
    "changes",
    [{"url": "https://example.org/other"}, {"kind": "listing"}, {"options": {"key": "id-and-date"}}],
    ids=["url", "kind", "options"],
)
def test_what_was_remembered_of_another_reading_is_void(store: Store, changes: dict[str, object]) -> None:
    _remembering(store)
    publish(store, source(**changes), now=NOW + MINUTE)  # type: ignore[arg-type]
    claimed = claim(store, now=NOW + MINUTE)
    assert (claimed.memory, claimed.cursor, claimed.body_sha256) == (None, (), None)
    assert claimed.first_read_at is None, "without its memory, what it finds next is backfill"


def test_other_changes_of_a_source_keep_what_is_remembered(store: Store) -> None:
    _remembering(store)
    publish(store, replace(source(), note="why"), now=NOW + MINUTE)
    claimed = claim(store, now=NOW + MINUTE)
    assert (claimed.memory, claimed.cursor) == (MEMORY, CURSOR)
    assert claimed.first_read_at is not None


def test_a_source_without_memory_goes_on_ringing_when_it_is_read_otherwise(store: Store) -> None:
    publish(store)
    store.checks.record([record(claim(store))])
    publish(store, source(url="https://example.org/moved"), now=NOW + MINUTE)
    assert claim(store, now=NOW + MINUTE).first_read_at is not None


def test_a_backfill_of_many_documents_lasts_until_they_are_read(store: Store) -> None:
    publish(store)
    store.checks.record([record(claim(store), cursor=CURSOR, to_be_continued=True)])
    assert claim(store).first_read_at is None
    store.sources.release_all()
    store.checks.record([record(claim(store))])
    assert claim(store).first_read_at is not None
