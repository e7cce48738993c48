"""The announcement on the page of an entry: who reports it, why, and what people may do about it."""

from __future__ import annotations

import itertools

import httpx
import pytest
from starlette.applications import Starlette

from tests.events.saying import PARENTS, match, said
from tests.events.test_alike import TEXT
from tests.web.conftest import Machine, signed_in
from tests.web.page import all_of, links, parsed, says
from tests.web.planted import ENTRY_ID, POLICIES
from tests.web.reports import BACK, GATHER, LEAD, RADIO, WIRE, plant_reports
from watcher.events import compare
from watcher.models.accounts import Role
from watcher.models.words import Action, PublisherType
from watcher.store import Store
from watcher.web.joining import Joining
from watcher.web.naming import Words


@pytest.fixture
def reported(planted: Store) -> Store:
    plant_reports(planted)
    return planted


def event_of(store: Store, entry: str) -> str:
    shown = store.events.view(entry)
    assert shown
    return shown.event.id


def act_in(answer: httpx.Response) -> str:
    return httpx.URL(answer.headers["location"]).params["regrouped"]


async def test_the_reports_are_listed_with_the_one_that_leads_and_why_each_is_there(
    desk: httpx.AsyncClient, reported: Store
) -> None:
    answer = await desk.get(f"/entries/{WIRE}")
    assert says(answer, "#reports") == "One announcement: 3 reports"
    lead, wire, radio = all_of(answer, ".members li")
    assert lead.startswith("Lead")
    assert "leads" in lead
    assert "this entry" in wire
    assert "Why it is here: the same act: government, ended, Migrant Protection Protocols" in wire
    assert "both say 2026-06-21" in radio
    assert links(answer, ".members a") == [f"/entries/{LEAD}", f"/entries/{RADIO}"]


async def test_an_entry_that_stands_alone_and_one_that_reports_nothing(
    app: Starlette, desk: httpx.AsyncClient, reported: Store, machine: Machine
) -> None:
    alone = await desk.get(f"/entries/{BACK}")
    assert says(alone, "#reports") == "The same announcement elsewhere"
    assert parsed(alone).css_first(".members") is None
    async with signed_in(app, reported, machine.now, Role.VIEWER) as viewer:
        assert parsed(await viewer.get(f"/entries/{BACK}")).css_first("#announcement") is None
    assert "Not the same announcement" not in alone.text
    assert parsed(await desk.get(f"/entries/{ENTRY_ID}")).css_first("#announcement") is None


async def test_a_report_is_taken_out_and_put_back(desk: httpx.AsyncClient, reported: Store) -> None:
    form = {"event": event_of(reported, WIRE), "back": LEAD}
    done = await desk.post(f"/entries/{WIRE}/split", data=form)
    assert done.headers["location"].startswith(f"/entries/{LEAD}?regrouped=")
    page = await desk.get(done.headers["location"])
    assert says(page, "#reports") == "One announcement: 2 reports"
    assert "Kept." in says(page, "#announcement .done")
    assert "taken out: US scraps border program · admin" in says(page, "#announcement .history")
    back = await desk.post(f"/regroupings/{act_in(done)}/undo", data={"back": LEAD})
    page = await desk.get(back.headers["location"])
    assert says(page, "#reports") == "One announcement: 3 reports"
    assert "taken back by admin" in says(page, "#announcement .history")


async def test_announcements_are_put_together_by_choice_and_by_address(
    desk: httpx.AsyncClient, reported: Store
) -> None:
    page = await desk.get(f"/entries/{BACK}")
    (_, offered) = [node.attributes["value"] for node in parsed(page).css("#merge-other option")]
    assert offered == event_of(reported, LEAD)
    done = await desk.post(f"/entries/{BACK}/merge", data={"event": event_of(reported, BACK), "other": offered or ""})
    assert says(await desk.get(done.headers["location"]), "#reports") == "One announcement: 4 reports"
    await desk.post(f"/regroupings/{act_in(done)}/undo")
    address = f"http://watcher.test/entries/{LEAD}?regrouped=x#announcement"
    done = await desk.post(f"/entries/{BACK}/merge", data={"other": "", "address": address})
    page = await desk.get(done.headers["location"])
    assert says(page, "#reports") == "One announcement: 4 reports"
    assert "put together by admin" in says(page, ".members [aria-current]")


