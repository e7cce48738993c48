"""F12 to F19: bombs in every encoding, headers without end, and answers that are hardly HTTP."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import Callable
from functools import cache

import brotli
from backports import zstd

from tests.faults.behaviour import RSS, Family, Fault, Place, Served, Variant, bad, page, pieces, well
from tests.faults.feeds import titled
from tests.faults.transport import OK
from tests.fetch.server import Asked, Handler, flood, reply, say

BLOCK = bytes(16 * 2**20)
BLOCKS = 128
"""2 GiB in all."""


@cache
def deflated() -> bytes:
    """16 MiB of zeros as a piece that can be sent over and over inside one stream."""
    stream = zlib.compressobj(9, wbits=-15)
    return stream.compress(BLOCK) + stream.flush(zlib.Z_FULL_FLUSH)


@cache
def brotlied() -> list[bytes]:
    stream = brotli.Compressor(quality=1)
    return [stream.process(BLOCK) + stream.flush() for _ in range(BLOCKS)]


def lazily(head: bytes, make: Callable[[], list[bytes]]) -> Handler:
    """A body that is made when it is first asked for."""

    async def handler(asked: Asked, out: asyncio.StreamWriter) -> None:
        body = await asyncio.to_thread(make)
        await pieces(head, body)(asked, out)

    return handler


def bomb(encoding: str, make: Callable[[], list[bytes]]) -> Handler:
    return lazily(OK + f"Content-Encoding: {encoding}\r\n\r\n".encode(), make)


def gzip_bomb() -> list[bytes]:
    return [b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff", *([deflated()] * BLOCKS)]


def deflate_bomb() -> list[bytes]:
    return [b"\x78\xda", *([deflated()] * BLOCKS)]


def zstd_bomb() -> list[bytes]:
    return [zstd.compress(BLOCK)] * BLOCKS


def _redirect_with_a_bomb(number: int, place: Place) -> Served:
    head = f"HTTP/1.1 302 Found\r\nLocation: {place.base}/target\r\nContent-Encoding: gzip\r\n\r\n"
    return Served(lazily(head.encode(), gzip_bomb), ("The target of a redirect",))


def _thrice(body: bytes) -> bytes:
    return gzip.compress(gzip.compress(gzip.compress(body)))


FEED = titled(["An odd answer"])
LENGTH = f"Content-Length: {len(FEED)}\r\n".encode()


def _fault(code: str, *variants: Variant) -> Fault:
    return Fault(code, Family.HTTP, variants)


FAULTS = (
    _fault("F12", bad("gzip bomb of 2 GiB", bomb("gzip", gzip_bomb), "too-large")),
    _fault("F13", bad("deflate bomb of 2 GiB", bomb("deflate", deflate_bomb), "too-large")),
    _fault("F14", bad("brotli bomb of 2 GiB", bomb("br", brotlied), "too-large")),
    _fault("F15", bad("zstd bomb of 2 GiB", bomb("zstd", zstd_bomb), "too-large")),
    _fault(
        "F16",
        bad("gzip three times", page(_thrice(FEED), "Content-Encoding: gzip, gzip, gzip"), "unreadable"),
        Variant("a bomb in the body of a redirect", _redirect_with_a_bomb, frozenset({""})),
    ),
    _fault(
        "F17",
        bad("headers without end", flood(OK, b"X-More: and more\r\n" * 100), "too-large"),
        well(
            "a header of 100 KB", say(OK + b"X: " + b"y" * 90_000 + b"\r\n" + LENGTH + b"\r\n" + FEED), "An odd answer"
        ),
        bad("10,000 headers", say(OK + b"X-Some: value\r\n" * 10_000 + LENGTH + b"\r\n" + FEED), "too-large"),
    ),
    _fault(
        "F18",
        bad("no valid status line", say(b"HTTP/1.1 OK 200\r\n\r\n" + FEED, then_close=True), "unexpected"),
        bad("HTTP/0.9", say(FEED, then_close=True), "unexpected", "incomplete"),
        bad("a header with NUL", say(OK + b"X: a\0b\r\n" + LENGTH + b"\r\n" + FEED), "unexpected"),
        bad("two lengths", say(OK + LENGTH + b"Content-Length: 5\r\n\r\n" + FEED), "unexpected"),
        well("a folded header", say(OK + b"X: a\r\n  b\r\n" + LENGTH + b"\r\n" + FEED), "An odd answer"),
    ),
    _fault(
        "F19",
        bad("interim answers without end", flood(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n" * 50), "too-large"),
        bad(
            "204 with a body",
            say(b"HTTP/1.1 204 No Content\r\n" + LENGTH + b"\r\n" + FEED, then_close=True),
            "unexpected",
        ),
        bad("205 with a body", reply("205 Reset Content", [RSS], FEED), "unexpected"),
        bad("206 that was not asked for", reply("206 Partial Content", [RSS], FEED), "incomplete"),
        bad("304 that was not asked for", reply("304 Not Modified", length=False), "unexpected"),
    ),
)
