"""A document with more entries than a check takes: the next checks take the rest, and then it is over."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.pipeline.world import FEED, LONG, START, World, document, feed, item
from watcher.models.checks import CheckOutcome, CheckRecord
from watcher.models.documents import Validators
from watcher.pipeline.check import check_source

LIMIT = 10


@dataclass
class Story:
    """Check after check of one source, each knowing what the one before left behind."""

    world: World = field(default_factory=World)
    records: list[CheckRecord] = field(default_factory=list)
    first_read_at: datetime | None = None
    last_news_at: datetime | None = None

    async def check(self, body: str) -> CheckRecord:
        self.world.web[FEED] = document(FEED, body, etag=f'"{hash(body)}"')
        last = self.records[-1] if self.records else None
        claimed = self.world.claimed(
            first_read_at=self.first_read_at,
            last_news_at=self.last_news_at,
            validators=last.validators if last else Validators(),
            body_sha256=last.body_sha256 if last else None,
        )
        record = await check_source(claimed, self.world.tools(entries_per_check=LIMIT))
        self.world.remember(record)
        self.records.append(record)
        if record.entries:
            self.last_news_at = record.started_at
        if not record.to_be_continued:
            self.first_read_at = self.first_read_at or record.finished_at
        self.world.now += timedelta(minutes=15)
        return record

    def brought(self) -> list[list[str]]:
        return [[entry.entry.title for entry in record.entries] for record in self.records]


def entries(last: int, first: int = 1) -> list[str]:
    """Items, newest first, a day apart, the newest of which came out a day before the start."""
    return [dated(f"n{number}", START - timedelta(days=last - number + 1)) for number in range(last, first - 1, -1)]


def dated(name: str, at: datetime) -> str:
    return item(name, f"MPP ended. {LONG}").replace(
        "</item>", f"<pubDate>{at:%a, %d %b %Y %H:%M:%S GMT}</pubDate></item>"
    )


async def test_every_entry_is_taken_once_and_then_nothing_is_read_again() -> None:
    story, body = Story(), feed(*entries(34))
    for _ in range(5):
        await story.check(body)
    assert [len(brought) for brought in story.brought()] == [10, 10, 10, 4, 0]
    assert len({title for brought in story.brought() for title in brought}) == 34
    assert story.records[-1].outcome is CheckOutcome.UNCHANGED
    assert [record.problem is not None for record in story.records] == [True, True, True, False, False]
    assert [record.entries_seen for record in story.records[:4]] == [34] * 4


async def test_nothing_that_keeps_the_rest_from_being_read_is_remembered_meanwhile() -> None:
    record = await Story().check(feed(*entries(34)))
    assert (record.validators, record.body_sha256) == (Validators(), None)
    assert record.left_over == 24
    assert record.problem is not None
    assert "24 new ones are left over" in record.problem.message


async def test_a_new_entry_at_the_end_of_a_long_document_is_found_at_the_next_check() -> None:
    """Its date is old, so the cap would leave it out for ever."""
    story, old = Story(), entries(34)
    for _ in range(4):
        await story.check(feed(*old))
    record = await story.check(feed(*old, dated("late", START - timedelta(days=99))))
    assert [entry.entry.title for entry in record.entries] == ["late"]
    assert (await story.check(feed(*old, dated("late", START - timedelta(days=99))))).outcome is CheckOutcome.UNCHANGED


async def test_a_backfill_of_several_checks_rings_nobody_but_for_what_was_published_since() -> None:
    story, old = Story(), entries(34)
    await story.check(feed(*old))
    new = dated("new", START + timedelta(minutes=5))
    for _ in range(4):
        await story.check(feed(new, *old))
    rang = [entry.entry.title for record in story.records for entry in record.entries if entry.deliveries]
    assert rang == ["new"]
    silent = [entry for record in story.records for entry in record.entries if entry.backfill]
    assert len(silent) == 34
    await story.check(feed(dated("newer", START + timedelta(hours=3)), new, *old))
    assert [entry.entry.title for entry in story.records[-1].entries if entry.deliveries] == ["newer"]


async def test_an_edit_of_a_known_entry_in_a_long_document_is_seen() -> None:
    story, old = Story(), entries(34)
    for _ in range(4):
        await story.check(feed(*old))
    edited = [old[0].replace("notice", "notice of today"), *old[1:]]
    record = await story.check(feed(*edited))
    assert [(entry.entry.title, entry.revision) for entry in record.entries] == [("n34", 2)]
