"""Servers that misbehave: each fault ends in time, as the class it should, with advice. F-numbers name the faults."""

from __future__ import annotations

import asyncio
import gzip
import time
import zlib
from dataclasses import replace
from datetime import timedelta

import brotli
import pytest
from backports import zstd

from tests.fetch.server import SHORT, SMALL, Handler, drip, fetching, flood, hang, reply, reset, say, serving
from watcher.errors import FetchError, ProblemClass
from watcher.models.documents import Document

OK = b"HTTP/1.1 200 OK\r\n"
ZEROS = bytes(8 * 1024 * 1024)
TEXT = b"".join(b"line %d of a feed\n" % n for n in range(3000))


def encoded(name: str, body: bytes, cut: int | None = None) -> Handler:
    """An answer in that encoding, of which no length tells where it ends."""
    return say(OK + f"Content-Encoding: {name}\r\n\r\n".encode() + body[:cut], then_close=True)


def bare_deflate(data: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-15)
    return stream.compress(data) + stream.flush()


FAULTS: dict[str, tuple[Handler, ProblemClass]] = {
    "F1 accepts and never answers": (hang(), ProblemClass.TIMEOUT),
    "F2 headers byte by byte": (drip(OK + b"X: " + b"y" * 100), ProblemClass.TIMEOUT),
    "F3 body byte by byte": (drip(OK + b"\r\n" + b"z" * 100, 0.002), ProblemClass.TIMEOUT),
    "F4 stalls inside the body": (hang(OK + b"Content-Length: 100\r\n\r\nhalf"), ProblemClass.TIMEOUT),
    "F6 reset after the headers": (reset(OK + b"Content-Length: 100\r\n\r\n"), ProblemClass.INCOMPLETE),
    "F6 reset before the headers": (reset(b"HTTP/1."), ProblemClass.INCOMPLETE),
    "F7 closed before an answer": (say(b"", then_close=True), ProblemClass.INCOMPLETE),
    "F7 closed inside a chunk": (
        say(OK + b"Transfer-Encoding: chunked\r\n\r\n64\r\nhalf", then_close=True),
        ProblemClass.INCOMPLETE,
    ),
    "F8 closed inside gzip": (encoded("gzip", gzip.compress(TEXT), 400), ProblemClass.INCOMPLETE),
    "F8 closed before the gzip trailer": (encoded("gzip", gzip.compress(TEXT), -3), ProblemClass.INCOMPLETE),
    "F8 closed inside br": (encoded("br", brotli.compress(TEXT), 400), ProblemClass.INCOMPLETE),
    "F8 closed inside zstd": (encoded("zstd", zstd.compress(TEXT), 400), ProblemClass.INCOMPLETE),
    "F8 closed inside deflate": (encoded("deflate", zlib.compress(TEXT), 400), ProblemClass.INCOMPLETE),
    "F9 length larger than the body": (
        say(OK + b"Content-Length: 1000\r\n\r\nshort", then_close=True),
        ProblemClass.INCOMPLETE,
    ),
    "F10 announces 1 GB": (say(OK + b"Content-Length: 1000000000\r\n\r\n"), ProblemClass.TOO_LARGE),
    "F10 sends without end": (flood(OK + b"\r\n", b"x" * 65536), ProblemClass.TOO_LARGE),
    "F11 chunks without end": (
        flood(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"400\r\n" + b"x" * 1024 + b"\r\n"),
        ProblemClass.TOO_LARGE,
    ),
    "F11 chunks of one byte": (
        flood(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 5000),
        ProblemClass.TOO_LARGE,
    ),
    "F12 gzip bomb": (encoded("gzip", gzip.compress(ZEROS)), ProblemClass.TOO_LARGE),
    "F13 deflate bomb": (encoded("deflate", zlib.compress(ZEROS)), ProblemClass.TOO_LARGE),
    "F13 bare deflate bomb": (encoded("deflate", bare_deflate(ZEROS)), ProblemClass.TOO_LARGE),
    "F14 br bomb": (encoded("br", brotli.compress(ZEROS, quality=1)), ProblemClass.TOO_LARGE),
    "F15 zstd bomb": (encoded("zstd", zstd.compress(ZEROS)), ProblemClass.TOO_LARGE),
    "F16 stacked encodings": (
        encoded("gzip, gzip", gzip.compress(gzip.compress(TEXT))),
        ProblemClass.UNREADABLE,
    ),
    "F16 unknown encoding": (encoded("compress", TEXT), ProblemClass.UNREADABLE),
    "F16 gzip that is none": (encoded("gzip", TEXT), ProblemClass.UNREADABLE),
    "F16 br that is none": (encoded("br", b"\xff" * 99), ProblemClass.UNREADABLE),
    "F16 zstd that is none": (encoded("zstd", TEXT), ProblemClass.UNREADABLE),
    "F16 deflate that is none": (encoded("deflate", b"\x00\xff" + TEXT), ProblemClass.UNREADABLE),
    "F17 headers without end": (flood(OK, b"X-More: and more\r\n" * 100), ProblemClass.TOO_LARGE),
    "F17 a header of 200 KB": (say(OK + b"X: " + b"y" * 200_000 + b"\r\n\r\n"), ProblemClass.TOO_LARGE),
    "F18 no status line": (say(b"<html>hello</html>\r\n\r\n", then_close=True), ProblemClass.UNEXPECTED),
    "F18 HTTP/0.9": (say(b"just text\n", then_close=True), ProblemClass.INCOMPLETE),
    "F18 NUL in a header": (say(OK + b"X: a\x00b\r\nContent-Length: 0\r\n\r\n"), ProblemClass.UNEXPECTED),
    "F18 two lengths": (say(OK + b"Content-Length: 3\r\nContent-Length: 5\r\n\r\nabc"), ProblemClass.UNEXPECTED),
    "F18 a length that is none": (say(OK + b"Content-Length: many\r\n\r\nabc"), ProblemClass.UNEXPECTED),
    "F19 interim answers without end": (flood(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n" * 50), ProblemClass.TOO_LARGE),
    "F19 204": (reply("204 No Content", length=False), ProblemClass.UNEXPECTED),
    "F19 205": (reply("205 Reset Content"), ProblemClass.UNEXPECTED),
    "F19 206": (reply("206 Partial Content", body=b"part"), ProblemClass.INCOMPLETE),
    "F19 304 that nobody asked for": (reply("304 Not Modified", length=False), ProblemClass.UNEXPECTED),
    "F19 switches protocols": (say(b"HTTP/1.1 101 Switching Protocols\r\n\r\n"), ProblemClass.UNEXPECTED),
    "a redirect to nowhere": (reply("302 Found"), ProblemClass.MOVED),
    "300": (reply("300 Multiple Choices", ["Location: /a"]), ProblemClass.UNEXPECTED),
    "401": (reply("401 Unauthorized"), ProblemClass.BLOCKED),
    "403": (reply("403 Forbidden"), ProblemClass.BLOCKED),
    "404": (reply("404 Not Found"), ProblemClass.GONE),
    "408": (reply("408 Request Timeout"), ProblemClass.TIMEOUT),
    "410": (reply("410 Gone"), ProblemClass.GONE),
    "418": (reply("418 I'm a teapot"), ProblemClass.UNEXPECTED),
    "429": (reply("429 Too Many Requests"), ProblemClass.BLOCKED),
    "451": (reply("451 Unavailable For Legal Reasons"), ProblemClass.BLOCKED),
    "500": (reply("500 Internal Server Error"), ProblemClass.UNEXPECTED),
    "503": (reply("503 Service Unavailable"), ProblemClass.UNEXPECTED),
    "599": (reply("599 What"), ProblemClass.UNEXPECTED),
    "F76 Cloudflare": (reply("403 Forbidden", ["cf-mitigated: challenge"]), ProblemClass.BLOCKED),
    "F76 Cloudflare with 200": (reply("200 OK", ["cf-mitigated: challenge"]), ProblemClass.BLOCKED),
    "F76 AWS WAF with 202": (reply("202 Accepted", ["x-amzn-waf-action: challenge"]), ProblemClass.BLOCKED),
    "F76 Akamai": (reply("503 No", ["Server: AkamaiGHost"]), ProblemClass.BLOCKED),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_ends_in_time_as_its_class_with_advice_and_closes_its_connection(fault: str) -> None:
    handler, expected = FAULTS[fault]
    limits = SHORT if expected == ProblemClass.TIMEOUT else SMALL
    async with serving(handler) as server, fetching(server, limits=limits) as fetcher:
        began = time.monotonic()
        with pytest.raises(FetchError) as caught:
            await fetcher.fetch(server.url("/feed.xml"))
        assert time.monotonic() - began < limits.deadline.total_seconds() + 3
    problem = caught.value.problem
    assert problem.kind == expected, problem
    assert server.url("/feed.xml") in problem.message
    assert problem.advice
    assert problem.message.isprintable()


async def test_large_bodies_wait_for_each_other_and_small_ones_for_nobody() -> None:
    limits = replace(SMALL, deadline=timedelta(seconds=1), large=64 * 1024, large_at_once=1)
    big = b"x" * 100_000
    routes = {
        "/stuck": hang(OK + b"Content-Length: 200000\r\n\r\n" + big),
        "/big": reply(body=big),
        "/": reply(body=b"x"),
    }
    async with serving(routes) as server, fetching(server, limits=limits) as fetcher:
        stuck = asyncio.create_task(fetcher.fetch(server.url("/stuck")))
        await asyncio.sleep(0.5)
        waiting = asyncio.create_task(fetcher.fetch(server.url("/big")))
        await fetcher.fetch(server.url("/"))
        assert not waiting.done()
        with pytest.raises(FetchError, match="in time"):
            await stuck
        found = await waiting
    assert isinstance(found, Document)
    assert found.body == big


async def test_one_header_beyond_what_the_parser_takes_is_too_large() -> None:
    limits = replace(SMALL, head=1 << 20)
    handler = hang(OK + b"X: " + b"y" * 200_000)
    async with serving(handler) as server, fetching(server, limits=limits) as fetcher:
        with pytest.raises(FetchError) as caught:
            await fetcher.fetch(server.url("/"))
    assert caught.value.problem.kind == ProblemClass.TOO_LARGE


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("gzip", gzip.compress(TEXT)),
        ("x-gzip", gzip.compress(TEXT)),
        ("GZIP", gzip.compress(TEXT[:100]) + gzip.compress(TEXT[100:])),
        ("gzip", gzip.compress(TEXT) + b"\0" * 512),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", bare_deflate(TEXT)),
        ("br", brotli.compress(TEXT)),
        ("zstd", zstd.compress(TEXT)),
        ("zstd", zstd.compress(TEXT[:100]) + zstd.compress(TEXT[100:])),
        ("identity", TEXT),
        ("", TEXT),
    ],
)
async def test_a_body_is_decoded_from_its_content_encoding(name: str, body: bytes) -> None:
    handler = reply("200 OK", [f"Content-Encoding: {name}"] if name else [], body)
    async with serving(handler) as server, fetching(server) as fetcher:
        found = await fetcher.fetch(server.url("/"))
    assert isinstance(found, Document)
    assert found.body == TEXT


@pytest.mark.parametrize("name", ["gzip", "deflate", "br", "zstd"])
async def test_an_empty_body_is_empty_in_every_encoding(name: str) -> None:
    async with serving(reply("200 OK", [f"Content-Encoding: {name}"])) as server, fetching(server) as fetcher:
        found = await fetcher.fetch(server.url("/"))
    assert isinstance(found, Document)
    assert found.body == b""


async def test_a_hostile_server_does_not_hold_up_the_loop() -> None:
    """A flood of tiny chunks sits in one buffer: reading it must let others in. In CPU time."""
    limits = replace(SMALL, deadline=timedelta(seconds=20), pieces=30_000)
    pieces = flood(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 5000)
    worst = 0.0

    async def watch() -> None:
        nonlocal worst
        while True:
            began = time.process_time()
            await asyncio.sleep(0.01)
            worst = max(worst, time.process_time() - began)

    async with serving(pieces) as server, fetching(server, limits=limits) as fetcher:
        watching = asyncio.create_task(watch())
        with pytest.raises(FetchError, match="pieces"):
            await fetcher.fetch(server.url("/"))
        watching.cancel()
    assert worst < 0.25


async def test_an_answer_is_understood_however_it_is_cut_into_packets() -> None:
    whole = OK + b'Transfer-Encoding: chunked\r\nContent-Encoding: br\r\nETag: "e"\r\n\r\n'
    packed = brotli.compress(b"found " * 400)
    for at in range(0, len(packed), 7):
        part = packed[at : at + 7]
        whole += b"%x\r\n%s\r\n" % (len(part), part)
    whole += b"0\r\n\r\n"

    async def sliced(asked: object, out: asyncio.StreamWriter) -> None:
        for at in range(0, len(whole), 11):
            out.write(whole[at : at + 11])
            await asyncio.sleep(0)

    async with serving(sliced) as server, fetching(server) as fetcher:
        found = await fetcher.fetch(server.url("/"))
    assert isinstance(found, Document)
    assert found.body == b"found " * 400
