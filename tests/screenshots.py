"""The pictures of the README, taken from the demo: `make screenshots`."""

from __future__ import annotations

import asyncio
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from playwright.async_api import Page, async_playwright

from tests.acceptance.daemon import RunningDaemon, running, until
from tests.acceptance.ledgers import stored
from tests.web.test_browser import CHROMIUM, FLAGS
from watcher.demo.catalog import write_configuration
from watcher.demo.stage import Stage, open_stage
from watcher.store import open_store

DOCS = Path(__file__).parent.parent / "docs"
PAGES = {"overview": "/", "inbox": "/inbox", "sources": "/sources", "policy": "/policies/mpp", "alerts": "/alerts"}


async def main() -> None:
    """Run the demo until everything is published, and take a picture of each page."""
    DOCS.mkdir(exist_ok=True)
    async with open_stage(lambda: datetime.now(UTC)) as stage:
        with tempfile.TemporaryDirectory() as folder:
            async with running(write_configuration(stage, Path(folder))) as daemon:
                await _everything_is_there(stage, daemon, folder)
                await _take(daemon)


async def _everything_is_there(stage: Stage, daemon: RunningDaemon, folder: str) -> None:
    store = open_store(f"sqlite:///{folder}/data/watcher.db")
    await daemon.says("watching")
    await until(lambda: stored(store) == len(stage.newsroom.published()), 60)
    stage.newsroom.publish_all(datetime.now(UTC))
    await until(lambda: stored(store) == len(stage.newsroom.published()), 60)
    await asyncio.sleep(3)
    store.close()


async def _take(daemon: RunningDaemon) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = await browser.new_page(viewport={"width": 1200, "height": 900})
        await page.goto(daemon.login_link)
        await page.locator("main form button").first.click()
        for name, path in PAGES.items():
            await page.goto(daemon.address + path)
            await page.screenshot(path=DOCS / f"{name}.png")
        await _entry(page, daemon)
        await page.set_viewport_size({"width": 390, "height": 844})
        await page.goto(daemon.address + "/inbox")
        await page.screenshot(path=DOCS / "phone.png")
        await browser.close()


async def _entry(page: Page, daemon: RunningDaemon) -> None:
    await page.goto(daemon.address + "/inbox?policy=mpp")
    await page.locator("article h2 a").first.click()
    await page.screenshot(path=DOCS / "entry.png")


if __name__ == "__main__":
    asyncio.run(main())
