"""Who attacks the door of a running daemon: guessers and sockets that say nothing; and who only wants to work."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import monotonic
from urllib.parse import urlsplit

import httpx

OURS = {"sec-fetch-site": "same-origin", "accept": "text/html"}
PATIENCE = 1.0
"""Seconds in which somebody at work expects a page."""


@dataclass
class Work:
    """What somebody who works meanwhile got: statuses, and how many answers took longer than a second."""

    statuses: Counter[int] = field(default_factory=Counter)
    late: int = 0
    slowest: float = 0.0

    @property
    def asked(self) -> int:
        return self.statuses.total()


@asynccontextmanager
async def signed_in(link: str, password: str) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who came by the link and chose a password."""
    address = "{0.scheme}://{0.netloc}".format(urlsplit(link))
    async with httpx.AsyncClient(base_url=address, headers=OURS, timeout=30) as client:
        assert (await client.post(link)).status_code == 303
        chosen = await client.post("/account/password", data={"new": password, "again": password})
        assert chosen.status_code == 303, chosen.text
        yield client


@asynccontextmanager
async def at_work(client: httpx.AsyncClient, path: str = "/") -> AsyncIterator[Work]:
    """Asks for a page five times a second while the block runs."""
    work, stopping = Work(), asyncio.Event()
    task = asyncio.create_task(_work(client, path, work, stopping))
    yield work
    stopping.set()
    await task


async def _work(client: httpx.AsyncClient, path: str, work: Work, stopping: asyncio.Event) -> None:
    while not stopping.is_set():
        began = monotonic()
        work.statuses[(await client.get(path)).status_code] += 1
        took = monotonic() - began
        work.late += took > PATIENCE
        work.slowest = max(work.slowest, took)
        await asyncio.sleep(0.2)


async def guess(address: str, guesses: list[tuple[str, str]], *, at_once: int = 8) -> Counter[int]:
    """Tries (from, name) pairs, each with another password, through a proxy on this machine; the statuses."""
    waiting, answers = iter(enumerate(guesses)), Counter[int]()

    async def one_guesser(client: httpx.AsyncClient) -> None:
        for n, (place, name) in waiting:
            form = {"name": name, "password": f"guess number {n}"}
            answers[(await client.post("/login", data=form, headers={"x-forwarded-for": place})).status_code] += 1

    async with httpx.AsyncClient(base_url=address, headers=OURS, timeout=60) as client:
        await asyncio.gather(*(one_guesser(client) for _ in range(at_once)))
    return answers


@asynccontextmanager
async def slow_sockets(address: str, count: int) -> AsyncIterator[int]:
    """Holds sockets open that began a request and never end it; how many there are at the beginning."""
    parts = urlsplit(address)
    opened = []
    for n in range(count):
        _, writer = await asyncio.open_connection(parts.hostname, parts.port)
        writer.write(
            (b"", b"GET / HT", b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\na")[n % 3]
        )
        opened.append(writer)
    try:
        yield len(opened)
    finally:
        for writer in opened:
            writer.transport.abort()
