"""Backup, restore, copy and prune as people run them: what is asked, what is refused, what is said."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import click
import pytest

from tests.cli.conftest import Desk, site

FEED = """<rss version='2.0'><channel><title>Agency</title>
<item><guid isPermaLink='false'>weather</guid><title>Office hours</title><description>{text}</description></item>
</channel></rss>"""
LONG_AGO = "2020-01-01 00:00:00.000000"
TEXT = "The office is open from nine to five on every working day of the year. " * 40


@pytest.fixture
def watched(desk: Desk) -> Iterator[Desk]:
    """A desk that has read a feed in which no policy is named."""
    with site(desk, {"/feed": ("application/rss+xml", FEED.format(text=TEXT))}) as server:
        address = f"http://{desk.environment['WATCHER_ALLOW_FETCH'].split('/')[0]}:{server.port}/feed"
        desk.config.write_text(desk.text.replace("https://agency.example/feed", address), encoding="utf-8")
        desk.run("check", "--all")
        assert rows(desk, "SELECT count(*) FROM entries WHERE text_state = 'source'") == [(1,)]
        yield desk


def rows(desk: Desk, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(desk.folder / "data" / "watcher.db")) as database, database:
        return database.execute(query).fetchall()


def age(desk: Desk) -> None:
    rows(desk, f"UPDATE entries SET changed_at = '{LONG_AGO}'")
    rows(desk, f"UPDATE visits SET fetched_at = '{LONG_AGO}'")


def test_a_dry_run_says_what_would_go_and_takes_nothing(watched: Desk) -> None:
    age(watched)
    assert "1 texts and 1 captures" in watched.run("db", "prune", "--dry-run").output
    assert json.loads(watched.run("db", "prune", "--dry-run", "--json").output)["texts"] == 1
    assert rows(watched, "SELECT count(*) FROM captures") == [(1,)]


def test_a_feed_whose_texts_were_pruned_brings_nothing_new(watched: Desk) -> None:
    age(watched)
    assert "1 texts and 1 captures" in watched.run("db", "prune").output
    rows(watched, "UPDATE sources SET etag = NULL, last_modified = NULL, body_sha256 = NULL")
    (summary,) = json.loads(watched.run("check", "--all", "--json").output)
    assert (summary["outcome"], summary["new_entries"], summary["new_revisions"]) == ("read", 0, 0)
    assert rows(watched, "SELECT text_state FROM entries") == [("pruned",)]


def test_retention_in_sources_yaml_says_how_long(watched: Desk) -> None:
    age(watched)
    watched.config.write_text(watched.text + "\nretention: {text: 5200w, captures: 1d}\n", encoding="utf-8")
    assert "0 texts and 1 captures" in watched.run("db", "prune").output


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("{text: soon}", "is no duration"),
        ("{text: 1s}", "text must lie between 1d and 5200w"),
        ("{txt: 9d}", "did you mean `text`"),
        ("90d", "write keys and values"),
    ],
)
def test_a_mistake_in_retention_is_told_with_its_line(desk: Desk, given: str, said: str) -> None:
    desk.config.write_text(f"{desk.text}\nretention: {given}\n", encoding="utf-8")
    result = desk.run("db", "prune")
    line = desk.text.splitlines().index(f"retention: {given}") + 1
    assert f"sources.yaml:{line}:" in str(result.exception)
    assert said in str(result.exception)


def test_a_backup_comes_back_and_a_script_must_say_what_is_sent(watched: Desk, tmp_path: Path) -> None:
    file = str(tmp_path / "backup.db")
    assert "read back and verified" in watched.run("db", "backup", file).output
    asked = watched.run("db", "restore", file)
    assert "say --force to replace it" in str(asked.exception)
    asked = watched.run("db", "restore", file, "--force")
    assert "say --hold to keep them back, or --send" in str(asked.exception)
    rows(watched, "DELETE FROM entry_words")
    done = watched.run("db", "restore", file, "--force", "--hold")
    assert done.exception is None
    assert "watcher alerts release" in done.output
    assert rows(watched, "SELECT count(*) FROM entry_words") == [(1,)]


def test_a_copy_says_what_to_do_next(watched: Desk, tmp_path: Path) -> None:
    here, there = (f"sqlite:///{path}" for path in (watched.folder / "data" / "watcher.db", tmp_path / "there.db"))
    result = watched.run("db", "copy", here, there)
    assert "the same in both, by counts and hashes" in result.output
    assert "not an unfinished copy" in str(watched.run("db", "copy", here, there).exception)


def test_release_and_drop_want_to_know_which(desk: Desk) -> None:
    for verb in ("release", "drop"):
        with pytest.raises(click.UsageError, match="name deliveries"):
            desk.run("alerts", verb)
        assert desk.run("alerts", verb, "--all").output.startswith("0 deliveries")


def test_the_doctor_knows_the_last_backup_and_what_is_held(watched: Desk, tmp_path: Path) -> None:
    assert "backup: none was made yet" in watched.run("doctor").output
    watched.run("db", "backup", str(tmp_path / "backup.db"))
    assert "backup: made" in watched.run("doctor").output