async def test_who_comes_second_is_told_and_changes_nothing(desk: httpx.AsyncClient, reported: Store) -> None:
    seen = event_of(reported, WIRE)
    reported.regroupings.split(WIRE, GATHER, by="bob", now=Machine().now)
    late = await desk.post(f"/entries/{WIRE}/split", data={"event": seen, "back": WIRE})
    assert late.status_code == 409
    assert "Somebody else moved it" in says(late, "#announcement [role=alert]")
    for given in ({}, {"address": "https://elsewhere.example/entries/none"}, {"other": "none"}):
        assert (await desk.post(f"/entries/{WIRE}/merge", data=given)).status_code == 400
    assert (await desk.post("/regroupings/none/undo", data={"back": WIRE})).status_code == 400
    assert (await desk.post("/regroupings/none/undo")).status_code == 404


async def test_who_looks_only_sees_the_reports_and_nothing_to_press(
    app: Starlette, reported: Store, machine: Machine
) -> None:
    async with signed_in(app, reported, machine.now, Role.VIEWER) as viewer:
        page = await viewer.get(f"/entries/{WIRE}")
        assert says(page, "#reports") == "One announcement: 3 reports"
        assert not parsed(page).css("#announcement form")
        assert (await viewer.post(f"/entries/{WIRE}/split")).status_code == 403


VERSIONS = ("https://agency.example/c",)


def reasons() -> set[str]:
    """What the rules say of reports that are joined for as many reasons as there are."""
    agency = said("agency", "Department ends the program", TEXT, publisher_type=PublisherType.EXECUTIVE)
    prints = [
        agency,
        said("gazette", "From the Department", f"Released today. {TEXT} All rights reserved.", hours=3),
        said("radio", "In brief", TEXT[: len(TEXT) // 2], hours=5.5),
        said("again", "In brief, again", TEXT[: len(TEXT) // 2], hours=5),
        said("wire", "US scraps border program", "Washington is dropping it on 21 June.", hours=60),
        said("agency", "El Departamento pone fin", "Rige desde el 21 de junio de 2026.", hours=20, language="es"),
        said("agency", "Correction", "It ends on June 28.", hours=9, url="https://agency.example/c"),
        said("site", "It is over", f"See {agency.address}", hours=30, url="https://agency.example/news/agency"),
        said("links", "Out", "It ends: https://agency.example/news/agency", match(action=Action.SUSPEND), hours=70),
        said("agency", "Es", "Así es.", hours=28, language="es", url="https://agency.example/c9", versions=VERSIONS),
    ]
    found = {compare(one, other, PARENTS).why for one, other in itertools.permutations(prints, 2)}
    return {phrase for why in found - {""} for phrase in why.split("; ")}


def test_every_reason_of_the_rules_is_said_in_spanish() -> None:
    spanish, phrases = Joining(Words("es", POLICIES)), reasons()
    kinds = (
        "the same address",
        "the same text,",
        "copied text,",
        "links to the announcement of",
        "the same publisher in",
        "goes back",
    )
    for kind in (*kinds, "its page names", "the same act:", "both say", "within an hour", " h apart", "days apart"):
        assert any(kind in phrase for phrase in phrases), kind
    for phrase in phrases | {"a person put them together", "put together by Ana"}:
        assert spanish(phrase) != phrase
        assert "{" not in spanish(phrase)
    assert spanish("something of a later version") == "something of a later version"


async def test_the_inbox_has_one_card_for_an_announcement_and_all_its_matches_can_be_decided(
    desk: httpx.AsyncClient, reported: Store
) -> None:
    folded = await desk.get("/inbox?publisher=kind")
    titles = all_of(folded, ".cards > li > article > h2")
    assert "Department ends the Migrant Protection Protocols" in titles
    assert "US scraps border program" not in titles
    assert says(folded, ".cards details.more summary") == "and 2 more reports of this announcement"
    assert sorted(links(folded, ".beneath a")) == sorted([f"/entries/{RADIO}", f"/entries/{WIRE}"])
    each = await desk.get(links(folded, ".orders a")[-1])
    assert len(all_of(each, ".cards > li")) == len(all_of(folded, ".cards > li")) + 2
    assert len(all_of(each, "[data-match]")) == len(all_of(folded, "[data-match]"))


async def test_reports_that_the_list_does_not_show_are_named(desk: httpx.AsyncClient, reported: Store) -> None:
    view = reported.entries.show(LEAD)
    assert view
    for row in view.matches:
        await desk.post(f"/matches/{row.id}/review", data={"verdict": "confirmed"})
    page = await desk.get("/inbox")
    assert f"/entries/{LEAD}" in links(page, ".beneath a")
    assert "and 2 more reports" in says(page, ".cards details.more summary")
