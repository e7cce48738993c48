"""Feeds as a feed reader has them: behind an address that nobody guesses, read back by a parser that is not ours."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import feedparser
import httpx
import pytest
from sqlalchemy import text as sql

from tests.store.building import decide
from tests.web.conftest import BASE, Machine, browser, site_over
from tests.web.page import all_of, parsed, says
from tests.web.planted import COURT_ENTRY_ID, ENDED_ID, ENTRY_ID, NOW, POLICIES, TITLE, check, found, record
from watcher.models.feeds import FeedOf
from watcher.models.words import Verdict
from watcher.store import Store
from watcher.web.feeds import with_children

HOSTILE = "<script>alert(1)</script> & \"'>]]> \x0b\ufffe Title 42 expulsions \u202e end"


async def made(desk: httpx.AsyncClient, of: str) -> tuple[str, str]:
    """The addresses of a new feed (Atom, JSON Feed), made on the page, without the host."""
    answer = await desk.post("/feed-links", data={"of": of})
    assert answer.status_code == 200, answer.text
    atom, json_feed = all_of(answer, "code.address")[:2]
    assert atom.startswith(f"{BASE}/feeds/")
    return urlsplit(atom).path, urlsplit(json_feed).path


def read(answer: httpx.Response) -> Any:
    """What feedparser makes of an Atom feed; it must be well-formed."""
    parsed_feed = feedparser.parse(io.BytesIO(answer.content), sanitize_html=False, resolve_relative_uris=False)
    assert not parsed_feed.bozo, parsed_feed.get("bozo_exception")
    assert parsed_feed.version == "atom10"
    return parsed_feed


async def test_a_feed_reader_reads_a_policy_without_logging_in(
    desk: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    atom, _ = await made(desk, "policy:title-42")
    answer = await stranger.get(atom)
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    feed = read(answer)
    assert feed.feed.title == "Title 42 expulsions · watcher"
    assert [entry.id for entry in feed.entries] == [
        f"tag:watcher,2026:entry/{COURT_ENTRY_ID}",
        f"tag:watcher,2026:entry/{ENTRY_ID}",
    ]
    first = feed.entries[0]
    assert (first.title, first.author, first.link) == (
        "Order in No. 20-1",
        "Supreme Court",
        "https://www.example.org/statement",
    )
    assert "“The Court blocked the Title 42 expulsions.”" in first.content[0].value
    assert first.content[0].type == "text/plain"
    assert [tag.term for tag in first.tags] == ["title-42"]


async def test_the_same_feed_as_json(desk: httpx.AsyncClient, stranger: httpx.AsyncClient) -> None:
    atom, json_feed = await made(desk, "policy:mpp")
    answer = await stranger.get(json_feed)
    assert answer.headers["content-type"] == "application/feed+json; charset=utf-8"
    feed = json.loads(answer.content)
    assert (feed["version"], feed["feed_url"]) == ("https://jsonfeed.org/version/1.1", BASE + json_feed)
    (item,) = feed["items"]
    (entry,) = read(await stranger.get(atom)).entries
    assert (item["id"], item["title"], item["url"]) == (entry.id, entry.title, entry.link)
    assert (item["content_text"], item["date_modified"]) == (entry.content[0].value, entry.updated)


async def test_publishers_and_rules_have_feeds_too(desk: httpx.AsyncClient, stranger: httpx.AsyncClient) -> None:
    atom, _ = await made(desk, "publisher:scotus")
    feed = read(await stranger.get(atom))
    assert feed.feed.title == "Supreme Court · watcher"
    assert [entry.id[-16:] for entry in feed.entries] == [COURT_ENTRY_ID]


async def test_a_rule_that_left_the_file_keeps_its_feed(
    planted: Store, stranger: httpx.AsyncClient, machine: Machine
) -> None:
    token = planted.feeds.new_link(FeedOf.RULE, "acts", "en", "ana", machine.now)
    feed = read(await stranger.get(f"/feeds/{token}/atom.xml"))
    assert (feed.feed.title, [entry.title for entry in feed.entries]) == ("acts · watcher", [TITLE])


async def test_a_feed_speaks_the_language_of_who_made_it(desk: httpx.AsyncClient, stranger: httpx.AsyncClient) -> None:
    desk.headers["accept-language"] = "es"
    atom, _ = await made(desk, "policy:mpp")
    answer = await stranger.get(atom, headers={"accept-language": "en"})
    assert read(answer).feed.title == "Protocolos de Protección a Migrantes · watcher"
    assert read(answer).feed.language == "es"


async def test_a_reader_that_has_it_already_is_not_sent_it_again(
    desk: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    for address in await made(desk, "policy:mpp"):
        whole = await stranger.get(address)
        known = {"if-none-match": f'"other", W/{whole.headers["etag"]}'}
        since = {"if-modified-since": whole.headers["last-modified"]}
        for headers in (known, since):
            answer = await stranger.get(address, headers=headers)
            assert (answer.status_code, answer.content) == (304, b"")
            assert answer.headers["etag"] == whole.headers["etag"]
        for headers in ({"if-none-match": '"other"', **since}, {"if-modified-since": "yesterday"}):
            assert (await stranger.get(address, headers=headers)).content == whole.content
        assert (await stranger.head(address)).status_code == 200


async def test_a_changed_feed_has_another_etag(
    desk: httpx.AsyncClient, stranger: httpx.AsyncClient, planted: Store
) -> None:
    atom, _ = await made(desk, "policy:mpp")
    before = (await stranger.get(atom)).headers["etag"]
    decide(planted, ENDED_ID, Verdict.DISMISSED)
    after = await stranger.get(atom, headers={"if-none-match": before})
    assert after.status_code == 200
    assert read(after).entries == []


async def test_ids_do_not_depend_on_where_and_how_often_it_is_served(
    planted: Store, machine: Machine, desk: httpx.AsyncClient
) -> None:
    atom, _ = await made(desk, "policy:mpp")
    async with browser(site_over(planted, machine, https=True)) as moved:
        elsewhere = read(await moved.get(atom))
    here = read(await desk.get(atom))
    assert elsewhere.feed.link != here.feed.link
    assert (elsewhere.feed.id, [e.id for e in elsewhere.entries]) == (here.feed.id, [e.id for e in here.entries])


async def test_text_from_outside_is_only_text(
    desk: httpx.AsyncClient, stranger: httpx.AsyncClient, planted: Store
) -> None:
    text = f"{HOSTILE}."
    hostile = record("kind-news", "bad", HOSTILE, text, [found("title-42", "Title 42 expulsions", text)], url="data:,x")
    check(planted, "kind-news", hostile, now=NOW + timedelta(hours=1))
    atom, json_feed = await made(desk, "policy:title-42")
    answer = await stranger.get(atom)
    root = ElementTree.fromstring(answer.content)
    assert b"<script" not in answer.content
    assert {element.tag.rpartition("}")[2] for element in root.iter()} <= {
        *("feed", "id", "title", "updated", "published", "link", "author", "name", "entry", "category", "content")
    }
    first = read(answer).entries[0]
    assert first.title.startswith("<script>alert(1)</script> & \"'>]]>")
    assert first.title_detail.type == "text/plain"
    assert first.link.startswith(f"{BASE}/entries/")
    assert json.loads((await stranger.get(json_feed)).content)["items"][0]["url"] == first.link


async def test_the_token_is_shown_once_and_a_closed_feed_is_gone(
    desk: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    atom, _ = await made(desk, "policy:mpp")
    token = atom.split("/")[2]
    assert len(token) >= 40
    later = await desk.get("/feed-links")
    assert token not in later.text
    assert "made by admin" in says(later, ".ledger li")
    form = parsed(later).css_first(".ledger form")
    assert form is not None
    assert (await desk.post(str(form.attributes["action"]))).status_code == 303
    assert (await stranger.get(atom)).status_code == 410
    assert says(await desk.get("/feed-links"), ".empty h2") == "No feeds yet"


@pytest.mark.parametrize("address", ["/feeds/none/atom.xml", "/feeds/none/feed.json", "/feeds/%00/atom.xml"])
async def test_a_guess_opens_nothing(stranger: httpx.AsyncClient, address: str) -> None:
    assert (await stranger.get(address)).status_code == 404


async def test_a_form_that_does_not_exist_is_not_found(desk: httpx.AsyncClient) -> None:
    atom, _ = await made(desk, "policy:mpp")
    assert (await desk.get(atom.replace("atom.xml", "rss.xml"))).status_code == 404


@pytest.mark.parametrize("of", ["", "policy:nothing", "rule:", "mpp"])
async def test_a_feed_about_nothing_is_refused(desk: httpx.AsyncClient, of: str) -> None:
    assert (await desk.post("/feed-links", data={"of": of})).status_code == 400


async def test_a_policy_leads_to_its_feed(desk: httpx.AsyncClient) -> None:
    (address,) = [a.attributes["href"] for a in parsed(await desk.get("/policies/mpp")).css("a[href^='/feed-links']")]
    chosen = parsed(await desk.get(str(address))).css_first("option[selected]")
    assert chosen is not None
    assert chosen.text() == POLICIES["mpp"].name


def test_a_policy_brings_what_is_about_its_parts() -> None:
    family = {"a": replace(POLICIES["mpp"], id="a", children=("b",)), "b": replace(POLICIES["mpp"], children=("a",))}
    assert with_children("a", family) == ["a", "b"]
    assert with_children("gone", family) == ["gone"]


async def test_the_address_of_a_feed_is_not_logged(
    planted: Store, machine: Machine, caplog: pytest.LogCaptureFixture
) -> None:
    token = planted.feeds.new_link(FeedOf.POLICY, "mpp", "en", "ana", NOW)
    with planted._engine.begin() as connection:
        connection.execute(sql("ALTER TABLE matches RENAME TO gone"))
    async with browser(site_over(planted, machine)) as client:
        assert (await client.get(f"/feeds/{token}/atom.xml")).status_code == 500
    assert "page.failed" in caplog.text
    assert token not in str([record.__dict__.get("path") for record in caplog.records])
