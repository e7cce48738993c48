"""robots.txt: what each answer means, and what it costs."""

from __future__ import annotations

import asyncio
import gzip
import time
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.fetch.server import (
    HOST,
    NOW,
    OBEDIENT,
    SMALL,
    Asked,
    Handler,
    Server,
    drip,
    fetching,
    flood,
    hang,
    reply,
    say,
    serving,
)
from watcher.errors import FetchError, ProblemClass
from watcher.fetch import AllowedAddress, Fetcher
from watcher.fetch.bounds import KIB
from watcher.fetch.robotsfile import our_rules, verdict
from watcher.models.catalog import HostRule
from watcher.models.catalog import Robots as RobotsRule
from watcher.models.documents import Document

CLOSED = b"User-agent: *\nDisallow: /\n"
SHORT = replace(SMALL, robots_deadline=timedelta(seconds=0.3))


def site(robots: Handler) -> dict[str, Handler]:
    return {"/robots.txt": robots, "/feed": reply(body=b"news"), "/private/a": reply(body=b"secret")}


async def outcome(fetcher: Fetcher, url: str) -> ProblemClass | None:
    try:
        assert isinstance(await fetcher.fetch(url), Document)
    except FetchError as error:
        return error.problem.kind
    return None


def targets(server: Server) -> list[str]:
    return [asked.target for asked in server.asked]


