"""The newsroom over real HTTP: feeds, listings and pages, read as the real source kinds read them."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
import yaml

from tests.demo.conftest import NOW
from watcher.demo.catalog import sources_yaml
from watcher.demo.outlets import OUTLETS, Form, Habit, Outlet
from watcher.demo.stage import Stage
from watcher.extract.html import extract
from watcher.models.catalog import Source
from watcher.models.entries import RawReading
from watcher.sources import feed, listing

BY_OUTLET = pytest.mark.parametrize("outlet", OUTLETS, ids=lambda outlet: outlet.id)


def address(stage: Stage, outlet: Outlet) -> str:
    return stage.newsroom.origins[outlet.publisher.id] + outlet.path


def selectors(stage: Stage, outlet: Outlet) -> listing.Options:
    catalog = yaml.safe_load(sources_yaml(stage, Path("hook.secret")))
    return listing.Options(**next(each["options"] for each in catalog["sources"] if each["id"] == outlet.id))


async def reading(stage: Stage, outlet: Outlet, web: httpx.AsyncClient) -> RawReading:
    got = await web.get(address(stage, outlet))
    url, charset, media_type = str(got.url), got.charset_encoding, got.headers["content-type"].partition(";")[0]
    if outlet.form is Form.LISTING:
        options = selectors(stage, outlet)
        return listing.read(got.content, url=url, media_type=media_type, charset=charset, options=options)
    return feed.read(got.content, url=url, media_type=media_type, charset=charset, options=feed.Options())


@BY_OUTLET
async def test_every_outlet_is_read_whole_by_its_kind(stage: Stage, web: httpx.AsyncClient, outlet: Outlet) -> None:
    stage.newsroom.publish_all(NOW)
    published = stage.newsroom.published(outlet)
    found = (await reading(stage, outlet, web)).entries
    assert [(entry.url or "").removesuffix("?utm_source=rss") for entry in found] == [each.url for each in published]
    assert [entry.published.date() if entry.published else None for entry in found] == [
        each.at.date() for each in published
    ]
    assert {entry.teaser for entry in found} == {not outlet.full_text}


@BY_OUTLET
async def test_the_text_of_every_page_is_found_among_menus_and_sidebars(
    stage: Stage, web: httpx.AsyncClient, outlet: Outlet
) -> None:
    stage.newsroom.publish_all(NOW)
    for each in stage.newsroom.published(outlet):
        got = await web.get(each.url)
        page = extract(got.content, url=each.url, media_type="text/html", charset=got.charset_encoding)
        assert all(paragraph in page.text for paragraph in each.draft.paragraphs), (each.draft.slug, page.text)


@BY_OUTLET
async def test_an_unchanged_feed_is_answered_with_304_where_the_server_has_validators(
    stage: Stage, web: httpx.AsyncClient, outlet: Outlet
) -> None:
    first = await web.get(address(stage, outlet))
    known = {
        asked: first.headers[sent]
        for asked, sent in (("if-none-match", "etag"), ("if-modified-since", "last-modified"))
        if sent in first.headers
    }
    again = await web.get(address(stage, outlet), headers=known)
    assert again.status_code == (200 if outlet.habit in (Habit.NONE, Habit.RESTLESS) else 304)
    assert first.headers["content-encoding"] == "gzip"


async def test_a_feed_with_news_is_answered_whole_again(stage: Stage, web: httpx.AsyncClient) -> None:
    before = await web.get(address(stage, OUTLETS[0]))
    published = stage.newsroom.publish_next(NOW)
    assert published is not None
    assert published.draft.outlet == OUTLETS[0]
    after = await web.get(address(stage, OUTLETS[0]), headers={"if-none-match": before.headers["etag"]})
    assert after.status_code == 200
    assert published.url in after.text


async def test_a_page_that_is_not_out_yet_is_not_there(stage: Stage, web: httpx.AsyncClient) -> None:
    url = stage.newsroom.origins["border-affairs"] + OUTLETS[0].entry_path("end-of-the-protocols")
    assert (await web.get(url)).status_code == 404
    stage.newsroom.publish_all(NOW)
    assert (await web.get(url)).status_code == 200


async def test_every_publisher_has_an_address_of_its_own_and_127_0_0_1_is_none(
    stage: Stage, web: httpx.AsyncClient
) -> None:
    assert len(set(stage.newsroom.origins.values())) == len(stage.newsroom.origins)
    for home in stage.newsroom.origins.values():
        assert (await web.get(f"{home}/", follow_redirects=True)).status_code == 200
        assert (await web.get(f"{home}/robots.txt")).text.startswith("User-agent: *")
    with pytest.raises(httpx.ConnectError):
        await web.get(f"http://127.0.0.1:{stage.web_port}/")


async def test_a_spanish_page_comes_in_the_charset_that_it_claims(stage: Stage, web: httpx.AsyncClient) -> None:
    outlet = next(each for each in OUTLETS if each.charset == "iso-8859-1")
    got = await web.get(address(stage, outlet))
    assert "charset=iso-8859-1" in got.headers["content-type"]
    assert "condición de refugiado" in got.content.decode("iso-8859-1")


async def test_the_desk_shows_all_outlets_and_what_is_to_come(stage: Stage, web: httpx.AsyncClient) -> None:
    page = (await web.get(f"{stage.desk}/")).text
    assert all(outlet.id in page for outlet in OUTLETS)
    assert f"still to come: {stage.newsroom.waiting}" in page


def test_a_source_of_the_catalog_is_made_of_known_fields(stage: Stage) -> None:
    catalog = yaml.safe_load(sources_yaml(stage, Path("hook.secret")))
    assert len(catalog["sources"]) == len(OUTLETS)
    assert {key for each in catalog["sources"] for key in each} <= set(Source.__dataclass_fields__)
