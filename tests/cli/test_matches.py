"""watcher matches: the same as the pages, from a terminal."""

from __future__ import annotations

import csv
import json
from io import StringIO

import pytest

from tests.cli.conftest import Desk
from tests.web.planted import COURT_MATCH_ID, ENDED_ID, NOW, REPORTED_ID, plant
from watcher.errors import ConfigError, SearchError
from watcher.store import migrate, open_store


@pytest.fixture
def planted(desk: Desk) -> Desk:
    """A folder whose database has three matches."""
    folder = desk.folder / "data"
    folder.mkdir(exist_ok=True)
    url = f"sqlite:///{folder / 'watcher.db'}"
    migrate.upgrade(url)
    store = open_store(url)
    plant(store)
    store.users.ensure_admin(NOW)
    store.close()
    return desk


def told(desk: Desk, *arguments: str) -> str:
    result = desk.run("matches", *arguments)
    assert result.exit_code == 0, result.output
    return result.output


def test_matches_are_searched_counted_and_sorted(planted: Desk) -> None:
    found = json.loads(told(planted, "list", "--search", "homeland NOT policy:mpp", "--json"))
    assert [row["id"] for row in found["rows"]] == [REPORTED_ID]
    counts = json.loads(told(planted, "list", "--counts", "--json"))
    assert counts["policy"] == [["title-42", 2], ["mpp", 1]]
    important = json.loads(told(planted, "list", "--important", "--json"))
    assert important["rows"][0]["id"] == ENDED_ID


def test_what_is_no_search_is_said_in_one_line(planted: Desk) -> None:
    result = planted.run("matches", "list", "--search", "(wall")
    assert isinstance(result.exception, SearchError)
    assert "A parenthesis is open" in str(result.exception)


def test_matches_are_reviewed_corrected_given_away_and_taken_back(planted: Desk) -> None:
    told(planted, "review", ENDED_ID, COURT_MATCH_ID, "dismissed", "--reason", "old-news", "--as", "ana")
    told(planted, "correct", REPORTED_ID, "--action", "block", "--policy", "mpp")
    told(planted, "assign", REPORTED_ID, "--to", "admin", "--due", "2026-06-01")
    shown = told(planted, "show", REPORTED_ID)
    assert "given to admin, due 2026-06-01" in shown
    assert "policy title-42 -> mpp" in shown
    assert "ana: dismissed" in told(planted, "show", ENDED_ID)
    told(planted, "undo", ENDED_ID)
    left = json.loads(told(planted, "list", "--verdict", "dismissed", "--json"))
    assert left["rows"] == []


def test_taking_back_what_is_no_decision_says_so(planted: Desk) -> None:
    for never in ("nothing", COURT_MATCH_ID):
        refused = planted.run("matches", "undo", never).exception
        assert isinstance(refused, ConfigError)
        assert f"{never}: is no decision" in str(refused)


def test_what_somebody_changed_since_is_left(planted: Desk) -> None:
    told(planted, "review", ENDED_ID, "confirmed", "--version", "0")
    result = planted.run("matches", "review", ENDED_ID, "dismissed", "--version", "0")
    assert isinstance(result.exception, ConfigError)
    assert "somebody changed it since" in result.output
    assert isinstance(planted.run("matches", "assign", ENDED_ID, "--to", "nobody").exception, ConfigError)


def test_every_format_is_printed_whole(planted: Desk) -> None:
    ids = {ENDED_ID, COURT_MATCH_ID, REPORTED_ID}
    assert {row["id"] for row in csv.DictReader(StringIO(told(planted, "export")))} == ids
    assert {row["id"] for row in json.loads(told(planted, "export", "--format", "json"))} == ids
    assert {json.loads(line)["id"] for line in told(planted, "export", "--format", "jsonl").splitlines()} == ids
    assert told(planted, "export", "--format", "markdown", "--policy", "mpp").count("\n## ") == 1


def test_verdicts_are_read_back_first_as_a_trial_then_for_good(planted: Desk) -> None:
    file = planted.folder / "verdicts.csv"
    rows = list(csv.DictReader(StringIO(told(planted, "export"))))
    for row in rows:
        row["verdict"] = {ENDED_ID: "confirmed", COURT_MATCH_ID: "perhaps"}.get(row["id"], row["verdict"])
    with file.open("w", newline="") as target:
        table = csv.DictWriter(target, list(rows[0]))
        table.writeheader()
        table.writerows(rows)
    trial = planted.run("matches", "import", str(file), "--json")
    assert {line["match_id"]: line["fate"] for line in json.loads(trial.stdout)["lines"]} == {
        ENDED_ID: "change",
        REPORTED_ID: "same",
        "": "unreadable",
    }
    assert json.loads(told(planted, "list", "--verdict", "confirmed", "--json"))["rows"] == []
    planted.run("matches", "import", str(file), "--apply", "--as", "ana")
    (kept,) = json.loads(told(planted, "list", "--verdict", "confirmed", "--json"))["rows"]
    assert kept["id"] == ENDED_ID
    again = planted.run("matches", "import", str(file), "--json")
    assert {line["fate"] for line in json.loads(again.stdout)["lines"]} == {"same", "unreadable"}


def test_a_verdict_on_what_somebody_changed_since_is_left(planted: Desk) -> None:
    file = planted.folder / "verdicts.jsonl"
    file.write_text(json.dumps({"id": ENDED_ID, "verdict": "dismissed", "version": 0}))
    told(planted, "review", ENDED_ID, "confirmed")
    result = planted.run("matches", "import", str(file), "--apply")
    assert "the file has version 0" in result.output
    assert json.loads(told(planted, "list", "--verdict", "dismissed", "--json"))["rows"] == []
