"""One check of one source: what is fetched, what is parsed, what is recorded, and who hears of it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import NoReturn

import pytest

from tests.pipeline.world import FEED, LONG, START, World, document, feed, item
from watcher.errors import FetchError, Problem, ProblemClass
from watcher.models.checks import CheckOutcome, TextState
from watcher.models.documents import Document, Validators
from watcher.pipeline.check import check_source

DOWN = FetchError(Problem(ProblemClass.TIMEOUT, f"{FEED}: no answer in 60 s", "It is tried again later."))
PAGE = (
    "<html lang='en'><head><title>News</title></head><body><nav>Title 42</nav><main><h1>News</h1>"
    + "".join(f"<p>Paragraph {n}: the secretary ended MPP, the department said in a notice.</p>" for n in range(8))
    + "</main></body></html>"
)


async def test_the_first_check_is_stored_and_rings_nobody() -> None:
    world = World(web={FEED: document(FEED, feed(item("a", f"MPP ended. {LONG}")))})
    record = await check_source(world.claimed(first=True), world.tools())
    assert record.outcome is CheckOutcome.READ
    assert record.backfill
    assert [entry.backfill for entry in record.entries] == [True]
    assert record.entries[0].classification.matches
    assert record.entries[0].deliveries == ()


async def test_the_first_check_rings_where_the_source_asks_for_it() -> None:
    world = World(web={FEED: document(FEED, feed(item("a", f"MPP ended. {LONG}")))})
    record = await check_source(world.claimed(first=True, source={"alert_backfill": True}), world.tools())
    assert len(record.entries[0].deliveries) == 1


async def test_a_new_entry_rings() -> None:
    world = World(web={FEED: document(FEED, feed(item("a", f"MPP ended. {LONG}")))})
    record = await check_source(world.claimed(), world.tools())
    assert [delivery.payload for delivery in record.entries[0].deliveries] == [{"actions": ["terminate"]}]


async def test_what_the_page_of_an_entry_links_to_is_kept_in_its_print() -> None:
    world = World(web={FEED: document(FEED, feed(item("a", "A teaser ...")))})
    page = f'<html lang="en"><p>MPP ended, says <a href="https://agency.example/14">the notice</a>. {LONG}</p></html>'
    page = page.replace("<p>", '<link rel="alternate" hreflang="es" href="/es/a-dos"><p>')
    world.web["https://news.example/a"] = document("https://news.example/a", page, "text/html")
    record = await check_source(world.claimed(), world.tools())
    taken = record.entries[0].print
    assert taken
    assert taken.links == ("agency.example/14",)
    assert taken.versions == ("news.example/a-dos",)


async def test_a_304_is_not_parsed() -> None:
    world = World(web={FEED: document(FEED, feed(item("a", LONG)), etag='"1"')})
    record = await check_source(world.claimed(validators=Validators(etag='"1"')), world.tools())
    assert record.outcome is CheckOutcome.UNCHANGED
    assert world.parsed == []
    assert record.validators == Validators(etag='"1"')


async def test_the_same_bytes_are_not_parsed_again() -> None:
    answer = document(FEED, feed(item("a", LONG)), etag='"2"')
    world = World(web={FEED: answer})
    record = await check_source(world.claimed(body_sha256=answer.sha256), world.tools())
    assert record.outcome is CheckOutcome.UNCHANGED
    assert world.parsed == []
    assert record.validators == Validators(etag='"2"')


async def test_only_new_and_changed_entries_are_classified() -> None:
    world = World(web={FEED: document(FEED, feed(item("a", LONG), item("b", LONG)))})
    world.remember(await check_source(world.claimed(), world.tools()))
    world.classified.clear()
    world.web[FEED] = document(FEED, feed(item("c", LONG), item("a", LONG), item("b", f"{LONG} Corrected.")))
    record = await check_source(world.claimed(), world.tools())
    assert world.classified == ["c", "b"]
    assert [(entry.entry.title, entry.revision) for entry in record.entries] == [("c", 1), ("b", 2)]


async def test_an_edit_rings_only_for_what_it_newly_says() -> None:
    world = World(web={FEED: document(FEED, feed(item("a", f"MPP. {LONG}")))})
    world.remember(await check_source(world.claimed(), world.tools()))
    world.web[FEED] = document(FEED, feed(item("a", f"MPP. {LONG} A typing error was corrected.")))
    same = await check_source(world.claimed(), world.tools())
    assert [entry.deliveries for entry in same.entries] == [()]
    world.remember(same)
    world.web[FEED] = document(FEED, feed(item("a", f"MPP ended. {LONG}")))
    news = await check_source(world.claimed(), world.tools())
    assert [delivery.payload for delivery in news.entries[0].deliveries] == [{"actions": ["terminate"]}]


async def test_an_edit_of_a_backfilled_entry_is_news() -> None:
    world = World(web={FEED: document(FEED, feed(item("a", LONG)))})
    world.remember(await check_source(world.claimed(first=True), world.tools()))
    world.web[FEED] = document(FEED, feed(item("a", f"MPP ended. {LONG}")))
    record = await check_source(world.claimed(), world.tools())
    assert len(record.entries[0].deliveries) == 1


async def test_the_page_of_a_teaser_is_read() -> None:
    world = World(web={FEED: document(FEED, feed(item("a", "The secretary spoke ..."))), _page("a"): _html("a")})
    record = await check_source(world.claimed(), world.tools())
    entry = record.entries[0]
    assert entry.text_state is TextState.PAGE
    assert "ended MPP" in entry.text
    assert entry.page is not None
    assert "Title 42" not in entry.text
    assert entry.deliveries


async def test_a_page_that_cannot_be_read_leaves_the_teaser_and_the_error_and_is_tried_again() -> None:
    world = World(web={FEED: document(FEED, feed(item("a", "MPP ended, says ..."))), _page("a"): DOWN})
    record = await check_source(world.claimed(), world.tools())
    entry = record.entries[0]
    assert entry.text_state is TextState.MISSING
    assert "no answer in 60 s" in entry.page_error
    assert entry.deliveries, "the teaser alone rings: nothing is missed while the page is away"
    assert record.next_check_at == START + timedelta(minutes=10)


async def test_a_page_that_comes_later_rings_only_for_what_the_teaser_did_not_say() -> None:
    world = World(web={FEED: document(FEED, feed(item("a", "The secretary spoke ...")), etag='"1"'), _page("a"): DOWN})
    world.remember(await check_source(world.claimed(), world.tools()))
    world.web[_page("a")] = _html("a")
    record = await check_source(world.claimed(validators=Validators(etag='"1"')), world.tools())
    assert [(entry.revision, entry.text_state) for entry in record.entries] == [(2, TextState.PAGE)]
    assert len(record.entries[0].deliveries) == 1
    world.remember(record)
    assert world.waiting == []


async def test_a_page_that_stays_away_is_recorded_as_a_failure_and_not_as_a_revision() -> None:
    world = World(web={FEED: document(FEED, feed(item("a", "The secretary spoke ...")), etag='"1"'), _page("a"): DOWN})
    world.remember(await check_source(world.claimed(), world.tools()))
    record = await check_source(world.claimed(validators=Validators(etag='"1"')), world.tools())
    assert record.entries == ()
    assert [failure.attempts for failure in record.page_failures] == [2]


async def test_the_late_page_of_a_backfilled_entry_rings_nobody() -> None:
    world = World(web={FEED: document(FEED, feed(item("a", "The secretary spoke ...")), etag='"1"'), _page("a"): DOWN})
    world.remember(await check_source(world.claimed(first=True), world.tools()))
    world.web[_page("a")] = _html("a")
    record = await check_source(world.claimed(validators=Validators(etag='"1"')), world.tools())
    assert record.entries[0].deliveries == ()


async def test_pages_beyond_the_limit_wait_and_hurry_the_next_check() -> None:
    names = [f"n{number}" for number in range(4)]
    web = {FEED: document(FEED, feed(*(item(name, "More soon ...") for name in names)))}
    world = World(web={**web, **{_page(name): _html(name) for name in names}})
    record = await check_source(world.claimed(), world.tools(pages_per_check=2))
    states = [entry.text_state for entry in record.entries]
    assert states == [TextState.PAGE, TextState.PAGE, TextState.WAITING, TextState.WAITING]
    assert record.next_check_at == START


async def test_no_page_is_fetched_when_the_time_of_the_check_is_over() -> None:
    world = World(web={FEED: document(FEED, feed(item("a", "More soon ..."))), _page("a"): _html("a")})
    record = await check_source(world.claimed(), world.tools(time_limit=timedelta(0)))
    assert record.entries[0].text_state is TextState.WAITING
    assert world.asked == [FEED]


async def test_a_failure_keeps_the_validators_and_is_tried_again_later() -> None:
    world = World(web={FEED: DOWN})
    claimed = world.claimed(validators=Validators(etag='"1"'), failures=1)
    record = await check_source(claimed, world.tools())
    assert record.outcome is CheckOutcome.FAILED
    assert record.validators == Validators(etag='"1"')
    assert record.problem == DOWN.problem
    assert record.next_check_at == START + timedelta(hours=1)


async def test_html_instead_of_a_feed_is_a_failure_with_advice() -> None:
    world = World(web={FEED: document(FEED, "<!doctype html><html><body><p>Hello</p></body></html>", "text/html")})
    record = await check_source(world.claimed(), world.tools())
    assert record.outcome is CheckOutcome.FAILED
    assert record.problem is not None
    assert record.problem.kind is ProblemClass.UNEXPECTED
    assert record.problem.advice


async def test_a_defect_of_ours_is_the_failure_of_one_source() -> None:
    world = World(web={FEED: document(FEED, feed(item("a", LONG)))})

    def broken(**_: object) -> None:
        raise ZeroDivisionError("oops")

    record = await check_source(world.claimed(), replace(world.tools(), classify=broken))  # type: ignore[arg-type]
    assert record.outcome is CheckOutcome.FAILED
    assert record.problem is not None
    assert "ZeroDivisionError" in record.problem.message


async def test_the_same_check_twice_gives_the_same_names() -> None:
    world = World(web={FEED: document(FEED, feed(item("a", f"MPP ended. {LONG}")))})
    one = await check_source(world.claimed(), world.tools())
    two = await check_source(world.claimed(), world.tools())
    assert [entry.entry_id for entry in one.entries] == [entry.entry_id for entry in two.entries]
    assert one.entries[0].deliveries[0].id == two.entries[0].deliveries[0].id


def _page(name: str) -> str:
    return f"https://news.example/{name}"


def _html(name: str) -> Document:
    return document(_page(name), PAGE, "text/html")


async def test_a_document_is_fetched_whole_once_a_day_whatever_the_validators_say() -> None:
    world = World(web={FEED: document(FEED, feed(item("a", LONG)), etag='"1"')})
    known = Validators(etag='"1"')
    await check_source(world.claimed(validators=known), world.tools())
    await check_source(world.claimed(validators=known, last_success_at=START - timedelta(days=1)), world.tools())
    assert world.conditional == [True, False]


async def test_a_page_that_keeps_programs_out_is_a_failure_not_an_empty_list() -> None:
    page = "<html><head><title>Just a moment...</title></head><body><script>_cf_chl_opt={}</script></body></html>"
    world = World(web={FEED: document(FEED, page, "text/html")})
    record = await check_source(world.claimed(), world.tools())
    assert record.outcome is CheckOutcome.FAILED
    assert record.problem is not None
    assert record.problem.kind is ProblemClass.BLOCKED


async def test_a_check_whose_document_never_gets_its_turn_ends_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("watcher.pipeline.check.BEYOND_DEADLINE", 0.05)

    async def never(*arguments: object, **options: object) -> NoReturn:
        await asyncio.sleep(3600)
        raise AssertionError

    world = World(web={FEED: document(FEED, feed(item("a", LONG)))})
    record = await check_source(world.claimed(), world.tools(sandbox=never, time_limit=timedelta(seconds=0.05)))
    assert record.outcome is CheckOutcome.FAILED
    assert record.problem is not None
    assert record.problem.kind is ProblemClass.TIMEOUT
