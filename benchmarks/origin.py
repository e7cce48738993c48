"""A web origin for benchmarks: small feeds with correct validators, one address of 127.0.0.0/8 per source."""

from __future__ import annotations

import asyncio
import socket
import sys

BODY = (
    "<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>{host}</title>"
    "<item><guid isPermaLink='false'>{host}</guid><title>A notice from {host}</title>"
    "<description>The office moved to another floor; its telephone number stays the same.</description></item>"
    "</channel></rss>"
)
ETAG = '"1"'


def address(number: int, port: int) -> str:
    """The feed of source `number`: every source is a host of its own, as in the world."""
    return f"http://127.{1 + number // 62500}.{number // 250 % 250}.{number % 250 + 2}:{port}/feed"


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    host = writer.get_extra_info("sockname")[0]
    body = BODY.format(host=host).encode()
    full = (
        f"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nETag: {ETAG}\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body
    unchanged = f"HTTP/1.1 304 Not Modified\r\nETag: {ETAG}\r\n\r\n".encode()
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            writer.write(unchanged if ETAG.encode() in head else full)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def _main() -> None:
    listener = socket.create_server(("0.0.0.0", 0), backlog=2048)  # every address of 127.0.0.0/8
    server = await asyncio.start_server(_serve, sock=listener)
    sys.stdout.write(f"{listener.getsockname()[1]}\n")
    sys.stdout.flush()
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_main())
