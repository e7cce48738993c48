"""The main job from end to end: the real daemon against the newsroom, a real mail server and a webhook receiver."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable
from pathlib import Path

import httpx

from tests.acceptance.daemon import RunningDaemon, command, running, until
from tests.acceptance.ledgers import all_delivered, assert_received, kill_and_go_on, now, stored
from watcher.demo.stage import Stage
from watcher.store import open_store


async def test_announcements_are_found_alerted_and_shown(stage: Stage, environment: dict[str, str]) -> None:
    async with running(environment) as daemon:
        await daemon.says("watching")
        store = open_store(environment["WATCHER_DATABASE_URL"])
        await until(lambda: stored(store) == len(stage.newsroom.published()), 60, lambda: daemon.text)
        assert not stage.receiver.hooks, "the first check of a source rings nobody"
        stage.newsroom.publish_all(now())
        await until(lambda: stored(store) == len(stage.newsroom.published()), 60, lambda: daemon.text)
        await until(lambda: all_delivered(store), 30, lambda: daemon.text)
        assert_received(stage, store)
        assert not stage.receiver.refused
        assert await _inbox(daemon)
        assert await daemon.stop() == 0
        store.close()


async def test_kills_lose_nothing_and_double_nothing_but_under_the_same_id(
    stage: Stage, environment: dict[str, str]
) -> None:
    await kill_and_go_on(stage, environment, kills=2)


async def test_a_second_daemon_refuses_and_names_the_first(environment: dict[str, str]) -> None:
    async with running(environment) as first:
        await first.says("watching")
        code, output = await command(environment, "run", "--port", "0")
        assert code == 2
        assert f"process {first.process.pid} on " in output
        assert await first.stop() == 0


async def test_commands_work_beside_a_running_daemon(stage: Stage, environment: dict[str, str]) -> None:
    async with running(environment) as daemon:
        await daemon.says("watching")
        code, output = await command(environment, "check", "--all")
        assert code == 0, output
        code, output = await command(environment, "matches", "list", "--limit", "3")
        assert code == 0, output
        assert "mpp" in (await command(environment, "policies", "list"))[1]
        match = re.search(r"^(\w{16}) ", output, re.MULTILINE)
        assert match, output
        code, output = await command(environment, "matches", "review", match[1], "confirmed", "--note", "seen")
        assert code == 0, output
        shown = await command(environment, "matches", "show", match[1])
        assert "command line: confirmed  seen" in shown[1]
        assert await daemon.stop() == 0


async def test_a_broken_sources_yaml_stops_the_start_with_the_line(environment: dict[str, str]) -> None:
    line = _edit(environment, lambda text: text.replace("kind: feed", "knid: feed", 1), "knid")
    code, output = await command(environment, "run", "--port", "0")
    assert code == 2
    assert re.search(rf"sources\.yaml:{line}:\d+: .*knid", output), output
    assert "did you mean `kind`?" in output


async def test_a_file_that_breaks_while_watching_keeps_the_old_state(environment: dict[str, str]) -> None:
    async with running(environment, "--no-web") as daemon:
        await daemon.says("watching")
        _edit(environment, lambda text: text + "surces: []\n", "surces")
        daemon.process.send_signal(signal.SIGHUP)
        line = await daemon.says("the old state stays in force")
        assert environment["WATCHER_CONFIG"] in line
        assert await daemon.stop() == 0


def _edit(environment: dict[str, str], change: Callable[[str], str], word: str) -> int:
    """Change sources.yaml; the number of the line that then has this word."""
    config = Path(environment["WATCHER_CONFIG"])
    config.write_text(change(config.read_text()))
    return next(number for number, text in enumerate(config.read_text().splitlines(), 1) if word in text)


async def _inbox(daemon: RunningDaemon) -> str:
    """The inbox as a person sees it who uses the login link of the first start."""
    async with httpx.AsyncClient(base_url=daemon.address, follow_redirects=True) as browser:
        assert (await browser.get("/healthz")).status_code == 200
        assert (await browser.get("/readyz")).json()["ready"]
        assert "users login-link" in (await browser.get("/")).text
        await browser.post(daemon.login_link, headers={"Sec-Fetch-Site": "same-origin"})
        inbox = await browser.get("/inbox")
        assert "<mark" in inbox.text
        return inbox.text
