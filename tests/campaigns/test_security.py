"""The review desk under attack: every address, every role, every origin, hostile words, guessers and slow sockets.

`make security` runs it and prints what was counted.
"""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote, urlsplit

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser
from starlette.applications import Starlette

from tests.acceptance.daemon import RunningDaemon, command, running
from tests.campaigns import hostile_words
from tests.campaigns.guessing import PATIENCE, at_work, guess, signed_in, slow_sockets
from tests.web.conftest import Machine, browser, log_in, site_over
from tests.web.conftest import signed_in as signed_in_as
from tests.web.planted import NOW, plant
from tests.web.serving import serving
from tests.web.test_auth import LEAVING, PUBLIC, walk
from tests.web.test_browser import CHROMIUM, open_browser
from watcher.models.accounts import Role, Scope
from watcher.store import Store, open_store
from watcher.store.sign_ins import PER_ACCOUNT, PER_ADDRESS
from watcher.web.auth import OPEN_TO_ALL_BELOW, is_public, scope_needed
from watcher.web.headers import SAFE_METHODS, SECURITY_HEADERS

GUESSES = 10_000
SOCKETS = 700
"""More than the server takes at one time."""
SANDBOX = "default-src 'none'; sandbox"
PASSWORD = "four words that fit"
QUERIES = ("", "?q=asylum&lang=es", "?state=dead&cursor=7&done=x", "?policy=mpp&verdict=any", "?next=//evil.example")
SOURCES = """
publishers:
  - {id: agency, name: Agency, type: executive}
sources:
  - {id: agency-news, publisher: agency, kind: feed, url: "https://agency.example/feed", enabled: false}
"""


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def desk_store(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Store]:
    """A store with a few entries and an administrator."""
    shutil.copy(migrated_sqlite, tmp_path / "watcher.db")
    store = open_store(f"sqlite:///{tmp_path / 'watcher.db'}")
    plant(store)
    store.users.ensure_admin(NOW)
    yield store
    store.close()


@pytest.fixture
def app(desk_store: Store, machine: Machine) -> Starlette:
    return site_over(desk_store, machine)


def digest(directory: Path, *, but: tuple[str, ...] = ()) -> str:
    """Of everything in the database, but for some tables."""
    left_out = tuple(f'INSERT INTO "{table}"' for table in but)
    with sqlite3.connect(directory / "watcher.db") as connection:
        dump = "\n".join(line for line in connection.iterdump() if not line.startswith(left_out))
    connection.close()
    return hashlib.sha256(dump.encode()).hexdigest()


async def test_without_credentials_only_the_public_list_answers(app: Starlette, tmp_path: Path) -> None:
    counting = ("guesses", "sign_ins", "sqlite_sequence")  # a wrong password is counted
    before, answered, asked = digest(tmp_path, but=counting), set(), 0
    async with browser(app) as stranger:
        for method, address in walk(app):
            for headers in ({}, {"authorization": "Bearer watcher_invented"}, {"cookie": "watcher_session=invented"}):
                answer = await stranger.request(method, address, headers=headers)
                to_login = answer.status_code == 303 and answer.headers["location"].partition("?")[0] == "/login"
                if not to_login and answer.status_code != 401:
                    answered.add(address)
                asked += 1
    print(f"{asked} requests without credentials: {sorted(answered)} answered")
    assert answered <= PUBLIC
    assert digest(tmp_path, but=counting) == before


@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "cross-site", "origin": "https://evil.example"}, {"origin": "null"}, {}]
)
async def test_nothing_changes_from_a_foreign_origin(
    app: Starlette, desk_store: Store, machine: Machine, tmp_path: Path, headers: dict[str, str]
) -> None:
    async with browser(app) as desk:
        await log_in(desk, desk_store, machine.now)
        del desk.headers["sec-fetch-site"]
        before = digest(tmp_path)
        closed = [each for each in walk(app) if not each[1].startswith(OPEN_TO_ALL_BELOW)]  # those carry a token
        unsafe = [(method, address) for method, address in closed if method not in SAFE_METHODS]
        answers = [(await desk.request(*each, headers=headers)).status_code for each in unsafe]
    print(f"{len(unsafe)} unsafe requests with {headers}: {answers.count(403)} refused")
    assert answers == [403] * len(unsafe)
    assert digest(tmp_path) == before


@pytest.mark.parametrize("role", list(Role))
async def test_each_role_may_do_its_own_and_looking_changes_nothing(
    app: Starlette, desk_store: Store, machine: Machine, tmp_path: Path, role: Role
) -> None:
    async with signed_in_as(app, desk_store, machine.now, role) as person:
        before = digest(tmp_path)
        for method, address in walk(app):
            if method in SAFE_METHODS:
                answers = [await person.request(method, address + query) for query in QUERIES]
                refused = not is_public(address) and scope_needed(method, address) not in role.scopes
                assert all((answer.status_code == 403) is refused for answer in answers), address
                for answer in answers:
                    assert without_protection(answer) == set(), address
                led_to = {answer.headers.get("location", "/") for answer in answers}
                assert not [to for to in led_to if urlsplit(to).netloc not in ("", "watcher.test")], (address, led_to)
        assert digest(tmp_path) == before
        unsafe = [a for a in walk(app) if a[0] not in SAFE_METHODS and not is_public(a[1]) and a[1] not in LEAVING]
        for method, address in unsafe:
            answer = await person.request(method, address)
            assert (answer.status_code == 403) is (scope_needed(method, address) not in role.scopes), address
            assert without_protection(answer) == set(), address


