"""watcher sources add, try, import, export, pause, resume: on a real server, and on the file that people keep."""

from __future__ import annotations

import csv
import io
import json
import stat

import pytest
import yaml

from tests.cli.conftest import SOURCES, Desk, site
from watcher.errors import ConfigError

_FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Agency</title>
<item><guid>1</guid><title>DHS terminates the Migrant Protection Protocols</title><link>/n/1</link>
<pubDate>Fri, 20 Feb 2026 10:00:00 GMT</pubDate>
<description>DHS today terminated the Migrant Protection Protocols.</description></item></channel></rss>"""
_ARTICLE = (
    "<article><h2><a href='/n/{n}'>Announcement number {n} of this agency</a></h2><time>2026-02-0{n}</time></article>"
)
_LISTING = "<html lang='en'><head><title>News</title>{head}</head><body><main>{rows}</main></body></html>".format(
    head="{head}", rows="".join(_ARTICLE.format(n=n) for n in range(1, 6))
)
_PAGES = {
    "/news": ("text/html", _LISTING.replace("{head}", "<link rel=alternate type='application/rss+xml' href='/feed'>")),
    "/list": ("text/html", _LISTING.replace("{head}", "")),
    "/feed": ("application/rss+xml", _FEED),
}


def test_add_takes_the_best_and_keeps_every_other_byte(desk: Desk) -> None:
    desk.config.chmod(0o640)
    with site(desk, _PAGES) as server:
        result = desk.run(
            "sources", "add", server.url("/news"), "--yes", "--publisher", "agency", "--id", "agency-news"
        )
    assert result.exit_code == 0, result.output
    assert "[1] feed" in result.output
    assert "[2] listing" in result.output
    assert "DHS terminates the Migrant Protection Protocols" in result.output
    assert "would alert terminal by rule all" in result.output
    added = f"""  - id: agency-news
    publisher: agency
    kind: feed
    url: {server.url("/feed")}
    language: en
