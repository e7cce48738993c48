"""watcher sources incidents, and what list and show say of an incident."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.store.building import NOW, claim, document, failed, publish
from watcher.cli.sources import command
from watcher.errors import ConfigError
from watcher.models.incidents import Incident, IncidentChange, IncidentKind, Repair
from watcher.store import migrate, open_store

ANSWER = document(b"<html>moved</html>")
MOVED = Incident(
    id="abc",
    source_id="kind-news",
    kind=IncidentKind.MOVED,
    since=NOW,
    opened_at=NOW,
    message="https://example.org/kind-news is a web page, not a feed.",
    evidence=ANSWER.sha256,
    repairs=(Repair("url", "https://example.org/rss.xml", "finds 3 entries"),),
)


@pytest.fixture
def store_with_incident(fast_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{fast_path / 'watcher.db'}"
    monkeypatch.setenv("WATCHER_DATA_DIR", str(fast_path))
    migrate.upgrade(url)
    store = open_store(url)
    publish(store)
    result = failed(claim(store))
    store.checks.record([replace(result, answer=ANSWER, keep_answer=True, incident=IncidentChange(opened=MOVED))])
    store.close()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, arguments, catch_exceptions=False, standalone_mode=False)


@pytest.mark.usefixtures("store_with_incident")
class TestWithAnIncident:
    def test_the_listing_says_what_is_wrong_and_what_is_proposed(self) -> None:
        out = run("incidents").output
        assert "abc" in out
        assert "kind-news  moved" in out
        assert "proposed: url: https://example.org/rss.xml" in out

    def test_programs_get_all_of_it(self) -> None:
        (found,) = json.loads(run("incidents", "--json").output)
        assert found["kind"] == "moved"
        assert found["repairs"][0]["value"] == "https://example.org/rss.xml"

    def test_other_sources_have_none(self) -> None:
        assert run("incidents", "court-news").output == "no open incident\n"

    def test_the_evidence_comes_as_it_was(self) -> None:
        assert run("incidents", "--evidence", "abc").stdout_bytes == ANSWER.body

    def test_an_incident_that_is_not_there_is_said(self) -> None:
        with pytest.raises(ConfigError, match="there is no incident of this id"):
            run("incidents", "--evidence", "xyz")

    def test_list_and_show_name_the_trouble_and_what_to_do(self) -> None:
        assert "moved" in run("list").output
        shown = run("show", "kind-news").output
        assert "incident  moved since 2026-03-01 12:00" in shown
        assert "See whether the new address is the publisher's" in shown
        assert "proposed  url: https://example.org/rss.xml  (finds 3 entries)" in shown
        assert "watcher sources incidents --evidence abc" in shown
