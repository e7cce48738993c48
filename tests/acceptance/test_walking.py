"""A person's first day, in a real browser on the real daemon: from the invitation to the alert that was delivered."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.compose import free_port
from tests.acceptance.daemon import command, running, until
from tests.acceptance.ledgers import now, stored
from tests.web.test_browser import CHROMIUM, open_browser
from watcher.demo.catalog import write_configuration
from watcher.demo.stage import DESK_HOST, Stage
from watcher.store import open_store

ANA = "ana@example.org"

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium here: install Debian's `chromium`, or say where it is in CHROMIUM"
)


async def test_a_first_day(stage: Stage, tmp_path: Path) -> None:
    port = free_port()
    base = f"http://{DESK_HOST}:{port}"
    environment = write_configuration(stage, tmp_path, {"WATCHER_BASE_URL": base})
    async with running(environment, "--host", DESK_HOST, "--port", str(port)) as daemon, open_browser() as opened:
        page, complaints = opened
        await daemon.says("watching")
        store = open_store(f"sqlite:///{tmp_path / 'data' / 'watcher.db'}")
        await until(lambda: stored(store) == len(stage.newsroom.published()), 60, lambda: daemon.text)
        await _log_in_by_invitation(page, base, environment)
        await _triage_by_keys(page, base)
        await _correct(page, base)
        await _make_a_search_a_rule(page, base)
        await _subscribe(page, base, stage)
        stage.newsroom.publish_all(now())
        await until(lambda: len(_mails(stage)) > 1, 60, lambda: daemon.text)
        await _see_the_delivery(page, base)
        assert complaints == []
        store.close()
        assert await daemon.stop() == 0


async def _log_in_by_invitation(page: Any, base: str, environment: dict[str, str]) -> None:
    code, output = await command(environment, "users", "add", "ana", "--role", "admin")
    assert code == 0, output
    link = next(word for word in output.split() if "/login/" in word)
    await page.goto(link)
    await page.click("main button")
    await page.wait_for_selector("text=Overview")
    assert page.url.startswith(base)


async def _triage_by_keys(page: Any, base: str) -> None:
    await page.goto(f"{base}/inbox")
    first = await page.get_attribute("[data-match]", "id")
    await page.keyboard.press("c")
    await page.wait_for_selector(f"#{first}.is-decided")
    await page.keyboard.press("u")
    await page.wait_for_selector(f"#{first}:not(.is-decided)")


async def _correct(page: Any, base: str) -> None:
    await page.goto(f"{base}/inbox?policy=mpp")
    await page.keyboard.press("e")
    await page.wait_for_url("**/matches/**")
    await page.select_option("#action", "extend")
    await page.click("text=Save without a verdict")
    await page.wait_for_url("**done=**")


async def _make_a_search_a_rule(page: Any, base: str) -> None:
    await page.goto(f"{base}/inbox?verdict=any&policy=mpp")
    await page.click("text=Keep this search")
    await page.fill("#search-name", "All about MPP")
    await page.click(".keep button")
    await page.wait_for_selector(".facet >> text=All about MPP")
    await page.click("text=Make it a rule")
    await page.fill("#id", "all-mpp")
    await page.fill("#note", "our docket")
    await page.check("input[name=send] >> nth=0")
    await page.click("text=Show what it would have sent")
    await page.click("text=Save the rule")
    await page.wait_for_selector("text=all-mpp")


async def _subscribe(page: Any, base: str, stage: Stage) -> None:
    await page.goto(f"{base}/subscribe")
    await page.fill("#address", ANA)
    await page.click("text=Send me the mail to confirm")
    await until(lambda: bool(_mails(stage)), 30)
    link = re.search(r"http://\S+/subscribe/confirm/\S+", _mails(stage)[0])
    assert link
    await page.goto(link[0])
    await page.click("text=Yes, write to me")
    await page.wait_for_selector("text=You are subscribed")


async def _see_the_delivery(page: Any, base: str) -> None:
    await page.goto(f"{base}/alerts?state=delivered")
    mine = page.locator(".ledger li", has_text=ANA).first
    assert "delivered" in (await mine.inner_text()).lower()
    await mine.locator("text=attempt").click()
    await page.wait_for_selector("text=250")


def _mails(stage: Stage) -> list[str]:
    return [mail.text for mail in stage.mailbox.mails if ANA in mail.recipients]