"""
    assert desk.text == SOURCES.replace("\nrecipients:", f"{added}\nrecipients:")
    assert stat.S_IMODE(desk.config.stat().st_mode) == 0o640


def test_add_asks_which_and_who(desk: Desk) -> None:
    with site(desk, _PAGES) as server:
        result = desk.run(
            "sources", "add", server.url("/news"), "--publisher-name", "The Agency", given="2\nexecutive\n"
        )
    assert result.exit_code == 0, result.output
    data = yaml.safe_load(desk.text)
    assert data["publishers"][1] == {"id": "the-agency", "name": "The Agency", "type": "executive"}
    assert data["sources"][1]["kind"] == "listing"
    assert data["sources"][1]["options"]["entry"] == "article"
    assert "# the first" in desk.text


def test_add_adds_nothing_when_none_is_wanted(desk: Desk) -> None:
    with site(desk, _PAGES) as server:
        result = desk.run("sources", "add", server.url("/news"), given="0\n")
    assert result.exit_code == 0
    assert desk.text == SOURCES


def test_add_refuses_what_is_watched_already(desk: Desk) -> None:
    result = desk.run("sources", "add", "http://www.agency.example/feed/")
    assert isinstance(result.exception, ConfigError)
    assert "agency-old" in str(result.exception)


def test_add_refuses_a_read_only_file_before_anything_is_asked(desk: Desk) -> None:
    desk.config.chmod(0o444)
    with site(desk, _PAGES) as server:
        result = desk.run("sources", "add", server.url("/news"), "--yes")
        assert server.asked == []
    assert isinstance(result.exception, ConfigError)
    assert "read-only" in str(result.exception)


def test_add_with_kind_and_options_takes_what_is_said(desk: Desk) -> None:
    with site(desk, _PAGES) as server:
        result = desk.run(
            "sources", "add", server.url("/list"), "--kind", "listing", "--option", "entry=main article", "--yes"
        )
    assert result.exit_code == 0, result.output
    assert yaml.safe_load(desk.text)["sources"][1]["options"] == {"entry": "main article"}


def test_add_refuses_a_brittle_selector_with_its_reason(desk: Desk) -> None:
    result = desk.run("sources", "add", "https://e.org/", "--kind", "listing", "--option", "entry=.css-1x2y3z")
    assert isinstance(result.exception, ConfigError)
    assert "build tool" in str(result.exception)
    assert desk.text == SOURCES


def test_add_says_when_there_is_nothing_to_watch(desk: Desk) -> None:
    with site(desk, {"/": ("text/html", "<html><body></body></html>")}) as server:
        result = desk.run("sources", "add", server.url("/"), "--yes")
    assert desk.text == SOURCES
    assert result.return_value == 1
    assert "nothing there can be watched" in result.output


def test_try_finds_out_the_kind_by_itself_and_says_why(desk: Desk) -> None:
    with site(desk, _PAGES) as server:
        result = desk.run("sources", "try", server.url("/feed"))
    assert result.output.startswith("feed  http://")
    assert "Migrant Protection Protocols" in result.output
    assert "in the title" in result.output, "the terms of the score"
    assert "would alert terminal" in result.output
    assert not (desk.folder / "data").exists(), "nothing is stored"


def test_try_says_once_that_nothing_is_there_and_what_to_do(desk: Desk) -> None:
    with site(desk, {}) as server:
        said = desk.run("sources", "try", server.url("/gone"), "--kind", "feed").output
    assert said.lower().count("at this address") == 1
    assert "Look on the publisher's site for its new address." in said


def test_try_takes_options(desk: Desk) -> None:
    with site(desk, _PAGES) as server:
        result = desk.run(
            "sources", "try", server.url("/list"), "--kind", "listing", "--option", "entry=article", "--json"
        )
    said = json.loads(result.output)
    assert said["options"] == {"entry": "article"}
    assert len(said["entries"]) == 5


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (["--kind", "feed", "--option", "full_text=sometimes"], "full_text"),
        (["--kind", "feed", "--option", "nothing"], "name=value"),
        (["--kind", "feed", "--option", "colour=red"], "full_text, key"),
        (["--kind", "gopher"], "there are: "),
        (["--option", "entry=li"], "--kind"),
        (["--kind", "listing", "--option", "title=h2"], "`entry` is missing"),
    ],
)
def test_try_refuses_options_that_cannot_be_and_says_which_can(desk: Desk, options: list[str], word: str) -> None:
    result = desk.run("sources", "try", "https://e.org/", *options)
    assert isinstance(result.exception, ConfigError)
    assert word in str(result.exception)


def test_import_adds_what_is_new_with_its_publishers(desk: Desk) -> None:
    lines = ["url,name,publisher,publisher_name,publisher_type"]
    lines += ["https://agency.example/feed/,Old,,,", "https://a.org/rss,News,,,", "https://a.org/blog/feed,Blog,,,"]
    lines += ["https://b.gov/x,Acts,bureau,The Bureau,executive"]
    (desk.folder / "x.csv").write_text("\n".join(lines))
    result = desk.run("sources", "import", str(desk.folder / "x.csv"))
    assert result.exit_code == 0, result.output
    assert "3 added, 1 were there already" in result.output
    data = yaml.safe_load(desk.text)
    assert [each["id"] for each in data["publishers"]] == ["agency", "a", "bureau"]
    assert [each["publisher"] for each in data["sources"]] == ["agency", "a", "a", "bureau"]
    assert desk.text.startswith(SOURCES[:60])
    again = desk.run("sources", "import", str(desk.folder / "x.csv"))
    assert "0 added, 4 were there already" in again.output


def test_import_refuses_what_would_be_wrong_and_writes_nothing(desk: Desk) -> None:
    (desk.folder / "x.csv").write_text("url,kind\nhttps://a.org/rss,gopher\n")
    result = desk.run("sources", "import", str(desk.folder / "x.csv"))
    assert isinstance(result.exception, ConfigError)
    assert "gopher" in str(result.exception)
    assert desk.text == SOURCES


def test_import_of_something_else_says_what_is_read(desk: Desk) -> None:
    (desk.folder / "x.txt").write_bytes(bytes(range(256)) * 2)
    result = desk.run("sources", "import", str(desk.folder / "x.txt"))
    assert isinstance(result.exception, ConfigError)
    assert "OPML" in str(result.exception)


@pytest.mark.parametrize("format_", ["csv", "opml"])
def test_what_is_exported_is_imported_by_another_desk(desk: Desk, format_: str) -> None:
    exported = desk.run("sources", "export", "--format", format_).output
    (desk.folder / "list").write_text(exported)
    desk.config.write_text(SOURCES.replace("https://agency.example/feed", "https://other.example/feed"))
    result = desk.run("sources", "import", str(desk.folder / "list"), "--off")
    assert "1 added" in result.output
    added = yaml.safe_load(desk.text)["sources"][1]
    assert added["url"] == "https://agency.example/feed"
    assert added["enabled"] is False


def test_export_as_csv_has_a_line_for_each_source(desk: Desk) -> None:
    rows = list(csv.DictReader(io.StringIO(desk.run("sources", "export", "--format", "csv").output)))
    assert [(row["id"], row["publisher_type"]) for row in rows] == [("agency-old", "executive")]


def test_export_as_yaml_has_publishers_and_sources_only(desk: Desk) -> None:
    data = yaml.safe_load(desk.run("sources", "export").output)
    assert data["sources"][0]["id"] == "agency-old"
    assert not data.get("rules")


def test_a_source_is_paused_and_resumed_in_the_file(desk: Desk) -> None:
    assert "paused" in desk.run("sources", "pause", "agency-old").output
    assert desk.text == SOURCES.replace("/feed\n", "/feed\n    enabled: false\n")
    assert "paused already" in desk.run("sources", "pause", "agency-old").output
    assert "is checked" in desk.run("sources", "resume", "agency-old").output
    assert "    enabled: true\n" in desk.text
    result = desk.run("sources", "pause", "nobody")
    assert isinstance(result.exception, ConfigError)
