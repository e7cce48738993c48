"""Matches: lists, filters, pages, facets and reviews."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, select

from tests.store.building import (
    NOW,
    WHITE_HOUSE,
    claim,
    entry,
    entry_record,
    found,
    match,
    publish,
    record,
    source,
)
from watcher.models.views import MatchQuery
from watcher.models.words import Action, Modality, PublisherType, Verdict
from watcher.store import Store
from watcher.store.engine import reading
from watcher.store.schema import reviews


@pytest.fixture
def newsroom(store: Store) -> Store:
    """Two sources of two publishers, three entries, four matches."""
    publish(store, source("kind-news"), source("wh", "white-house"))
    found(store, entry_record(entry("1", title="Ends MPP"), match("mpp"), match("aca", Action.ADOPT)))
    found(store, entry_record(entry("2"), match("mpp", Action.SUSPEND)), now=NOW + timedelta(days=1))
    act = replace(match("title-42"), modality=Modality.PLANNED)
    later = NOW + timedelta(days=2)
    store.checks.record(
        [record(claim(store, "wh", now=later), entry_record(entry("3"), act, source_id="wh"), now=later)]
    )
    return store


def policies(store: Store, query: MatchQuery) -> list[str]:
    return [row.match.policy for row in store.matches.search(query).rows]


def test_the_newest_entry_comes_first_and_its_main_match_before_the_others(newsroom: Store) -> None:
    assert policies(newsroom, MatchQuery()) == ["title-42", "mpp", "mpp", "aca"]


def test_the_first_entry_of_a_document_is_the_newest(store: Store) -> None:
    found(store, *(entry_record(entry(key), match()) for key in "abc"))
    assert [row.title for row in store.matches.search(MatchQuery()).rows] == ["Title of a", "Title of b", "Title of c"]


LISTED = {
    MatchQuery(policy="mpp"): ["mpp", "mpp"],
    MatchQuery(publisher="white-house"): ["title-42"],
    MatchQuery(publisher_type=PublisherType.NGO): ["mpp", "mpp", "aca"],
    MatchQuery(publisher="kind", publisher_type=PublisherType.COURT): [],
    MatchQuery(source="wh"): ["title-42"],
    MatchQuery(action=Action.SUSPEND): ["mpp"],
    MatchQuery(modality=Modality.PLANNED): ["title-42"],
    MatchQuery(verdict=Verdict.NEW): ["title-42", "mpp", "mpp", "aca"],
    MatchQuery(verdict=Verdict.CONFIRMED): [],
    MatchQuery(since=date(2026, 3, 2)): ["title-42", "mpp"],
    MatchQuery(until=date(2026, 3, 2)): ["mpp", "mpp", "aca"],
    MatchQuery(since=date(2026, 3, 2), until=date(2026, 3, 2)): ["mpp"],
    MatchQuery(since=date.min, until=date.max): ["title-42", "mpp", "mpp", "aca"],
    MatchQuery(words="ends"): ["mpp", "aca"],
    MatchQuery(words="ends", policy="aca"): ["aca"],
    MatchQuery(policy="none'; --"): [],
    MatchQuery(policy="\0\ud800"): [],
}


def test_each_filter_restricts_the_list(newsroom: Store) -> None:
    assert {query: policies(newsroom, query) for query in LISTED} == LISTED
    assert {query: [row.match.policy for row in newsroom.matches.each(query)] for query in LISTED} == LISTED
    assert {q: newsroom.matches.search(q).total for q in LISTED} == {q: len(rows) for q, rows in LISTED.items()}


def test_the_matches_of_one_entry_are_listed(newsroom: Store) -> None:
    entry_id = newsroom.matches.search(MatchQuery(policy="aca")).rows[0].entry_id
    assert policies(newsroom, MatchQuery(entry=entry_id)) == ["mpp", "aca"]


def test_a_row_has_the_match_and_its_entry(newsroom: Store) -> None:
    (row,) = newsroom.matches.search(MatchQuery(source="wh")).rows
    assert row.match == replace(match("title-42"), modality=Modality.PLANNED)
    assert row.publisher == WHITE_HOUSE
    assert (row.title, row.url, row.language) == ("Title of 3", "https://example.org/3", "en")
    assert row.first_seen == NOW + timedelta(days=2)
    assert row.published == NOW - timedelta(days=1)
    assert (row.verdict, row.main, row.backfill) == (Verdict.NEW, True, False)
    assert newsroom.matches.show(row.id) == row


def test_pages_follow_each_other_without_gap_or_repetition(store: Store) -> None:
    found(store, *(entry_record(entry(str(n)), match()) for n in range(23)))
    seen: list[str] = []
    cursor = None
    while True:
        page = store.matches.search(MatchQuery(), cursor=cursor, limit=10)
        seen += [row.id for row in page.rows]
        assert page.total == 23
        if page.next_cursor is None:
            break
        cursor = page.next_cursor
    assert len(seen) == len(set(seen)) == 23


def test_new_matches_do_not_shift_the_pages_behind_a_cursor(store: Store) -> None:
    found(store, *(entry_record(entry(str(n)), match()) for n in range(4)))
    first = store.matches.search(MatchQuery(), limit=2)
    found(store, entry_record(entry("new"), match()))
    second = store.matches.search(MatchQuery(), cursor=first.next_cursor, limit=2)
    assert [row.title for row in second.rows] == ["Title of 2", "Title of 3"]


def test_a_cursor_that_is_none_begins_at_the_beginning(newsroom: Store) -> None:
    for cursor in ("", "x", "-1", "1.5", "²", "9" * 40, "\0"):
        assert len(newsroom.matches.search(MatchQuery(), cursor=cursor).rows) == 4


def test_totals_are_exact_up_to_a_thousand(store: Store) -> None:
    found(store, *(entry_record(entry(str(n)), match()) for n in range(1000)))
    page = store.matches.search(MatchQuery(), limit=1)
    assert (page.total, page.total_is_exact) == (1000, True)
    found(store, entry_record(entry("one more"), match()))
    page = store.matches.search(MatchQuery(), limit=1)
    assert (page.total, page.total_is_exact) == (1000, False)
    assert sum(1 for _ in store.matches.each(MatchQuery())) == 1001


def test_facets_count_as_if_their_own_filter_were_not_set(newsroom: Store) -> None:
    facets = newsroom.matches.facets(MatchQuery(policy="mpp"))
    assert facets["policy"] == [("mpp", 2), ("aca", 1), ("title-42", 1)]
    assert facets["action"] == [("suspend", 1), ("terminate", 1)]
    assert facets["publisher"] == [("kind", 2)]
    assert facets["verdict"] == [("new", 2)]


def test_facets_hold_within_a_search(newsroom: Store) -> None:
    assert newsroom.matches.facets(MatchQuery(words='"ends mpp"'))["policy"] == [("aca", 1), ("mpp", 1)]


def test_a_review_sets_the_verdict_and_is_found_by_it(newsroom: Store) -> None:
    row = newsroom.matches.search(MatchQuery()).rows[0]
    assert newsroom.matches.review(row.id, Verdict.DISMISSED, note="no", reviewer="ann", now=NOW)
    (found_again,) = newsroom.matches.search(MatchQuery(verdict=Verdict.DISMISSED)).rows
    assert found_again.id == row.id
    assert newsroom.counts(NOW).new_matches == 3


def test_an_unknown_match_cannot_be_reviewed(newsroom: Store) -> None:
    assert not newsroom.matches.review("none", Verdict.CONFIRMED, note="", reviewer="ann", now=NOW)
    assert newsroom.matches.show("none") is None


def test_every_review_is_kept_also_when_people_decide_at_once(newsroom: Store, engine: Engine) -> None:
    row = newsroom.matches.search(MatchQuery()).rows[0]
    together = threading.Barrier(8)

    def decide(number: int) -> bool:
        verdict = Verdict.CONFIRMED if number % 2 else Verdict.DISMISSED
        together.wait()
        return newsroom.matches.review(row.id, verdict, note=str(number), reviewer=f"r{number}", now=NOW)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(decide, range(8)))
    with reading(engine) as connection:
        history = connection.execute(select(reviews).order_by(reviews.c.seq)).all()
    assert sorted(decision.note for decision in history) == [str(n) for n in range(8)]
    now = newsroom.matches.show(row.id)
    assert now is not None
    assert now.verdict == history[-1].verdict
