"""One's own account, and the pages where administrators decide who may come in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
from starlette.applications import Starlette

from tests.web.conftest import Machine, browser, log_in, signed_in
from tests.web.page import all_of, parsed, says
from tests.web.test_login import PASSWORD, sign_in
from watcher.models.accounts import Role, Scope
from watcher.store import Store
from watcher.web.account import FRESH

OTHER = "another set of words"


@pytest.fixture
async def reviewer(app: Starlette, planted: Store, machine: Machine) -> AsyncIterator[httpx.AsyncClient]:
    async with signed_in(app, planted, machine.now, Role.REVIEWER) as client:
        yield client


async def choose(client: httpx.AsyncClient, new: str, *, old: str = "", again: str = "") -> httpx.Response:
    return await client.post("/account/password", data={"new": new, "again": again or new, "old": old})


async def test_an_invitation_leads_to_choosing_a_password_which_then_opens(
    app: Starlette, desk: httpx.AsyncClient
) -> None:
    answer = await desk.post("/users", data={"name": " Ana  Ruiz ", "role": "reviewer"})
    link = says(answer, ".made code").removeprefix("http://watcher.test")
    async with browser(app) as ana:
        assert parsed(await ana.get(link)).css_first("form button") is not None
        assert (await ana.post(link)).headers["location"] == "/account"
        assert says(await ana.get("/account"), "h1") == "Ana Ruiz"
        assert (await choose(ana, PASSWORD)).status_code == 303
        assert (await ana.get("/")).status_code == 200
    async with browser(app) as later:
        assert (await later.post(link)).status_code == 403
        assert (await sign_in(later, "Ana Ruiz", PASSWORD)).status_code == 303


async def test_a_name_is_taken_once(desk: httpx.AsyncClient) -> None:
    await desk.post("/users", data={"name": "Ana", "role": "viewer"})
    for name in ("ANA", "", " ", "a\0b", "x" * 81):
        answer = await desk.post("/users", data={"name": name, "role": "viewer"})
        assert answer.status_code == 400, name
        assert parsed(answer).css_first(".made") is None
    assert (await desk.post("/users", data={"name": "Eva", "role": "owner"})).status_code == 400


async def test_a_password_is_changed_by_who_knows_the_old_one(
    reviewer: httpx.AsyncClient, machine: Machine, app: Starlette
) -> None:
    await choose(reviewer, PASSWORD)
    machine.now += FRESH
    assert (await choose(reviewer, OTHER)).status_code == 400
    assert (await choose(reviewer, OTHER, old=PASSWORD, again="differently written")).status_code == 400
    assert (await choose(reviewer, "short", old=PASSWORD)).status_code == 400
    assert (await choose(reviewer, OTHER, old=PASSWORD)).status_code == 303
    async with browser(app) as client:
        assert (await sign_in(client, "the reviewer", PASSWORD)).status_code == 403
        assert (await sign_in(client, "the reviewer", OTHER)).status_code == 303


async def test_a_new_password_gives_a_new_session_and_ends_all_others(
    app: Starlette, planted: Store, machine: Machine, reviewer: httpx.AsyncClient
) -> None:
    link = planted.users.new_login_token("the reviewer", machine.now, timedelta(hours=1))
    before = reviewer.cookies["watcher_session"]
    async with browser(app) as elsewhere:
        await log_in(elsewhere, planted, machine.now, "the reviewer")
        await choose(reviewer, PASSWORD)
        assert (await elsewhere.get("/")).status_code == 303
        assert (await elsewhere.post(f"/login/{link}")).status_code == 403
    assert reviewer.cookies["watcher_session"] != before
    assert planted.sessions.principal(before, machine.now) is None
    assert (await reviewer.get("/account?done=password")).status_code == 200


async def test_a_forgotten_password_is_replaced_by_who_comes_with_a_fresh_link(
    planted: Store, machine: Machine, reviewer: httpx.AsyncClient
) -> None:
    await choose(reviewer, PASSWORD)
    assert (await choose(reviewer, OTHER)).status_code == 400
    await log_in(reviewer, planted, machine.now, "the reviewer")
    assert parsed(await reviewer.get("/account")).css_first("#old") is None
    assert (await choose(reviewer, OTHER)).status_code == 303


async def test_guessing_the_old_password_is_limited_too(reviewer: httpx.AsyncClient) -> None:
    await choose(reviewer, PASSWORD)
    answers = [await choose(reviewer, OTHER, old=f"wrong {n}") for n in range(11)]
    assert "does not fit" in says(answers[9], "[role=alert]")
    assert "Too many" in says(answers[10], "[role=alert]")


async def test_a_browser_that_was_left_signed_in_is_signed_out_from_another(
    app: Starlette, planted: Store, machine: Machine, reviewer: httpx.AsyncClient
) -> None:
    async with browser(app) as elsewhere:
        elsewhere.headers["user-agent"] = "The library's computer"
        await log_in(elsewhere, planted, machine.now, "the reviewer")
        page = await reviewer.get("/account")
        assert "The library's computer" in says(page)
        (address,) = [f.attributes["action"] or "" for f in parsed(page).css('form[action^="/account/sessions/"]')][:-1]
        await reviewer.post(address)
        assert (await elsewhere.get("/")).status_code == 303
    assert (await reviewer.get("/")).status_code == 200


async def test_nobody_ends_the_sessions_or_tokens_of_others(
    desk: httpx.AsyncClient, planted: Store, machine: Machine, reviewer: httpx.AsyncClient
) -> None:
    (admins,) = planted.sessions.of("admin", machine.now)
    planted.tokens.add("admin", "script", [Scope.READ], machine.now)
    (token,) = planted.tokens.listing(machine.now)
    await reviewer.post(f"/account/sessions/{admins.id}/end")
    await reviewer.post(f"/account/tokens/{token.id}/revoke")
    assert (await desk.get("/")).status_code == 200
    assert planted.tokens.listing(machine.now) == [token]


async def test_signing_out_everywhere_is_everywhere(
    app: Starlette, planted: Store, machine: Machine, reviewer: httpx.AsyncClient
) -> None:
    async with browser(app) as elsewhere:
        await log_in(elsewhere, planted, machine.now, "the reviewer")
        assert (await reviewer.post("/account/sessions/end")).headers["location"] == "/login"
        assert (await elsewhere.get("/")).status_code == 303
    assert (await reviewer.get("/")).status_code == 303


async def test_a_token_is_shown_once_and_may_do_no_more_than_its_owner(
    planted: Store, machine: Machine, reviewer: httpx.AsyncClient
) -> None:
    form = {"name": "nightly", "scopes": ["read", "admin"], "days": "30"}
    token = says(await reviewer.post("/account/tokens", data=form), ".made code")
    who = planted.tokens.principal(token, machine.now)
    assert who is not None
    assert who.name == "the reviewer"
    assert who.scopes == {Scope.READ}
    page = await reviewer.get("/account")
    assert token not in page.text
    assert planted.tokens.principal(token, machine.now + timedelta(days=30)) is None
    (address,) = [f.attributes["action"] or "" for f in parsed(page).css('form[action$="/revoke"]')]
    await reviewer.post(address)
    assert planted.tokens.principal(token, machine.now) is None


@pytest.mark.parametrize(
    "form", [{}, {"name": "x"}, {"name": "x", "scopes": "admin", "days": "30"}, {"scopes": "read"}]
)
async def test_a_token_needs_a_name_and_something_it_may_do(reviewer: httpx.AsyncClient, form: dict[str, str]) -> None:
    assert (await reviewer.post("/account/tokens", data=form)).status_code == 400


async def test_another_role_counts_at_once_and_signs_out(
    desk: httpx.AsyncClient, planted: Store, machine: Machine, reviewer: httpx.AsyncClient
) -> None:
    token = planted.tokens.add("the reviewer", "script", [Scope.READ, Scope.REVIEW], machine.now)
    await desk.post("/users/role", data={"name": "the reviewer", "role": "viewer"})
    assert (await reviewer.get("/")).status_code == 303
    who = planted.tokens.principal(token, machine.now)
    assert who is not None
    assert who.scopes == {Scope.READ}


async def test_who_is_taken_out_is_out_and_the_reviews_stay(
    desk: httpx.AsyncClient, planted: Store, machine: Machine, reviewer: httpx.AsyncClient
) -> None:
    token = planted.tokens.add("the reviewer", "script", [Scope.READ], machine.now)
    await desk.post("/users/remove", data={"name": "the reviewer"})
    assert (await reviewer.get("/")).status_code == 303
    assert planted.tokens.principal(token, machine.now) is None
    assert "the reviewer" not in says(await desk.get("/users"), ".ledger")


async def test_the_last_administrator_stays(desk: httpx.AsyncClient) -> None:
    for change, form in (("remove", {}), ("role", {"role": "viewer"})):
        answer = await desk.post(f"/users/{change}", data={"name": "admin", **form})
        assert answer.status_code == 400
        assert "only administrator" in says(answer, "[role=alert]")
    assert (await desk.get("/users")).status_code == 200


async def test_an_invitation_that_nobody_used_is_no_second_administrator(desk: httpx.AsyncClient) -> None:
    await desk.post("/users", data={"name": "Invited", "role": "admin"})
    answer = await desk.post("/users/role", data={"name": "admin", "role": "viewer"})
    assert answer.status_code == 400
    assert "only administrator who has come in" in says(answer, "[role=alert]")


async def test_who_may_only_look_is_offered_no_decisions(app: Starlette, planted: Store, machine: Machine) -> None:
    async with signed_in(app, planted, machine.now, Role.VIEWER) as viewer:
        for path in ("/", "/alerts", "/alerts/silences", "/feed-links"):
            page = await viewer.get(path)
            assert page.status_code == 200
            assert all_of(page, 'main form[method="post"]') == [], path
        assert parsed(await viewer.get("/account")).css_first('a[href="/users"]') is None
        assert says(await viewer.get("/users"), "h1") == "This is not for your role"


async def test_the_help_of_keys_lists_what_the_reader_may_do(
    app: Starlette, planted: Store, machine: Machine, reviewer: httpx.AsyncClient
) -> None:
    assert all_keys(await reviewer.get("/inbox")) == "j k o c d e x u / ?"
    async with signed_in(app, planted, machine.now, Role.VIEWER) as viewer:
        assert all_keys(await viewer.get("/inbox")) == "j k o / ?"
        assert all_keys(await viewer.get("/no-such-page")) == ""


def all_keys(page: httpx.Response) -> str:
    return " ".join(each.text() for each in parsed(page).css("dialog kbd"))
