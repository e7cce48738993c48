"""The story of a policy on its page, in the API and on the command line's terms: both axes, sources, doubts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from tests.web.conftest import Machine, browser, log_in, site_over
from tests.web.page import all_of, links, parsed, says
from tests.web.planted import COURT_MATCH_ID, ENDED_ID, ENTRY_ID, NOW, POLICIES, check, found, record
from watcher.models.reviews import Change
from watcher.models.story import Axis, Standing, State, Step
from watcher.models.words import Action, ActorType, Modality, Verdict
from watcher.store import Store
from watcher.web import storyline

NAME = "Migrant Protection Protocols"


def plant_act(store: Store, key: str, action: Action, *, days: int, text: str = "", **changes: object) -> None:
    """A further entry of KIND in which something happens to MPP, so many days after the planted one."""
    text = text or f"They did {action} the {NAME}."
    match = replace(found("mpp", NAME, text, action=action), **changes)  # type: ignore[arg-type]
    at = NOW + timedelta(days=days)
    check(store, "kind-news", record("kind-news", key, key, text, (match,), published=at), now=at)


async def test_an_ending_that_others_tell_is_reported_by_them_until_a_person_confirms_it(
    desk: httpx.AsyncClient, planted: Store
) -> None:
    answer = await desk.get("/policies/mpp")
    first = says(answer, ".told-states tbody tr")
    assert "Reported ended" in first
    assert "reported by Kids in Need of Defense" in first
    planted.reviews.make([Change(ENDED_ID, verdict=Verdict.CONFIRMED)], reviewer="ana", now=NOW)
    first = says(await desk.get("/policies/mpp"), ".told-states tbody tr")
    assert "Ended" in first
    assert "confirmed by a person · 100 % sure" in first


async def test_each_state_has_its_words_and_leads_to_its_entry(desk: httpx.AsyncClient) -> None:
    answer = await desk.get("/policies/mpp")
    assert "ended the Migrant Protection Protocols today" in says(answer, ".told-states q")
    assert f"/entries/{ENTRY_ID}" in links(answer, ".told-states a")


async def test_the_picture_has_a_title_a_description_and_a_box_for_every_row(desk: httpx.AsyncClient) -> None:
    answer = await desk.get("/policies/title-42")
    svg = parsed(answer).css_first(".story svg")
    assert svg is not None
    named = (svg.attributes["aria-labelledby"] or "").split()
    assert says(answer, f"#{named[0]}") == "The story of Title 42 expulsions"
    assert len(svg.css("rect")) == len(all_of(answer, ".told-states tbody tr")) == 3


async def test_a_court_that_holds_up_an_ending_is_said_and_drawn(desk: httpx.AsyncClient, planted: Store) -> None:
    plant_act(planted, "block", Action.BLOCK, days=1, target_action=Action.TERMINATE, actor_type=ActorType.COURT)
    answer = await desk.get("/policies/mpp")
    assert "Held up by a court" in says(answer, ".story .facts")
    assert len(parsed(answer).css(".story svg line.held")) == 1


async def test_contradictions_are_shown(desk: httpx.AsyncClient, planted: Store) -> None:
    plant_act(planted, "no", Action.TERMINATE, days=1, modality=Modality.NEGATED)
    assert "Said to have happened and denied" in says(await desk.get("/policies/mpp"), ".contradictions")


async def test_who_only_speaks_is_counted_beside_the_story(desk: httpx.AsyncClient, planted: Store) -> None:
    for day in (1, 2):
        plant_act(planted, f"call-{day}", Action.CALL_FOR, days=day)
    answer = await desk.get("/policies/mpp")
    assert says(answer, ".chorus li") == "Kids in Need of Defense NGO · 2 times: demand 2"
    assert len(all_of(answer, ".told-states tbody tr")) == 3


async def test_the_page_of_a_family_says_where_each_part_stands_and_theirs_lead_back(
    planted: Store, machine: Machine
) -> None:
    family = replace(POLICIES["mpp"], id="family", events=(), children=("mpp", "quiet"))
    parts = (replace(POLICIES["mpp"], parent="family"), replace(POLICIES["title-42"], id="quiet", events=()))
    app = site_over(planted, machine, policies={each.id: each for each in (family, *parts)})
    async with browser(app) as client:
        await log_in(client, planted, machine.now)
        page = await client.get("/policies/family")
        assert "Reported ended" in all_of(page, ".parts li")[0]
        assert "Nothing is known of what was done to it." in all_of(page, ".parts li")[1]
        assert links(page, ".parts a") == ["/policies/mpp", "/policies/quiet"]
        assert all_of(page, ".told-states tbody tr") == []
        of_part = await client.get("/policies/mpp")
        assert "/policies/family" in links(of_part, ".entry-head a")
        assert all_of(of_part, ".parts li") == []


async def test_the_story_is_told_in_spanish(desk: httpx.AsyncClient) -> None:
    answer = await desk.get("/policies/mpp?lang=es")
    assert says(answer, "#story") == "Qué se hizo con ella"
    assert "Según se informa: fin" in says(answer, ".told-states tbody tr")


async def test_words_of_strangers_stay_words(desk: httpx.AsyncClient, planted: Store) -> None:
    plant_act(planted, "bad", Action.EXTEND, days=1, text=f"<script>alert(1)</script> extends the {NAME}")
    answer = await desk.get("/policies/mpp")
    assert "<script>alert(1)" not in answer.text
    assert "&lt;script&gt;alert(1)" in answer.text


async def test_the_api_tells_the_same_story(desk: httpx.AsyncClient, planted: Store) -> None:
    planted.reviews.make([Change(COURT_MATCH_ID, verdict=Verdict.CONFIRMED)], reviewer="ana", now=NOW)
    story = (await desk.get("/api/v1/policies/title-42/story")).json()
    assert [(each["axis"], each["step"], each["standing"]) for each in story["states"]] == [
        ("government", "suspended", "background"),
        ("government", "ended", "background"),
        ("courts", "blocked", "confirmed"),
    ]
    assert story["now"]["courts"] == story["states"][-1]
    assert story["states"][-1]["sources"][0]["match"] == COURT_MATCH_ID
    assert (await desk.get("/api/v1/policies/none/story")).status_code == 404


@pytest.mark.parametrize("many", [0, 1, 30])
def test_the_picture_has_the_newest_states_and_says_how_many_it_leaves_out(many: int) -> None:
    states = [
        State(f"s{n}", Axis.GOVERNMENT, Step.SUSPENDED, None, f"2026-01-{n + 1:02}", Standing.PRIMARY, 1, "", "q", "")
        for n in range(many)
    ]
    picture = storyline.draw(states, lambda state: "a word that is so very long that it cannot stand in one line" * 3)
    assert (len(picture.boxes), picture.left_out) == (min(many, 24), max(0, many - 24))
    assert all(len(box.lines) <= 3 for box in picture.boxes)
