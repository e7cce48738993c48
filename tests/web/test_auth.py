"""Closed by default: who gets in, how, and that looking changes nothing."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount, Route

from tests.web.conftest import Machine, browser, log_in, signed_in, site_over
from tests.web.page import parsed, says
from tests.web.planted import ENDED_ID, ENTRY_ID, NOW
from watcher.models.accounts import Role, Scope
from watcher.store import Store
from watcher.web.auth import is_public, scope_needed
from watcher.web.headers import ONE_CLICK

IDS = {"entry_id": ENTRY_ID, "match_id": ENDED_ID, "policy_id": "mpp", "delivery_id": "none", "token": "none"}
IDS |= {"source_id": "kind-news", "incident_id": "none"}
IDS |= {"silence_id": "none", "recipient_id": "none", "link_id": "none", "form": "atom.xml", "rule_id": "none"}
IDS |= {"act_id": "none", "search_id": "none"}
LEAVING = ("/logout", "/account/sessions/end")
PUBLIC = {"/healthz", "/readyz", "/metrics", "/login", "/login/none", "/static/watcher.css", "/feeds/none/atom.xml"}
PUBLIC |= {"/subscribe", "/subscribe/confirm/none", "/subscription/none", "/unsubscribe/none", "/stop/none"}
PUBLIC |= {"/login/openid", "/login/openid/callback"}


def walk(app: Starlette) -> Iterator[tuple[str, str]]:
    """Method and address of every route, also of those that stand in a part of their own."""
    yield from _below("", app.routes)


def _below(above: str, routes: Iterable[BaseRoute]) -> Iterator[tuple[str, str]]:
    for route in routes:
        assert isinstance(route, Route | Mount), route
        address = above + re.sub(r"\{(\w+)(:\w+)?\}", lambda name: IDS.get(name[1], "none"), route.path)
        if isinstance(route, Route):
            yield from ((method, address) for method in sorted(route.methods or ()))
        elif route.routes:
            yield from _below(address, route.routes)
        else:
            yield "GET", f"{address}/watcher.css"


def test_the_public_list_is_this_one(app: Starlette) -> None:
    assert {address for _, address in walk(app) if is_public(address)} == PUBLIC


async def test_everything_else_turns_strangers_away(app: Starlette, stranger: httpx.AsyncClient) -> None:
    closed = [(method, address) for method, address in walk(app) if not is_public(address)]
    assert len(closed) > 10
    for method, address in [*closed, ("GET", "/no-such-page"), ("GET", "//login"), ("GET", "/static"), ("PUT", "/")]:
        answer = await stranger.request(method, address)
        to_login = answer.status_code == 303 and answer.headers["location"].partition("?")[0] == "/login"
        assert to_login or answer.status_code == 401, (method, address, answer.status_code)
        assert "Migrant" not in answer.text


async def test_a_program_without_a_session_gets_401(stranger: httpx.AsyncClient) -> None:
    answer = await stranger.get("/", headers={"accept": "application/json"})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Cookie"


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "", "origin": "http://watcher.test"},
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://watcher.test.evil.example"},
        {},
    ],
)
async def test_a_foreign_page_changes_nothing(
    app: Starlette, desk: httpx.AsyncClient, headers: dict[str, str], planted: Store
) -> None:
    del desk.headers["sec-fetch-site"]
    for method, address in walk(app):
        if method not in ("GET", "HEAD"):
            answer = await desk.request(method, address, headers=headers, data={"verdict": "confirmed"})
            one_click = address.startswith(ONE_CLICK)  # its link says all: nothing is open without a good one
            assert answer.status_code == (404 if one_click else 403), (method, address)
    row = planted.matches.show(ENDED_ID)
    assert row is not None
    assert row.verdict == "new"
    assert (await desk.get("/")).status_code == 200


@pytest.mark.parametrize("headers", [{"sec-fetch-site": "same-origin"}, {"origin": "http://watcher.test"}])
async def test_our_own_page_may_change_things(desk: httpx.AsyncClient, headers: dict[str, str]) -> None:
    del desk.headers["sec-fetch-site"]
    answer = await desk.post(f"/matches/{ENDED_ID}/review", headers=headers, data={"verdict": "confirmed"})
    assert answer.status_code == 303


async def test_looking_changes_nothing(app: Starlette, desk: httpx.AsyncClient, planted: Store, tmp_path: Path) -> None:
    token = planted.users.new_login_token("admin", NOW + timedelta(hours=1), timedelta(hours=1))
    before = _dump(tmp_path)
    for method, address in walk(app):
        if method in ("GET", "HEAD"):
            await desk.request(method, address)
            await desk.request(method, f"{address}?done={ENDED_ID}&lang=es&cursor=7&q=asylum&state=dead")
    await desk.get(f"/login/{token}")
    assert _dump(tmp_path) == before


def _dump(directory: Path) -> list[str]:
    with sqlite3.connect(directory / "watcher.db") as connection:
        lines = list(connection.iterdump())
    connection.close()
    return lines


async def test_a_link_that_is_only_looked_at_still_works(stranger: httpx.AsyncClient, planted: Store) -> None:
    token = planted.users.new_login_token("admin", NOW, timedelta(hours=2))
    for _ in range(2):
        answer = await stranger.get(f"/login/{token}")
        assert parsed(answer).css_first('form[method="post"] button') is not None
    answer = await stranger.post(f"/login/{token}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert (await stranger.get("/")).status_code == 200


async def test_a_link_works_once_and_not_when_it_is_old(stranger: httpx.AsyncClient, planted: Store) -> None:
    used = planted.users.new_login_token("admin", NOW, timedelta(hours=2))
    old = planted.users.new_login_token("admin", NOW, timedelta(minutes=1))
    await stranger.post(f"/login/{used}")
    stranger.cookies.clear()
    for token in (used, old, "invented", "%00"):
        answer = await stranger.post(f"/login/{token}")
        assert answer.status_code == 403, token
        assert "set-cookie" not in answer.headers
        assert "does not work" in says(answer, ".notice")


async def test_the_session_cookie_is_out_of_reach_of_scripts(stranger: httpx.AsyncClient, planted: Store) -> None:
    token = planted.users.new_login_token("admin", NOW, timedelta(hours=2))
    cookie = (await stranger.post(f"/login/{token}")).headers["set-cookie"]
    assert cookie.startswith("watcher_session=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/" in cookie
    assert "Secure" not in cookie
    assert token not in cookie


async def test_behind_https_the_cookie_is_for_https_and_this_host_only(planted: Store, machine: Machine) -> None:
    async with browser(site_over(planted, machine, https=True), "https://watcher.test") as client:
        await log_in(client, planted, machine.now)
        (cookie,) = client.cookies.jar
        assert cookie.name == "__Host-watcher_session"
        assert cookie.secure
        answer = await client.get("/")
        assert answer.status_code == 200
        assert answer.headers["strict-transport-security"] == "max-age=31536000"


async def test_logging_in_again_makes_a_new_session_and_ends_the_old_one(
    app: Starlette, desk: httpx.AsyncClient, planted: Store, machine: Machine
) -> None:
    old = desk.cookies["watcher_session"]
    await log_in(desk, planted, machine.now)
    assert desk.cookies["watcher_session"] != old
    assert planted.sessions.principal(old, machine.now) is None


async def test_logging_out_ends_the_session_in_the_store(
    desk: httpx.AsyncClient, planted: Store, machine: Machine
) -> None:
    token = desk.cookies["watcher_session"]
    answer = await desk.post("/logout")
    assert answer.headers["location"] == "/login"
    assert "watcher_session" not in desk.cookies
    assert planted.sessions.principal(token, machine.now) is None


async def test_a_session_that_was_made_up_opens_nothing(stranger: httpx.AsyncClient) -> None:
    for made_up in ("x", "a" * 5_000, "%00", '"'):
        answer = await stranger.get("/", headers={"cookie": f"watcher_session={made_up}"})
        assert answer.status_code == 303, made_up


async def test_the_login_page_names_the_command(stranger: httpx.AsyncClient) -> None:
    assert says(await stranger.get("/login"), ".command") == "watcher users login-link"


@pytest.mark.parametrize("role", list(Role))
async def test_each_role_may_do_what_is_its_own_and_no_more(
    app: Starlette, planted: Store, machine: Machine, role: Role
) -> None:
    async with signed_in(app, planted, machine.now, role) as client:
        refused = {a for a in walk(app) if not is_public(a[1]) and await _is_refused(client, *a)}
    needed = {a: scope_needed(*a) for a in walk(app) if not is_public(a[1])}
    assert refused == {a for a, scope in needed.items() if scope not in role.scopes}
    assert {Scope.READ, Scope.REVIEW, Scope.ADMIN} == set(needed.values())


async def _is_refused(client: httpx.AsyncClient, method: str, address: str) -> bool:
    return address not in LEAVING and (await client.request(method, address)).status_code == 403


async def test_a_token_counts_for_programs_only(stranger: httpx.AsyncClient, planted: Store, machine: Machine) -> None:
    token = planted.tokens.add("admin", "script", list(Scope), machine.now)
    headers = {"authorization": f"Bearer {token}", "accept": "application/json"}
    assert (await stranger.get("/", headers=headers)).status_code == 401
    assert (await stranger.get("/api/v1/nothing", headers=headers)).status_code == 404
    answer = await stranger.get("/api/v1/nothing", headers={"authorization": f"Bearer {token}x"})
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_program_needs_no_page_of_ours_and_no_more_than_its_scopes(
    app: Starlette, planted: Store, machine: Machine, desk: httpx.AsyncClient
) -> None:
    token = planted.tokens.add("admin", "reader", [Scope.READ], machine.now)
    del desk.headers["sec-fetch-site"]
    answer = await desk.post("/api/v1/nothing", headers={"authorization": f"Bearer {token}"})
    assert answer.status_code == 403
    assert "`review`" in answer.json()["detail"]
    foreign = {"authorization": "Bearer wrong", "origin": "http://evil.example"}
    assert (await desk.post("/logout", headers=foreign)).status_code == 403
    assert (await desk.post("/logout", headers={"authorization": "Bearer wrong"})).status_code == 401
    assert (await desk.get("/")).status_code == 200
