"""Matches: lists, filters, pages, facets and reviews."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

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
from watcher.models.views import MatchQuery, Order
from watcher.models.words import Action, Modality, PublisherType, Verdict
from watcher.store import Store


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


def test_facets_know_sources_publishers_their_types_and_languages(newsroom: Store) -> None:
    facets = newsroom.matches.facets(MatchQuery(source="wh"))
    assert facets["source"] == [("kind-news", 3), ("wh", 1)]
    assert facets["publisher_type"] == [("executive", 1)]
    assert facets["language"] == [("en", 1)]
    assert newsroom.matches.facets(MatchQuery(publisher_type=PublisherType.NGO))["publisher_type"] == [
        ("ngo", 3),
        ("executive", 1),
    ]


def test_facets_of_many_matches_are_counted_up_to_a_thousand(store: Store) -> None:
    many = [entry_record(entry(str(n)), match(), match("aca", Action.ADOPT), match("t")) for n in range(1002)]
    found(store, *many, entry_record(entry("rare"), match("rare", Action.BLOCK)))
    facets = store.matches.facets(MatchQuery(verdict=Verdict.NEW))
    assert facets["policy"] == [("aca", 1001), ("mpp", 1001), ("t", 1001), ("rare", 1)]
    assert facets["action"][-1] == ("block", 1)
    assert facets["publisher"] == [("kind", 1001)]
    assert store.matches.facets(MatchQuery(policy="rare"))["policy"] == facets["policy"]


def leads(store: Store, query: MatchQuery, order: Order, limit: int = 2) -> list[list[str]]:
    """The policies of each card, over all pages."""
    cards: list[list[str]] = []
    cursor = None
    while True:
        page = store.matches.cards(query, order=order, cursor=cursor, limit=limit)
        cards += [[row.match.policy for row in card] for card in page.cards]
        if page.next_cursor is None:
            return cards
        cursor = page.next_cursor


def test_an_entry_is_one_card_where_its_leading_match_stands(newsroom: Store) -> None:
    assert leads(newsroom, MatchQuery(), Order.NEWEST) == [["title-42"], ["mpp"], ["mpp", "aca"]]
    assert leads(newsroom, MatchQuery(policy="aca"), Order.NEWEST) == [["aca"]]
    assert leads(newsroom, MatchQuery(words="policy:mpp OR policy:aca"), Order.NEWEST) == [["mpp"], ["mpp", "aca"]]


def test_what_matters_comes_first_when_asked(store: Store) -> None:
    said = entry_record(entry("said"), match("a", Action.MENTION), match("b", Action.REPORT))
    done = entry_record(entry("done"), match("c", Action.BLOCK), match("d", Action.MENTION))
    plan = entry_record(entry("plan"), replace(match("e", Action.SUSPEND), modality=Modality.PLANNED))
    found(store, plan, done, said, entry_record(entry("last"), match("f", Action.COMMENT)))
    for limit in (1, 2, 9):
        assert leads(store, MatchQuery(), Order.IMPORTANT, limit) == [["c", "d"], ["e"], ["b", "a"], ["f"]] or leads(
            store, MatchQuery(), Order.IMPORTANT, limit
        ) == [["c", "d"], ["e"], ["f"], ["b", "a"]]


def test_matches_are_counted_by_the_month_of_their_publication(newsroom: Store) -> None:
    months = newsroom.matches.by_month(["mpp", "aca"], date(2026, 1, 1))
    assert [(m.month, m.action.value, m.count) for m in months] == [
        ("2026-02", "adopt", 1),
        ("2026-02", "suspend", 1),
        ("2026-02", "terminate", 1),
    ]
    assert newsroom.matches.by_month(["mpp"], date(2026, 3, 1)) == []
