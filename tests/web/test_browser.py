"""The pages in a real browser: with keys, without JavaScript, on a phone, in Spanish."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from tests.web.conftest import Machine
from tests.web.planted import COURT_MATCH_ID, ENDED_ID, ENTRY_ID, NOW, POLICIES, REPORTED_ID, check, found, record
from tests.web.reports import BACK, LEAD, plant_reports
from tests.web.serving import serving
from watcher.alerts.doors import Doors
from watcher.models.secret import Secret
from watcher.models.views import MatchQuery
from watcher.models.words import Verdict
from watcher.store import Store
from watcher.web.app import make_app

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
MORE = ("/alerts/rules", "/alerts/rules/new", "/alerts/recipients/new", "/subscribe", "/api/v1/docs")
PAGES = (
    "/",
    "/inbox",
    f"/matches/{ENDED_ID}",
    f"/entries/{ENTRY_ID}",
    "/sources",
    "/sources/kind-news",
    "/policies",
    "/policies/mpp",
    "/alerts",
    "/feed-links",
    "/account",
    "/users",
    "/nowhere",
    *MORE,
)

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium here: install Debian's `chromium`, or say where it is in CHROMIUM"
)


@pytest.fixture
async def base(planted: Store, machine: Machine) -> AsyncIterator[str]:
    """The address of the site on a loopback port."""
    app = make_app(
        planted,
        policies=POLICIES,
        hosts=["127.0.0.1"],
        secure_cookies=False,
        base_url="http://127.0.0.1",
        clock=machine.clock,
        health=machine.health,
        metrics=machine.metrics,
        doors=Doors("http://127.0.0.1", Secret("k" * 32)),
    )
    async with serving(app) as port:
        yield f"http://127.0.0.1:{port}"


@asynccontextmanager
async def open_browser(**options: Any) -> AsyncIterator[tuple[Any, list[str]]]:
    """A page and the complaints of its console, where breaches of the content security policy stand."""
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = await (await browser.new_context(**{"locale": "en-US", **options})).new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page, complaints
        await browser.close()


async def log_in(page: Any, base: str, store: Store) -> None:
    token = store.users.new_login_token("admin", NOW, timedelta(hours=2))
    await page.goto(f"{base}/login/{token}")
    await page.click("main button")
    await page.wait_for_url(f"{base}/")


def verdict(store: Store, match_id: str) -> Verdict:
    row = store.matches.show(match_id)
    assert row is not None
    return row.verdict


async def test_a_reviewer_decides_undoes_and_searches_by_keyboard(base: str, planted: Store) -> None:
    async with open_browser(viewport={"width": 1440, "height": 900}) as (page, complaints):
        await log_in(page, base, planted)
        await page.goto(f"{base}/inbox")
        await page.keyboard.press("?")
        assert await page.is_visible("#keys")
        await page.keyboard.press("Escape")
        await page.keyboard.press("j")
        await page.keyboard.press("c")
        await page.wait_for_selector(f"#m-{COURT_MATCH_ID} .outcome button")
        assert verdict(planted, COURT_MATCH_ID) is Verdict.CONFIRMED
        await page.keyboard.press("d")
        await page.wait_for_selector(f"#m-{ENDED_ID} .outcome button")
        assert verdict(planted, ENDED_ID) is Verdict.DISMISSED
        await page.keyboard.press("u")
        await page.wait_for_selector(f"#m-{ENDED_ID} button.yes")
        assert verdict(planted, ENDED_ID) is Verdict.NEW
        await page.keyboard.press("d")
        await page.wait_for_selector(f"#m-{ENDED_ID} .outcome button")
        async with page.expect_navigation():
            await page.keyboard.press("o")
        assert page.url.endswith(f"/entries/{ENTRY_ID}")
        await page.goto(f"{base}/inbox?verdict=any")
        await page.keyboard.press("/")
        await page.keyboard.type("homeland NOT policy:mpp")
        async with page.expect_navigation():
            await page.keyboard.press("Enter")
        assert await page.locator("[data-match]").count() == 1
        assert complaints == []


async def test_two_hundred_matches_are_triaged_with_one_key_each(base: str, planted: Store) -> None:
    text = "The Migrant Protection Protocols."
    one = found("mpp", "Migrant Protection Protocols", text)
    many = [record("kind-news", f"urn:many-{n}", f"Statement {n}", text, [one]) for n in range(197)]
    check(planted, "kind-news", *many, now=NOW.replace(hour=13))
    pressed = 0
    async with open_browser(viewport={"width": 1440, "height": 900}) as (page, complaints):
        await log_in(page, base, planted)
        await page.goto(f"{base}/inbox")
        await page.wait_for_selector("[data-match]")
        while (waiting := await page.locator("[data-match]:not(.is-decided)").count()) and pressed < 400:
            address = page.url
            for number in range(waiting):
                await page.keyboard.press("d" if number % 4 else "c")
            pressed += waiting
            await page.wait_for_function(
                "(old) => location.href !== old || !document.querySelector('[data-match]')", arg=address
            )
            await page.wait_for_load_state()
        assert complaints == []
    assert pressed == 200
    assert planted.matches.count(MatchQuery(verdict=Verdict.NEW)) == 0
    assert planted.matches.count(MatchQuery(verdict=Verdict.CONFIRMED)) > 40


async def test_a_match_is_corrected_and_given_to_somebody(base: str, planted: Store) -> None:
    async with open_browser(viewport={"width": 1440, "height": 900}) as (page, complaints):
        await log_in(page, base, planted)
        await page.goto(f"{base}/inbox?policy=mpp")
        await page.keyboard.press("e")
        await page.wait_for_url(f"**/matches/{ENDED_ID}**")
        await page.select_option("#policy", "title-42")
        await page.select_option("#action", "block")
        await page.select_option("#assignee", "admin")
        await page.fill("#due", "2026-05-20")
        await page.click("text=Save without a verdict")
        await page.wait_for_url("**done=**")
        await page.goto(base)
        assert "due 20 May 2026" in await page.inner_text(".ledger")
        assert complaints == []
    row = planted.matches.show(ENDED_ID)
    assert row is not None
    assert (row.match.policy, row.match.action.value, row.assignee) == ("title-42", "block", "admin")


async def test_without_javascript_everything_can_be_done_in_spanish_on_a_phone(base: str, planted: Store) -> None:
    phone = {"width": 360, "height": 740}
    async with open_browser(viewport=phone, java_script_enabled=False, locale="es-MX") as (page, complaints):
        await log_in(page, base, planted)
        await page.click("text=Bandeja")
        await page.click("text=Filtros")
        await page.click(".facet >> text=Protocolos de Protección a Migrantes")
        await page.click(".card .note summary")
        await page.select_option(".card select", "old-news")
        await page.fill(".card textarea", "Lo cita el tribunal.")
        await page.click(".card .note button.no")
        await page.wait_for_url("**done=**")
        (note,) = planted.reviews.history(ENDED_ID)
        assert (note.verdict, note.reason, note.note) == (Verdict.DISMISSED, "old-news", "Lo cita el tribunal.")
        await page.click("text=Deshacer")
        await page.wait_for_selector("text=deshecho")
        assert verdict(planted, ENDED_ID) is Verdict.NEW
        await page.goto(f"{base}/inbox")
        for box in await page.locator("label.pick").all():
            await box.click()
        await page.click(".bulk button.yes")
        await page.wait_for_selector("text=Guardado para 3 hallazgos.")
        assert {verdict(planted, each) for each in (ENDED_ID, REPORTED_ID, COURT_MATCH_ID)} == {Verdict.CONFIRMED}
        assert complaints == []


async def test_a_report_is_taken_out_of_its_announcement_and_put_back_on_a_phone(base: str, planted: Store) -> None:
    plant_reports(planted)
    phone = {"width": 360, "height": 740}
    async with open_browser(viewport=phone, java_script_enabled=False, locale="es-MX") as (page, complaints):
        await log_in(page, base, planted)
        await page.goto(f"{base}/entries/{LEAD}")
        await page.click(".members li:last-child >> text=No es el mismo anuncio")
        await page.wait_for_url("**regrouped=**")
        assert await page.inner_text("#reports") == "Un anuncio: 2 informes"
        await page.click("#announcement .done button")
        await page.wait_for_selector("text=Un anuncio: 3 informes")
        await page.click(".merge summary")
        await page.fill("#merge-address", f"{base}/entries/{BACK}")
        await page.click("text=Juntarlos")
        await page.wait_for_selector("text=Un anuncio: 4 informes")
        assert await page.evaluate("document.documentElement.scrollWidth") <= 360
        assert complaints == []


async def test_every_page_fits_every_screen_and_every_thumb(base: str, planted: Store) -> None:
    """44 px for buttons, fields and links that stand alone (WCAG 2.2, 2.5.5); links within sentences are exempt."""
    fields = "input:not([type=hidden], [type=checkbox], [type=radio]), select, .option, .pick"
    plant_reports(planted)
    planted.searches.save("w" * 100, "policy=mpp", owner="admin", shared=True, now=NOW)
    alone = f"button, summary, {fields}, .nav a, .tabs a, .chips a, .facet a, .jumps a, .button"
    small = f"""() => [...document.querySelectorAll("{alone}")]
        .filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 43.5).map(e => e.outerHTML)"""
    async with open_browser(has_touch=True) as (page, _):
        await log_in(page, base, planted)
        for path in (*PAGES, f"/entries/{LEAD}", "/inbox?policy=mpp#filters", "/inbox?q=("):
            await page.goto(base + path)
            for width in (1440, 768, 360, 320):
                await page.set_viewport_size({"width": width, "height": 800})
                assert await page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
            assert await page.evaluate(small) == [], path


async def test_every_page_weighs_less_than_150_kb_and_takes_less_than_twelve_requests(
    base: str, planted: Store
) -> None:
    """With nothing in the browser's cache, and unpacked; the lists are full."""
    text = "The Migrant Protection Protocols end on Friday, the department said. " * 20
    one = found("mpp", "Migrant Protection Protocols", text)
    check(planted, "kind-news", *(record("kind-news", f"urn:{n}", f"Statement {n}", text, [one]) for n in range(100)))
    plant_reports(planted)
    async with open_browser(viewport={"width": 1440, "height": 900}) as (page, _):
        await log_in(page, base, planted)
        await (await page.context.new_cdp_session(page)).send("Network.setCacheDisabled", {"cacheDisabled": True})
        answers: list[Any] = []
        page.on("response", lambda answer: answers.append(answer))  # a builtin cannot be a listener here
        for path in (*PAGES, f"/entries/{LEAD}"):
            answers.clear()
            await page.goto(base + path, wait_until="networkidle")
            weight = sum([len(await answer.body()) for answer in answers])
            assert 0 < len(answers) < 12, path
            assert 0 < weight < 150_000, (path, weight)
