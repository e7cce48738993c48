"""A web origin for benchmarks: validators as RFC 9110 has them, and one address of 127.0.0.0/8 per source.

python -m benchmarks.origin prints its port. `/feed`, `/brief` (its newest entry), `/listing` and `/article/N` are what
newsroom.py makes; `/publish` adds one announcement to the host that it is asked of; `/answers` says how many answers of
each status were given so far, so that a program that asks for less than all, or without conditions, is seen to.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache

from benchmarks import newsroom

ETAG = '"0"'
"""What every document has before anything was published."""
_STARTED = datetime.now(UTC).replace(microsecond=0)
_published: Counter[str] = Counter()
_answers: Counter[int] = Counter()


def address(number: int, port: int, path: str = "/feed") -> str:
    """A document of source `number`: every source is a host of its own, as in the world."""
    return f"http://127.{1 + number // 62500}.{number // 250 % 250}.{number % 250 + 2}:{port}{path}"


@lru_cache(maxsize=64)
def _body(host: str, path: str, news: int) -> tuple[str, bytes]:
    if path == "/feed":
        return "application/rss+xml; charset=utf-8", newsroom.feed(host, news, _STARTED)
    if path == "/brief":
        return "application/rss+xml; charset=utf-8", newsroom.feed(host, news, _STARTED, entries=1)
    if path == "/listing":
        return "text/html; charset=utf-8", newsroom.listing(host, news)
    return "text/html; charset=utf-8", newsroom.article(host, int(path.rpartition("/")[2]))


def answer(host: str, path: str, headers: dict[str, str]) -> bytes:
    """The whole answer to a GET."""
    if path == "/publish":
        _published[host] += 1
        return b"HTTP/1.1 204 No Content\r\n\r\n"
    if path == "/answers":
        return _full("application/json", json.dumps(_answers).encode())
    news = 0 if path.startswith("/article/") else _published[host]
    etag, modified = f'"{news}"', format_datetime(_STARTED - timedelta(hours=1) + timedelta(seconds=news), usegmt=True)
    validators = f"ETag: {etag}\r\nLast-Modified: {modified}\r\n"
    if _is_known(headers, etag, modified):
        _answers[304] += 1
        return f"HTTP/1.1 304 Not Modified\r\n{validators}\r\n".encode()
    _answers[200] += 1
    return _full(*_body(host, path, news), validators)


def _full(media_type: str, body: bytes, validators: str = "") -> bytes:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\n{validators}Content-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def _is_known(headers: dict[str, str], etag: str, modified: str) -> bool:
    """If-None-Match goes before If-Modified-Since (RFC 9110, 13.2.2)."""
    tags = headers.get("if-none-match")
    if tags is not None:
        return etag in tags
    return headers.get("if-modified-since") == modified


class _Connection(asyncio.Protocol):
    """One connection, kept open between requests as the world's servers do."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._out, self._seen = transport, b""
        self._host: str = transport.get_extra_info("sockname")[0]

    def data_received(self, data: bytes) -> None:
        self._seen += data
        while b"\r\n\r\n" in self._seen:
            head, _, self._seen = self._seen.partition(b"\r\n\r\n")
            self._respond(head.decode("latin-1"))

    def _respond(self, head: str) -> None:
        request, *lines = head.split("\r\n")
        method, path = request.split(" ")[:2]
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        if path in ("/robots.txt", "/favicon.ico"):
            self._out.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            return
        said = answer(self._host, path, headers)
        self._out.write(said if method != "HEAD" else said.partition(b"\r\n\r\n")[0] + b"\r\n\r\n")
        if headers.get("connection", "").lower() == "close":
            self._out.close()


async def _main() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(_Connection, "0.0.0.0", 0, backlog=2048)  # every address of 127.0.0.0/8
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_main())
