"""A server of raw bytes: a handler per path says exactly what goes over the wire, and when."""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from watcher.fetch import AllowedAddress, Fetcher, Limits
from watcher.models.catalog import HostRule, Robots

HOST = "127.0.0.2"
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SMALL = Limits(
    deadline=timedelta(seconds=10),
    connect=timedelta(seconds=5),
    resolve=timedelta(seconds=5),
    raw=256 * 1024,
    decoded=512 * 1024,
    head=64 * 1024,
    pieces=4000,
)
SHORT = replace(SMALL, deadline=timedelta(seconds=0.5), connect=timedelta(seconds=0.3), resolve=timedelta(seconds=0.3))
AT_ONCE = HostRule("*", at_once=100, apart=timedelta(0), robots=Robots.IGNORE)
OBEDIENT = HostRule("*", at_once=100, apart=timedelta(0))


@dataclass(frozen=True)
class Asked:
    """A request as it arrived; header names in lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


Handler = Callable[[Asked, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Server:
    """Where it listens, and its ledger of what it was asked."""

    port: int
    scheme: str = "http"
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0
    ended: int = 0

    def url(self, path: str, host: str = HOST) -> str:
        return f"{self.scheme}://{host}:{self.port}{path}"


def reply(status: str = "200 OK", headers: Sequence[str] = (), body: bytes = b"", *, length: bool = True) -> Handler:
    """A complete, correct answer."""
    lines = [*headers, f"Content-Length: {len(body)}"] if length else list(headers)
    return say(("\r\n".join([f"HTTP/1.1 {status}", *lines]) + "\r\n\r\n").encode() + body)


def say(data: bytes, *, then_close: bool = False) -> Handler:
    """Exactly these bytes."""

    async def handler(asked: Asked, out: asyncio.StreamWriter) -> None:
        out.write(data)
        await out.drain()
        if then_close:
            out.close()

    return handler


def hang(data: bytes = b"") -> Handler:
    """These bytes, then silence."""

    async def handler(asked: Asked, out: asyncio.StreamWriter) -> None:
        out.write(data)
        await asyncio.sleep(30)

    return handler


def drip(data: bytes, every: float = 0.05) -> Handler:
    """One byte at a time, over and over."""

    async def handler(asked: Asked, out: asyncio.StreamWriter) -> None:
        while True:
            for byte in data:
                out.write(bytes([byte]))
                await out.drain()
                await asyncio.sleep(every)

    return handler


def flood(head: bytes, piece: bytes) -> Handler:
    """A head, then the same piece until the other side has had enough."""

    async def handler(asked: Asked, out: asyncio.StreamWriter) -> None:
        out.write(head)
        while not out.is_closing():
            out.write(piece)
            await out.drain()

    return handler


def reset(data: bytes) -> Handler:
    """These bytes, then a connection reset."""

    async def handler(asked: Asked, out: asyncio.StreamWriter) -> None:
        out.write(data)
        await out.drain()
        await asyncio.sleep(0.05)
        sock = out.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        out.transport.abort()

    return handler


@asynccontextmanager
async def serving(
    routes: Mapping[str, Handler] | Handler, *, tls: ssl.SSLContext | None = None
) -> AsyncIterator[Server]:
    """A server on 127.0.0.2 whose handlers are found by path (without the query)."""
    tasks: set[asyncio.Task[None]] = set()
    server = Server(0, "https" if tls else "http")

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        server.connections += 1
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError):
            while not writer.is_closing():
                asked = await _request(reader)
                server.asked.append(asked)
                handler = routes if callable(routes) else _found(routes, asked.target.partition("?")[0])
                await handler(asked, writer)
        server.ended += 1
        writer.transport.abort()
        tasks.discard(task)

    listener = await asyncio.start_server(connected, HOST, 0, ssl=tls, backlog=512)
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listener.close()
        waiting = list(tasks)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        await listener.wait_closed()
        await asyncio.sleep(0)


def _found(routes: Mapping[str, Handler], path: str) -> Handler:
    return routes.get(path, reply("404 Not Found")) if path == "/robots.txt" else routes[path]


async def _request(reader: asyncio.StreamReader) -> Asked:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, target, _version = head[0].split(" ", 2)
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Asked(method, target, headers, body)


def answering(*addresses: str) -> Callable[[str, int], Awaitable[Sequence[str]]]:
    """A resolver that gives these addresses for every name."""

    async def resolve(host: str, port: int) -> Sequence[str]:
        return addresses

    return resolve


@asynccontextmanager
async def fetching(server: Server, **changes: Any) -> AsyncIterator[Fetcher]:
    """A Fetcher that may dial that server and no other private address, small limits, no politeness."""
    options: dict[str, Any] = {
        "contact": "desk@example.org",
        "hosts": [AT_ONCE],
        "allow": [AllowedAddress.parse(f"{HOST}/32:{server.port}")],
        "resolve": answering(HOST),
        "limits": SMALL,
        "clock": lambda: NOW,
    }
    fetcher = Fetcher(**(options | changes))
    try:
        yield fetcher
    finally:
        await fetcher.aclose()
