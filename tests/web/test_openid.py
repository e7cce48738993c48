"""Signing in with an OpenID provider: who comes in, who does not, and what a lying or broken provider can do."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from starlette.applications import Starlette

from tests.web.conftest import BASE, Machine, browser, site_over
from tests.web.openid_provider import (
    CLIENT_ID,
    CLIENT_SECRET,
    DISCOVERY,
    KEYS,
    TOKEN,
    Elsewhere,
    key,
    signed,
    unsigned,
)
from tests.web.page import parsed, says
from tests.web.serving import serving
from watcher.bootstrap import provider_door
from watcher.models.accounts import OpenIdTerms, Role, SignInMethod, Visitor
from watcher.models.secret import Secret
from watcher.store import Store
from watcher.store.sign_ins import PER_ADDRESS
from watcher.web.headers import OPENID_LASTS
from watcher.web.provider import KNOWN_FOR, RESTS, Provider, vouched_for

FAULTS = ("a gigabyte", "redirects", "out of order", "<p>not JSON", "[1]", "[" * 100_000)


@pytest.fixture
async def elsewhere(machine: Machine) -> AsyncIterator[Elsewhere]:
    made = Elsewhere(machine.clock)
    async with serving(made.app()) as port:
        made.base = f"http://127.0.0.1:{port}"
        yield made
        made.released.set()


@pytest.fixture
async def provider(elsewhere: Elsewhere, machine: Machine) -> AsyncIterator[Provider]:
    door = provider_door("")
    terms = OpenIdTerms(elsewhere.issuer, CLIENT_ID, Secret(CLIENT_SECRET), name="The Firm")
    yield Provider(terms, BASE, Secret("k" * 32), door, machine.clock, within=timedelta(seconds=2))
    await door.aclose()


@pytest.fixture
def app(planted: Store, machine: Machine, provider: Provider) -> Starlette:
    planted.users.add("ana@example.org", Role.REVIEWER, machine.now)
    return site_over(planted, machine, openid=provider)


async def sent_back(client: httpx.AsyncClient, onward: str = "") -> str:
    """Where the provider sends a person who has signed in there."""
    out = await client.get("/login/openid", params={"next": onward} if onward else {})
    assert out.status_code == 303, out.text
    async with httpx.AsyncClient() as there:
        back = await there.get(out.headers["location"])
    assert back.status_code == 303, back.text
    return back.headers["location"]


async def sign_in(client: httpx.AsyncClient, onward: str = "") -> httpx.Response:
    return await client.get(await sent_back(client, onward), headers={"sec-fetch-site": "cross-site"})


async def is_in(client: httpx.AsyncClient) -> bool:
    return (await client.get("/inbox")).status_code == 200


def nothing_is_new(store: Store) -> bool:
    return store.users.names() == ["admin", "ana@example.org"] and not store.sign_ins.newest(9, name="ana@example.org")


async def test_who_an_administrator_has_added_comes_in_and_goes_where_they_wanted(
    stranger: httpx.AsyncClient, planted: Store, machine: Machine
) -> None:
    turned_away = await stranger.get("/alerts?state=dead")
    form = parsed(await stranger.get(turned_away.headers["location"]))
    button = form.css_first('a[href^="/login/openid"]')
    assert button is not None
    assert button.text() == "Sign in with The Firm"
    onward = parse_qs(urlsplit(button.attributes["href"] or "").query)["next"][0]
    answer = await sign_in(stranger, onward)
    assert (answer.status_code, answer.headers["location"]) == (303, "/alerts?state=dead")
    assert await is_in(stranger)
    (line,) = planted.sign_ins.newest(9)
    assert (line.name, line.method, line.succeeded, line.address) == (
        "ana@example.org",
        SignInMethod.OPENID,
        True,
        "203.0.113.9",
    )
    assert "with OpenID" in (await stranger.get("/account")).text


async def test_the_sign_in_has_the_role_that_the_administrator_gave(stranger: httpx.AsyncClient) -> None:
    await sign_in(stranger)
    assert (await stranger.get("/users")).status_code == 403


async def test_a_session_that_the_browser_had_ends(
    stranger: httpx.AsyncClient, planted: Store, machine: Machine
) -> None:
    admin = planted.users.find("admin")
    old = planted.sessions.open(admin.id, SignInMethod.LINK, Visitor(), machine.now)
    stranger.cookies.set("watcher_session", old, domain="watcher.test")
    await sign_in(stranger)
    assert planted.sessions.principal(old, machine.now) is None


async def test_capitals_in_the_address_do_not_keep_anybody_out(
    stranger: httpx.AsyncClient, elsewhere: Elsewhere
) -> None:
    elsewhere.person["email"] = "Ana@Example.ORG"
    await sign_in(stranger)
    assert await is_in(stranger)


@pytest.mark.parametrize(
    "person",
    [
        {"email": "eve@example.org", "email_verified": True},
        {"email": "ana@example.org", "email_verified": False},
        {"email": "ana@example.org", "email_verified": "true"},
        {"email": "ana@example.org"},
        {"email": ["ana@example.org"], "email_verified": True},
        {"email": "", "email_verified": True},
        {"email": "an\u00aa@example.org", "email_verified": True},
        {"email": "ana@example.org ", "email_verified": True},
        {"preferred_username": "ana@example.org", "email_verified": True},
        {},
    ],
)
async def test_nobody_else_comes_in_and_all_get_the_same_answer(
    stranger: httpx.AsyncClient, elsewhere: Elsewhere, planted: Store, person: dict[str, Any]
) -> None:
    elsewhere.person = {"email": "nobody@example.org", "email_verified": True}
    expected = await sign_in(stranger)
    elsewhere.person = person
    answer = await sign_in(stranger)
    assert (answer.status_code, answer.text) == (403, expected.text)
    assert says(answer, ".command") == "watcher users add ana@example.org"
    assert not await is_in(stranger)
    assert nothing_is_new(planted)
    assert [(line.name, line.succeeded) for line in planted.sign_ins.newest(9)] == [("", False)] * 2


def test_another_claim_is_taken_at_its_word_and_no_verified_address_is_needed() -> None:
    assert vouched_for({"upn": "ana"}, "upn") == "ana"
    assert vouched_for({"email": "ana@example.org", "email_verified": True}, "upn") is None


def by_public_key(claims: Mapping[str, Any]) -> str:
    """The classic: a token that says HS256, signed with what everybody knows of an RSA key."""
    with pytest.warns():
        secret = OctKey.import_key(key("provider").as_pem(private=False))
    return jwt.encode({"alg": "HS256", "kid": "2026"}, dict(claims), secret)


@pytest.mark.parametrize(
    "make",
    [
        unsigned,
        by_public_key,
        lambda claims: signed(claims, who="somebody else"),
        lambda claims: signed(claims)[:-8] + "AAAAAAAA",
        lambda claims: "a.b.c",
        lambda claims: "",
        lambda claims: ["x"],
        lambda claims: {"x": 1},
    ],
    ids=["alg none", "HS256", "another's key", "signature", "no token", "empty", "a list", "an object"],
)
async def test_a_token_that_the_provider_did_not_sign_lets_nobody_in(
    stranger: httpx.AsyncClient, elsewhere: Elsewhere, planted: Store, make: Callable[[Mapping[str, Any]], str]
) -> None:
    elsewhere.make = make
    await refused(stranger, planted)


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another client"},
        {"aud": [CLIENT_ID, "another"], "azp": "another"},
        {"aud": [CLIENT_ID, "another"]},
        {"iss": "https://evil.example.org"},
        {"exp": 1},
        {"exp": "soon"},
        {"exp": None},
        {"iat": 99_999_999_999},
        {"nbf": 99_999_999_999},
        {"sub": None},
        {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
    ],
    ids=str,
)
async def test_a_token_for_others_of_others_or_of_another_time_lets_nobody_in(
    stranger: httpx.AsyncClient, elsewhere: Elsewhere, planted: Store, claims: dict[str, Any]
) -> None:
    elsewhere.claims = claims
    elsewhere.make = lambda said: signed({name: value for name, value in said.items() if value is not None})
    await refused(stranger, planted)


async def refused(client: httpx.AsyncClient, store: Store) -> None:
    answer = await sign_in(client)
    assert answer.status_code == 403
    assert "does not prove who you are" in says(answer, "[role=alert]")
    assert not await is_in(client)
    assert nothing_is_new(store)


async def test_an_answer_without_its_state_or_with_that_of_another_browser_is_refused(
    app: Starlette, elsewhere: Elsewhere
) -> None:
    async with browser(app) as victim, browser(app) as attacker:
        theirs = await sent_back(attacker)
        asked_before = len(elsewhere.asked)
        no_cookie = await victim.get(theirs)
        mine = await sent_back(victim)
        asked_before += 1  # the authorize page; what the provider says about itself is known
        others = [
            await victim.get(theirs),
            await victim.get(mine.replace("state=", "was=")),
            await victim.get(f"{BASE}/login/openid/callback"),
            await victim.get(f"{mine}%E2%84%AA"),
        ]
        assert {answer.status_code for answer in (no_cookie, *others)} == {400}
        assert len(elsewhere.asked) == asked_before
        assert not await is_in(victim)
        assert (await victim.get(mine)).status_code == 303


async def test_an_answer_works_once(app: Starlette, elsewhere: Elsewhere) -> None:
    async with browser(app) as client:
        back = await sent_back(client)
        kept = client.cookies["watcher_openid"]
        assert (await client.get(back)).status_code == 303
        assert "watcher_openid" not in client.cookies
        assert (await client.get(back)).status_code == 400
    async with browser(app) as thief:
        thief.cookies.set("watcher_openid", kept, domain="watcher.test")
        assert (await thief.get(back)).status_code == 403
        assert not await is_in(thief)


async def test_an_attempt_is_over_after_ten_minutes(stranger: httpx.AsyncClient, machine: Machine) -> None:
    back = await sent_back(stranger)
    machine.now += timedelta(seconds=OPENID_LASTS + 1)
    assert (await stranger.get(back)).status_code == 400


async def test_a_state_that_somebody_made_up_is_none(stranger: httpx.AsyncClient, provider: Provider) -> None:
    claims = {"state": "s", "nonce": "n", "verifier": "v", "onward": "/", "exp": 99_999_999_999}
    for forged in (unsigned(claims), signed(claims), "", "é", "a.b.c", "." * 5000):
        assert provider.attempt(forged, "s") is None


async def test_a_login_leads_to_our_own_pages_only(stranger: httpx.AsyncClient) -> None:
    for elsewhere in ("https://evil.example.org", "//evil.example.org", "/\\evil.example.org", "javascript:alert(1)"):
        assert (await sign_in(stranger, elsewhere)).headers["location"] == "/"


async def test_the_way_back_is_the_configured_address_and_only_a_short_cookie_is_left(
    planted: Store, machine: Machine, provider: Provider
) -> None:
    https = site_over(planted, machine, https=True, hosts=("watcher.test", "other.test"), openid=provider)
    before = planted.users.names(), planted.sign_ins.newest(9)
    async with browser(https, "https://other.test") as client:
        out = await client.get("/login/openid")
    asked = parse_qs(urlsplit(out.headers["location"]).query)
    assert asked["redirect_uri"] == [f"{BASE}/login/openid/callback"]
    assert out.headers["set-cookie"].startswith("__Host-watcher_openid=")
    assert {"HttpOnly", "Max-Age=600", "Path=/", "SameSite=lax", "Secure"} <= set(out.headers["set-cookie"].split("; "))
    assert (planted.users.names(), planted.sign_ins.newest(9)) == before


async def test_who_turns_back_at_the_provider_is_told_so(stranger: httpx.AsyncClient) -> None:
    back = await sent_back(stranger)
    state = parse_qs(urlsplit(back).query)["state"][0]
    answer = await stranger.get("/login/openid/callback", params={"error": "access_denied", "state": state})
    assert answer.status_code == 403
    assert "The Firm did not sign you in" in says(answer, "[role=alert]")


@pytest.mark.parametrize("fault", [*FAULTS, "hangs"], ids=lambda fault: fault[:12])
@pytest.mark.parametrize("path", [DISCOVERY, TOKEN, KEYS])
async def test_a_provider_that_fails_is_given_up_and_said_so(
    stranger: httpx.AsyncClient, elsewhere: Elsewhere, planted: Store, path: str, fault: str
) -> None:
    if path == DISCOVERY:
        elsewhere.misbehaves[path] = fault
        answer = await stranger.get("/login/openid")
    else:
        back = await sent_back(stranger)
        elsewhere.misbehaves[path] = fault
        answer = await stranger.get(back)
    assert answer.status_code in (502, 403)
    assert "The Firm" in says(answer, "[role=alert]")
    assert not await is_in(stranger)
    assert nothing_is_new(planted)


async def test_a_provider_that_is_down_is_not_asked_at_each_click(
    stranger: httpx.AsyncClient, elsewhere: Elsewhere, machine: Machine
) -> None:
    elsewhere.misbehaves[DISCOVERY] = "out of order"
    assert {(await stranger.get("/login/openid")).status_code for _ in range(5)} == {502}
    assert elsewhere.asked == [DISCOVERY]
    elsewhere.misbehaves.clear()
    machine.now += RESTS
    assert (await stranger.get("/login/openid")).status_code == 303
    assert (await stranger.get("/login/openid")).status_code == 303
    assert elsewhere.asked == [DISCOVERY] * 2
    machine.now += KNOWN_FOR
    await stranger.get("/login/openid")
    assert elsewhere.asked == [DISCOVERY] * 3


@pytest.mark.parametrize(
    "about",
    [
        {"issuer": "https://evil.example.org"},
        {"issuer": None},
        {"token_endpoint": "file:///etc/passwd"},
        {"jwks_uri": ["x"]},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": "http://[bad"},
    ],
    ids=str,
)
async def test_a_provider_that_describes_itself_wrongly_is_not_used(
    stranger: httpx.AsyncClient, elsewhere: Elsewhere, about: dict[str, Any]
) -> None:
    elsewhere.about = about
    assert (await stranger.get("/login/openid")).status_code == 502


async def test_the_secret_goes_into_the_form_where_the_provider_takes_it_only_there(
    stranger: httpx.AsyncClient, elsewhere: Elsewhere
) -> None:
    elsewhere.about = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    await sign_in(stranger)
    assert await is_in(stranger)


async def test_attempts_that_fail_are_counted_by_address_and_good_ones_are_not(
    app: Starlette, elsewhere: Elsewhere
) -> None:
    async with browser(app) as client:
        for _ in range(3):
            await sign_in(client)
        elsewhere.person["email"] = "eve@example.org"
        answers = [(await sign_in(client)).status_code for _ in range(PER_ADDRESS + 2)]
    assert answers == [403] * PER_ADDRESS + [429] * 2
    elsewhere.person["email"] = "ana@example.org"
    async with browser(app, client=("198.51.100.7", 4711)) as ana:
        await sign_in(ana)
        assert await is_in(ana)


async def test_logs_hold_neither_tokens_nor_secrets(
    stranger: httpx.AsyncClient, elsewhere: Elsewhere, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="watcher")
    elsewhere.make = lambda claims: signed(claims, who="somebody else")
    back = await sent_back(stranger)
    await stranger.get(back)
    told = " ".join(f"{record.getMessage()} {record.__dict__}" for record in caplog.records if "watcher" in record.name)
    assert "openid.failed" in told
    code = parse_qs(urlsplit(back).query)["code"][0]
    assert not any(secret in told for secret in (*elsewhere.tokens, "canary", code))


async def test_without_a_provider_there_is_neither_button_nor_address(planted: Store, machine: Machine) -> None:
    async with browser(site_over(planted, machine)) as client:
        assert "openid" not in (await client.get("/login")).text
        assert (await client.get("/login/openid")).status_code == 404
        assert (await client.get("/login/openid/callback?state=a&code=b")).status_code == 404


async def test_the_pages_are_in_spanish_too(stranger: httpx.AsyncClient) -> None:
    assert "Entrar con The Firm" in (await stranger.get("/login?lang=es")).text
    answer = await stranger.get("/login/openid/callback?lang=es")
    assert "Esta respuesta no corresponde" in says(answer, "[role=alert]")


def test_a_setting_without_the_libraries_stops_the_start_and_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "sources.yaml").write_text("sources: []\n")
    without = "import sys; sys.modules['authlib'] = None; from watcher.cli import main; main()"
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("WATCHER_")},
        "WATCHER_BASE_URL": BASE,
        "WATCHER_OIDC_ISSUER": "https://login.example.org",
        "WATCHER_OIDC_CLIENT_ID": CLIENT_ID,
        "WATCHER_OIDC_CLIENT_SECRET": CLIENT_SECRET,
    }
    done = subprocess.run(
        [sys.executable, "-c", without, "run", "--port", "0"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert 'pip install "asylum-watcher[oidc]"' in done.stderr
    assert "canary" not in done.stderr + done.stdout
