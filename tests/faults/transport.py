"""F1 to F11: connections that stall, break, lie about their length, or never end."""

from __future__ import annotations

import gzip
import zlib

import brotli
from backports import zstd

from tests.faults.behaviour import Door, Family, Fault, Variant, bad, page, silence, well
from tests.faults.feeds import titled
from tests.fetch.server import Handler, drip, flood, reset, say

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n"
FEED = titled([f"Never read {number}" for number in range(60)])
SLOW = 2.0
"""Seconds from one byte to the next."""


def cut(encoding: str, body: bytes, end: int) -> Handler:
    """A compressed body that breaks off, of which no length tells where it ends."""
    return say(OK + f"Content-Encoding: {encoding}\r\n\r\n".encode() + body[:end], then_close=True)


def _length(body: bytes, said: int) -> Handler:
    return say(OK + f"Content-Length: {said}\r\n\r\n".encode() + body, then_close=True)


def _fault(code: str, *variants: Variant) -> Fault:
    return Fault(code, Family.HTTP, variants)


FAULTS = (
    _fault("F1", bad("accepts and never answers", silence(), "timeout")),
    _fault("F2", bad("headers byte by byte", drip(OK + b"X: " + b"y" * 90, SLOW), "timeout")),
    _fault("F3", bad("body byte by byte", drip(OK + b"\r\n" + FEED, SLOW), "timeout")),
    _fault(
        "F4",
        bad(
            "stalls inside the body",
            silence(OK + f"Content-Length: {len(FEED)}\r\n\r\n".encode() + FEED[:900]),
            "timeout",
        ),
        bad(
            "stalls inside a chunk", silence(OK + b"Transfer-Encoding: chunked\r\n\r\nffff\r\n" + FEED[:900]), "timeout"
        ),
    ),
    _fault("F5", bad("stalls in the TLS handshake", silence(), "timeout", door=Door.SILENT)),
    _fault(
        "F6",
        bad("reset after the headers", reset(OK + b"Content-Length: 9000\r\n\r\n"), "incomplete"),
        bad("reset inside the headers", reset(b"HTTP/1.1 2"), "incomplete"),
        bad("reset inside the body", reset(OK + b"Content-Length: 9000\r\n\r\n" + FEED[:2000]), "incomplete"),
    ),
    _fault(
        "F7",
        bad("closed before an answer", say(b"", then_close=True), "incomplete"),
        bad("closed inside a body without length", say(OK + b"\r\n" + FEED[:2000], then_close=True), "incomplete"),
        bad(
            "closed inside a chunk",
            say(OK + b"Transfer-Encoding: chunked\r\n\r\nffff\r\n" + FEED, then_close=True),
            "incomplete",
        ),
        well(
            "a whole body without length", say(OK + b"\r\n" + titled(["F7 is whole"]), then_close=True), "F7 is whole"
        ),
    ),
    _fault(
        "F8",
        bad("closed inside gzip", cut("gzip", gzip.compress(FEED), -30), "incomplete"),
        bad("closed inside brotli", cut("br", brotli.compress(FEED), -30), "incomplete"),
        bad("closed inside zstd", cut("zstd", zstd.compress(FEED), -30), "incomplete"),
        bad("closed inside deflate", cut("deflate", zlib.compress(FEED), -30), "incomplete"),
        bad("closed before the gzip trailer", cut("gzip", gzip.compress(FEED), -3), "incomplete"),
    ),
    _fault(
        "F9",
        bad("a length larger than the body", _length(FEED, len(FEED) + 999), "incomplete"),
        bad("a length smaller than the body", _length(FEED, len(FEED) - 999), "incomplete"),
    ),
    _fault(
        "F10",
        bad("announces 1 GB", flood(OK + b"Content-Length: 1000000000\r\n\r\n", b"x" * 65536), "too-large"),
        bad("1 GB without a length", flood(OK + b"\r\n" + FEED[:-30], b"x" * 65536), "too-large"),
    ),
    _fault(
        "F11",
        bad(
            "chunks without end",
            flood(OK + b"Transfer-Encoding: chunked\r\n\r\n", (b"400\r\n" + b"x" * 1024 + b"\r\n") * 60),
            "too-large",
        ),
        bad("chunks of one byte", flood(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 5000), "too-large"),
    ),
)


REDIRECTED = page(titled(["The target of a redirect"]))
