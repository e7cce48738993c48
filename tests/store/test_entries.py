"""Entries: what is known of a source, pages that are waited for, and one entry whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.store.building import (
    MINUTE,
    NOW,
    claim,
    classified,
    decide,
    document,
    entry,
    entry_record,
    found,
    match,
    publish,
    record,
    source,
)
from watcher.models.checks import TextState
from watcher.models.identity import content_sha256, match_id
from watcher.models.views import MatchQuery
from watcher.models.words import AnnouncementKind, PublisherType, Verdict
from watcher.store import Store


def test_known_entries_are_found_by_their_keys(store: Store) -> None:
    one = entry_record(entry("1"), match(), match("aca"), backfill=True)
    found(store, one, entry_record(entry("2")))
    known = store.entries.known("kind-news", ["1", "3", "1"])
    assert set(known) == {"1"}
    assert known["1"].entry_id == one.entry_id
    assert known["1"].revision == 1
    assert known["1"].content_sha256 == content_sha256(one.entry)
    assert known["1"].match_ids == {match_id(one.entry_id, match()), match_id(one.entry_id, match("aca"))}
    assert known["1"].text_state is TextState.SOURCE
    assert known["1"].backfill


def test_a_key_is_known_in_its_own_source_only(store: Store) -> None:
    publish(store, source("kind-news"), source("b"))
    found(store, entry_record(entry("1")))
    assert store.entries.known("b", ["1"]) == {}


def test_thousands_of_keys_may_be_asked_for(store: Store) -> None:
    found(store, entry_record(entry("1999")))
    assert set(store.entries.known("kind-news", (str(n) for n in range(2000)))) == {"1999"}
    assert store.entries.known("kind-news", []) == {}


def test_known_matches_are_those_of_the_newest_revision(store: Store) -> None:
    found(store, entry_record(entry(), match("mpp")))
    second = entry_record(entry(text="new"), match("aca"), revision=2)
    found(store, second)
    known = store.entries.known("kind-news", ["1"])["1"]
    assert known.match_ids == {match_id(second.entry_id, match("aca"))}


def test_pages_are_due_in_their_order_and_as_their_source_said_them(store: Store) -> None:
    teasers = [entry(key, text=f"teaser {key}", teaser=True) for key in "abc"]
    dues = (NOW + 2 * MINUTE, NOW + MINUTE, NOW + timedelta(hours=1))
    found(store, *(entry_record(t, page_due_at=due) for t, due in zip(teasers, dues, strict=True)))
    waiting = store.entries.waiting_pages("kind-news", NOW + 2 * MINUTE, 10)
    assert [page.entry for page in waiting] == [teasers[1], teasers[0]]
    assert [page.entry for page in store.entries.waiting_pages("kind-news", NOW + 2 * MINUTE, 1)] == [teasers[1]]
    assert claim(store, now=NOW + 2 * MINUTE).pages_waiting == 2


def test_a_teaser_that_waits_without_a_date_is_due_at_once(store: Store) -> None:
    found(store, entry_record(entry(teaser=True)))
    assert len(store.entries.waiting_pages("kind-news", NOW, 10)) == 1


def test_a_missing_page_is_waited_for_with_the_teaser_of_the_source(store: Store) -> None:
    teaser = entry(text="teaser", teaser=True)
    missing = entry_record(teaser, text="teaser and what else was found", text_state=TextState.MISSING)
    found(store, replace(missing, page_error="404", page_attempts=2, page_due_at=NOW))
    (waiting,) = store.entries.waiting_pages("kind-news", NOW, 10)
    assert waiting.entry == teaser
    assert waiting.known.page_attempts == 2
    assert waiting.known.text_state is TextState.MISSING


def test_an_entry_is_shown_whole(store: Store) -> None:
    record = entry_record(entry(), match(), match("aca"), addresses=("a@example.org", "b@example.org"), backfill=True)
    found(store, record)
    shown = store.entries.show(record.entry_id)
    assert shown is not None
    told = shown.announcement
    assert (told.entry_id, told.revision, told.title, told.text) == (record.entry_id, 1, "Title of 1", "Text of 1")
    assert (told.publisher_id, told.publisher_type) == ("kind", PublisherType.NGO)
    assert (told.published, told.first_seen, told.language) == (NOW - timedelta(days=1), NOW, "en")
    assert told.announcement_kind is AnnouncementKind.OFFICIAL_ACTION
    assert told.matches == (match(), match("aca"))
    assert [row.match for row in shown.matches] == [match(), match("aca")]
    assert [row.address for row in shown.deliveries] == ["a@example.org", "b@example.org"]
    assert shown.source == source()
    assert shown.capture_sha256 == document().sha256
    assert (shown.published_raw, shown.backfill, shown.vocabulary_version) == ("yesterday", True, "2026.1")


def test_the_first_match_of_each_policy_is_its_main_match(store: Store) -> None:
    from watcher.models.words import Action

    record = entry_record(entry(), match("mpp"), match("mpp", Action.ADOPT), match("aca"))
    found(store, record)
    shown = store.entries.show(record.entry_id)
    assert shown is not None
    assert [row.main for row in shown.matches] == [True, False, True]


def test_an_entry_is_shown_with_the_decisions_about_it(store: Store) -> None:
    record = entry_record(entry(), match())
    found(store, record)
    (row,) = store.matches.search(MatchQuery()).rows
    decide(store, row.id, Verdict.NEEDS_LAWYER, "hm", "ann")
    decide(store, row.id, Verdict.CONFIRMED, "yes", "bob", NOW + MINUTE)
    shown = store.entries.show(record.entry_id)
    assert shown is not None
    assert [(id_, note.verdict, note.reviewer) for id_, note in shown.reviews] == [
        (row.id, Verdict.NEEDS_LAWYER, "ann"),
        (row.id, Verdict.CONFIRMED, "bob"),
    ]


def test_an_entry_without_matches_has_no_kind(store: Store) -> None:
    record = entry_record(entry(), classification=classified())
    found(store, record)
    shown = store.entries.show(record.entry_id)
    assert shown is not None
    assert shown.announcement.announcement_kind is None
    assert shown.matches == ()


def test_there_is_nothing_to_show_of_an_unknown_entry(store: Store) -> None:
    assert store.entries.show("nothing\0") is None


def test_an_entry_of_a_page_alone_has_the_page_as_its_capture(store: Store) -> None:
    publish(store)
    made = entry_record(page=document(b"<html>"))
    store.checks.record([record(claim(store), made, document=None)])
    shown = store.entries.show(made.entry_id)
    assert shown is not None
    assert shown.capture_sha256 == document(b"<html>").sha256


def test_what_is_known_of_a_sender_is_kept_while_the_page_is_waited_for(store: Store) -> None:
    said = replace(entry("1", teaser=True), authentication="dmarc=pass; said by mx.example.org")
    found(store, entry_record(said))
    (page,) = store.entries.waiting_pages("kind-news", NOW, 10)
    assert page.entry.authentication == said.authentication
    view = store.entries.show(page.known.entry_id)
    assert view is not None
    assert view.authentication == said.authentication


def test_unread_scans_are_counted_of_their_source_and_of_all(store: Store) -> None:
    found(store, entry_record(entry("1"), text_state=TextState.SCAN), entry_record(entry("2")))
    (health,) = store.sources.health()
    assert health.scans == 1
    assert [title for _, title in health.newest_scans] == ["Title of 1"]
    assert store.counts(NOW).scans == 1
    assert store.entries.waiting_pages("kind-news", NOW + timedelta(days=9), 10) == []
