"""Fetching and sending, against a real server."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import socket
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from tests.fetch.server import (
    HOST,
    NOW,
    SHORT,
    SMALL,
    Asked,
    Handler,
    answering,
    drip,
    fetching,
    flood,
    hang,
    reply,
    say,
    serving,
)
from watcher import __version__
from watcher.errors import FetchError, ProblemClass
from watcher.fetch import AllowedAddress, Fetcher
from watcher.fetch.client import user_agent
from watcher.fetch.resolver import SystemResolver
from watcher.models.catalog import HostRule, Robots
from watcher.models.documents import Document, NotModified, RefusedError, Validators

MODIFIED = "Mon, 23 Nov 2026 12:00:00 GMT"


UNASKED = "refused, and nobody was asked"


async def problem_of(fetch: Awaitable[object]) -> tuple[str, str]:
    with pytest.raises(FetchError) as caught:
        await fetch
    problem = caught.value.problem
    if problem.unasked:
        assert problem.kind is ProblemClass.REFUSED
        assert "WATCHER_ALLOW_FETCH" in problem.advice
        return UNASKED, problem.message
    return problem.kind, problem.message


async def document_of(fetch: Awaitable[Document | NotModified]) -> Document:
    found = await fetch
    assert isinstance(found, Document)
    return found


def going(status: str, location: str) -> Callable[[Asked, asyncio.StreamWriter], Awaitable[None]]:
    return reply(status, [f"Location: {location}"])


# documents


async def test_a_document_is_what_the_server_sent_and_how_it_came() -> None:
    lines = [
        "Content-Type: text/html; charset=UTF-8",
        'ETag: "1"',
        f"Last-Modified: {MODIFIED}",
        "Cache-Control: max-age=60",
    ]
    async with serving(reply("200 OK", lines, b"<p>hello")) as server, fetching(server) as fetcher:
        found = await document_of(fetcher.fetch(server.url("/a?b=c#d"), accept="text/html"))
    assert found.url == server.url("/a?b=c#d")
    assert found.final_url == server.url("/a?b=c")
    assert (found.status, found.body, found.redirects) == (200, b"<p>hello", ())
    assert (found.media_type, found.charset) == ("text/html", "utf-8")
    assert found.sha256 == hashlib.sha256(b"<p>hello").hexdigest()
    assert found.validators == Validators('"1"', MODIFIED)
    assert found.fresh_for == timedelta(seconds=60)
    assert found.fetched_at == NOW
    assert found.headers[1] == ("etag", '"1"')
    asked = server.asked[0]
    assert (asked.method, asked.target) == ("GET", "/a?b=c")
    assert asked.headers == {
        "host": f"{HOST}:{server.port}",
        "user-agent": f"watcher/{__version__} (+desk@example.org)",
        "accept": "text/html",
        "accept-encoding": "gzip, br, zstd",
    }


@pytest.mark.parametrize("status", ["403 Forbidden", "404 Not Found", "503 Service Unavailable"])
async def test_what_a_server_says_to_a_refusal_is_kept(status: str) -> None:
    said = b"<h1>Request blocked. Reference 18.2f</h1>"
    lines = ["Content-Type: text/html", "Content-Encoding: gzip"]
    async with serving(reply(status, lines, gzip.compress(said))) as server, fetching(server) as fetcher:
        with pytest.raises(RefusedError) as caught:
            await fetcher.fetch(server.url("/"))
    answer = caught.value.answer
    assert (answer.body, answer.status, answer.media_type) == (said, int(status[:3]), "text/html")
    assert answer.sha256 == hashlib.sha256(said).hexdigest()


async def test_a_refusal_without_end_is_kept_by_its_beginning_and_stays_a_refusal() -> None:
    limits = replace(SHORT, deadline=timedelta(seconds=5), refusal=1000, refusal_deadline=timedelta(seconds=0.2))
    endless = flood(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 999999999\r\n\r\n", b"x" * 4096)
    hanging = hang(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 999999999\r\n\r\nfirst words")
    for handler, kept in ((endless, b"x" * 1000), (hanging, b"first words")):
        async with serving(handler) as server, fetching(server, limits=limits) as fetcher:
            with pytest.raises(RefusedError) as caught:
                await fetcher.fetch(server.url("/"))
        assert (caught.value.problem.kind, caught.value.answer.body) == (ProblemClass.BLOCKED, kept)


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd", "compress"])
async def test_a_refusal_that_cannot_be_decoded_is_still_a_refusal(encoding: str) -> None:
    handler = reply("403 Forbidden", [f"Content-Encoding: {encoding}"], b"no such encoding")
    async with serving(handler) as server, fetching(server) as fetcher:
        kind, _message = await problem_of(fetcher.fetch(server.url("/")))
    assert kind == ProblemClass.BLOCKED


async def test_an_unchanged_document_is_not_fetched_again() -> None:
    validators = Validators('"1"', MODIFIED)
    lines = ['ETag: W/"2"', "Cache-Control: max-age=60"]
    async with serving(reply("304 Not Modified", lines, length=False)) as server, fetching(server) as fetcher:
        found = await fetcher.fetch(server.url("/feed"), validators)
    expected = NotModified(server.url("/feed"), NOW, Validators('W/"2"', MODIFIED), timedelta(seconds=60))
    assert found == expected
    assert server.asked[0].headers["if-none-match"] == '"1"'
    assert server.asked[0].headers["if-modified-since"] == MODIFIED


async def test_a_validator_that_no_server_takes_back_is_not_kept() -> None:
    lines = ['ETag: "' + "x" * 65536 + '"', "Last-Modified: Mon, 23 Nov 2099 12:00:00 GMT"]
    limits = replace(SMALL, head=256 * 1024)
    async with serving(reply("200 OK", lines)) as server, fetching(server, limits=limits) as fetcher:
        assert (await document_of(fetcher.fetch(server.url("/")))).validators == Validators()


async def test_the_wish_of_the_server_to_wait_comes_with_the_error() -> None:
    async with serving(reply("429 Too Many", ["Retry-After: 120"])) as server, fetching(server) as fetcher:
        with pytest.raises(FetchError) as caught:
            await fetcher.fetch(server.url("/"))
    assert (caught.value.status, caught.value.retry_after) == (429, timedelta(seconds=120))


async def test_secrets_of_an_address_stay_out_of_messages() -> None:
    async with serving(reply("404 Not Found")) as server, fetching(server) as fetcher:
        kind, message = await problem_of(fetcher.fetch(server.url("/feed?api_key=hunter2")))
    assert kind == ProblemClass.GONE
    assert "api_key=***" in message


async def test_validators_that_cannot_be_sent_are_not() -> None:
    given = Validators('"a"\r\nX: y', "é")
    async with serving(reply("304 Not Modified", length=False)) as server, fetching(server) as fetcher:
        kind, _message = await problem_of(fetcher.fetch(server.url("/"), given))
    assert kind == ProblemClass.UNEXPECTED
    assert "x" not in server.asked[0].headers


# redirects


async def test_a_redirect_is_followed_and_remembered() -> None:
    routes = {"/a": going("301 Moved", "/b"), "/b": going("307 Temporary", "c?d"), "/c": reply(body=b"end")}
    async with serving(routes) as server, fetching(server) as fetcher:
        found = await document_of(fetcher.fetch(server.url("/a"), Validators('"1"')))
    assert found.body == b"end"
    assert found.final_url == server.url("/c?d")
    assert found.redirects == (server.url("/a"), server.url("/b"))
    assert [asked.headers.get("if-none-match") for asked in server.asked] == ['"1"'] * 3


async def test_what_lies_at_the_end_of_a_redirect_may_be_unchanged() -> None:
    routes = {"/a": going("301 Moved", "/b"), "/b": reply("304 Not Modified", length=False)}
    async with serving(routes) as server, fetching(server) as fetcher:
        found = await fetcher.fetch(server.url("/a"), Validators('"1"'))
    assert isinstance(found, NotModified)
    assert found.url == server.url("/a")


async def test_a_redirect_loop_is_told_as_one() -> None:
    routes = {"/a": going("302 Found", "/b"), "/b": going("302 Found", "/a")}
    async with serving(routes) as server, fetching(server) as fetcher:
        kind, message = await problem_of(fetcher.fetch(server.url("/a")))
    assert kind == ProblemClass.MOVED
    assert "circle" in message
    assert len(server.asked) == 2


async def test_a_chain_of_redirects_ends_after_five() -> None:
    async def onward(asked: Asked, out: asyncio.StreamWriter) -> None:
        await going("302 Found", f"/{int(asked.target[1:]) + 1}")(asked, out)

    async with serving(onward) as server, fetching(server) as fetcher:
        kind, message = await problem_of(fetcher.fetch(server.url("/0")))
    assert kind == ProblemClass.MOVED
    assert "more than 5 times" in message
    assert len(server.asked) == 6


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc/passwd",
        "javascript:alert(1)",
        "data:text/html,x",
        "gopher://example.org/",
        "http://xn--/",
        "http://user:pw@example.org/",
        "http://0x7f000001/",
        "http://[::1/",
        "http://127.0.0.1/",
        "http://127.0.0.1:{port}/",
        "//127.0.0.1:{port}/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:127.0.0.1]:{port}/",
        "http://[::1]:{port}/",
        "http://[64:ff9b::7f00:1]:{port}/",
    ],
)
async def test_a_redirect_to_where_nobody_may_go_is_refused(location: str) -> None:
    async def handler(asked: Asked, out: asyncio.StreamWriter) -> None:
        await going("302 Found", location.format(port=server.port))(asked, out)

    async with serving(handler) as server, fetching(server) as fetcher:
        kind, _message = await problem_of(fetcher.fetch(server.url("/")))
    assert kind == UNASKED
    assert len(server.asked) == 1


async def test_the_body_of_a_redirect_is_not_read() -> None:
    bomb = say(b"HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Encoding: gzip, gzip\r\n\r\nnonsense")
    async with serving({"/a": bomb, "/b": reply(body=b"end")}) as server, fetching(server) as fetcher:
        assert (await document_of(fetcher.fetch(server.url("/a")))).body == b"end"


# the guard


async def test_a_name_that_changes_its_address_is_judged_every_time() -> None:
    """DNS rebinding: the first lookup is harmless, the second is not."""
    answers = iter([[HOST], ["127.0.0.1"]])

    async def resolve(host: str, port: int) -> Sequence[str]:
        return next(answers)

    handler = reply("200 OK", ["Connection: close"], b"first")
    async with serving(handler) as server, fetching(server, resolve=resolve) as fetcher:
        url = server.url("/", "rebinding.example")
        assert (await document_of(fetcher.fetch(url))).body == b"first"
        kind, message = await problem_of(fetcher.fetch(url))
    assert kind == UNASKED
    assert "127.0.0.1" in message


@pytest.mark.parametrize("answers", [(HOST, "10.0.0.1"), ("10.0.0.1", HOST), ("::1",), ("fe80::1%lo",), ("what",)])
async def test_a_name_with_a_forbidden_answer_is_not_dialled(answers: tuple[str, ...]) -> None:
    async with serving(reply()) as server, fetching(server, resolve=answering(*answers)) as fetcher:
        kind, _message = await problem_of(fetcher.fetch(server.url("/", "mixed.example")))
        assert kind == UNASKED
    assert server.connections == 0


async def test_without_permission_loopback_is_not_dialled() -> None:
    async with serving(reply()) as server, fetching(server, allow=()) as fetcher:
        for url in (server.url("/"), server.url("/", "name.example")):
            kind, message = await problem_of(fetcher.fetch(url))
            assert kind == UNASKED
            assert "not on the public internet" in message
    assert server.connections == 0


async def test_a_permission_for_one_port_opens_no_other() -> None:
    async with serving(reply()) as server, serving(reply()) as other, fetching(server) as fetcher:
        kind, _message = await problem_of(fetcher.fetch(other.url("/")))
        assert kind == UNASKED
    assert other.connections == 0


async def test_the_next_address_is_dialled_when_the_first_does_not_answer() -> None:
    allow = [AllowedAddress.parse("127.0.0.0/29")]
    async with serving(reply(body=b"here")) as server:
        fetched = fetching(server, allow=allow, resolve=answering("127.0.0.3", HOST))
        async with fetched as fetcher:
            assert (await document_of(fetcher.fetch(server.url("/", "two.example")))).body == b"here"


# names and connections


async def test_a_name_that_does_not_exist_is_told_as_such() -> None:
    async def resolve(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    async with serving(reply()) as server, fetching(server, resolve=resolve) as fetcher:
        kind, message = await problem_of(fetcher.fetch("http://nowhere.example/"))
    assert kind == ProblemClass.NAME_NOT_FOUND
    assert "nowhere.example" in message


@pytest.mark.parametrize("answers", [(), None])
async def test_a_name_without_an_answer_is_told_as_such(answers: tuple[str, ...] | None) -> None:
    async def resolve(host: str, port: int) -> Sequence[str]:
        if answers is None:
            await asyncio.sleep(30)
        return ()

    async with serving(reply()) as server, fetching(server, resolve=resolve, limits=SHORT) as fetcher:
        kind, _message = await problem_of(fetcher.fetch("http://slow.example/"))
    assert kind == ProblemClass.NAME_NOT_FOUND


@pytest.mark.parametrize("host", ["a" * 64 + ".example", "a..example", "-.example", ".example"])
async def test_a_name_that_can_be_none_is_told_as_such(host: str) -> None:
    async with serving(reply()) as server, fetching(server, resolve=SystemResolver()) as fetcher:
        kind, _message = await problem_of(fetcher.fetch(f"http://{host}/"))
    assert kind in {ProblemClass.NAME_NOT_FOUND, UNASKED}


async def test_a_server_that_is_down_is_told_as_such() -> None:
    async with serving(reply()) as server, fetching(server) as fetcher:
        port = server.port
    async with fetching(server) as fetcher:
        kind, message = await problem_of(fetcher.fetch(f"http://{HOST}:{port}/"))
    assert kind == ProblemClass.REFUSED
    assert "connection refused" in message


async def test_the_systems_resolver_answers_beside_the_loop() -> None:
    async with serving(reply(body=b"here")) as server:
        fetcher = Fetcher(
            contact="",
            hosts=[HostRule("*", apart=timedelta(0), robots=Robots.IGNORE)],
            allow=[AllowedAddress.parse(f"127.0.0.0/8:{server.port}"), AllowedAddress.parse("::1")],
            clock=lambda: NOW,
            limits=SMALL,
        )
        kind, _message = await problem_of(fetcher.fetch(f"http://localhost:{server.port}/"))
        assert kind == ProblemClass.REFUSED, "the server listens on 127.0.0.2 only"
        kind, _message = await problem_of(fetcher.fetch("http://does-not-exist.invalid/"))
        assert kind == ProblemClass.NAME_NOT_FOUND
        await fetcher.aclose()


async def test_a_connection_is_used_again_and_replaced_when_the_server_has_closed_it() -> None:
    async with serving(reply(body=b"x")) as server, fetching(server) as fetcher:
        for _ in range(3):
            await fetcher.fetch(server.url("/"))
        assert server.connections == 1

    closing = say(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx", then_close=True)
    async with serving(closing) as server, fetching(server) as fetcher:
        for _ in range(3):
            assert (await document_of(fetcher.fetch(server.url("/")))).body == b"x"
        assert server.connections == 3


async def test_a_request_is_repeated_when_the_kept_connection_turns_out_dead() -> None:
    """The server closes at the moment of the second request: nothing tells beforehand."""
    seen: list[int] = []

    async def handler(asked: Asked, out: asyncio.StreamWriter) -> None:
        seen.append(1)
        if len(seen) == 2:
            out.transport.abort()
            return
        await reply(body=b"x")(asked, out)

    async with serving(handler) as server, fetching(server) as fetcher:
        await fetcher.fetch(server.url("/"))
        assert (await document_of(fetcher.fetch(server.url("/")))).body == b"x"
    assert server.connections == 2


async def test_only_so_many_idle_connections_are_kept() -> None:
    limits = replace(SMALL, idle=3)
    async with serving(reply(body=b"x")) as server, fetching(server, limits=limits) as fetcher:
        for number in range(10):
            await fetcher.fetch(server.url("/", f"h{number}.example"))
        await asyncio.sleep(0.05)
        assert server.connections - server.ended == 3
        await fetcher.fetch(server.url("/", "h9.example"))
        await fetcher.fetch(server.url("/", "h7.example"))
        assert server.connections == 10
        await fetcher.fetch(server.url("/", "h0.example"))
        assert server.connections == 11


async def test_a_cancelled_fetch_leaves_no_connection_and_no_turn_behind() -> None:
    routes, rules = {"/slow": hang(), "/": reply(body=b"x")}, [HostRule("*", apart=timedelta(0), robots=Robots.IGNORE)]
    async with serving(routes) as server, fetching(server, hosts=rules) as fetcher:
        task = asyncio.create_task(fetcher.fetch(server.url("/slow")))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await document_of(fetcher.fetch(server.url("/")))).body == b"x"


# the rest of the house


async def test_a_cookie_is_not_sent_back() -> None:
    lines = ["Set-Cookie: a=b", "Set-Cookie: c=d; Domain=example.org"] * 50
    async with serving(reply("200 OK", lines)) as server, fetching(server) as fetcher:
        found = await document_of(fetcher.fetch(server.url("/")))
        await fetcher.fetch(server.url("/"))
    assert all("cookie" not in asked.headers for asked in server.asked)
    assert all(name != "set-cookie" for name, _ in found.headers)


async def test_a_proxy_in_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with serving(reply(body=b"direct")) as server, fetching(server) as fetcher:
        assert (await document_of(fetcher.fetch(server.url("/")))).body == b"direct"


async def test_the_operators_proxy_is_asked_when_there_is_one() -> None:
    async with serving(reply(body=b"by proxy")) as proxy, fetching(proxy, proxy=proxy.url("")) as fetcher:
        found = await document_of(fetcher.fetch("http://news.example/feed"))
        for host in ("127.0.0.1", "[::1]", "localhost", "intranet", "a.localhost", "metadata.google.internal."):
            kind, _message = await problem_of(fetcher.fetch(f"http://{host}/"))
            assert kind == UNASKED
    assert found.body == b"by proxy"
    assert [asked.target for asked in proxy.asked] == ["http://news.example:80/feed"]


@pytest.mark.parametrize(
    ("contact", "seen"),
    [
        ("desk@example.org", f"watcher/{__version__} (+desk@example.org)"),
        ("", f"watcher/{__version__}"),
        ("a\r\nX: (b)", f"watcher/{__version__} (+a X: b)"),
        ("señor@example.org", f"watcher/{__version__} (+se?or@example.org)"),
    ],
)
def test_the_user_agent_is_honest_and_one_line(contact: str, seen: str) -> None:
    assert user_agent(contact) == seen


# politeness


async def test_a_host_is_asked_one_at_a_time_and_apart_whatever_the_source() -> None:
    times: list[tuple[float, float]] = []

    async def handler(asked: Asked, out: asyncio.StreamWriter) -> None:
        began = time.monotonic()
        await asyncio.sleep(0.02)
        times.append((began, time.monotonic()))
        await reply(body=b"x")(asked, out)

    rules = [
        HostRule("polite.example", apart=timedelta(seconds=0.1), robots=Robots.IGNORE),
        HostRule("*", apart=timedelta(0), robots=Robots.IGNORE),
    ]
    async with serving(handler) as server, fetching(server, hosts=rules) as fetcher:
        await asyncio.gather(*(fetcher.fetch(server.url(f"/{n}", "polite.example")) for n in range(4)))
    gaps = [after[0] - before[1] for before, after in pairwise(times)]
    assert all(gap > 0.09 for gap in gaps), gaps


async def test_waiting_for_a_turn_does_not_use_up_the_time_of_the_exchange() -> None:
    rules, limits = (
        [HostRule("*", apart=timedelta(seconds=0.4), robots=Robots.IGNORE)],
        replace(SMALL, deadline=timedelta(seconds=0.7)),
    )
    async with serving(reply(body=b"x")) as server, fetching(server, hosts=rules, limits=limits) as fetcher:
        found = await asyncio.gather(*(fetcher.fetch(server.url("/")) for _ in range(3)))
    assert len(found) == 3, "the last one waits for 0.8 s, which is more than the deadline"


async def test_other_rules_hold_from_now_on() -> None:
    polite, at_once = (
        [HostRule("*", apart=timedelta(hours=1), robots=Robots.IGNORE)],
        [HostRule("*", apart=timedelta(0), robots=Robots.IGNORE)],
    )
    async with serving(reply(body=b"x")) as server, fetching(server, hosts=polite) as fetcher:
        await fetcher.fetch(server.url("/"))
        fetcher.use_hosts(at_once)
        await asyncio.wait_for(fetcher.fetch(server.url("/")), 5)


async def test_a_crowd_at_one_host_does_not_keep_others_out() -> None:
    limits = replace(SMALL, at_once=2)
    rules = [HostRule("*", apart=timedelta(0), robots=Robots.IGNORE)]
    routes = {"/slow": hang(), "/": reply(body=b"x")}
    async with serving(routes) as server, fetching(server, hosts=rules, limits=limits) as fetcher:
        crowd = [asyncio.create_task(fetcher.fetch(server.url("/slow", "slow.example"))) for _ in range(5)]
        await asyncio.sleep(0.02)
        began = time.monotonic()
        await fetcher.fetch(server.url("/", "quick.example"))
        assert time.monotonic() - began < 0.3
        for task in crowd:
            task.cancel()
        await asyncio.gather(*crowd, return_exceptions=True)


# messages to receivers


async def test_a_message_is_posted_and_the_answer_returned() -> None:
    lines = ["Retry-After: 30", "X-Id: 7"]
    async with serving(reply("202 Accepted", lines, b"queued")) as server, fetching(server) as fetcher:
        answer = await fetcher.send(
            server.url("/in/secret"),
            headers={"Content-Type": "application/json"},
            body=b"{}",
            deadline=timedelta(seconds=1),
        )
    assert (answer.status, answer.body, answer.retry_after) == (202, b"queued", timedelta(seconds=30))
    assert answer.headers["x-id"] == "7"
    asked = server.asked[0]
    assert (asked.method, asked.body, asked.headers["content-length"]) == ("POST", b"{}", "2")
    assert asked.headers["user-agent"].startswith("watcher/")


async def test_a_receivers_redirect_is_not_followed() -> None:
    async with serving(going("302 Found", "http://127.0.0.1/")) as server, fetching(server) as fetcher:
        answer = await fetcher.send(server.url("/"), headers={}, body=b"", deadline=timedelta(seconds=1))
    assert answer.status == 302
    assert len(server.asked) == 1


SLOW = [hang(b"HTTP/1.1 200 OK\r\n\r\nok"), drip(b"HTTP/1.1 200 OK\r\n\r\nok", 0.01)]


@pytest.mark.parametrize("handler", SLOW)
async def test_a_receiver_that_has_accepted_may_be_slow_with_the_rest(handler: Handler) -> None:
    async with serving(handler) as server, fetching(server) as fetcher:
        began = time.monotonic()
        answer = await fetcher.send(server.url("/"), headers={}, body=b"", deadline=timedelta(seconds=0.5))
        assert time.monotonic() - began < 3
    assert answer.status == 200
    assert answer.body.startswith(b"ok")


async def test_only_the_beginning_of_a_long_answer_is_read() -> None:
    async with serving(reply(body=b"x" * 300_000)) as server, fetching(server) as fetcher:
        answer = await fetcher.send(server.url("/"), headers={}, body=b"", deadline=timedelta(seconds=1))
    assert answer.body == b"x" * 65536


async def test_a_failed_message_does_not_give_the_receivers_path_away() -> None:
    routes = {"/in/hunter2": hang(), "/hunter2": flood(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n" * 99)}
    async with serving(routes) as server, fetching(server) as fetcher:
        sending = fetcher.send(server.url("/hunter2"), headers={}, body=b"", deadline=timedelta(seconds=5))
        kind, message = await problem_of(sending)
        assert kind == ProblemClass.TOO_LARGE
        assert "hunter2" not in message
        sending = fetcher.send(server.url("/in/hunter2"), headers={}, body=b"", deadline=timedelta(seconds=0.2))
        kind, message = await problem_of(sending)
        assert kind == ProblemClass.TIMEOUT
        assert "hunter2" not in message
        sending = fetcher.send("http://u:hunter2@x.example/", headers={}, body=b"", deadline=timedelta(seconds=0.2))
        kind, message = await problem_of(sending)
        assert kind == UNASKED
        assert "hunter2" not in message


async def test_a_message_goes_nowhere_the_operator_did_not_allow() -> None:
    async with serving(reply()) as server, fetching(server, allow=()) as fetcher:
        sending = fetcher.send(server.url("/"), headers={}, body=b"", deadline=timedelta(seconds=1))
        assert (await problem_of(sending))[0] == UNASKED
    assert server.connections == 0


async def test_a_message_is_never_sent_twice_by_itself() -> None:
    seen: list[int] = []

    async def handler(asked: Asked, out: asyncio.StreamWriter) -> None:
        seen.append(1)
        if len(seen) == 2:
            out.transport.abort()
            return
        await reply()(asked, out)

    async with serving(handler) as server, fetching(server) as fetcher:
        await fetcher.send(server.url("/"), headers={}, body=b"", deadline=timedelta(seconds=1))
        with pytest.raises(FetchError):
            await fetcher.send(server.url("/"), headers={}, body=b"", deadline=timedelta(seconds=1))
    assert len(seen) == 2