def without_protection(answer: httpx.Response) -> set[str]:
    """The security headers that an answer lacks; what others wrote is shown with a stricter policy than our pages."""
    lacking = {name for name, value in SECURITY_HEADERS.items() if answer.headers.get(name) != value}
    return lacking - {"content-security-policy"} if answer.headers["content-security-policy"] == SANDBOX else lacking


@pytest.mark.parametrize("scope", list(Scope))
async def test_each_token_may_do_its_scope_and_is_no_key_to_the_pages(
    app: Starlette, desk_store: Store, machine: Machine, scope: Scope
) -> None:
    token = desk_store.tokens.add("admin", "program", [scope], machine.now)
    async with browser(app) as program:
        program.headers = httpx.Headers({"authorization": f"Bearer {token}"})
        for method, address in walk(app):
            if not is_public(address):
                status = (await program.request(method, address)).status_code
                for_programs = address.startswith("/api/")
                wanted = scope_needed(method, address) is scope
                assert (status in (401, 403)) is not (for_programs and wanted), (method, address, status)


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: install Debian's `chromium`")
async def test_no_word_runs_in_a_browser(desk_store: Store, machine: Machine) -> None:
    hostile_words.plant(desk_store)
    app = site_over(desk_store, machine, hosts=["127.0.0.1"])
    async with serving(app) as port, open_browser() as (page, complaints):
        base = f"http://127.0.0.1:{port}"
        elsewhere: list[str] = []
        page.on("dialog", lambda dialog: complaints.append(f"dialog: {dialog.message}"))
        page.on("request", lambda request: elsewhere.append(request.url) if not request.url.startswith(base) else None)
        link = desk_store.users.new_login_token("admin", machine.now, timedelta(hours=1))
        await page.goto(f"{base}/login/{link}")
        await page.click("main button")
        searches = [f"/inbox?q={quote(words)}&verdict=any&policy={quote(words)}" for words in hostile_words.WORDS]
        paths = [*hostile_words.pages(), "/inbox?verdict=any", *searches]
        for path in paths:
            await page.goto(base + path, wait_until="domcontentloaded")
            assert urlsplit(page.url).path == urlsplit(path).path
            assert markup_of_others(await page.content()) == [], path
    assert len(set(hostile_words.WORDS)) == 60
    print(
        f"{len(hostile_words.WORDS)} hostile words on {len(paths)} pages: {len(complaints)} complaints of the browser"
    )
    assert complaints == []
    assert elsewhere == []


def markup_of_others(html: str) -> list[str]:
    """Elements and attributes that we never write."""
    tree = LexborHTMLParser(html)
    found = tree.css("script:not([src]), iframe, object, embed, base, style, img, video, audio, template, marquee")
    handlers = [node for node in tree.css("*") if any(name.startswith("on") for name in node.attributes)]
    return [str(node.html)[:200] for node in (*found, *handlers)]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A daemon that watches nothing and serves the pages."""
    (tmp_path / "sources.yaml").write_text(SOURCES)
    return {"WATCHER_CONFIG": str(tmp_path / "sources.yaml"), "WATCHER_DATA_DIR": str(tmp_path / "data")}


async def _link(daemon: RunningDaemon, environment: dict[str, str], name: str) -> str:
    code, printed = await command(environment, "users", "add", name, "--url", daemon.address)
    assert code == 0, printed
    return printed.strip().splitlines()[-1]


async def test_ten_thousand_guesses_open_nothing_and_disturb_nobody(environment: dict[str, str]) -> None:
    async with running(environment) as daemon:
        await daemon.says("review pages")
        async with signed_in(await _link(daemon, environment, "Ana"), PASSWORD) as owner, at_work(owner) as work:
            one_place = [("198.51.100.1", f"name {n}") for n in range(GUESSES // 2)]
            one_name = [(f"203.0.113.{n % 250}", "Ana") for n in range(GUESSES // 2)]
            by_address = await guess(daemon.address, one_place)
            by_account = await guess(daemon.address, one_name)
        async with signed_in(await _link(daemon, environment, "Eva"), PASSWORD):
            pass
        assert (await daemon.stop()) == 0, daemon.text
    print(f"guesses from one address {dict(by_address)}, at one account {dict(by_account)}")
    print(f"meanwhile {dict(work.statuses)}, {work.late} of {work.asked} after a second, slowest {work.slowest:.2f} s")
    assert by_address == {403: PER_ADDRESS, 429: GUESSES // 2 - PER_ADDRESS}
    assert by_account == {403: PER_ACCOUNT, 429: GUESSES // 2 - PER_ACCOUNT}
    assert set(work.statuses) == {200}
    assert work.late <= work.asked // 20


async def newly_connected(address: str) -> int:
    """What somebody gets who comes now, within the time that people wait for a page."""
    async with httpx.AsyncClient(base_url=address, timeout=PATIENCE) as newcomer:
        return (await newcomer.get("/healthz")).status_code


async def test_seven_hundred_slow_sockets_keep_nobody_waiting(environment: dict[str, str]) -> None:
    async with running(environment) as daemon:
        await daemon.says("review pages")
        async with (
            signed_in(await _link(daemon, environment, "Ana"), PASSWORD) as owner,
            slow_sockets(daemon.address, SOCKETS) as opened,
            at_work(owner) as work,
        ):
            answers = [await newly_connected(daemon.address) for _ in range(20)]
        assert (await daemon.stop()) == 0, daemon.text
    print(f"{opened} slow sockets: a newcomer got {set(answers)}; meanwhile {dict(work.statuses)}, {work.late} late")
    assert answers == [200] * 20
    assert set(work.statuses) <= {200}
    assert work.late == 0
