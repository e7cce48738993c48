"""What stands around every answer."""

from __future__ import annotations

import logging

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.web.conftest import BASE, browser
from tests.web.page import says
from tests.web.planted import ENDED_ID, ENTRY_ID
from watcher.web import assets
from watcher.web.headers import SECURITY_HEADERS, host_name


async def broken(request: Request) -> Response:
    raise RuntimeError("the secret of the house")


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/", {}, 200),
        ("GET", f"/entries/{ENTRY_ID}", {}, 200),
        ("GET", "/no-such-page", {}, 404),
        ("GET", "/healthz", {}, 200),
        ("GET", "/static/watcher.css", {}, 200),
        ("GET", "/static/no-such-file", {}, 404),
        ("GET", "/static/../app.py", {}, 404),
        ("GET", "/static/%2e%2e/app.py", {}, 404),
        ("GET", "/broken", {}, 500),
        ("GET", "/", {"cookie": ""}, 303),
        ("GET", "/", {"host": "evil.example"}, 400),
        ("POST", "/", {}, 405),
        ("POST", "/logout", {"sec-fetch-site": "cross-site"}, 403),
        ("POST", f"/matches/{ENDED_ID}/review", {"content-length": "70000"}, 413),
    ],
)
async def test_every_answer_has_the_security_headers(
    app: Starlette, desk: httpx.AsyncClient, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    app.router.routes.append(Route("/broken", broken))
    answer = await desk.request(method, path, headers=headers)
    assert answer.status_code == status
    for name, value in SECURITY_HEADERS.items():
        assert answer.headers[name] == value, name
    assert answer.headers["cache-control"]


async def test_a_failure_of_ours_is_logged_and_not_shown(
    app: Starlette, desk: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    app.router.routes.append(Route("/broken", broken))
    with caplog.at_level(logging.ERROR):
        answer = await desk.get("/broken?q=private")
    assert "secret of the house" not in answer.text
    assert says(answer, "h1") == "Something went wrong on our side"
    assert "secret of the house" in caplog.text
    assert "private" not in caplog.records[-1].getMessage()


@pytest.mark.parametrize("host", ["watcher.test", "WATCHER.test", "watcher.test:8484"])
async def test_our_own_names_are_answered(stranger: httpx.AsyncClient, host: str) -> None:
    assert (await stranger.get("/healthz", headers={"host": host})).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "watcher.test.evil.example", "evil.example:80", "", "[::1]:8484"])
async def test_other_names_are_refused(stranger: httpx.AsyncClient, host: str) -> None:
    answer = await stranger.get("/healthz", headers={"host": host, "x-forwarded-host": "watcher.test"})
    assert answer.status_code == 400
    assert "WATCHER_BASE_URL" in answer.text


def test_a_port_is_not_part_of_a_name() -> None:
    assert [host_name(h) for h in ("a:1", "a", "[::1]:80", "[::1]", "a:b")] == ["a", "a", "[::1]", "[::1]", "a:b"]


async def test_a_form_may_not_be_larger_than_people_write(desk: httpx.AsyncClient) -> None:
    data = {"verdict": "confirmed", "note": "x" * 70_000}
    assert (await desk.post(f"/matches/{ENDED_ID}/review", data=data)).status_code == 413
    many = {"verdict": "confirmed", **{f"field{n}": "x" for n in range(50)}}
    assert (await desk.post(f"/matches/{ENDED_ID}/review", data=many)).status_code == 400


async def test_a_file_is_kept_by_browsers_under_an_address_that_changes_with_it(app: Starlette) -> None:
    async with browser(app, BASE) as client:
        answer = await client.get(assets.address("watcher.css"))
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"].startswith("text/css")


async def test_pages_are_not_kept(desk: httpx.AsyncClient) -> None:
    assert (await desk.get("/")).headers["cache-control"] == "no-store"