MEANINGS: dict[str, tuple[Handler, ProblemClass | None]] = {
    "nothing": (reply(), None),
    "rules for others": (reply(body=b"User-agent: GPTBot\nDisallow: /\n"), None),
    "rules for everybody": (reply(body=CLOSED), ProblemClass.ROBOTS),
    "rules in gzip": (reply("200 OK", ["Content-Encoding: gzip"], gzip.compress(CLOSED)), ProblemClass.ROBOTS),
    "rules for us over those for everybody": (reply(body=CLOSED + b"User-agent: Watcher\nAllow: /\n"), None),
    "F72 a web page": (reply("200 OK", ["Content-Type: text/html"], b"<html>\nUser-agent: *\nDisallow: /"), None),
    "401": (reply("401 Unauthorized"), None),
    "403": (reply("403 Forbidden"), None),
    "404": (reply("404 Not Found"), None),
    "410": (reply("410 Gone"), None),
    "429": (reply("429 Too Many Requests"), ProblemClass.ROBOTS),
    "F69 500": (reply("500 Internal Server Error"), ProblemClass.ROBOTS),
    "503": (reply("503 Service Unavailable"), ProblemClass.ROBOTS),
    "F70 silence": (hang(), ProblemClass.TIMEOUT),
    "F70 byte by byte": (drip(b"HTTP/1.1 200 OK\r\n\r\n" + b"#" * 100), ProblemClass.TIMEOUT),
    "broken off": (
        say(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nUser", then_close=True),
        ProblemClass.INCOMPLETE,
    ),
    "not gzip": (reply("200 OK", ["Content-Encoding: gzip"], CLOSED), ProblemClass.UNREADABLE),
    "F71 1 GB": (flood(b"HTTP/1.1 200 OK\r\n\r\n", b"# nothing here\n" * 4000), None),
    "F71 1 GB of nothing after the rules": (
        flood(b"HTTP/1.1 200 OK\r\n\r\n" + CLOSED, b"# nothing here\n" * 4000),
        ProblemClass.ROBOTS,
    ),
    "a circle": (reply("302 Found", ["Location: /robots.txt"]), None),
    "a redirect without target": (reply("302 Found"), None),
    "a redirect into the private network": (reply("302 Found", ["Location: http://10.0.0.1/robots.txt"]), None),
    "a redirect to another scheme": (reply("302 Found", ["Location: file:///etc/passwd"]), None),
}


@pytest.mark.parametrize("name", MEANINGS)
async def test_each_answer_means_what_the_table_says(name: str) -> None:
    robots, expected = MEANINGS[name]
    async with serving(site(robots)) as server, fetching(server, hosts=[OBEDIENT], limits=SHORT) as fetcher:
        if name == "a redirect into the private network":
            expected = ProblemClass.REFUSED
        assert await outcome(fetcher, server.url("/feed")) == expected
        assert targets(server)[0] == "/robots.txt"
        assert ("/feed" in targets(server)) == (expected is None)


async def test_a_redirected_robots_txt_is_found() -> None:
    routes = {
        **site(reply("301 Moved", ["Location: /rules"])),
        "/rules": reply(body=b"User-agent: *\nDisallow: /private\n"),
    }
    async with serving(routes) as server, fetching(server, hosts=[OBEDIENT]) as fetcher:
        assert await outcome(fetcher, server.url("/feed")) is None
        assert await outcome(fetcher, server.url("/private/a")) == ProblemClass.ROBOTS


async def test_it_is_asked_once_for_all_who_wait_and_again_after_a_day() -> None:
    now = [NOW]
    async with (
        serving(site(reply(body=b"User-agent: *\nDisallow: /private\n"))) as server,
        fetching(server, hosts=[OBEDIENT], clock=lambda: now[0]) as fetcher,
    ):
        await asyncio.gather(*(fetcher.fetch(server.url("/feed")) for _ in range(5)))
        assert targets(server).count("/robots.txt") == 1
        now[0] += timedelta(hours=23)
        await fetcher.fetch(server.url("/feed"))
        assert targets(server).count("/robots.txt") == 1
        now[0] += timedelta(hours=2)
        await fetcher.fetch(server.url("/feed"))
        assert targets(server).count("/robots.txt") == 2


async def test_the_last_good_copy_holds_while_the_host_fails_for_thirty_days() -> None:
    now, answer = [NOW], [reply(body=b"User-agent: *\nDisallow: /private\n")]

    async def robots(asked: Asked, out: asyncio.StreamWriter) -> None:
        await answer[0](asked, out)

    async with serving(site(robots)) as server, fetching(server, hosts=[OBEDIENT], clock=lambda: now[0]) as fetcher:
        assert await outcome(fetcher, server.url("/feed")) is None
        answer[0] = reply("500 Internal Server Error")
        for days, feed, private in [
            (2, None, "robots"),
            (29, None, "robots"),
            (31, "robots", "robots"),
            (33, None, None),
        ]:
            now[0] = NOW + timedelta(days=days)
            assert (await outcome(fetcher, server.url("/feed")), days) == (feed, days)
            assert (await outcome(fetcher, server.url("/private/a")), days) == (private, days)
        answer[0] = reply(body=CLOSED)
        now[0] += timedelta(hours=1)
        assert await outcome(fetcher, server.url("/feed")) == ProblemClass.ROBOTS


@pytest.mark.parametrize(("robots", "minutes"), [(reply("500 Oops"), 15), (say(b"", then_close=True), 1)])
async def test_one_that_fails_is_asked_again_after_a_while(robots: Handler, minutes: int) -> None:
    now: list[datetime] = [NOW]
    async with serving(site(robots)) as server, fetching(server, hosts=[OBEDIENT], clock=lambda: now[0]) as fetcher:
        for passed, asked in [(0, 1), (minutes * 60 - 1, 1), (2, 2)]:
            now[0] += timedelta(seconds=passed)
            assert await outcome(fetcher, server.url("/feed"))
            assert len(server.asked) == asked


async def test_every_hop_is_asked_by_its_own_hosts_rules() -> None:
    async with serving({"/robots.txt": reply(body=CLOSED), "/b": reply(body=b"closed")}) as other:
        routes = {"/a": reply("302 Found", [f"Location: {other.url('/b', 'other.example')}"])}
        allow = [AllowedAddress.parse(f"{HOST}/32")]
        async with serving(routes) as server, fetching(server, hosts=[OBEDIENT], allow=allow) as fetcher:
            assert await outcome(fetcher, server.url("/a")) == ProblemClass.ROBOTS
    assert targets(server) == ["/robots.txt", "/a"]
    assert targets(other) == ["/robots.txt"]


async def test_a_host_whose_rules_are_ignored_is_not_asked_for_them() -> None:
    rule = HostRule(HOST, at_once=9, apart=timedelta(0), robots=RobotsRule.IGNORE)
    async with serving(site(reply(body=CLOSED))) as server, fetching(server, hosts=[rule]) as fetcher:
        assert await outcome(fetcher, server.url("/feed")) is None
        assert targets(server) == ["/feed"]
        fetcher.use_hosts([OBEDIENT])
        assert await outcome(fetcher, server.url("/feed")) == ProblemClass.ROBOTS


async def test_a_crawl_delay_keeps_requests_apart() -> None:
    robots = reply(body=b"User-agent: *\nCrawl-delay: 0.2\n")
    async with serving(site(robots)) as server, fetching(server, hosts=[OBEDIENT]) as fetcher:
        began = time.monotonic()
        for _ in range(2):
            await fetcher.fetch(server.url("/feed"))
        assert time.monotonic() - began >= 0.4


async def test_a_robots_txt_that_hangs_uses_up_the_time_of_its_fetch_only() -> None:
    limits = replace(SMALL, deadline=timedelta(seconds=0.4), robots_deadline=timedelta(seconds=30))
    async with serving(site(hang())) as server, fetching(server, hosts=[OBEDIENT], limits=limits) as fetcher:
        began = time.monotonic()
        assert await outcome(fetcher, server.url("/feed")) == ProblemClass.TIMEOUT
        assert time.monotonic() - began < 2


# the file

GROUPS = [
    ("User-agent: *\nDisallow: /a\n", "/a", False),
    ("User-agent: *\nDisallow: /a\n", "/b", True),
    ("user-agent:watcher\ndisallow:/\n", "/a", False),
    ("User-agent: watcher/2.0\nDisallow: /\n", "/a", False),
    ("User-agent: watch\nDisallow: /\n", "/a", True),
    ("User-agent: watcher-news\nDisallow: /\n", "/a", True),
    ("User-agent: other\nUser-agent: watcher\nDisallow: /\n", "/a", False),
    ("User-agent: watcher\n\nUser-agent: other\nDisallow: /\n", "/a", False),
    (
        "User-agent: watcher\nDisallow: /a\nUser-agent: other\nDisallow: /\nUser-agent: WATCHER\nDisallow: /b\n",
        "/b",
        False,
    ),
    ("User-agent: watcher\nSitemap: https://x.example/s\nUser-agent: other\nDisallow: /\n", "/a", False),
    ("User-agent: *\nDisallow: /\nUser-agent: watcher\nAllow: /\n", "/a", True),
    ("User-agent: watcher\nDisallow:\nUser-agent: *\nDisallow: /\n", "/a", True),
    ("User-agent: *\nDisallow: /a\nAllow: /a/b\n", "/a/b/c", True),
    ("User-agent: *\nDisallow: /*.pdf$\n", "/x.pdf", False),
    ("User-agent: *\nDisallow: /*.pdf$\n", "/x.pdf?y", True),
    ("User-agent: * # all\nDisallow: /a # this\n", "/a", False),
    ("\ufeffUser-agent: *\r\nDisallow: /a\r\n", "/a", False),
    ("Disallow: /a\n", "/a", True),
    ("User-agent: *\nDissallow: /a\n", "/a", False),
    ("User-agent: *\nDisallow: /%e3%81%82\n", "/あ", False),
    ("<html>\nUser-agent: *\nDisallow: /\n", "/a", True),
    ("User-agent: *\nDisallow: /\n", "/robots.txt", True),
]


@pytest.mark.parametrize(("text", "path", "allowed"), GROUPS)
async def test_the_group_that_is_meant_for_us_decides(text: str, path: str, allowed: bool) -> None:
    found = await verdict(await our_rules(text.encode()), f"https://news.example{path}")
    assert found.allowed == allowed


@pytest.mark.parametrize(
    ("line", "seconds"), [("2.5", 2.5), ("86400", 30), ("-1", 0), ("nan", 0), ("inf", 0), ("soon", 0), ("1e9", 30)]
)
async def test_a_crawl_delay_is_bounded(line: str, seconds: float) -> None:
    rules = await our_rules(f"User-agent: *\nCrawl-delay: {line}\nDisallow: /x".encode())
    assert (await verdict(rules, "https://news.example/")).apart == timedelta(seconds=seconds)


HOSTILE = {
    "names over rules": "".join(f"User-agent: a{n}\n" for n in range(14000))
    + "".join(f"Disallow: /{n}\n" for n in range(14000)),
    "our name over and over": "User-agent: watcher\n" * 20000 + "Disallow: /{n}\n" * 5000,
    "wildcards": "User-agent: *\n" + "".join(f"Disallow: /*a{n}*c\n" for n in range(26000)),
    "one long rule": "User-agent: *\nDisallow: /" + "*a" * 200_000,
    "escapes": "User-agent: *\nDisallow: /" + "%e3%81" * 80_000,
    "blanks": "User-agent:" + " " * 500_000 + "\nDisallow: /",
    "dollars": "User-agent: *\n" + "Disallow: /$$$$$$$$\n" * 25000,
    "hashes": "#" * 500_000,
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_file_costs_little_and_does_not_hold_the_loop(name: str) -> None:
    body = HOSTILE[name].encode()[: 500 * KIB]
    longest, ended = 0.0, False

    async def beat() -> None:
        nonlocal longest
        while not ended:
            began = time.monotonic()
            await asyncio.sleep(0.005)
            longest = max(longest, time.monotonic() - began)

    beating = asyncio.create_task(beat())
    began = time.process_time()
    await verdict(await our_rules(body), "https://news.example/" + "a" * 8000)
    cost = time.process_time() - began
    ended = True
    await beating
    assert cost < 6  # CPU seconds; measured at most 1.2
    assert longest < 3  # the loop went on meanwhile, also on a crowded machine


# Retry-After


@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
async def test_retry_after_keeps_everybody_from_the_whole_host_until_then(status: str) -> None:
    """F74, F75: no early request, and the others learn at once how long to wait."""
    routes = {"/robots.txt": reply("404 No"), "/a": reply(status, ["Retry-After: 1"]), "/b": reply(body=b"b")}
    async with serving(routes) as server, fetching(server, hosts=[OBEDIENT]) as fetcher:
        with pytest.raises(FetchError) as first:
            await fetcher.fetch(server.url("/a"))
        began = time.monotonic()
        with pytest.raises(FetchError) as other:
            await fetcher.fetch(server.url("/b"))
        assert time.monotonic() - began < 0.5
        assert first.value.retry_after == timedelta(seconds=1)
        assert other.value.problem.kind == ProblemClass.BLOCKED
        assert other.value.retry_after is not None
        assert timedelta(seconds=0.3) < other.value.retry_after <= timedelta(seconds=1)
        assert targets(server) == ["/robots.txt", "/a"]
        await asyncio.sleep(1.05)
        assert await outcome(fetcher, server.url("/b")) is None


@pytest.mark.parametrize("answer", [("503 Oops", ""), ("429 Slow", "-5"), ("429 Slow", "soon"), ("403 No", "60")])
async def test_without_a_wish_the_rest_of_the_host_is_asked_as_before(answer: tuple[str, str]) -> None:
    status, wish = answer
    routes = {"/a": reply(status, [f"Retry-After: {wish}"] if wish else []), "/b": reply(body=b"b")}
    async with serving(routes) as server, fetching(server) as fetcher:
        assert await outcome(fetcher, server.url("/a"))
        assert await outcome(fetcher, server.url("/b")) is None


async def test_a_robots_txt_that_asks_for_patience_is_told_as_such() -> None:
    robots = reply("429 Slow", ["Retry-After: 100"])
    async with serving(site(robots)) as server, fetching(server, hosts=[OBEDIENT]) as fetcher:
        with pytest.raises(FetchError) as caught:
            await fetcher.fetch(server.url("/feed"))
    assert caught.value.problem.kind == ProblemClass.BLOCKED
    assert caught.value.retry_after is not None
