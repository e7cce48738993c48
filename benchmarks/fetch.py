"""What a conditional request costs: our Fetcher beside bare httpx and bare httpcore, in CPU time of one process.

    python -m benchmarks.fetch [--requests 2000] [--at-once 50] [--rounds 3]

The origin runs in a process of its own and answers 304 to everything. `hosts` is one name per request (a new connection
each), `host` one name for all (connections are used again). Prints JSON: microseconds of CPU per request, the median of
the rounds, and the ratio to the bare httpx loop of the same shape.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import statistics
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from typing import Any

import httpcore
import httpx

from watcher.fetch import AllowedAddress, Fetcher
from watcher.models.catalog import HostRule, Robots
from watcher.models.documents import NotModified, Validators

HOST = "127.0.0.2"
ETAG = '"a"'
ANSWER = (
    b'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\nDate: Tue, 24 Nov 2026 13:00:00 GMT\r\n'
    b"Cache-Control: max-age=60\r\n\r\n"
)
Visit = Callable[[str], Awaitable[None]]
Way = Callable[[int, Sequence[str], int], Coroutine[Any, Any, float]]


class _Origin(asyncio.Protocol):
    """Answers every request with the same 304."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._out = transport
        self._seen = b""

    def data_received(self, data: bytes) -> None:
        self._seen += data
        while b"\r\n\r\n" in self._seen:
            self._seen = self._seen.partition(b"\r\n\r\n")[2]
            self._out.write(ANSWER)


def serve(tell: Connection) -> None:
    """The origin's process: tells its port, then serves until it is ended."""

    async def forever() -> None:
        server = await asyncio.get_running_loop().create_server(_Origin, HOST, 0, backlog=1024)
        tell.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(forever())


@contextmanager
def origin() -> Iterator[int]:
    """The port of a running origin."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(there,), daemon=True)
    process.start()
    try:
        yield here.recv()
    finally:
        process.terminate()
        process.join()


async def timed(visit: Visit, hosts: Sequence[str], at_once: int) -> float:
    """CPU seconds of this process for visiting all hosts."""
    todo = iter(hosts)

    async def work() -> None:
        for host in todo:
            await visit(host)

    await visit("warm.test")
    began = time.process_time()
    await asyncio.gather(*(work() for _ in range(at_once)))
    return time.process_time() - began


class _ToOrigin(httpcore.AsyncNetworkBackend):
    """httpcore's default backend, every name at the origin."""

    def __init__(self) -> None:
        self._real = httpcore.AnyIOBackend()

    async def connect_tcp(self, host: str, port: int, *args: Any, **kwargs: Any) -> httpcore.AsyncNetworkStream:
        return await self._real.connect_tcp(HOST, port, *args, **kwargs)


async def bare_httpx(port: int, hosts: Sequence[str], at_once: int) -> float:
    """`httpx.AsyncClient` as it comes, with its own pool."""
    transport = httpx.AsyncHTTPTransport(limits=httpx.Limits(max_connections=100, max_keepalive_connections=20))
    transport._pool._network_backend = _ToOrigin()
    async with httpx.AsyncClient(transport=transport) as client:

        async def visit(host: str) -> None:
            answer = await client.get(f"http://{host}:{port}/feed.xml", headers={"If-None-Match": ETAG})
            assert answer.status_code == 304

        return await timed(visit, hosts, at_once)


async def bare_httpcore(port: int, hosts: Sequence[str], at_once: int) -> float:
    """httpcore's pool without httpx around it."""
    async with httpcore.AsyncConnectionPool(
        max_connections=100, max_keepalive_connections=20, network_backend=_ToOrigin()
    ) as pool:

        async def visit(host: str) -> None:
            answer = await pool.request("GET", f"http://{host}:{port}/feed.xml", headers={"If-None-Match": ETAG})
            assert answer.status == 304

        return await timed(visit, hosts, at_once)


async def ours(port: int, hosts: Sequence[str], at_once: int) -> float:
    """The Fetcher with guard, deadline and turns, without politeness (apart: 0s)."""

    async def resolve(host: str, port: int) -> Sequence[str]:
        return [HOST]

    fetcher = Fetcher(
        contact="bench@example.org",
        hosts=[HostRule("*", at_once=at_once, apart=timedelta(0), robots=Robots.IGNORE)],
        allow=[AllowedAddress.parse(f"{HOST}/32:{port}")],
        resolve=resolve,
        clock=lambda: datetime.now(UTC),
    )

    async def visit(host: str) -> None:
        found = await fetcher.fetch(f"http://{host}:{port}/feed.xml", Validators(ETAG))
        assert isinstance(found, NotModified)

    try:
        return await timed(visit, hosts, at_once)
    finally:
        await fetcher.aclose()


WAYS: dict[str, Way] = {"httpx": bare_httpx, "httpcore": bare_httpcore, "watcher": ours}


def measure(port: int, requests: int, at_once: int, rounds: int) -> dict[str, dict[str, float]]:
    """Shape -> way -> microseconds per request; the ways take turns, so that a busy machine is busy for all."""
    shapes = {"hosts": [f"h{number}.test" for number in range(requests)], "host": ["h.test"] * requests}
    result: dict[str, dict[str, float]] = {}
    for shape, hosts in shapes.items():
        taken: dict[str, list[float]] = {name: [] for name in WAYS}
        for _round in range(rounds):
            for name, way in WAYS.items():
                taken[name].append(asyncio.run(way(port, hosts, at_once)))
        result[shape] = {name: round(statistics.median(times) / requests * 1e6) for name, times in taken.items()}
        result[shape]["ratio_to_httpx"] = round(result[shape]["watcher"] / result[shape]["httpx"], 2)
    return result


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=2000)
    parser.add_argument("--at-once", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with origin() as port:
        figures = measure(port, given.requests, given.at_once, given.rounds)
    print(json.dumps({"unit": "us CPU per request", **vars(given), "figures": figures}, indent=2))


if __name__ == "__main__":
    main()
