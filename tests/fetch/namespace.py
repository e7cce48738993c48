"""What runs inside the namespace of test_guard_namespace: a name server, web servers on each address, and a Fetcher.

Prints one line of JSON: what became of each address, and what reached each server.
"""

from __future__ import annotations

import asyncio
import ipaddress
import json
import struct
import sys
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from typing import cast

from tests.fetch.test_guard_namespace import FORBIDDEN
from watcher.errors import FetchError
from watcher.fetch import Fetcher, Limits
from watcher.models.catalog import HostRule, Robots

PUBLIC, INSIDE, METADATA = "93.184.216.34", "10.0.0.1", "169.254.169.254"
ADDRESSES = (PUBLIC, INSIDE, METADATA, "127.0.0.1", "::1")
NAMES = {
    "public.test": [PUBLIC],
    "private.test": [INSIDE],
    "loopback.test": ["127.0.0.1"],
    "metadata.test": [METADATA],
    "mapped.test": ["::ffff:127.0.0.1"],
    "nat64.test": ["64:ff9b::7f00:1"],
    "mixed.test": [PUBLIC, INSIDE],
    "mixed-other-way.test": [INSIDE, PUBLIC],
}
REDIRECTS = {
    "/to-metadata": f"http://{METADATA}/latest/",
    "/to-private-name": "http://private.test/",
    "/to-mapped": "http://[::ffff:127.0.0.1]/",
}
_A, _AAAA, _NO_NAME, _FAILED = 1, 28, 3, 2


class NameServer(asyncio.DatagramProtocol):
    """Answers A and AAAA; `rebind.test` is public and inside in turn, `failing.test` is SERVFAIL."""

    def __init__(self) -> None:
        self._turn = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, sender: tuple[str, int]) -> None:
        name, end = _name(data)
        kind = struct.unpack_from("!H", data, end)[0]
        code, found = self._answer(name, kind)
        records = b"".join(b"\xc0\x0c" + struct.pack("!HHIH", kind, 1, 0, len(each)) + each for each in found)
        head = data[:2] + struct.pack("!HHHHH", 0x8180 | code, 1, len(found), 0, 0)
        self._transport.sendto(head + data[12 : end + 4] + records, sender)

    def _answer(self, name: str, kind: int) -> tuple[int, list[bytes]]:
        if name == "failing.test":
            return _FAILED, []
        if name == "rebind.test":
            self._turn += kind == _A
            return 0, [ipaddress.ip_address((INSIDE, PUBLIC)[self._turn % 2]).packed] if kind == _A else []
        if name not in NAMES:
            return _NO_NAME, []
        addresses = [ipaddress.ip_address(text) for text in NAMES[name]]
        version = {_A: 4, _AAAA: 6}.get(kind)
        return 0, [address.packed for address in addresses if address.version == version]


def _name(data: bytes) -> tuple[str, int]:
    labels, at = [], 12
    while size := data[at]:
        labels.append(data[at + 1 : at + 1 + size].decode("ascii").lower())
        at += size + 1
    return ".".join(labels), at + 1


async def main() -> None:
    connections: Counter[str] = Counter(dict.fromkeys(ADDRESSES, 0))
    asked: dict[str, list[str]] = defaultdict(list)

    def at(address: str) -> object:
        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            connections[address] += 1
            path = (await reader.readuntil(b"\r\n\r\n")).split(b" ")[1].decode()
            asked[address].append(path)
            location = REDIRECTS.get(path)
            status = f"302 Found\r\nLocation: {location}" if location else "200 OK"
            writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok".encode())
            await writer.drain()
            writer.close()

        return connected

    loop = asyncio.get_running_loop()
    await loop.create_datagram_endpoint(NameServer, local_addr=("9.9.9.9", 53))
    for address in ADDRESSES:
        await asyncio.start_server(at(address), address, 80)  # type: ignore[arg-type]
    fetcher = Fetcher(
        contact="",
        hosts=[HostRule("*", at_once=9, apart=timedelta(0), robots=Robots.IGNORE)],
        limits=Limits(
            deadline=timedelta(seconds=5), resolve=timedelta(seconds=4), connect=timedelta(seconds=2), idle=0
        ),
        clock=lambda: datetime.now(UTC),
    )

    async def outcome(url: str) -> str | None:
        try:
            await fetcher.fetch(url)
        except FetchError as error:
            return error.problem.kind.value + (", unasked" if error.problem.unasked else "")
        return None

    urls = ["http://public.test/", "http://nobody.test/", "http://failing.test/", *FORBIDDEN]
    outcomes = {url: await outcome(url) for url in urls}
    rebinding = [await outcome("http://rebind.test/") for _ in range(8)]
    await fetcher.aclose()
    told = {"outcomes": outcomes, "rebinding": rebinding, "connections": connections, "asked": asked}
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    asyncio.run(main())
