"""Lists of several pages in whole checks: how far they are followed, and where the next check goes on."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

from tests.pipeline.world import START, World, document
from watcher.errors import FetchError, Problem, ProblemClass
from watcher.models.catalog import Interval, Source
from watcher.models.checks import CheckOutcome, CheckRecord, ClaimedSource
from watcher.pipeline.check import check_source
from watcher.pipeline.tools import KindTraits, Tools

LIST = "https://news.example/wp-json/wp/v2/posts"
SOURCE = Source(id="posts", publisher="agency", kind="api", url=LIST, options={"preset": "wordpress", "pages": 9})
API = {"api": KindTraits("*/*", Interval(timedelta(minutes=15), timedelta(hours=6)), remembers=True)}


class Site:
    """A site whose posts are listed ten to a page, the newest first; the page after the last is refused with 400."""

    def __init__(self, posts: int) -> None:
        self.world = World()
        self.publish(posts)

    def publish(self, posts: int) -> None:
        rows = [
            {
                "id": number,
                "link": f"https://news.example/{number}",
                "title": {"rendered": f"Post {number}"},
                "content": {"rendered": f"<p>Text of post {number}, ended.</p>"},
                "date_gmt": (START - timedelta(days=2000 - number)).isoformat(),
            }
            for number in range(posts, 0, -1)
        ]
        pages = [rows[start : start + 10] for start in range(0, len(rows), 10)]
        for number, page in enumerate(pages, 1):
            self.put(number, json.dumps(page))
        self.refuse(len(pages) + 1, 400)

    def put(self, number: int, body: str) -> None:
        url = self.address(number)
        self.world.web[url] = document(url, body, "application/json")

    def refuse(self, number: int, status: int) -> None:
        problem = Problem(ProblemClass.UNEXPECTED, f"{self.address(number)} answered {status}", "Wait.")
        self.world.web[self.address(number)] = FetchError(problem, status=status)

    @staticmethod
    def address(number: int) -> str:
        return LIST if number == 1 else f"{LIST}?page={number}"

    async def check(self, last: CheckRecord | None = None, **changes: int) -> CheckRecord:
        self.world.asked.clear()
        record = await check_source(self._claimed(last), self._tools(**changes))
        self.world.remember(record)
        return record

    def _claimed(self, last: CheckRecord | None) -> ClaimedSource:
        claimed = replace(self.world.claimed(first=last is None), source=SOURCE)
        if last is None:
            return claimed
        return replace(claimed, memory=last.memory, cursor=last.cursor, late=last.late, body_sha256=last.body_sha256)

    def _tools(self, **changes: int) -> Tools:
        return self.world.tools(kinds=API, **changes)


async def test_a_first_check_reads_all_pages_and_the_end_is_no_problem() -> None:
    site = Site(30)
    record = await site.check()
    assert len(record.entries) == 30
    assert (record.outcome, record.problem, record.cursor) == (CheckOutcome.READ, None, ())
    assert site.world.asked[-1] == site.address(4)


async def test_a_later_check_follows_pages_only_while_they_bring_something_new() -> None:
    site = Site(60)
    first = await site.check()
    site.publish(72)
    record = await site.check(first)
    assert len(record.entries) == 12
    assert site.world.asked == [site.address(1), site.address(2), site.address(3)]
    site.publish(73)
    assert len((await site.check(record)).entries) == 1
    assert len(site.world.asked) == 2


async def test_what_a_check_does_not_reach_is_where_the_next_one_goes_on() -> None:
    site = Site(60)
    first = await site.check(documents_per_check=2)
    assert (len(first.entries), first.cursor) == (20, (site.address(3),))
    second = await site.check(first, documents_per_check=4)
    assert len(second.entries) == 30
    assert site.world.asked[:2] == [site.address(1), site.address(3)]
    third = await site.check(second, documents_per_check=9)
    assert (len(third.entries), third.cursor) == (10, ())


async def test_a_page_that_fails_is_asked_again_and_nothing_is_lost() -> None:
    site = Site(30)
    there = site.world.web[site.address(2)]
    site.refuse(2, 503)
    first = await site.check()
    assert (len(first.entries), [late.url for late in first.late]) == (10, [site.address(2)])
    assert first.problem is not None
    site.world.web[site.address(2)] = there
    site.world.now = first.late[0].due_at
    second = await site.check(first)
    assert (len(second.entries), second.problem, second.late) == (20, None, ())
