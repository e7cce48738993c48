"""Many checks at once: hosts side by side, the sources of one host one after the other, records in groups."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from tests.pipeline.world import START, World
from watcher.models.catalog import Source
from watcher.models.checks import CheckOutcome, CheckRecord, CheckSummary, ClaimedSource
from watcher.models.documents import Validators
from watcher.pipeline.record import Recorder
from watcher.pipeline.rounds import Rounds


@dataclass
class Checks:
    """Checks that take a while, and who was under way together."""

    seconds: float = 0.02
    under_way: set[str] = field(default_factory=set)
    together: list[set[str]] = field(default_factory=list)
    done: list[str] = field(default_factory=list)

    async def __call__(self, claimed: ClaimedSource) -> CheckRecord:
        name = claimed.source.id
        self.under_way.add(name)
        self.together.append(set(self.under_way))
        await asyncio.sleep(self.seconds)
        self.under_way.remove(name)
        self.done.append(name)
        return record(name)


@dataclass
class Database:
    """Takes records in groups; may be away."""

    groups: list[list[str]] = field(default_factory=list)
    error: Exception | None = None

    def record(self, records: Sequence[CheckRecord]) -> Sequence[CheckSummary]:
        if self.error:
            raise self.error
        self.groups.append([each.source_id for each in records])
        return [CheckSummary(each.source_id, each.outcome) for each in records]


def record(name: str) -> CheckRecord:
    return CheckRecord(name, 1, START, START, CheckOutcome.UNCHANGED, START, Validators(), None)


def claim(name: str, host: str) -> ClaimedSource:
    claimed = World().claimed()
    source = Source(id=name, publisher="agency", kind="feed", url=f"https://{host}/{name}")
    return ClaimedSource(
        source, claimed.publisher, 1, Validators(), None, failures=0, first_read_at=None, pages_waiting=0
    )


def rounds(checks: Checks, database: Database, heard: list[str] | None = None, **options: int) -> Rounds:
    tell = (lambda summary: None) if heard is None else (lambda summary: heard.append(summary.source_id))
    return Rounds(checks, Recorder(database.record, gather_seconds=0.01), tell, **options)


async def test_sources_of_one_host_are_checked_one_after_the_other() -> None:
    checks, database = Checks(), Database()
    under_test = rounds(checks, database)
    under_test.take([claim("a", "one.example"), claim("b", "one.example")])
    await under_test.finish()
    assert checks.done == ["a", "b"]
    assert all(len(names) == 1 for names in checks.together)


async def test_hosts_are_checked_side_by_side() -> None:
    checks, database = Checks(), Database()
    under_test = rounds(checks, database)
    under_test.take([claim("a", "one.example"), claim("b", "two.example")])
    await under_test.finish()
    assert {"a", "b"} in checks.together


async def test_no_more_are_under_way_than_allowed() -> None:
    checks, database = Checks(), Database()
    under_test = rounds(checks, database, at_once=2)
    under_test.take([claim(str(number), f"{number}.example") for number in range(6)])
    await under_test.finish()
    assert max(len(names) for names in checks.together) == 2


async def test_what_is_ready_together_is_committed_together_and_told_afterwards() -> None:
    checks, database, heard = Checks(), Database(), list[str]()
    under_test = rounds(checks, database, heard)
    under_test.take([claim(str(number), f"{number}.example") for number in range(20)])
    await under_test.finish()
    assert len(database.groups) < 5
    assert sorted(heard) == sorted(name for group in database.groups for name in group)
    assert len(heard) == 20


async def test_a_store_that_fails_is_heard_of_and_the_rounds_go_on() -> None:
    checks, database = Checks(), Database(error=OSError("disk full"))
    under_test = rounds(checks, database)
    under_test.take([claim("a", "one.example")])
    with pytest.raises(OSError, match="disk full"):
        await under_test.finish()
    database.error = None
    under_test.take([claim("b", "one.example")])
    await under_test.finish()
    assert database.groups == [["b"]]
    assert under_test.under_way == 0


async def test_stopping_gives_back_what_was_not_begun_and_lets_the_rest_end() -> None:
    checks, database = Checks(), Database()
    under_test = rounds(checks, database)
    under_test.take([claim(name, "one.example") for name in "abc"])
    await asyncio.sleep(0.005)
    given_up = await under_test.stop(grace_seconds=1)
    assert [claimed.source.id for claimed in given_up] == ["b", "c"]
    assert database.groups == [["a"]]
    assert under_test.under_way == 0


async def test_stopping_does_not_wait_for_ever() -> None:
    checks, database = Checks(seconds=30), Database()
    under_test = rounds(checks, database)
    under_test.take([claim("a", "one.example")])
    await asyncio.sleep(0)
    await asyncio.wait_for(under_test.stop(grace_seconds=0.02), timeout=1)
    assert database.groups == []


async def test_sources_whose_last_check_failed_leave_half_of_the_places_to_the_others() -> None:
    checks, database = Checks(), Database()
    rounds = Rounds(checks, Recorder(database.record, gather_seconds=0), lambda summary: None, at_once=4)
    failing = [replace(claim(f"f{n}", f"f{n}.example"), failures=1) for n in range(6)]
    rounds.take([*failing, claim("well", "well.example")])
    await rounds.finish()
    assert len(checks.done) == 7
    assert max(len(together - {"well"}) for together in checks.together) == 2
    assert "well" in checks.done[:3]


async def test_a_check_that_is_interrupted_gives_its_source_back() -> None:
    checks, database = Checks(seconds=30), Database()
    rounds = Rounds(checks, Recorder(database.record), lambda summary: None)
    rounds.take([claim("a", "a.example"), claim("b", "a.example")])
    await asyncio.sleep(0.05)
    given_up = await rounds.stop(grace_seconds=0.05)
    assert [claimed.source.id for claimed in given_up] == ["b", "a"]
