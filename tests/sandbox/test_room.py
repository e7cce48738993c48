"""What the sandbox promises to the pipeline: values and errors come back, the loop and the machine stay well."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest

from tests.sandbox import bodies
from tests.sandbox.bodies import Page
from watcher.errors import ParseError, ProblemClass
from watcher.models.words import Action
from watcher.sandbox import Limits, Sandbox

Make = Callable[..., Sandbox]


def named(function: Callable[..., object]) -> str:
    return f"{function.__module__}:{function.__name__}"


@pytest.fixture
async def make() -> AsyncIterator[Make]:
    made: list[Sandbox] = []

    def make(*, workers: int = 2, limits: Limits | None = None) -> Sandbox:
        made.append(Sandbox(workers=workers, limits=limits, warm=[named(bodies.page)]))
        return made[-1]

    yield make
    for sandbox in made:
        await sandbox.aclose()


async def refused(sandbox: Sandbox, function: Callable[..., object], **arguments: object) -> ParseError:
    with pytest.raises(ParseError) as caught:
        await sandbox.run(named(function), arguments, Page)
    return caught.value


async def pid(sandbox: Sandbox) -> int:
    return await sandbox.run(named(bodies.pid), {}, int)


async def test_a_returned_dataclass_comes_back_as_the_same_dataclass(make: Make) -> None:
    page = await make().run(named(bodies.page), {"body": b"one two three", "title": "T", "lines": 2}, Page)

    assert page == bodies.page(b"one two three", "T", 2)
    assert page.lines[0].at == datetime(2026, 7, 31, 12, tzinfo=UTC)
    assert page.ttl == timedelta(minutes=15)
    assert page.action is Action.ADOPT


async def test_arguments_of_every_plain_type_arrive(make: Make) -> None:
    arguments = {"a": b"raw", "b": "á", "c": 1, "d": 1.5, "e": True, "f": None, "g": [1, "x"], "h": {"k": 2}, "i": b""}

    said = await make().run(named(bodies.echo), arguments, dict)

    assert said == {**arguments, "a": "raw", "i": ""}


async def test_a_body_of_30_mb_arrives(make: Make) -> None:
    page = await make().run(named(bodies.page), {"body": b"x" * 30_000_000, "lines": 0}, Page)

    assert page.title == "untitled"


async def test_no_child_runs_before_the_first_job(make: Make) -> None:
    sandbox = make()
    assert sandbox.process_ids == ()

    await pid(sandbox)

    assert len(sandbox.process_ids) == 1


async def test_a_parse_error_crosses_with_its_problem_and_sample(make: Make) -> None:
    error = await refused(make(), bodies.refuse, body=b"<!doctype html>")

    assert error.problem.kind is ProblemClass.UNEXPECTED
    assert (error.problem.message, error.problem.advice) == ("This is HTML.", "Use kind: listing.")
    assert error.sample == "<!doctype html>"


async def test_any_other_exception_is_an_unreadable_document_with_one_clean_line(make: Make) -> None:
    error = await refused(make(), bodies.fail)

    assert error.problem.kind is ProblemClass.UNREADABLE
    assert "KeyError" in error.problem.message
    assert error.problem.message.isprintable()


@pytest.mark.parametrize("function", [bodies.wrong_shape, bodies.not_plain])
async def test_an_answer_of_another_shape_is_refused(make: Make, function: Callable[..., object]) -> None:
    error = await refused(make(), function)

    assert error.problem.kind is ProblemClass.UNREADABLE


async def test_a_lone_surrogate_does_not_lose_the_answer(make: Make) -> None:
    assert (await make().run(named(bodies.surrogate), {}, Page)).title == "a?b"


async def test_what_a_library_prints_is_not_taken_for_an_answer(make: Make) -> None:
    sandbox = make(workers=1)

    assert (await sandbox.run(named(bodies.chatter), {}, Page)).title == "said"
    assert (await sandbox.run(named(bodies.chatter), {}, Page)).title == "said"


async def test_an_endless_loop_ends_with_its_computing_time_and_the_next_job_works(make: Make) -> None:
    sandbox = make(workers=1, limits=Limits(cpu=1))

    error = await refused(sandbox, bodies.spin)

    assert error.problem.kind is ProblemClass.UNREADABLE
    assert "took longer than 1 s of computing" in error.problem.message
    assert await pid(sandbox) > 0


async def test_computing_time_is_counted_for_each_job_anew(make: Make) -> None:
    sandbox = make(workers=1, limits=Limits(cpu=1, jobs=1000, resident=1 << 30))
    first = await pid(sandbox)
    process = psutil.Process(first)
    while sum(process.cpu_times()[:2]) < 2.5:
        await sandbox.run(named(bodies.page), {"body": b"word " * 1_000_000, "lines": 0}, Page)

    assert await pid(sandbox) == first


async def test_a_job_that_waits_ends_with_the_wall_clock(make: Make) -> None:
    sandbox = make(workers=1, limits=Limits(wall=0.3))

    started = time.monotonic()
    error = await refused(sandbox, bodies.sleep, seconds=60)

    assert "took longer than 0.3 s of waiting" in error.problem.message
    assert time.monotonic() - started < 5
    assert await pid(sandbox) > 0


async def test_a_job_that_wants_too_much_memory_is_too_large_and_its_child_is_replaced(make: Make) -> None:
    sandbox = make(workers=1)
    first = await pid(sandbox)

    error = await refused(sandbox, bodies.hog, mib=2000)

    assert error.problem.kind is ProblemClass.TOO_LARGE
    assert "640 MB" in error.problem.message
    assert await pid(sandbox) != first


async def test_an_answer_beyond_the_limit_is_too_large(make: Make) -> None:
    error = await refused(make(limits=Limits(answer=1 << 20)), bodies.long_answer, mib=2)

    assert error.problem.kind is ProblemClass.TOO_LARGE


async def test_a_child_that_exits_is_a_crash_and_is_replaced(make: Make) -> None:
    sandbox = make(workers=1)

    assert "exit 3" in (await refused(sandbox, bodies.exit_at_once, code=3)).problem.message
    assert await pid(sandbox) > 0


async def test_a_segmentation_fault_is_a_crash_with_its_signal_and_a_sample(make: Make) -> None:
    error = await refused(make(), bodies.crash)

    assert error.problem.kind is ProblemClass.UNREADABLE
    assert "SIGSEGV" in error.problem.message


async def test_a_child_killed_while_it_works_is_a_crash_and_is_replaced(make: Make) -> None:
    sandbox = make(workers=1)
    first = await pid(sandbox)
    run = asyncio.create_task(refused(sandbox, bodies.sleep, seconds=60))
    await asyncio.sleep(0.1)

    psutil.Process(first).kill()

    assert "SIGKILL" in (await run).problem.message
    assert await pid(sandbox) != first


async def test_a_child_killed_while_it_waits_is_replaced_without_an_error(make: Make) -> None:
    sandbox = make(workers=1)
    first = await pid(sandbox)

    psutil.Process(first).kill()
    await asyncio.sleep(0.2)

    assert await pid(sandbox) != first


async def test_a_child_is_replaced_after_its_share_of_jobs(make: Make) -> None:
    sandbox = make(workers=1, limits=Limits(jobs=3))

    children = [await pid(sandbox) for _ in range(6)]

    assert len(set(children)) == 2
    assert children[0] == children[2] != children[3] == children[5]


async def test_a_child_that_grew_is_replaced(make: Make) -> None:
    sandbox = make(workers=1, limits=Limits(resident=1 << 20))

    assert await pid(sandbox) != await pid(sandbox)


async def test_a_child_without_work_ends_after_a_while(make: Make) -> None:
    sandbox = make(limits=Limits(idle=0.1))
    first = await pid(sandbox)

    await asyncio.sleep(0.5)

    assert sandbox.process_ids == ()
    assert not psutil.pid_exists(first)
    assert await pid(sandbox) != first


async def test_two_jobs_run_at_the_same_time_and_never_three(make: Make) -> None:
    sandbox = make(workers=2)
    await asyncio.gather(*(pid(sandbox) for _ in range(2)))

    started = time.monotonic()
    await asyncio.gather(*(sandbox.run(named(bodies.sleep), {"seconds": 0.5}, Page) for _ in range(4)))

    assert 1.0 <= time.monotonic() - started < 1.9
    assert len(sandbox.process_ids) == 2


async def test_a_cancelled_job_ends_its_child_and_frees_the_place(make: Make) -> None:
    sandbox = make(workers=1)
    first = await pid(sandbox)
    run = asyncio.create_task(sandbox.run(named(bodies.sleep), {"seconds": 60}, Page))
    await asyncio.sleep(0.1)

    run.cancel()

    with pytest.raises(asyncio.CancelledError):
        await run
    assert not psutil.pid_exists(first)
    assert await pid(sandbox) != first


async def test_a_job_cancelled_in_the_middle_of_a_large_answer_leaves_nothing_behind(make: Make) -> None:
    sandbox = make(workers=1)
    for delay in (0.0, 0.005, 0.02, 0.05):
        run = asyncio.create_task(sandbox.run(named(bodies.long_answer), {"mib": 20}, Page))
        await asyncio.sleep(delay)
        run.cancel()
        await asyncio.wait([run], timeout=5)
        assert run.done()

    assert await pid(sandbox) > 0


async def test_closing_also_ends_a_child_that_is_coming_up(make: Make) -> None:
    sandbox = make()
    starting = asyncio.create_task(refused(sandbox, bodies.sleep, seconds=0))
    await asyncio.sleep(0.02)

    await sandbox.aclose()

    assert starting.done()
    assert sandbox.process_ids == ()


async def test_closing_ends_every_child_and_every_job(make: Make) -> None:
    sandbox = make(workers=2)
    busy = asyncio.create_task(refused(sandbox, bodies.sleep, seconds=60))
    await asyncio.gather(pid(sandbox), pid(sandbox))
    await asyncio.sleep(0.3)
    children = sandbox.process_ids

    await sandbox.aclose()

    assert (await busy).problem.kind is ProblemClass.UNREADABLE
    assert len(children) == 2
    assert not any(psutil.pid_exists(child) for child in children)
    await refused(sandbox, bodies.sleep, seconds=0)


async def test_a_function_that_cannot_be_imported_says_so(make: Make) -> None:
    with pytest.raises(ParseError, match="ModuleNotFoundError"):
        await make().run("watcher.nothing:read", {}, Page)


async def test_a_child_that_cannot_come_up_says_why() -> None:
    sandbox = Sandbox(warm=["watcher.nothing:read"])

    with pytest.raises(ParseError, match="No process for parsing could be started: ModuleNotFoundError"):
        await sandbox.run(named(bodies.pid), {}, int)
    await sandbox.aclose()


# 160 KB; feedparser's strict parser refuses it, the loose one that follows expands it to 2 * 10^9 characters
ENTITY_BOMB = b"".join(
    (
        *(b'<?xml version="1.0"?>\n<!DOCTYPE rss [\n<!ENTITY a "', b"a" * 100_000, b'">\n]>\n'),
        *(b'<rss version="2.0"><channel><item><title>', b"&a;" * 20_000, b"</title></item></channel></rss>"),
    )
)
NEWLINES = b"\n" * 400_000 + b'<rss version="2.0"><channel></channel></rss>'


@pytest.mark.parametrize("bomb", [ENTITY_BOMB, NEWLINES], ids=["entities", "newlines"])
async def test_a_bomb_ends_with_an_error_and_other_documents_are_read_meanwhile(make: Make, bomb: bytes) -> None:
    sandbox = make(workers=2, limits=Limits(cpu=2, wall=8))
    honest = Path(__file__).with_name("honest.xml").read_bytes()
    exploding = asyncio.create_task(refused(sandbox, bodies.feed, body=bomb))
    await asyncio.sleep(0.1)

    assert await sandbox.run(named(bodies.feed), {"body": honest}, int) == 2

    assert (await exploding).problem.kind in {ProblemClass.UNREADABLE, ProblemClass.TOO_LARGE}
    assert await sandbox.run(named(bodies.feed), {"body": honest}, int) == 2


async def test_the_loop_hardly_notices_a_child_that_computes(make: Make) -> None:
    sandbox = make(workers=2, limits=Limits(cpu=1))
    await asyncio.gather(pid(sandbox), pid(sandbox))
    working = asyncio.create_task(refused(sandbox, bodies.feed, body=NEWLINES))

    lags: list[float] = []
    while not working.done():
        before = time.monotonic()
        await asyncio.sleep(0.005)
        lags.append(time.monotonic() - before - 0.005)

    assert sorted(lags)[int(len(lags) * 0.95)] < 0.05
    await working


async def test_a_child_that_parsed_a_feed_is_small_and_has_no_database_or_network_client_in_it(make: Make) -> None:
    sandbox = make(workers=1)
    honest = Path(__file__).with_name("honest.xml").read_bytes()
    await sandbox.run(named(bodies.feed), {"body": honest}, int)
    heavy = ["sqlalchemy", "httpx", "starlette", "pydantic", "asyncio", "alembic"]

    assert await sandbox.run(named(bodies.imported), {"names": heavy}, list) == []
    assert psutil.Process(sandbox.process_ids[0]).memory_info().rss < 60 * 1024 * 1024


async def test_handing_over_a_job_costs_little(make: Make) -> None:
    sandbox = make(workers=1, limits=Limits(jobs=1000))
    child = psutil.Process(await pid(sandbox))
    body, rounds = b"one two three " * 5_000, 100

    def spent() -> float:
        return time.process_time() + float(sum(child.cpu_times()[:2]))

    before = spent()
    for _ in range(rounds):
        await sandbox.run(named(bodies.page), {"body": body, "lines": 3}, Page)

    assert (spent() - before) / rounds < 0.004
