"""The inbox and the verdicts given there."""

from __future__ import annotations

import httpx
import pytest

from tests.web.page import all_of, links, parsed, says
from tests.web.planted import COURT_ENTRY_ID, COURT_MATCH_ID, ENDED_ID, ENTRY_ID, NOW, check, found, publish, record
from watcher.models.views import MatchQuery
from watcher.models.words import Verdict
from watcher.store import Store


async def test_matches_of_one_entry_are_one_card_and_the_newest_comes_first(desk: httpx.AsyncClient) -> None:
    answer = await desk.get("/inbox")
    assert answer.status_code == 200
    assert links(answer, ".card .title a") == [f"/entries/{COURT_ENTRY_ID}", f"/entries/{ENTRY_ID}"]
    assert len(parsed(answer).css(".card")[1].css(".match")) == 2


async def test_a_card_says_what_happens_and_quotes_it_with_the_mention_marked(desk: httpx.AsyncClient) -> None:
    answer = await desk.get("/inbox?policy=mpp")
    assert "Migrant Protection Protocols" in says(answer, ".card .headline")
    quote = "“The Department of Homeland Security ended the Migrant Protection Protocols today.”"
    assert says(answer, ".card .quote") == quote
    assert all_of(answer, ".card .quote mark") == ["Migrant Protection Protocols"]
    assert "Kids in Need of Defense" in says(answer, ".card .meta")
    assert "0.95" in says(answer, ".card .score")


async def test_filters_are_links_with_counts_and_combine(desk: httpx.AsyncClient) -> None:
    answer = await desk.get("/inbox?policy=title-42&action=block")
    assert links(answer, ".card .title a") == [f"/entries/{COURT_ENTRY_ID}"]
    facets = all_of(answer, ".facet a")
    assert "Title 42 expulsions 1" in facets
    assert "Supreme Court 1" in facets


async def test_a_chosen_filter_can_be_taken_away_and_all_can_be_cleared(desk: httpx.AsyncClient) -> None:
    answer = await desk.get("/inbox?q=Court&policy=title-42&verdict=any")
    assert links(answer, ".chips a") == [
        "/inbox?verdict=any&policy=title-42",
        "/inbox?q=Court&verdict=any",
        "/inbox?verdict=any",
    ]


async def test_search_finds_words_of_the_text_and_keeps_the_other_filters(desk: httpx.AsyncClient) -> None:
    answer = await desk.get("/inbox?q=homeland&policy=mpp")
    assert links(answer, ".card .title a") == [f"/entries/{ENTRY_ID}"]
    hidden = parsed(answer).css('.search input[type="hidden"]')
    assert [(node.attributes["name"], node.attributes["value"]) for node in hidden] == [("policy", "mpp")]


async def test_days_are_counted_from_first_sight(desk: httpx.AsyncClient) -> None:
    assert says(await desk.get("/inbox?since=2026-05-04&until=2026-05-04"), ".result p") == "3 matches"
    assert says(await desk.get("/inbox?since=2026-05-05"), ".result p") == "0 matches"


async def test_what_fits_no_filter_is_explained(desk: httpx.AsyncClient) -> None:
    answer = await desk.get("/inbox?q=nobodywroteit")
    assert says(answer, ".empty h2") == "Nothing fits these filters"
    assert "/inbox?verdict=any" in links(answer, ".empty a")


async def test_an_inbox_with_nothing_new_says_what_is_watched(desk: httpx.AsyncClient, planted: Store) -> None:
    for row in planted.matches.search(MatchQuery()).rows:
        await desk.post(f"/matches/{row.id}/review", data={"verdict": "dismissed", "back": "inbox"})
    answer = await desk.get("/inbox")
    assert says(answer, ".empty h2") == "Nothing waits for you"
    assert "2 sources are being watched" in says(answer, ".empty")


