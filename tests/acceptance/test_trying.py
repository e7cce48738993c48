"""`watcher sources try` on recorded answers, served as they came."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.daemon import command
from tests.fetch.server import HOST, Asked, Handler, Server, reply, serving
from tests.material import material

_JSON = "Content-Type: application/json"
_HTML = "Content-Type: text/html; charset=utf-8"
_PRESS = {"entry": ".views-listing", "summary": ".views-field-body"}

_CASES: dict[str, tuple[tuple[str, ...], str, dict[str, Any], str]] = {
    "federal-register": (
        ("api", "federal-register", "federal_register_response.json"),
        "api",
        {"preset": "federal-register"},
        "2026-06-20",
    ),
    "wordpress": (("api", "other", "sitla_posts.json"), "api", {"preset": "wordpress", "pages": 1}, "2025-02-17 19:25"),
    "courtlistener": (
        ("api", "other", "courtlistener_search.json"),
        "api",
        {"preset": "courtlistener", "pages": 1},
        "Joslin v. U.S. Department of the Interior",
    ),
    "listing": (("pages", "government-listings", "fema-news.html"), "listing", _PRESS, "Tropical Storm Arthur"),
}


@pytest.mark.parametrize("name", _CASES)
async def test_a_recorded_answer_shows_its_entries(name: str, tmp_path: Path) -> None:
    parts, kind, options, expected = _CASES[name]
    body = material(*parts).read_bytes().replace(b"https://www.federalregister.gov", b"http://127.0.0.1")
    async with serving(_site(body, _HTML if kind == "listing" else _JSON)) as server:
        code, output = await command(_configured(tmp_path, server, kind, options), "sources", "try", name)
    assert code == 0, output
    assert expected in output


async def test_an_inspection_list_is_filtered_by_agency(tmp_path: Path) -> None:
    documents = [
        {"document_number": "2026-1", "title": "Asylum Fees", "agencies": [{"slug": "homeland-security-department"}]},
        {"document_number": "2026-2", "title": "Fisheries", "agencies": [{"slug": "commerce-department"}]},
    ]
    body = json.dumps({"count": 2, "results": documents}).encode()
    options = {
        "preset": "federal-register-inspection",
        "where": "agencies[?slug == 'homeland-security-department']",
    }
    async with serving(_site(body, _JSON)) as server:
        code, output = await command(_configured(tmp_path, server, "api", options), "sources", "try", "inspected")
    assert code == 0, output
    assert "Asylum Fees" in output
    assert "Fisheries" not in output


def _site(body: bytes, content_type: str) -> Handler:
    """The answer, and nothing else: what it links to is not there, and is asked from nobody else."""

    async def handler(asked: Asked, out: asyncio.StreamWriter) -> None:
        is_list = asked.target.partition("?")[0] == "/list"
        answer = reply("200 OK", [content_type], body) if is_list else reply("404 Not Found")
        await answer(asked, out)

    return handler


def _configured(folder: Path, server: Server, kind: str, options: dict[str, Any]) -> dict[str, str]:
    names = [*_CASES, "inspected"]
    catalog = {
        "publishers": [{"id": "p", "name": "Publisher", "type": "executive"}],
        "hosts": [{"host": "*", "at_once": 4, "apart": "0s"}],
        "sources": [
            {"id": name, "publisher": "p", "kind": kind, "url": server.url("/list"), "options": options}
            for name in names
        ],
        "recipients": [{"id": "console", "channel": "console"}],
        "rules": [],
    }
    (folder / "sources.yaml").write_text(json.dumps(catalog))
    return {
        "WATCHER_CONFIG": str(folder / "sources.yaml"),
        "WATCHER_DATA_DIR": str(folder / "data"),
        "WATCHER_ALLOW_FETCH": f"{HOST}/32",
    }
