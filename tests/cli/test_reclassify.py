"""watcher reclassify as people run it: after a new alias, as a dry run and for good, and what the doctor says of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.cli.conftest import Desk, site
from tests.cli.test_db import rows
from watcher.errors import ConfigError

ALIAS = "Quimbaya Arrangement"
FEED = f"""<rss version='2.0'><channel><title>Agency</title>
<item><guid isPermaLink='false'>end</guid><title>Notice</title><description>
The Department of Homeland Security today terminated the {ALIAS}. {"It said so in a notice. " * 80}
</description></item>
<item><guid isPermaLink='false'>mpp</guid><title>MPP</title><description>
The Department of Homeland Security today suspended the Migrant Protection Protocols. {"A notice said so. " * 80}
</description></item></channel></rss>"""


@pytest.fixture
def watched(desk: Desk) -> Iterator[Desk]:
    """A desk that has read two announcements; of one of them its vocabulary did not know the name."""
    with site(desk, {"/feed": ("application/rss+xml", FEED)}) as server:
        address = f"http://{desk.environment['WATCHER_ALLOW_FETCH'].split('/')[0]}:{server.port}/feed"
        text = desk.text.replace("https://agency.example/feed\n", f"{address}\n    alert_backfill: true\n")
        desk.config.write_text(text, encoding="utf-8")
        desk.run("check", "--all")
        assert [each["match"]["policy"] for each in found(desk)] == ["mpp"]
        assert len(deliveries(desk)) == 1
        yield desk


def found(desk: Desk) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = json.loads(desk.run("matches", "list", "--json").output)["rows"]
    return listed


def deliveries(desk: Desk) -> list[tuple[object, ...]]:
    return rows(desk, "SELECT id FROM deliveries")


def learn(desk: Desk) -> None:
    folder = desk.folder / "vocabulary"
    folder.mkdir()
    (folder / "more.yaml").write_text(f"extends: mpp\nmatch: {{en: [{ALIAS}]}}\n", encoding="utf-8")
    desk.environment["WATCHER_VOCABULARY"] = str(folder)


def test_a_new_alias_finds_the_old_entry_first_as_a_dry_run_then_for_good(watched: Desk) -> None:
    learn(watched)
    told = deliveries(watched)
    dry = watched.run("reclassify", "--dry-run")
    assert dry.output.splitlines() == [
        "policy  new  gone  kept by review  unchanged",
        "mpp     1    0     0               1",
        "2 entries would be classified again; nothing was stored",
    ]
    assert len(found(watched)) == 1
    done = watched.run("reclassify", "--json")
    tally = {"new": 1, "gone": 0, "kept": 0, "unchanged": 1}
    assert json.loads(done.output) == {"entries": 2, "passed_over": 0, "policies": {"mpp": tally}}
    assert {(each["match"]["policy"], each["backfill"]) for each in found(watched)} == {("mpp", True), ("mpp", False)}
    assert deliveries(watched) == told
    assert "0 entries were classified again" in watched.run("reclassify").output
    assert "2 entries were classified again" in watched.run("reclassify", "--all").output


def test_the_next_check_after_it_brings_nothing_new(watched: Desk) -> None:
    learn(watched)
    watched.run("reclassify")
    rows(watched, "UPDATE sources SET etag = NULL, last_modified = NULL, body_sha256 = NULL")
    (summary,) = json.loads(watched.run("check", "--all", "--json").output)
    assert (summary["outcome"], summary["new_revisions"], summary["deliveries"]) == ("read", 0, 0)


def test_the_doctor_names_the_command_until_it_was_run(watched: Desk) -> None:
    assert "advice  vocabulary" not in watched.run("doctor").output
    learn(watched)
    (line,) = [line for line in watched.run("doctor").output.splitlines() if "advice  vocabulary" in line]
    assert "2 stored entries" in line
    assert "`watcher reclassify --dry-run`" in line
    watched.run("reclassify")
    assert "fine  vocabulary" in watched.run("doctor").output


def test_a_source_that_is_none_is_refused(watched: Desk) -> None:
    result = watched.run("reclassify", "--source", "agncy")
    assert isinstance(result.exception, ConfigError)
    assert "agncy: there is no source of this id" in str(result.exception)


def test_a_day_and_a_source_narrow_it_down(watched: Desk) -> None:
    learn(watched)
    assert "0 entries" in watched.run("reclassify", "--since", "2999-01-01").output
    assert "2 entries" in watched.run("reclassify", "--since", "2020-01-01", "--source", "agency-old").output


def test_why_nobody_was_alerted_to_a_historical_match_is_said(watched: Desk) -> None:
    learn(watched)
    watched.run("reclassify")
    (entry,) = [each["entry_id"] for each in found(watched) if each["backfill"]]
    assert "found when stored entries were classified again" in watched.run("alerts", "why", entry).output
