"""Finding out how an address is best watched, by trying what it offers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.pipeline.world import LONG, START, Answer, World, document, feed, item
from watcher.errors import FetchError, ParseError, Problem, ProblemClass
from watcher.models.catalog import Interval, Publisher
from watcher.models.words import PublisherType
from watcher.pipeline.discovery import Discovery, discover
from watcher.pipeline.tools import KindTraits, Tools
from watcher.sources.base import kinds

_SITE = "https://news.example"
_NEWS = f"{_SITE}/news/"
_AGENCY = Publisher("agency", "Agency", PublisherType.EXECUTIVE)
_HEADLINES = ("MPP ended at once", "New guidance for interviews", "Notice on protected status")


class _Web(dict[str, Answer]):
    """Where nothing is, the answer is 404."""

    def __missing__(self, url: str) -> Answer:
        return FetchError(Problem(ProblemClass.GONE, f"{url}: 404", "Look for its new address."), status=404)


def _page(head: str = "", rows: str = "") -> Answer:
    menu = "".join(f"<li><a href='/m/{n}'>Menu {n}</a></li>" for n in range(9))
    body = (
        f"<html lang='es'><head><title>News | Agency</title>{head}</head><body><nav><ul>{menu}</ul></nav>{rows}</body>"
    )
    return document(_NEWS, body, "text/html")


def _rows() -> str:
    return "".join(
        f"<article><h2><a href='/news/{n}'>{title}</a></h2><time>2026-02-2{n}</time><p>Text.</p></article>"
        for n, title in enumerate(_HEADLINES)
    )


def _feed(*names: str, day: str = "Fri, 20 Feb 2026 10:00:00 GMT") -> str:
    dated = f"<pubDate>{day}</pubDate></item>"
    return feed(*(item(f"news/{name}", LONG, title=f"Entry {name}").replace("</item>", dated) for name in names))


def _tools(world: World) -> Tools:
    traits = {name: KindTraits(kind.accept, kind.every, kind.remembers) for name, kind in kinds().items()}
    return world.tools(kinds=traits)


async def _discover(web: dict[str, Any], url: str = _NEWS, kind: str | None = None) -> tuple[Discovery, World]:
    world = World(web=_Web(web))
    return await discover(url, _AGENCY, _tools(world), kind=kind), world


_LINK = "<link rel='alternate' type='application/rss+xml' title='All' href='{}'>"


async def test_a_feed_that_the_page_names_is_preferred_to_its_list() -> None:
    found, _ = await _discover(
        {_NEWS: _page(_LINK.format("/feed"), _rows()), f"{_SITE}/feed": document(f"{_SITE}/feed", _feed("0", "1"))}
    )
    assert [each.source.kind for each in found.candidates][:2] == ["feed", "listing"]
    assert found.candidates[0].source.url == f"{_SITE}/feed"
    assert "names it" in found.candidates[0].why
    assert (found.title, found.language) == ("News | Agency", "es")


async def test_the_entries_and_matches_of_a_candidate_are_those_of_a_real_check() -> None:
    found, _ = await _discover({_NEWS: _page(rows=_rows())}, kind="listing")
    (listing,) = found.candidates
    entries = listing.record.entries
    assert [each.entry.title for each in entries] == list(reversed(_HEADLINES)), "newest first"
    assert listing.source.options["entry"] == "article"


async def test_a_feed_that_ended_long_ago_gives_way_to_a_list_that_lives() -> None:
    old = _feed("a", "b", day="Fri, 20 Feb 2015 10:00:00 GMT")
    found, _ = await _discover(
        {_NEWS: _page(_LINK.format("/feed"), _rows()), f"{_SITE}/feed": document(f"{_SITE}/feed", old)}
    )
    assert found.candidates[0].source.kind == "listing"


async def test_of_two_feeds_the_one_with_the_announcements_of_the_page_is_better() -> None:
    head = _LINK.format("/all") + _LINK.format("/news/feed")
    web = {
        _NEWS: _page(head, _rows()),
        f"{_SITE}/all": document(f"{_SITE}/all", feed(*(item(f"other/{n}", LONG) for n in range(5)))),
        f"{_SITE}/news/feed": document(f"{_SITE}/news/feed", _feed("0", "1", "2")),
    }
    found, _ = await _discover(web)
    assert found.candidates[0].source.url == f"{_SITE}/news/feed"


async def test_where_the_page_names_nothing_the_usual_addresses_are_tried_until_one_answers() -> None:
    web = {_NEWS: _page(rows=_rows()), f"{_SITE}/feed/": document(f"{_SITE}/feed/", _feed("0"))}
    found, world = await _discover(web)
    assert any(each.source.url == f"{_SITE}/feed/" for each in found.candidates)
    assert f"{_SITE}/rss.xml" not in world.asked
    assert all("feed" not in each.source.url for each in found.unreadable), "a guess that fails is no news"


async def test_a_sitemap_that_robots_name_is_limited_to_the_section() -> None:
    urls = "".join(
        f"<url><loc>{_SITE}/{place}</loc><lastmod>2026-02-20</lastmod></url>" for place in ("news/1", "jobs/1")
    )
    web = {
        _NEWS: _page(rows=_rows()),
        f"{_SITE}/robots.txt": document(f"{_SITE}/robots.txt", f"Sitemap: {_SITE}/s.xml", "text/plain"),
        f"{_SITE}/s.xml": document(f"{_SITE}/s.xml", f"<urlset>{urls}</urlset>", "application/xml"),
    }
    found, _ = await _discover(web)
    (sitemap,) = [each for each in found.candidates if each.source.kind == "sitemap"]
    assert [each.entry.url for each in sitemap.record.entries] == [f"{_SITE}/news/1"]


async def test_an_address_that_is_a_feed_is_watched_as_it_is() -> None:
    found, world = await _discover({_NEWS: document(_NEWS, _feed("0"))})
    assert [(each.source.kind, each.source.url) for each in found.candidates] == [("feed", _NEWS)]
    assert world.asked.count(_NEWS) == 1, "what was fetched is not fetched again"


async def test_what_the_page_names_and_cannot_be_read_is_said() -> None:
    found, _ = await _discover({_NEWS: _page(_LINK.format("/gone"), _rows())})
    (gone,) = [each for each in found.unreadable if each.source.kind == "feed"]
    assert gone.source.url == f"{_SITE}/gone"
    assert gone.record.problem


async def test_only_the_wanted_kind_is_tried() -> None:
    web = {_NEWS: _page(_LINK.format("/feed"), _rows()), f"{_SITE}/feed": document(f"{_SITE}/feed", _feed("0"))}
    found, world = await _discover(web, kind="listing")
    assert {each.source.kind for each in found.candidates} == {"listing"}
    assert f"{_SITE}/feed" not in world.asked


async def test_an_address_that_does_not_answer_is_an_error() -> None:
    with pytest.raises(FetchError):
        await _discover({})


async def test_an_address_that_is_nothing_to_watch_is_an_error_with_advice() -> None:
    with pytest.raises(ParseError) as caught:
        await _discover({_NEWS: document(_NEWS, "hello", "text/plain")})
    assert "feed" in caught.value.problem.advice


async def test_few_requests_are_made_whatever_a_page_names() -> None:
    head = "".join(_LINK.format(f"/feed{n}") for n in range(50))
    _, world = await _discover({_NEWS: _page(head, _rows())})
    assert len(world.asked) <= 25


async def test_kinds_that_are_not_there_are_not_offered() -> None:
    world = World(web=_Web({_NEWS: _page(rows=_rows())}))
    traits = {"feed": KindTraits("*/*", Interval(timedelta(minutes=15), timedelta(hours=6)))}
    found = await discover(_NEWS, _AGENCY, world.tools(kinds=traits))
    assert found.candidates == ()
    assert world.now == START
