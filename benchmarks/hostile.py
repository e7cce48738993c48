"""Half of 200 sources hostile: how late the checks of the healthy half start, and how fast the review page answers.

    python -m benchmarks.hostile [SECONDS]

The hostile half are HTTP faults and parser bombs, all due at the same time as the healthy half, every ten seconds.
Prints JSON: seconds from when a healthy source was due to its request at its server, milliseconds for the inbox.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import httpx
from sqlalchemy import create_engine, select

from tests.acceptance.daemon import RunningDaemon, running
from tests.faults.behaviour import Family
from tests.faults.campaign import configured
from tests.faults.memory import watched
from tests.faults.neighbours import Neighbours
from tests.faults.server import NETWORK, FaultServer, serving
from watcher.store.schema import sources

HALF = 100
EVERY = 10.0
Due = dict[int, set[float]]
"""By number of the healthy source: when it was due, in seconds of the epoch."""


async def measure(seconds: float = 120) -> dict[str, object]:
    """Percentiles, and the peaks of memory."""
    async with serving(Neighbours(count=HALF, every=EVERY)) as server:
        with tempfile.TemporaryDirectory() as folder:
            hostile = [home for home in server.homes.values() if home.fault.family in (Family.HTTP, Family.PARSER)]
            environment = configured(server, Path(folder), hostile[:HALF], every=f"{EVERY:g}s")
            async with running(environment) as daemon:
                await daemon.says("watching")
                began = time.time()
                with watched(daemon.process.pid, NETWORK) as memory:
                    page, due = await asyncio.gather(
                        _ask_for_pages(daemon, seconds), _see_what_is_due(environment["WATCHER_DATABASE_URL"], seconds)
                    )
                await daemon.stop()
    late = _lateness(server, due, began)
    return {
        "sources": HALF + len(hostile[:HALF]),
        "hostile": len(hostile[:HALF]),
        "healthy_checks": len(late),
        "start_late_s": _percentiles(late),
        "review_page_ms": _percentiles([1000 * each for each in page]),
        "daemon_rss_mib": round(memory.daemon, 1),
        "all_rss_mib": round(memory.everything, 1),
    }


async def _see_what_is_due(url: str, seconds: float) -> Due:
    due: Due = defaultdict(set)
    engine, end = create_engine(url), time.monotonic() + seconds
    query = select(sources.c.id, sources.c.next_check_at).where(sources.c.id.startswith("neighbour-"))
    while time.monotonic() < end:
        with engine.connect() as connection:
            rows: Sequence[tuple[str, datetime]] = [tuple(row) for row in connection.execute(query)]
        for source, at in rows:
            due[int(source.partition("-")[2])].add(at.timestamp())
        await asyncio.sleep(0.5)
    engine.dispose()
    return due


async def _ask_for_pages(daemon: RunningDaemon, seconds: float) -> list[float]:
    taken: list[float] = []
    end = time.monotonic() + seconds
    async with httpx.AsyncClient(base_url=daemon.address, follow_redirects=True, timeout=60) as browser:
        await browser.post(daemon.login_link, headers={"Sec-Fetch-Site": "same-origin"})
        while time.monotonic() < end:
            began = time.perf_counter()
            answer = await browser.get("/")
            taken.append(time.perf_counter() - began)
            assert answer.status_code == 200, answer.text
            await asyncio.sleep(0.5)
    return taken


def _lateness(server: FaultServer, due: Due, began: float) -> list[float]:
    """Of each request: the seconds since its source was last due; of the first one, since the daemon was there."""
    epoch = time.time() - time.monotonic()
    late: list[float] = []
    for number, moments in due.items():
        asked = [request.at + epoch for request in server.ledger.requests[server.neighbours.path(number)]]
        late += [at - max((moment for moment in {began, *moments} if moment <= at), default=at) for at in asked]
    return late


def _percentiles(values: Sequence[float]) -> dict[str, float]:
    ordered = sorted(values)
    return {name: round(ordered[int(share * (len(ordered) - 1))], 3) for name, share in SHARES.items()}


SHARES = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "worst": 1.0}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measure(float(sys.argv[1]) if len(sys.argv) > 1 else 120)), indent=2))
