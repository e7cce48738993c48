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
from tests.web.planted import COURT_MATCH_ID, ENDED_ID, ENTRY_ID, NOW, POLICIES
from tests.web.serving import serving
from watcher.alerts.doors import Doors
from watcher.models.secret import Secret
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
MORE = ("/alerts/rules", "/alerts/rules/new", "/alerts/recipients/new", "/subscribe")
PAGES = (
    "/",
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


async def test_a_reviewer_logs_in_and_clears_the_inbox_by_keyboard(base: str, planted: Store) -> None:
    async with open_browser(viewport={"width": 1440, "height": 900}) as (page, complaints):
        await log_in(page, base, planted)
        await page.keyboard.press("?")
        assert await page.is_visible("#keys")
        await page.keyboard.press("Escape")
        await page.keyboard.press("j")
        async with page.expect_navigation():
            await page.keyboard.press("c")
        assert verdict(planted, COURT_MATCH_ID) is Verdict.CONFIRMED
        async with page.expect_navigation():
            await page.keyboard.press("d")
        assert verdict(planted, ENDED_ID) is Verdict.DISMISSED
        async with page.expect_navigation():
            await page.keyboard.press("o")
        assert page.url.endswith(f"/entries/{ENTRY_ID}")
        await page.goto(base)
        await page.keyboard.press("/")
        await page.keyboard.type("homeland")
        async with page.expect_navigation():
            await page.keyboard.press("Enter")
        assert page.url == f"{base}/?q=homeland"
        assert complaints == []


async def test_without_javascript_everything_can_be_done_in_spanish_on_a_phone(base: str, planted: Store) -> None:
    phone = {"width": 360, "height": 740}
    async with open_browser(viewport=phone, java_script_enabled=False, locale="es-MX") as (page, complaints):
        await log_in(page, base, planted)
        await page.click("text=Filtros")
        await page.click(".facet >> text=Protocolos de Protección a Migrantes")
        await page.click(".card .note summary")
        await page.fill(".card textarea", "Lo cita el tribunal.")
        await page.click(".card .note button.yes")
        await page.wait_for_url("**done=**")
        view = planted.entries.show(ENTRY_ID)
        assert view is not None
        assert [(note.verdict, note.note) for _, note in view.reviews] == [(Verdict.CONFIRMED, "Lo cita el tribunal.")]
        assert complaints == []


async def test_every_page_fits_every_screen_and_every_thumb(base: str, planted: Store) -> None:
    """44 px for buttons, fields and links that stand alone (WCAG 2.2, 2.5.5); links within sentences are exempt."""
    fields = "input:not([type=hidden], [type=checkbox], [type=radio]), select, .option"
    alone = f"button, summary, {fields}, .nav a, .tabs a, .chips a, .facet a, .jumps a, .button"
    small = f"""() => [...document.querySelectorAll("{alone}")]
        .filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 43.5).map(e => e.outerHTML)"""
    async with open_browser(has_touch=True) as (page, _):
        await log_in(page, base, planted)
        for path in (*PAGES, "/?policy=mpp#filters"):
            await page.goto(base + path)
            for width in (1440, 768, 360, 320):
                await page.set_viewport_size({"width": width, "height": 800})
                assert await page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
            assert await page.evaluate(small) == [], path
