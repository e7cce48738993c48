"""Turns at hosts."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta

import pytest

from watcher.errors import FetchError, ProblemClass
from watcher.fetch.limits import Turns
from watcher.models.catalog import HostRule
from watcher.models.hosts import rule_for

RULES = (
    HostRule("www.example.org:8080", at_once=4),
    HostRule("*.example.org", at_once=2),
    HostRule("*.GOV", at_once=3),
)


@pytest.mark.parametrize(
    ("host", "port", "at_once"),
    [
        ("www.example.org", 8080, 4),
        ("www.example.org", 443, 2),
        ("WWW.Example.org", 443, 2),
        ("example.org", 443, 1),
        ("www.dhs.gov", 443, 3),
        ("other.example", 80, 1),
    ],
)
def test_the_first_rule_that_matches_a_host_holds(host: str, port: int, at_once: int) -> None:
    assert rule_for(host, port, RULES).at_once == at_once


def test_without_a_rule_a_host_is_asked_one_at_a_time_a_second_apart() -> None:
    rule = rule_for("example.org", 443, ())
    assert (rule.at_once, rule.apart) == (1, timedelta(seconds=1))


async def test_more_than_the_allowed_number_are_never_under_way() -> None:
    turns = Turns([HostRule("two.example:80", at_once=2, apart=timedelta(0))], at_once=64)
    under_way = most = 0

    async def visit() -> None:
        nonlocal under_way, most
        async with turns.turn("TWO.example", 80):
            under_way += 1
            most = max(most, under_way)
            await asyncio.sleep(0.01)
            under_way -= 1

    await asyncio.gather(*(visit() for _ in range(7)))
    assert most == 2


async def test_a_failed_request_counts_as_one() -> None:
    turns = Turns([HostRule("*", apart=timedelta(seconds=0.1))], at_once=64)
    began = time.monotonic()
    for _ in range(2):
        with pytest.raises(OSError, match="down"):
            async with turns.turn("a.example", 80):
                raise OSError("down")
    assert time.monotonic() - began >= 0.1


async def test_somebody_who_gives_up_waiting_does_not_keep_the_turn() -> None:
    turns = Turns([HostRule("*", apart=timedelta(seconds=0.05))], at_once=64)

    async def visit(seconds: float) -> None:
        async with turns.turn("a.example", 80):
            await asyncio.sleep(seconds)

    first = asyncio.create_task(visit(0.05))
    waiting = asyncio.create_task(visit(30))
    last = asyncio.create_task(visit(0))
    await asyncio.sleep(0.02)
    waiting.cancel()
    await asyncio.wait_for(asyncio.gather(first, last), 1)


async def test_hosts_that_are_no_longer_asked_are_forgotten() -> None:
    turns = Turns([HostRule("*", apart=timedelta(0))], at_once=64)
    async with turns.turn("busy.example", 80):
        for number in range(10_000):
            async with turns.turn(f"h{number}.example", 80):
                pass
        assert len(turns._hosts) <= 4096
        assert ("busy.example", 80) in turns._hosts


async def test_a_host_that_wants_to_be_left_alone_is_left_alone_by_everybody() -> None:
    turns = Turns([HostRule("*", apart=timedelta(0))], at_once=64)

    async def visit(seconds: float) -> None:
        async with turns.turn("a.example", 80):
            await asyncio.sleep(seconds)

    first, waiting = asyncio.create_task(visit(0.05)), asyncio.create_task(visit(0))
    await asyncio.sleep(0.01)
    turns.hold("A.example", 80, timedelta(seconds=0.2), 429)
    await first
    with pytest.raises(FetchError) as caught:
        await waiting
    assert caught.value.problem.kind == ProblemClass.BLOCKED
    assert caught.value.retry_after is not None
    assert timedelta(0) < caught.value.retry_after <= timedelta(seconds=0.2)
    async with turns.turn("b.example", 80):
        pass
    turns.use([HostRule("*", apart=timedelta(0))])
    with pytest.raises(FetchError):
        await visit(0)
    await asyncio.sleep(0.2)
    await visit(0)


async def test_no_host_is_left_alone_for_longer_than_a_day() -> None:
    turns = Turns([], at_once=64)
    turns.hold("a.example", 80, timedelta(days=400), 503)
    with pytest.raises(FetchError) as caught:
        turns.raise_if_held("a.example", 80)
    assert caught.value.retry_after is not None
    assert caught.value.retry_after <= timedelta(days=1)
