"""Whatever a source does wrong is an error on that source, with advice; its neighbours are read."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

from tests.acceptance.daemon import command
from tests.fetch.server import HOST, Server, flood, reply, say, serving

FEED = (
    "<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>News</title>"
    "<item><guid isPermaLink='false'>1</guid><title>The department ends the Migrant Protection Protocols</title>"
    "<description>The notice was signed today. Protección.</description></item></channel></rss>"
).encode()
XML = "Content-Type: application/rss+xml"
BOMB = gzip.compress(b"\0" * (64 * 2**20))

FAULTS = {
    "missing": (reply("404 Not Found", [XML], b"no"), {"gone", "unexpected"}),
    "broken": (reply("500 Internal Server Error", [XML], b"oops"), {"unexpected"}),
    "web-page": (reply("200 OK", ["Content-Type: text/html"], b"<!doctype html><p>Hello"), {"unexpected"}),
    "empty": (reply("200 OK", [XML], b""), {"unexpected", "unreadable", "incomplete"}),
    "cut-off": (reply("200 OK", [XML], FEED[:-60]), {"incomplete"}),
    "cut-short": (say(b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n" + FEED, then_close=True), {"incomplete"}),
    "huge": (flood(b"HTTP/1.1 200 OK\r\nContent-Length: 31457280\r\n\r\n", b"x" * 65536), {"too-large"}),
    "bomb": (reply("200 OK", [XML, "Content-Encoding: gzip"], BOMB), {"too-large"}),
    "loop": (reply("302 Found", ["Location: /loop"]), {"moved", "unexpected"}),
    "inside": (reply("302 Found", ["Location: http://127.0.0.1/"]), {"refused"}),
    "blocked": (reply("403 Forbidden", [XML], b"go away"), {"blocked"}),
}
HARMLESS = {
    "good": reply("200 OK", [XML], FEED),
    "wrong-charset": reply("200 OK", [f"{XML}; charset=iso-8859-1"], FEED),
}


async def test_each_fault_is_an_error_on_its_source_and_the_neighbours_are_read(tmp_path: Path) -> None:
    handlers = {name: handler for name, (handler, _) in FAULTS.items()} | HARMLESS
    async with serving({f"/{name}": handler for name, handler in handlers.items()}) as server:
        environment = configured(tmp_path, server, [*handlers, "down"])
        code, _ = await command(environment, "check", "--all")
        assert code == 1
        health = await health_of(environment)
    for name, (_, expected) in FAULTS.items():
        assert health[name]["problem_kind"] in expected, health[name]
        assert health[name]["advice"]
        assert health[name]["next_check_at"] > health[name]["last_check_at"]
    assert health["down"]["problem_kind"] == "refused"
    for name in HARMLESS:
        assert health[name]["problem_kind"] == ""
        assert (health[name]["entries"], health[name]["matches"]) == (1, 1), health[name]


async def test_a_source_that_comes_back_is_well_again(tmp_path: Path) -> None:
    async with serving({"/a": reply("500 Internal Server Error")}) as server:
        environment = configured(tmp_path, server, ["a"])
        assert (await command(environment, "check", "a"))[0] == 1
    async with serving({"/a": reply("200 OK", [XML], FEED)}) as server:
        environment = configured(tmp_path, server, ["a"])
        code, output = await command(environment, "check", "a")
        assert code == 0, output
        assert (await health_of(environment))["a"]["failures"] == 0


async def test_an_unknown_source_is_refused_with_a_suggestion(tmp_path: Path) -> None:
    async with serving({"/alpha": reply("200 OK", [XML], FEED)}) as server:
        code, output = await command(configured(tmp_path, server, ["alpha"]), "check", "alhpa")
    assert code == 2
    assert "did you mean alpha?" in output


async def test_a_source_can_be_tried_and_nothing_is_stored(tmp_path: Path) -> None:
    async with serving({"/a": reply("200 OK", [XML], FEED)}) as server:
        environment = configured(tmp_path, server, ["a"])
        code, output = await command(environment, "sources", "try", server.url("/a"))
        assert code == 0, output
        assert "Migrant Protection Protocols" in output
        assert (await command(environment, "sources", "list", "--json"))[1].strip() == "[]"


def configured(folder: Path, server: Server, names: list[str]) -> dict[str, str]:
    """An environment whose sources are paths of that server; `down` is a port where nobody listens."""
    sources = [
        {
            "id": name,
            "publisher": "p",
            "kind": "feed",
            "url": server.url(f"/{name}"),
            "options": {"full_text": "always"},
        }
        for name in names
    ]
    for source in sources:
        if source["id"] == "down":
            source["url"] = f"http://{HOST}:1/feed"
    catalog = {
        "publishers": [{"id": "p", "name": "Publisher", "type": "executive"}],
        "hosts": [{"host": "*", "at_once": 4, "apart": "0s"}],
        "sources": sources,
        "recipients": [{"id": "console", "channel": "console"}],
        "rules": [],
    }
    (folder / "sources.yaml").write_text(json.dumps(catalog))
    return {
        "WATCHER_CONFIG": str(folder / "sources.yaml"),
        "WATCHER_DATA_DIR": str(folder / "data"),
        "WATCHER_ALLOW_FETCH": f"{HOST}/32",
    }


async def health_of(environment: dict[str, str]) -> dict[str, dict[str, Any]]:
    """`watcher sources list --json`, by id."""
    code, output = await command(environment, "sources", "list", "--json")
    assert code == 0, output
    return {each["source"]["id"]: each for each in json.loads(output)}
