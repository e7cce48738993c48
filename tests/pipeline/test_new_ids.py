"""A source that gives its entries new ids at every visit: they are known by what they say."""

from __future__ import annotations

from datetime import timedelta

from tests.pipeline.world import FEED, LONG, START, World, document, feed
from watcher.models.checks import CheckRecord
from watcher.pipeline.check import check_source


def entry(guid: str, name: str, date: str = "Sun, 01 Mar 2026 09:00:00 GMT") -> str:
    return (
        f"<item><guid isPermaLink='false'>{guid}</guid><title>{name}</title><link>https://news.example/{name}</link>"
        f"<description>MPP ended. {LONG}</description><pubDate>{date}</pubDate></item>"
    )


async def check(world: World, *items: str) -> CheckRecord:
    world.web[FEED] = document(FEED, feed(*items))
    record = await check_source(world.claimed(last_news_at=START - timedelta(hours=1)), world.tools())
    world.remember(record)
    return record


def titles(record: CheckRecord) -> list[str]:
    return [each.entry.title for each in record.entries]


async def test_entries_with_new_ids_are_not_new() -> None:
    world = World()
    assert titles(await check(world, *(entry(f"1-{name}", name) for name in "abcd"))) == list("abcd")
    for visit in range(2, 5):
        assert titles(await check(world, *(entry(f"{visit}-{name}", name) for name in "abcd"))) == []


async def test_what_is_really_new_among_them_is_news() -> None:
    world = World()
    await check(world, *(entry(f"1-{name}", name) for name in "abcd"))
    assert titles(await check(world, *(entry(f"2-{name}", name) for name in "eabc"))) == ["e"]


async def test_one_announcement_that_comes_back_is_news() -> None:
    world = World()
    await check(world, *(entry(name, name) for name in "abcd"))
    assert titles(await check(world, entry("again", "a"), *(entry(name, name) for name in "bcd"))) == ["a"]


async def test_the_same_words_on_another_day_are_news() -> None:
    world = World()
    await check(world, *(entry(f"1-{name}", name) for name in "abcd"))
    later = "Sun, 08 Mar 2026 09:00:00 GMT"
    record = await check(world, *(entry(f"2-{name}", name, later) for name in "abcd"))
    assert sorted(titles(record)) == list("abcd")
