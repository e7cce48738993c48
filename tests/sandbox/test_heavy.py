"""Heavy jobs leave a child to the light ones."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from tests.sandbox import bodies
from tests.sandbox.bodies import Page
from watcher.sandbox import Limits, Sandbox

SLOWLY = f"{bodies.__name__}:read_slowly"
HEAVY = b"x" * 2000


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    made = Sandbox(workers=2, limits=Limits(light=1000, slow=0.5), warm=[SLOWLY])
    await asyncio.gather(*(read(made, f"http://warm-{n}/", 0.2) for n in range(2)))
    yield made
    await made.aclose()


async def read(sandbox: Sandbox, url: str, seconds: float, body: bytes = b"") -> float:
    """When it was done."""
    await sandbox.run(SLOWLY, {"url": url, "seconds": seconds, "body": body}, Page)
    return time.monotonic()


async def test_a_light_job_does_not_wait_for_two_heavy_ones(sandbox: Sandbox) -> None:
    heavy = [asyncio.create_task(read(sandbox, f"http://heavy-{n}/", 0.4, HEAVY)) for n in range(2)]
    await asyncio.sleep(0.1)
    light = await read(sandbox, "http://light/", 0.0)
    first, second = await asyncio.gather(*heavy)
    assert light < first
    assert second - first > 0.35, "one heavy job at a time"


async def test_the_next_job_of_a_slow_host_is_a_heavy_one_until_it_is_quick_again(sandbox: Sandbox) -> None:
    await read(sandbox, "http://slow/a", 0.6)
    heavy = asyncio.create_task(read(sandbox, "http://heavy/", 0.4, HEAVY))
    await asyncio.sleep(0.1)
    assert await read(sandbox, "http://slow/b", 0.0) > await heavy
    heavy = asyncio.create_task(read(sandbox, "http://heavy/", 0.4, HEAVY))
    await asyncio.sleep(0.1)
    assert await read(sandbox, "http://slow/c", 0.0) < await heavy
