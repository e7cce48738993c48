"""watcher matches: the same as the pages, from a terminal."""

from __future__ import annotations

import json

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


def test_what_somebody_changed_since_is_left(planted: Desk) -> None:
    told(planted, "review", ENDED_ID, "confirmed", "--version", "0")
    result = planted.run("matches", "review", ENDED_ID, "dismissed", "--version", "0")
    assert isinstance(result.exception, ConfigError)
    assert "somebody changed it since" in result.output
    assert isinstance(planted.run("matches", "assign", ENDED_ID, "--to", "nobody").exception, ConfigError)
