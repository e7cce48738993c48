"""A policy's story as a feed and its days as a calendar, for who has the link."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
import icalendar
import pytest

from tests.web.page import all_of
from tests.web.planted import ENDED_ID, NOW, check, found, record
from tests.web.test_feeds import read
from watcher.models.reviews import Change
from watcher.models.words import Action, Modality, Verdict
from watcher.store import Store

NAME = "Migrant Protection Protocols"


async def link(desk: httpx.AsyncClient, of: str = "policy:mpp") -> dict[str, str]:
    """The addresses of a new link by their last part, without the host."""
    answer = await desk.post("/feed-links", data={"of": of})
    return {address.rsplit("/", 1)[1]: urlsplit(address).path for address in all_of(answer, "code.address")}


def announce(store: Store, key: str, text: str, *, days: int) -> None:
    """KIND says, so many days after the planted entry, that a rule about MPP was made."""
    at = NOW + timedelta(days=days)
    match = found("mpp", NAME, text, action=Action.ADOPT)
    check(store, "kind-news", record("kind-news", key, f"News {key}", text, (match,), published=at), now=at)


async def test_the_story_is_a_feed_of_what_happened_without_its_background(
    desk: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    addresses = await link(desk)
    feed = read(await stranger.get(addresses["story.xml"]))
    assert [entry.title for entry in feed.entries] == [f"{NAME}: Reported ended"]
    assert "ended the Migrant Protection Protocols today" in feed.entries[0].content[0].value
    as_json = json.loads((await stranger.get(addresses["story.json"])).content)
    assert [item["id"] for item in as_json["items"]] == [feed.entries[0].id]


async def test_a_verdict_changes_the_story_of_who_has_it_already(
    desk: httpx.AsyncClient, stranger: httpx.AsyncClient, planted: Store
) -> None:
    address = (await link(desk))["story.xml"]
    first = await stranger.get(address)
    known = {"if-none-match": first.headers["etag"]}
    assert (await stranger.get(address, headers=known)).status_code == 304
    planted.reviews.make([Change(ENDED_ID, verdict=Verdict.CONFIRMED)], reviewer="ana", now=NOW)
    again = await stranger.get(address, headers=known)
    assert [entry.title for entry in read(again).entries] == [f"{NAME}: Ended"]
    assert [entry.id for entry in read(again).entries] == [entry.id for entry in read(first).entries]


async def test_an_older_report_that_is_found_later_does_not_make_a_second_item(
    desk: httpx.AsyncClient, stranger: httpx.AsyncClient, planted: Store
) -> None:
    address = (await link(desk))["story.xml"]
    (before,) = read(await stranger.get(address)).entries
    text = f"The Secretary ended the {NAME}."
    match = found("mpp", NAME, text, action=Action.TERMINATE)
    earlier = record("kind-news", "old", "An older one", text, (match,), published=NOW - timedelta(days=3))
    check(planted, "kind-news", earlier, now=NOW + timedelta(days=1))
    (after,) = read(await stranger.get(address)).entries
    assert after.id == before.id
    assert after.published < before.published


async def events(client: httpx.AsyncClient, address: str) -> list[Any]:
    """The days of a calendar, as a calendar program reads them."""
    answer = await client.get(address)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert b"\n" not in answer.content.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))
    return list(icalendar.Calendar.from_ical(answer.content).walk("VEVENT"))


async def test_a_deadline_that_moves_updates_its_entry_in_the_calendar(
    desk: httpx.AsyncClient, stranger: httpx.AsyncClient, planted: Store
) -> None:
    address = (await link(desk))["calendar.ics"]
    assert await events(stranger, address) == []
    announce(
        planted, "1", f"A rule on the {NAME}, docket DHS-2026-0012. Comments must be received by July 5, 2026.", days=1
    )
    (first,) = await events(stranger, address)
    assert first["DTSTART"].dt == date(2026, 7, 5)
    assert (first["SEQUENCE"], first["DTSTAMP"].dt) == (0, NOW + timedelta(days=1))
    announce(planted, "2", f"The {NAME}, docket DHS-2026-0012: comments are due by August 5, 2026.", days=20)
    (moved,) = await events(stranger, address)
    assert moved["UID"] == first["UID"]
    assert (moved["DTSTART"].dt, moved["SEQUENCE"]) == (date(2026, 8, 5), 1)
    assert moved["LAST-MODIFIED"].dt == NOW + timedelta(days=20)
    assert "August 5" in moved["DESCRIPTION"]


async def test_words_of_strangers_add_no_line_to_a_calendar(
    desk: httpx.AsyncClient, stranger: httpx.AsyncClient, planted: Store
) -> None:
    address = (await link(desk))["calendar.ics"]
    announce(planted, "1", f"The {NAME} end;\x0b BEGIN:VALARM, takes effect on June 21, 2026. ñandú 🦙", days=1)
    (event,) = await events(stranger, address)
    assert not event.subcomponents
    assert "ñandú" not in event["SUMMARY"]


@pytest.mark.parametrize("form", ["story.xml", "story.json", "calendar.ics"])
async def test_only_a_policy_has_a_story_and_a_calendar(
    desk: httpx.AsyncClient, stranger: httpx.AsyncClient, form: str
) -> None:
    addresses = await link(desk, "publisher:kind")
    assert list(addresses) == ["atom.xml", "feed.json"]
    assert (await stranger.get(addresses["atom.xml"].replace("atom.xml", form))).status_code == 404


async def test_a_day_whose_match_is_dismissed_goes_out_of_the_calendar(
    desk: httpx.AsyncClient, stranger: httpx.AsyncClient, planted: Store
) -> None:
    address = (await link(desk))["calendar.ics"]
    announce(planted, "1", f"The rule on the {NAME} takes effect on June 21, 2026.", days=1)
    assert len(await events(stranger, address)) == 1
    (made,) = planted.stories.reports("mpp", {Action.ADOPT}, {Modality.ACTUAL}, 9)
    planted.reviews.make([Change(made.match, verdict=Verdict.DISMISSED)], reviewer="ana", now=NOW)
    assert await events(stranger, address) == []
