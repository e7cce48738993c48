"""No page breaks a rule that axe-core knows, light and dark, wide and narrow (WCAG 2.2 A and AA, and best practice)."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]

from tests.store.building import decide
from tests.web.conftest import Machine
from tests.web.planted import ENDED_ID, ENTRY_ID, NOW, POLICIES
from tests.web.reports import GATHER, LEAD, RADIO, plant_reports
from tests.web.serving import serving
from tests.web.test_browser import CHROMIUM, log_in, open_browser
from watcher.models.reviews import Change
from watcher.models.words import Verdict
from watcher.store import Store
from watcher.web.app import make_app

PAGES = (
    *("/", "/inbox", "/inbox?verdict=any&policy=mpp&order=important", "/inbox?q=(", "/inbox?q=nothing"),
    *(f"/entries/{ENTRY_ID}", f"/matches/{ENDED_ID}", "/policies", "/policies/mpp", "/sources", "/alerts"),
    "/policies/title-42",
    *(f"/entries/{LEAD}", "/alerts/silences", "/alerts/preview", "/alerts/test", "/feed-links", "/nowhere"),
)

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: install Debian's `chromium`")


@pytest.fixture
async def base(planted: Store, machine: Machine) -> AsyncIterator[str]:
    """A desk at which some work was done."""
    decide(planted, ENDED_ID, Verdict.DISMISSED, "Old news.")
    planted.reviews.make([Change(ENDED_ID, assignee="admin")], reviewer="bob", now=NOW)
    plant_reports(planted)
    planted.regroupings.split(RADIO, GATHER, by="bob", now=NOW)
    planted.searches.save("Courts", "?publisher_type=court", owner="admin", shared=True, now=NOW)
    app = make_app(
        planted,
        policies=POLICIES,
        hosts=["127.0.0.1"],
        secure_cookies=False,
        base_url="http://127.0.0.1",
        clock=machine.clock,
        health=machine.health,
        metrics=machine.metrics,
    )
    async with serving(app) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
async def test_axe_finds_nothing(base: str, planted: Store, scheme: str, width: int) -> None:
    found: dict[str, list[str]] = {}
    async with open_browser(color_scheme=scheme, viewport={"width": width, "height": 900}) as (page, _):
        await page.goto(f"{base}/login")
        found["/login"] = await violations(page)
        await log_in(page, base, planted)
        for path in PAGES:
            await page.goto(base + path)
            for more in await page.locator("details > summary:visible").all():
                await more.click()
            found[path] = await violations(page)
    assert {path: what for path, what in found.items() if what} == {}


async def violations(page: object) -> list[str]:
    """Rule and element of each violation."""
    results = await Axe().run(page)
    return [f"{each['id']}: {node['html'][:160]}" for each in results.response["violations"] for node in each["nodes"]]
