"""watcher alerts: trying rules and recipients, silences, the ledger as CSV."""

from __future__ import annotations

import contextlib
import csv
import json
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest

from tests.alerts.samples import NOW, announcement, match
from tests.cli.conftest import SOURCES, Desk
from tests.fetch.server import HOST, reply, serving
from watcher.bootstrap import load_catalog, open_store, opened_app, opened_stages
from watcher.errors import FetchError
from watcher.models.catalog import Criteria
from watcher.settings import read_settings

DAY = timedelta(days=1)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    file = f"  - {{id: kept, channel: file, path: {tmp_path / 'alerts.jsonl'}}}\n"
    made.config.write_text(SOURCES.replace("recipients:\n", f"recipients:\n{file}"), "utf-8")
    return made


def test_a_test_alert_arrives_and_stands_in_the_ledger(desk: Desk) -> None:
    sent = desk.run("alerts", "test", "kept")
    assert "delivered: written" in sent.output
    line = json.loads((desk.folder / "alerts.jsonl").read_text("utf-8"))
    assert line["type"] == "notice.test"
    (row,) = csv.DictReader(StringIO(desk.run("alerts", "list", "--csv", "--channel", "file").output))
    assert (row["state"], row["about"]) == ("delivered", "Test alert of watcher for kept")
    assert "1        " in desk.run("alerts", "show", line["id"]).output


def test_a_test_that_does_not_arrive_says_why_and_fails(desk: Desk) -> None:
    desk.config.write_text(desk.text.replace("alerts.jsonl", "no-folder/alerts.jsonl"), "utf-8")
    sent = desk.run("alerts", "test", "kept")
    assert sent.return_value == 1
    assert "cannot be written to" in sent.output


def test_an_unknown_recipient_is_answered_with_those_that_there_are(desk: Desk) -> None:
    assert "there are: kept, terminal" in str(desk.run("alerts", "test", "desk").exception)


def test_a_rule_is_previewed_by_name_and_as_text(desk: Desk) -> None:
    assert "rule all would have sent 0 alerts" in desk.run("alerts", "preview", "all").output
    assert json.loads(desk.run("alerts", "preview", "--yaml", "when: {}", "--json").output)["alerts"] == 0
    assert "there are: all" in str(desk.run("alerts", "preview", "none").exception)


def test_silences_are_added_listed_and_ended(desk: Desk) -> None:
    desk.run("alerts", "list")
    added = desk.run("alerts", "silence", "add", "--for", "4h", "--comment", "known", "--action", "terminate")
    assert "actions: terminate" in added.output
    (listed,) = json.loads(desk.run("alerts", "silence", "list", "--json").output)
    assert (listed["comment"], listed["held"]) == ("known", 0)
    assert "ended" in desk.run("alerts", "silence", "end", listed["id"]).output
    assert "over" in desk.run("alerts", "silence", "list").output
    assert "would hold every alert" in str(
        desk.run("alerts", "silence", "add", "--for", "4h", "--comment", "x").exception
    )


def test_only_what_is_switched_off_can_be_switched_on(desk: Desk) -> None:
    assert "none of its addresses is switched off" in str(desk.run("alerts", "enable", "kept").exception)


async def test_a_silence_in_force_holds_what_the_rules_of_the_file_would_send(desk: Desk) -> None:
    settings = read_settings({"WATCHER_CONFIG": str(desk.config), "WATCHER_DATA_DIR": str(desk.folder / "data")})
    with contextlib.closing(open_store(settings)) as store:
        async with opened_app(settings, store) as app:
            tools = app.stages.tools(store.entries, lambda: app.plan, store.silences.in_force)
            (loud,) = tools.route(announcement(match()), NOW)
            made = store.silences.add(
                Criteria(policies=("mpp",)), author="ana", comment="known", expires_at=NOW + DAY, now=NOW
            )
            (held,) = tools.route(announcement(match()), NOW)
    assert (loud.silence_id, held.silence_id, held.id) == (None, made.id, loud.id)


async def test_the_heartbeat_calls_its_address_through_the_guarded_door(desk: Desk) -> None:
    async with serving({"/ping": reply(body=b"ok")}) as server:
        desk.config.write_text(f"{desk.text}\nheartbeat: {server.url('/ping')}\n", "utf-8")
        files = {"WATCHER_CONFIG": str(desk.config), "WATCHER_DATA_DIR": str(desk.folder / "data")}
        settings = read_settings({**files, "WATCHER_ALLOW_SEND": f"{HOST}/32:{server.port}"})
        guarded = read_settings(files)
        for allowed in (settings, guarded):
            async with opened_stages(allowed) as stages:
                plan = stages.plan(load_catalog(allowed, stages.knowledge.policies))
                with contextlib.nullcontext() if allowed is settings else pytest.raises(FetchError):
                    await stages.beat(plan)
    assert len(server.asked) == 1
