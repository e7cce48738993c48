"""The fault server: every address of 127.1.0.0/16, a behaviour per path, and traps that nobody may dial."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import trustme

from tests.faults.behaviour import Door, Place, Served
from tests.faults.catalogue import Home, homes
from tests.faults.certificates import contexts
from tests.faults.ledger import Ledger
from tests.faults.neighbours import Neighbours
from tests.faults.overtime import prepare
from tests.faults.transport import REDIRECTED
from tests.faults.wellness import WELL_AGAIN
from tests.fetch.server import Asked, Handler, reply

NETWORK = "127.1.0.0/16"
_Connected = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class FaultServer:
    """Where it listens, what it serves and what it has served. `healed` ends all faults, and the ledger."""

    ports: Mapping[Door, int]
    trap: int
    neighbours: Neighbours
    authority: bytes
    """The certificate (PEM) that the sources trust."""
    ledger: Ledger = field(default_factory=Ledger)
    healed: bool = False
    homes: Mapping[str, Home] = field(default_factory=lambda: {home.path: home for home in homes()})

    def __post_init__(self) -> None:
        self._by_host = {home.host: home for home in self.homes.values()}

    def url(self, home: Home) -> str:
        """The address of a variant."""
        return self.address(home.host, home.path, home.variant.door)

    def address(self, host: str, path: str, door: Door = Door.PLAIN) -> str:
        """The address of a path on a host of ours."""
        return f"{'http' if door is Door.PLAIN else 'https'}://{host}:{self.ports[door]}{path}"

    def served(self, host: str, asked: Asked) -> Served:
        """What an address answers, now."""
        path = asked.target.partition("?")[0]
        if path in self.homes:
            home = self.homes[path]
            place = Place(f"http://{host}:{self.ports[Door.PLAIN]}", self.ports[Door.PLAIN], self.trap)
            return home.variant.script(self.ledger.count(path) - 1, place)
        if path == "/robots.txt":
            home_of = self._by_host.get(host)
            return Served(home_of.variant.robots if home_of else reply("404 Not Found"))
        return Served(self._others(path))

    def well_again(self, path: str) -> Handler:
        """What an address answers when all faults have ended."""
        home = self.homes.get(path)
        return WELL_AGAIN[home.variant.kind if home else "feed"]

    def _others(self, path: str) -> Handler:
        if path == "/target":
            return REDIRECTED
        if path.startswith("/circle"):
            return reply("302 Found", ["Location: /circle" if path.endswith("2") else "Location: /circle2"])
        return reply("404 Not Found")


@asynccontextmanager
async def serving(neighbours: Neighbours | None = None) -> AsyncIterator[FaultServer]:
    """A running fault server."""
    tasks: set[asyncio.Task[None]] = set()
    listeners: list[asyncio.Server] = []
    server: FaultServer
    await asyncio.to_thread(prepare)

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _kept(tasks, _answer(server, reader, writer), writer)

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _kept(tasks, asyncio.sleep(3600), writer)

    async def trapped(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server.ledger.private.append(str(writer.get_extra_info("sockname")))
        writer.transport.abort()

    async def listen(handle: _Connected, host: str, port: int = 0, tls: ssl.SSLContext | None = None) -> int:
        listener = await asyncio.start_server(handle, host, port, ssl=tls, backlog=512)
        listeners.append(listener)
        return int(listener.sockets[0].getsockname()[1])

    ports = {Door.PLAIN: await listen(connected, "0.0.0.0"), Door.SILENT: await listen(silent, "0.0.0.0")}
    authority = trustme.CA()
    secure = [home.host for home in homes() if home.variant.door is not Door.PLAIN]
    for door, context in contexts(authority, secure).items():
        ports[door] = await listen(connected, "0.0.0.0", tls=context)
    trap = await listen(trapped, "127.0.0.1")
    if socket.has_ipv6:
        with suppress(OSError):
            await listen(trapped, "::1", trap)
    server = FaultServer(ports, trap, neighbours or Neighbours(), authority.cert_pem.bytes())
    try:
        yield server
    finally:
        await _closed(listeners, tasks)


async def _closed(listeners: list[asyncio.Server], tasks: set[asyncio.Task[None]]) -> None:
    for listener in listeners:
        listener.close()
    waiting = list(tasks)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)


async def _kept(tasks: set[asyncio.Task[None]], work: Awaitable[None], writer: asyncio.StreamWriter) -> None:
    task = asyncio.current_task()
    assert task is not None
    tasks.add(task)
    try:
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError):
            await work
    finally:
        writer.transport.abort()
        tasks.discard(task)


async def _answer(server: FaultServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    host = writer.get_extra_info("sockname")[0]
    if not host.startswith("127.1."):
        server.ledger.private.append(host)
        return
    while not writer.is_closing():
        asked = await _request(reader)
        path = asked.target.partition("?")[0]
        if server.healed:
            await server.well_again(path)(asked, writer)
            continue
        server.ledger.asked(path, asked.headers)
        served = server.neighbours.served(path) or server.served(host, asked)
        await served.handler(asked, writer)
        await writer.drain()
        server.ledger.served(path, served.titles)


async def _request(reader: asyncio.StreamReader) -> Asked:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, target, _ = head[0].split(" ", 2)
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
    return Asked(method, target, headers, b"")
