"""Passwords at the door: who gets in, what a guesser learns, and how often guessing is allowed."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import httpx
import pytest
from argon2 import PasswordHasher, extract_parameters
from starlette.applications import Starlette

from tests.web.conftest import Machine, browser
from tests.web.page import parsed, says
from watcher.models.accounts import Role
from watcher.store import Store
from watcher.store.sign_ins import PER_ACCOUNT, PER_ADDRESS, WINDOW
from watcher.web.login import local_path
from watcher.web.passwords import AT_ONCE, NOBODYS, WAITING, Passwords, is_outdated, wrong_with
from watcher.web.strings import Say

PASSWORD = "four words that fit"


@pytest.fixture
async def ana(planted: Store, machine: Machine) -> str:
    """A reviewer with a password; her name."""
    account = planted.users.add("Ana Ruiz", Role.REVIEWER, machine.now)
    planted.users.set_password(account.id, await Passwords().hashed(PASSWORD))
    return account.name


async def sign_in(client: httpx.AsyncClient, name: str, password: str, onward: str = "") -> httpx.Response:
    return await client.post("/login", data={"name": name, "password": password, "next": onward})


async def test_name_and_password_open_a_session_and_lead_where_the_person_was_going(
    stranger: httpx.AsyncClient, ana: str
) -> None:
    turned_away = await stranger.get("/alerts?state=dead")
    form = await stranger.get(turned_away.headers["location"])
    onward = parsed(form).css_first('input[name="next"]').attributes["value"]  # type: ignore[union-attr]
    answer = await sign_in(stranger, ana, PASSWORD, onward or "")
    assert (answer.status_code, answer.headers["location"]) == (303, "/alerts?state=dead")
    assert (await stranger.get("/alerts")).status_code == 200


async def test_a_wrong_password_and_an_unknown_name_are_answered_alike(stranger: httpx.AsyncClient, ana: str) -> None:
    wrong = await sign_in(stranger, ana, "four words that do not")
    unknown = await sign_in(stranger, "Nobody", "four words that do not")
    without = await sign_in(stranger, "admin", "four words that do not")
    assert {answer.status_code for answer in (wrong, unknown, without)} == {403}
    assert wrong.text == unknown.text == without.text
    assert wrong.headers == unknown.headers == without.headers
    assert "do not fit together" in says(wrong, "[role=alert]")


async def test_a_guess_at_nobody_costs_as_much_as_one_at_somebody(planted: Store, ana: str) -> None:
    _, kept = planted.users.password_of(ana) or ("", "")
    assert extract_parameters(NOBODYS) == extract_parameters(kept)


async def test_an_account_without_a_password_takes_none(stranger: httpx.AsyncClient) -> None:
    for guess in ("", "None", "$argon2id$", "\0"):
        assert (await sign_in(stranger, "admin", guess)).status_code == 403


async def test_guessing_at_an_account_is_over_after_a_few_wherever_it_comes_from(
    app: Starlette, planted: Store, ana: str
) -> None:
    answers = []
    for n in range(PER_ACCOUNT + 3):
        async with browser(app, client=(f"198.51.100.{n}", 4711)) as client:
            answers.append((await sign_in(client, ana.upper() if n % 2 else ana, f"wrong guess {n}")).status_code)
    assert answers == [403] * PER_ACCOUNT + [429] * 3


async def test_guessing_from_an_address_is_over_after_a_few_whomever_it_is_about(
    app: Starlette, machine: Machine, ana: str
) -> None:
    async with browser(app, client=("2001:db8::1", 4711)) as client:
        guesses = [(await sign_in(client, f"name {n}", "wrong")).status_code for n in range(PER_ADDRESS + 2)]
    assert guesses == [403] * PER_ADDRESS + [429] * 2
    async with browser(app, client=("2001:db8::ffff:2", 4711)) as neighbour:
        assert (await sign_in(neighbour, ana, PASSWORD)).status_code == 429
    async with browser(app, client=("2001:db8:0:1::1", 4711)) as elsewhere:
        assert (await sign_in(elsewhere, ana, PASSWORD)).status_code == 303
    machine.now += WINDOW
    async with browser(app, client=("2001:db8::1", 4711)) as client:
        assert (await sign_in(client, ana, PASSWORD)).status_code == 303


async def test_guesses_at_once_are_not_more_than_guesses_in_a_row(app: Starlette, ana: str) -> None:
    async with browser(app) as client:
        answers = await asyncio.gather(*(sign_in(client, ana, f"wrong guess {n}") for n in range(PER_ACCOUNT + 8)))
    assert sorted(answer.status_code for answer in answers) == [403] * PER_ACCOUNT + [429] * 8


async def test_who_signs_in_all_day_is_not_taken_for_a_guesser(app: Starlette, ana: str) -> None:
    for _ in range(PER_ADDRESS + 2):
        async with browser(app) as client:
            assert (await sign_in(client, ana, PASSWORD)).status_code == 303


async def test_the_owner_goes_on_and_a_link_still_lets_in_while_somebody_guesses(
    app: Starlette, planted: Store, machine: Machine, ana: str
) -> None:
    async with browser(app) as owner:
        await sign_in(owner, ana, PASSWORD)
        for n in range(PER_ACCOUNT + 1):
            async with browser(app, client=(f"198.51.100.{n}", 4711)) as guesser:
                await sign_in(guesser, ana, "wrong")
        assert (await owner.get("/")).status_code == 200
    async with browser(app) as again:
        token = planted.users.new_login_token(ana, machine.now, timedelta(hours=1))
        assert (await again.post(f"/login/{token}")).status_code == 303


async def test_a_hash_with_old_parameters_is_made_anew(stranger: httpx.AsyncClient, planted: Store, ana: str) -> None:
    user_id, _ = planted.users.password_of(ana) or ("", "")
    planted.users.set_password(user_id, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD))
    assert (await sign_in(stranger, ana, PASSWORD)).status_code == 303
    _, kept = planted.users.password_of(ana) or ("", "")
    assert not is_outdated(kept)
    assert (await sign_in(stranger, ana, PASSWORD)).status_code == 303


async def test_a_login_gives_a_new_session_and_ends_the_one_that_the_browser_had(
    desk: httpx.AsyncClient, planted: Store, machine: Machine, ana: str
) -> None:
    old = desk.cookies["watcher_session"]
    assert (await sign_in(desk, ana, PASSWORD)).status_code == 303
    assert planted.sessions.principal(old, machine.now) is None
    now = planted.sessions.principal(desk.cookies["watcher_session"], machine.now)
    assert now is not None
    assert (now.name, now.role) == (ana, Role.REVIEWER)


async def test_attempts_are_kept_without_what_was_typed_for_a_name(
    stranger: httpx.AsyncClient, planted: Store, ana: str
) -> None:
    await sign_in(stranger, ana, "wrong")
    await sign_in(stranger, "my secret by mistake", "Ana Ruiz")
    await sign_in(stranger, ana, PASSWORD)
    lines = [(line.name, line.succeeded, line.address) for line in planted.sign_ins.newest(9)]
    assert lines == [(ana, True, "203.0.113.9"), ("", False, "203.0.113.9"), (ana, False, "203.0.113.9")]


@pytest.mark.parametrize("wanted", ["/", "/alerts?state=dead", "/entries/e-1?done=x#review"])
def test_a_login_leads_to_our_own_pages(wanted: str) -> None:
    assert local_path(wanted) == wanted


@pytest.mark.parametrize(
    "wanted",
    [
        None,
        "",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        " //evil.example",
        "evil.example",
        "/é",
        "/" + "x" * 3_000,
    ],
)
def test_a_login_leads_nowhere_else(wanted: str | None) -> None:
    assert local_path(wanted) == "/"


@pytest.mark.parametrize(
    "password", ["short", "x" * 201, "aaaaaaaaaaaaaaaa", "Ana RuizAna RuizAna Ruiz", "e\u0301" * 11]
)
def test_what_is_easily_guessed_is_no_password(password: str) -> None:
    assert wrong_with(password, "Ana Ruiz", Say("en"))


async def test_a_password_is_the_same_however_a_keyboard_composes_it() -> None:
    passwords = Passwords()
    kept = await passwords.hashed("contrase\u00f1a de cuatro")
    assert wrong_with("contrase\u00f1a de cuatro", "Ana Ruiz", Say("es")) == ""
    assert await passwords.fits("contrasen\u0303a de cuatro", kept)
    assert not await passwords.fits("contrasena de cuatro", kept)


async def test_when_too_many_wait_for_a_hash_the_next_are_told_to_come_back(
    app: Starlette, machine: Machine, ana: str
) -> None:
    async def try_from(n: int) -> httpx.Response:
        async with browser(app, client=(f"198.51.100.{n}", 4711)) as client:
            return await sign_in(client, f"name {n}", "wrong")

    answers = await asyncio.gather(*(try_from(n) for n in range(4 * (WAITING + AT_ONCE))))
    busy = [answer for answer in answers if answer.status_code == 503]
    assert busy
    assert {answer.status_code for answer in answers} == {403, 503}
    assert all(answer.headers["retry-after"] for answer in busy)
