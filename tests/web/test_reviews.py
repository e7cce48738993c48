"""Reviewing on the pages: two people at once, many at once, taking back, and what a script is told."""

from __future__ import annotations

import httpx

from tests.store.building import decide
from tests.web.page import all_of, links, says
from tests.web.planted import COURT_MATCH_ID, ENDED_ID, ENTRY_ID, REPORTED_ID
from watcher.models.words import Verdict
from watcher.store import Store

REVIEW = f"/matches/{ENDED_ID}/review"


def verdict(store: Store, match_id: str = ENDED_ID) -> Verdict:
    row = store.matches.show(match_id)
    assert row is not None
    return row.verdict


async def test_who_comes_second_sees_both_and_may_insist(desk: httpx.AsyncClient, planted: Store) -> None:
    decide(planted, ENDED_ID, Verdict.CONFIRMED, "Mine.", "bob")
    form = {"verdict": "dismissed", "reason": "old-news", "note": "Yours?", "version": "0"}
    answer = await desk.post(REVIEW, data=form)
    assert answer.status_code == 409
    assert verdict(planted) is Verdict.CONFIRMED
    assert "Dismissed" in says(answer, ".notice")
    assert "Yours?" in says(answer, ".notice")
    assert "Confirmed · bob" in says(answer, ".history")
    assert (await desk.post(REVIEW, data={**form, "version": "1"})).status_code == 303
    assert verdict(planted) is Verdict.DISMISSED


async def test_many_are_decided_at_once_and_taken_back_at_once(desk: httpx.AsyncClient, planted: Store) -> None:
    decide(planted, COURT_MATCH_ID, Verdict.NEEDS_LAWYER, who="bob")
    selected = [f"{each}:0" for each in (ENDED_ID, REPORTED_ID, COURT_MATCH_ID)]
    answer = await desk.post("/reviews", data={"selected": selected, "verdict": "confirmed", "back": "inbox"})
    page = await desk.get(answer.headers["location"])
    assert "Kept for 2 matches." in says(page, ".done")
    assert "1 match had been changed by somebody else" in says(page, ".notice")
    assert verdict(planted, COURT_MATCH_ID) is Verdict.NEEDS_LAWYER
    (note, *_) = planted.reviews.history(ENDED_ID)
    await desk.post(f"/reviews/{note.act_id}/undo", data={"back": "inbox"})
    assert {verdict(planted, each) for each in (ENDED_ID, REPORTED_ID)} == {Verdict.NEW}


async def test_a_script_is_told_what_became_of_it(desk: httpx.AsyncClient, planted: Store) -> None:
    headers = {"accept": "application/json"}
    told = (await desk.post(REVIEW, data={"verdict": "confirmed", "version": "0"}, headers=headers)).json()
    assert told["matches"] == [{"id": ENDED_ID, "version": 1, "verdict": "confirmed", "label": "Confirmed"}]
    late = await desk.post(REVIEW, data={"verdict": "dismissed", "version": "0"}, headers=headers)
    assert late.status_code == 409
    back = await desk.post(f"/reviews/{told['act']}/undo", headers=headers)
    assert back.json()["matches"][0]["verdict"] == "new"


async def test_what_is_none_of_the_offered_values_is_refused(desk: httpx.AsyncClient) -> None:
    for form in (
        {"policy": "none"},
        {"action": "explode"},
        {"assignee": "nobody-here"},
        {"assignee": "admin", "due": "soon"},
        {"reason": "whim", "verdict": "dismissed"},
    ):
        assert (await desk.post(REVIEW, data=form)).status_code == 400, form
    assert (await desk.post("/reviews", data={"verdict": "confirmed"})).status_code == 400


async def test_a_search_that_is_none_is_explained_above_the_list(desk: httpx.AsyncClient) -> None:
    answer = await desk.get("/inbox", params={"q": '"remain in'})
    assert answer.status_code == 200
    assert "close the phrase" in says(answer, "[role=alert]")
    spanish = await desk.get("/inbox", params={"q": "(", "lang": "es"})
    assert "Falta algo al final" in says(spanish, "[role=alert]")


async def test_a_search_is_kept_shared_read_as_a_feed_and_made_a_rule(desk: httpx.AsyncClient, planted: Store) -> None:
    form = {"name": "Courts & MPP", "filters": "publisher_type=court&verdict=any", "shared": "yes"}
    answer = await desk.post("/searches", data=form)
    assert answer.headers["location"] == "/inbox?verdict=any&publisher_type=court"
    page = await desk.get(answer.headers["location"])
    assert "Courts & MPP shared" in all_of(page, ".facet li a")
    assert "/alerts/rules/new?when.publisher_types=court" in links(page, ".side a.button")
    (search,) = planted.searches.listing("bob")
    made = await desk.post("/feed-links", data={"of": f"search:{search.id}"})
    (atom, _) = all_of(made, ".made code")
    feed = await desk.get(httpx.URL(atom).path)
    assert (feed.text.count("<entry>"), "Order in No. 20-1" in feed.text) == (1, True)
    await desk.post(f"/searches/{search.id}/forget")
    assert planted.searches.listing("admin") == []
    assert (await desk.get(httpx.URL(atom).path)).text.count("<entry>") == 0


async def test_old_links_to_the_inbox_still_lead_there(desk: httpx.AsyncClient) -> None:
    answer = await desk.get("/?verdict=any&policy=mpp")
    assert (answer.status_code, answer.headers["location"]) == (307, "/inbox?verdict=any&policy=mpp")


async def test_the_first_page_says_what_is_new_and_what_waits_for_me(desk: httpx.AsyncClient, planted: Store) -> None:
    await desk.post(REVIEW, data={"assignee": "admin", "due": "2026-05-01"})
    page = await desk.get("/")
    assert "2 sources are being watched" in says(page, ".state-of")
    assert "Review 3 matches" in says(page, ".page-head")
    assert "was due 1 May 2026" in says(page, ".ledger")


async def test_a_capture_is_shown_as_text_that_can_do_nothing(desk: httpx.AsyncClient) -> None:
    answer = await desk.get(f"/entries/{ENTRY_ID}/capture/text")
    assert answer.headers["content-type"].startswith("text/plain")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "<script>" in answer.text


async def test_the_quote_leads_to_its_words_in_the_original(desk: httpx.AsyncClient) -> None:
    quoted = links(await desk.get(f"/entries/{ENTRY_ID}"), ".review a.out")
    assert quoted[0].startswith("https://www.example.org/statement#:~:text=The%20Department%20of%20Homeland,")
