"""Sources of several documents, and kinds that remember: how far a check reads, and where the next one goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from tests.pipeline.world import START, World, document
from watcher.errors import FetchError, Problem, ProblemClass
from watcher.models.catalog import Interval, Source
from watcher.models.checks import CheckOutcome, CheckRecord, TextState
from watcher.models.documents import Document, Validators
from watcher.pipeline.check import check_source
from watcher.pipeline.tools import KindTraits

SITE = "https://news.example"
MAP = f"{SITE}/sitemap.xml"
_EVERY = Interval(timedelta(hours=1), timedelta(hours=24))
_KINDS = {name: KindTraits("*/*", _EVERY, remembers=True) for name in ("sitemap", "page")}
DOWN = FetchError(Problem(ProblemClass.TIMEOUT, f"{SITE}: no answer in time", "It is tried again."))
GONE = FetchError(Problem(ProblemClass.GONE, f"{SITE}: nothing there (404)", "Look for it."), status=404)
ARTICLE = (
    "<html lang='en'><head><title>The Secretary Ends MPP | News</title></head>"
    "<body><main><h1>The Secretary Ends MPP</h1>"
    + "".join(f"<p>Paragraph {n}: the secretary ended MPP, the department said in a notice.</p>" for n in range(8))
    + "</main></body></html>"
)


class Watched:
    """One source in a world, checked again and again; what a check leaves behind is all that the next one knows."""

    def __init__(self, kind: str = "sitemap", url: str = MAP, **options: Any) -> None:
        self.world = World()
        self.source = Source(id="news", publisher="agency", kind=kind, url=url, options=options)
        self.last: CheckRecord | None = None
        self.is_new = True

    def index(self, *names: str, days: int = 1) -> None:
        parts = (
            f"<sitemap><loc>{SITE}/{name}.xml</loc><lastmod>{START - timedelta(days=days + number):%Y-%m-%dT%H:%MZ}"
            "</lastmod></sitemap>"
            for number, name in enumerate(names)
        )
        self.put(MAP, f"<sitemapindex>{''.join(parts)}</sitemapindex>")

    def part(self, name: str, *pages: str) -> None:
        self.put(f"{SITE}/{name}.xml", urlset(pages))
        for page in pages:
            self.put(f"{SITE}/{page}", ARTICLE, "text/html")

    def put(self, url: str, body: str, media_type: str = "application/xml") -> None:
        self.world.web[url] = document(url, body, media_type)

    async def check(self, **changes: Any) -> CheckRecord:
        self.world.asked.clear()
        record = await check_source(self._claimed(), self.world.tools(kinds=_KINDS, **changes))
        self.world.remember(record)
        self.last = record
        self.is_new = self.is_new and record.to_be_continued
        return record

    def _claimed(self) -> Any:
        last = self.last
        claimed = self.world.claimed(first=self.is_new)
        if last is None:
            return replace(claimed, source=self.source)
        return replace(
            claimed,
            source=self.source,
            memory=last.memory,
            cursor=last.cursor,
            late=last.late,
            validators=last.validators,
            body_sha256=last.body_sha256,
            last_news_at=START - timedelta(hours=1),
        )


def urlset(pages: Iterable[str], changed: str = "") -> str:
    listed = (f"<url><loc>{SITE}/{page}</loc>{changed and f'<lastmod>{changed}</lastmod>'}</url>" for page in pages)
    return f"<urlset>{''.join(listed)}</urlset>"


def found(record: CheckRecord) -> list[str]:
    return [str(entry.entry.url).removeprefix(f"{SITE}/") for entry in record.entries]


async def test_documents_that_the_first_one_leads_to_are_read_in_the_same_check() -> None:
    watched = Watched()
    watched.index("a", "b")
    watched.part("a", "a-one")
    watched.part("b", "b-one", "b-two")
    record = await watched.check()
    assert record.outcome is CheckOutcome.READ
    assert found(record) == ["a-one", "b-one", "b-two"]
    assert watched.world.asked[:3] == [MAP, f"{SITE}/a.xml", f"{SITE}/b.xml"]
    assert record.cursor == ()


async def test_each_entry_is_kept_with_the_document_that_lists_it() -> None:
    watched = Watched()
    watched.index("a", "b")
    watched.part("a", "a-one")
    watched.part("b", "b-one")
    entries = (await watched.check()).entries
    assert [entry.document.url if entry.document else None for entry in entries] == [f"{SITE}/a.xml", f"{SITE}/b.xml"]


async def test_what_is_not_reached_is_read_by_the_next_checks_at_once() -> None:
    watched = Watched()
    names = [f"p{n}" for n in range(5)]
    watched.index(*names)
    for name in names:
        watched.part(name, f"{name}-page")
    brought, checks = [], 0
    while checks == 0 or (watched.last and watched.last.cursor):
        record = await watched.check(documents_per_check=3)
        assert record.backfill
        assert [entry.deliveries for entry in record.entries] == [()] * len(record.entries)
        assert record.next_check_at == START or not record.cursor
        brought += found(record)
        checks += 1
    assert brought == [f"{name}-page" for name in names]
    assert checks == 3
    watched.part("p0", "p0-page", "p0-new")
    watched.index(*names, days=0)
    record = await watched.check()
    assert (found(record), record.backfill) == (["p0-new"], False)
    assert len(record.entries[0].deliveries) == 1


async def test_the_time_of_a_check_ends_the_round_and_nothing_is_lost() -> None:
    watched = Watched()
    watched.index("a", "b")
    watched.part("a", "a-one")
    watched.part("b", "b-one")
    record = await watched.check(time_limit=timedelta(0))
    assert (record.entries, record.cursor) == ((), (f"{SITE}/a.xml", f"{SITE}/b.xml"))
    assert found(await watched.check()) == ["a-one", "b-one"]


async def test_a_further_document_that_fails_keeps_what_was_found_and_is_read_later() -> None:
    watched = Watched()
    watched.index("a", "b", "c")
    watched.part("a", "a-one")
    watched.part("c", "c-one")
    watched.world.web[f"{SITE}/b.xml"] = DOWN
    record = await watched.check()
    assert record.outcome is CheckOutcome.READ
    assert found(record) == ["a-one", "c-one"], "those behind it are read"
    assert record.problem is not None
    assert f"{SITE}/b.xml" in record.problem.message
    assert DOWN.problem.message in record.problem.advice
    assert [(late.url, late.attempts) for late in record.late] == [(f"{SITE}/b.xml", 1)]
    assert record.next_check_at == START + timedelta(minutes=10)
    watched.part("b", "b-one")
    watched.world.now = START + timedelta(minutes=10)
    record = await watched.check()
    assert found(record) == ["b-one"]
    assert (record.problem, record.cursor, record.late) == (None, (), ())
    assert watched.world.asked[0] == MAP
    assert watched.world.parsed.count(MAP) == 1, "the index has not changed, and is not parsed again"


async def test_a_document_that_keeps_failing_is_asked_for_less_and_less_and_stays_visible() -> None:
    watched = Watched()
    watched.index("a", "b")
    watched.part("b", "b-one")
    watched.world.web[f"{SITE}/a.xml"] = DOWN
    waits = []
    for _ in range(8):
        record = await watched.check()
        assert watched.world.asked.count(f"{SITE}/a.xml") == 1
        (late,) = record.late
        waits.append(late.due_at - watched.world.now)
        watched.world.now = late.due_at - timedelta(seconds=1)
        quiet = await watched.check()
        assert f"{SITE}/a.xml" not in watched.world.asked, "it is not due yet"
        assert quiet.outcome is CheckOutcome.UNCHANGED
        assert quiet.problem is not None, "still visible"
        assert quiet.late == (late,)
        watched.world.now = late.due_at
    assert waits[:3] == [timedelta(minutes=10), timedelta(minutes=30), timedelta(minutes=90)]
    assert waits[-1] == timedelta(hours=24)


async def test_documents_that_fail_one_after_the_other_end_the_round_and_the_rest_comes_later() -> None:
    watched = Watched()
    names = [f"p{number}" for number in range(6)]
    watched.index(*names)
    for name in names:
        watched.world.web[f"{SITE}/{name}.xml"] = DOWN
    record = await watched.check()
    assert len(record.late) == 3
    assert record.cursor == tuple(f"{SITE}/{name}.xml" for name in names[3:])
    assert record.next_check_at == START + timedelta(minutes=10)
    for name in names:
        watched.part(name, f"{name}-one")
    watched.world.now = START + timedelta(minutes=10)
    record = await watched.check()
    assert sorted(found(record)) == [f"{name}-one" for name in names]


async def test_a_document_that_never_ends_lets_the_others_pass_in_the_next_check() -> None:
    watched = Watched()
    watched.index("a", "b")
    watched.part("b", "b-one")
    ordinary = watched.world.tools().fetch

    async def fetch(url: str, *given: Any, **more: Any) -> Any:
        if url == f"{SITE}/a.xml":
            await asyncio.sleep(60)
        return await ordinary(url, *given, **more)

    record = await watched.check(fetch=fetch, time_limit=timedelta(seconds=0.3))
    assert [late.url for late in record.late] == [f"{SITE}/a.xml"]
    assert found(await watched.check(fetch=fetch)) == ["b-one"]


async def test_a_further_document_that_cannot_be_read_fails_like_one_that_does_not_come() -> None:
    watched = Watched()
    watched.index("a", "b")
    watched.part("a", "a-one")
    watched.put(f"{SITE}/b.xml", "<urlset><url><loc>")
    record = await watched.check()
    assert found(record) == ["a-one"]
    assert record.problem is not None
    assert record.problem.kind is ProblemClass.INCOMPLETE
    assert [late.url for late in record.late] == [f"{SITE}/b.xml"]


async def test_a_further_document_that_is_gone_keeps_no_other_waiting() -> None:
    watched = Watched()
    watched.index("a", "b")
    watched.world.web[f"{SITE}/a.xml"] = GONE
    watched.part("b", "b-one")
    record = await watched.check()
    assert (found(record), record.cursor, record.problem) == (["b-one"], (), None)


async def test_a_first_document_that_fails_changes_nothing_of_what_is_remembered() -> None:
    watched = Watched()
    watched.put(MAP, urlset(["one"]))
    watched.put(f"{SITE}/one", ARTICLE, "text/html")
    before = await watched.check()
    for broken in (DOWN, document(MAP, "<html><body>Maintenance</body></html>", "text/html")):
        watched.world.web[MAP] = broken
        record = await watched.check()
        assert record.outcome is CheckOutcome.FAILED
        assert (record.memory, record.cursor) == (before.memory, before.cursor)
    watched.put(MAP, urlset(["one", "two"]))
    watched.put(f"{SITE}/two", ARTICLE, "text/html")
    assert found(await watched.check()) == ["two"]


async def test_a_document_that_says_so_is_read_again_though_it_is_the_same() -> None:
    watched = Watched()
    watched.put(MAP, f"<sitemapindex><sitemap><loc>{SITE}/a.xml</loc></sitemap></sitemapindex>")
    watched.part("a", "a-one")
    record = await watched.check()
    assert (record.body_sha256, record.validators) == (None, Validators())
    watched.part("a", "a-one", "a-two")
    assert found(await watched.check()) == ["a-two"]
    assert found(await watched.check()) == []


async def test_documents_that_lead_to_each_other_end_with_the_check() -> None:
    watched = Watched()
    for name, other in (("sitemap", "b"), ("b", "c"), ("c", "b")):
        listed = "".join(f"<sitemap><loc>{SITE}/{each}.xml</loc></sitemap>" for each in (other, "sitemap", name))
        watched.put(f"{SITE}/{name}.xml", f"<sitemapindex>{listed}</sitemapindex>")
    for _ in range(3):
        record = await watched.check()
        assert record.cursor == ()
        assert record.next_check_at > START


async def test_more_entries_than_one_reading_gives_come_in_further_ones() -> None:
    watched = Watched(newest=0)
    watched.put(MAP, urlset([]))
    await watched.check()
    watched.put(MAP, urlset(f"n{n}" for n in range(1300)))
    record = await watched.check(pages_per_check=0)
    assert len({*found(record)}) == 1300
    assert record.cursor == ()


async def test_a_title_from_the_address_gives_way_to_that_of_the_page_and_is_no_change() -> None:
    watched = Watched()
    name = "secretary-ends-the-protocols"
    watched.put(MAP, urlset([name]))
    watched.world.web[f"{SITE}/{name}"] = DOWN
    (entry,) = (await watched.check()).entries
    assert (entry.entry.title, entry.text_state) == ("Secretary ends the protocols", TextState.MISSING)
    watched.put(f"{SITE}/{name}", ARTICLE, "text/html")
    (later,) = (await watched.check()).entries
    assert (later.entry.title, later.text_state) == ("The Secretary Ends MPP", TextState.PAGE)
    assert later.content_sha256 == entry.content_sha256
    watched.last = replace(watched.last, memory=None, body_sha256=None) if watched.last else None
    assert (await watched.check()).entries == ()


async def test_a_watched_page_rings_for_what_is_added_to_it() -> None:
    watched = Watched("page", f"{SITE}/mpp")
    watched.put(f"{SITE}/mpp", _page("The policy is under review."), "text/html")
    first = await watched.check()
    assert (len(first.entries), first.backfill) == (1, True)
    watched.put(f"{SITE}/mpp", _page("The policy is under review.", "The secretary ended MPP today."), "text/html")
    (entry,) = (await watched.check()).entries
    assert entry.text == "The secretary ended MPP today."
    assert len(entry.deliveries) == 1


async def test_a_watched_page_that_is_away_for_a_while_has_nothing_new_when_it_is_back() -> None:
    watched = Watched("page", f"{SITE}/mpp")
    whole = _page("The policy is under review.", "A court will decide.", "Nobody knows when that will be.")
    watched.put(f"{SITE}/mpp", whole, "text/html")
    before = await watched.check()
    away: list[tuple[Document | FetchError, ProblemClass]] = [
        (GONE, ProblemClass.GONE),
        (_answer("<title>Access Denied</title><h1>Access Denied</h1>"), ProblemClass.BLOCKED),
        (_answer("<title>Page not found</title><h1>Page not found</h1>"), ProblemClass.UNEXPECTED),
        (_answer("<title>The policy</title><p>Short.</p>"), ProblemClass.UNEXPECTED),
        (replace(_answer(_page("Welcome to our site.")), final_url=f"{SITE}/"), ProblemClass.MOVED),
        (DOWN, ProblemClass.TIMEOUT),
    ]
    for answer, kind in away:
        watched.world.web[f"{SITE}/mpp"] = answer
        record = await watched.check()
        assert record.problem is not None
        assert (record.outcome, record.problem.kind) == (CheckOutcome.FAILED, kind)
        assert record.memory == before.memory
    watched.put(f"{SITE}/mpp", whole + "<!-- back -->", "text/html")
    record = await watched.check()
    assert (record.outcome, record.entries) == (CheckOutcome.READ, ())


def _answer(markup: str) -> Document:
    return document(f"{SITE}/mpp", f"<!doctype html><html><body>{markup}</body></html>", "text/html")


def _page(*paragraphs: str) -> str:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    head = "<html lang='en'><head><title>The policy</title></head>"
    return f"{head}<body><main><h1>The policy</h1>{text}</main></body></html>"