async def test_without_sources_the_inbox_says_how_to_begin(desk: httpx.AsyncClient, planted: Store) -> None:
    publish(planted, publishers=(), sources=())
    answer = await desk.get("/inbox?verdict=needs-lawyer")
    assert "sources.yaml" in says(answer, ".empty")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("verdict=zz", "Verdict: there is no “zz”."),
        ("verdict=any&policy=nope", "Policy: there is no “nope”."),
        ("since=yesterday", "From: there is no “yesterday”."),
        ("action=zz&lang=es", "no existe «zz»."),
    ],
)
async def test_a_filter_that_means_nothing_is_said_to(asked: str, told: str, desk: httpx.AsyncClient) -> None:
    assert told in says(await desk.get(f"/inbox?{asked}"), ".notice")


async def test_filters_that_mean_something_bring_no_notice(desk: httpx.AsyncClient) -> None:
    answer = await desk.get("/inbox?verdict=any&policy=mpp&since=2020-01-01&action=")
    assert parsed(answer).css_first(".notice") is None


async def test_confirming_keeps_verdict_note_and_reviewer_and_goes_back_to_the_list(
    desk: httpx.AsyncClient, planted: Store
) -> None:
    form = {"verdict": "confirmed", "note": " Quote it. ", "back": "inbox", "filters": "policy=mpp&verdict=any"}
    answer = await desk.post(f"/matches/{ENDED_ID}/review", data=form)
    view = planted.entries.show(ENTRY_ID)
    assert view is not None
    ((match_id, note),) = view.reviews
    assert (match_id, note.verdict, note.note, note.reviewer) == (ENDED_ID, Verdict.CONFIRMED, "Quote it.", "admin")
    back = f"/inbox?verdict=any&policy=mpp&done={note.act_id}"
    assert (answer.status_code, answer.headers["location"]) == (303, back)


async def test_a_decided_match_leaves_the_list_of_new_ones_and_the_page_says_so(desk: httpx.AsyncClient) -> None:
    form = {"verdict": "dismissed", "back": "inbox", "filters": ""}
    answer = await desk.post(f"/matches/{COURT_MATCH_ID}/review", data=form)
    answer = await desk.get(answer.headers["location"])
    assert links(answer, ".card .title a") == [f"/entries/{ENTRY_ID}"]
    assert "Title 42 expulsions" in says(answer, ".done")
    assert links(answer, ".done a") == [f"/entries/{COURT_ENTRY_ID}#review"]


async def test_the_form_names_no_address_to_go_to(desk: httpx.AsyncClient) -> None:
    for filters in ("next=//evil.example", "//evil.example", "q=%0d%0aLocation:x", "\\\\evil"):
        form = {"verdict": "confirmed", "back": "inbox", "filters": filters}
        answer = await desk.post(f"/matches/{ENDED_ID}/review", data=form)
        assert answer.headers["location"].startswith("/inbox?")
        assert "evil" not in answer.headers["location"].split("?")[0]
    answer = await desk.post(f"/matches/{ENDED_ID}/review", data={"verdict": "new", "back": "https://evil.example"})
    assert answer.headers["location"].startswith(f"/entries/{ENTRY_ID}?done=")


async def test_a_verdict_that_is_none_is_refused(desk: httpx.AsyncClient) -> None:
    assert (await desk.post(f"/matches/{ENDED_ID}/review", data={"verdict": "maybe"})).status_code == 400
    assert (await desk.post(f"/matches/{ENDED_ID}/review", data={})).status_code == 400


async def test_a_match_that_is_not_there_cannot_be_reviewed(desk: httpx.AsyncClient) -> None:
    assert (await desk.post("/matches/nothing/review", data={"verdict": "confirmed"})).status_code == 404


async def test_a_long_list_goes_on_on_further_pages(desk: httpx.AsyncClient, planted: Store) -> None:
    text = "The Migrant Protection Protocols."
    many = [
        record(
            "kind-news", f"urn:many-{n}", f"Statement {n}", text, [found("mpp", "Migrant Protection Protocols", text)]
        )
        for n in range(60)
    ]
    check(planted, "kind-news", *many, now=NOW.replace(hour=13))
    first = await desk.get("/inbox?policy=mpp")
    titles, pages = all_of(first, ".card .title"), 1
    while further := links(first, ".pages a"):
        first, pages = await desk.get(further[0]), pages + 1
        titles += all_of(first, ".card .title")
    assert (pages, len(titles), len(set(titles))) == (3, 61, 61)
