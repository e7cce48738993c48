"""Files of matches: programs read back what is stored, and nothing in a title is markup or a formula."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.web.planted import KIND, NOW, found, plant
from watcher.exports import COLUMNS, FORMATS, as_csv, as_json, as_lines, as_markdown
from watcher.models.plain import plain
from watcher.models.views import MatchQuery, MatchRow
from watcher.models.words import Verdict
from watcher.spreadsheet import read_cell
from watcher.store import Store

MARKS = "*_`[]()<>#|~&!\\-+=.:/'\"1a \t"
ANY = st.characters(exclude_characters="\0", exclude_categories=["Cs"])  # CommonMark 2.3 puts U+FFFD for NUL
TEXTS = st.one_of(st.text(alphabet=MARKS, max_size=30), st.text(ANY, max_size=30))
NAMED = (
    "<script>alert(1)</script>",
    "**bold** _quiet_ `code`",
    "[here](javascript:alert(1))",
    "![picture](https://x.example/p.png)",
    "# no heading",
    "1. no list",
    "- no list",
    "> no quote",
    "| a | b |",
    "https://x.example/ is no link",
    "&lt;b&gt; &copy;",
    "~~~",
    "a\\",
    "***",
    "= = =",
)


@pytest.fixture
def rows(store: Store) -> list[MatchRow]:
    """The three matches of a planted desk."""
    plant(store)
    return list(store.matches.each(MatchQuery()))


ROW = MatchRow(
    id="m_1",
    match=found("mpp", "MPP", "DHS ended MPP today."),
    main=True,
    verdict=Verdict.NEW,
    backfill=False,
    entry_id="e_1",
    source_id="kind-news",
    publisher=KIND,
    title="DHS ends MPP",
    url="https://x.example/",
    language="en",
    published=NOW,
    first_seen=NOW,
    vocabulary_version="test-1",
)


def words(row: MatchRow) -> str:
    return f"{row.match.policy} {row.match.action}"


def with_title(row: MatchRow, title: str) -> MatchRow:
    return replace(row, title=title, url="https://x.example/a b)>?q=1")


def inline(text: str) -> Iterator[Token]:
    """What a reader of CommonMark sees in the lines, piece by piece."""
    for block in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text):
        yield from block.children or ()


def heading(text: str) -> list[Token]:
    parts = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)
    at = next(n for n, part in enumerate(parts) if part.type == "heading_open" and part.tag == "h2")
    return parts[at + 1].children or []


def test_json_and_json_lines_hold_all_that_is_stored(rows: list[MatchRow]) -> None:
    assert len(rows) == 3
    stored = [json.loads(json.dumps(plain(row))) for row in rows]
    assert json.loads("".join(as_json(rows, words))) == stored
    assert [json.loads(line) for line in as_lines(rows, words)] == stored


def test_no_match_is_a_whole_file_of_every_format() -> None:
    assert json.loads("".join(as_json([], words))) == []
    assert "".join(as_lines([], words)) == ""
    assert "".join(as_csv([], words)).strip() == ",".join(COLUMNS)
    assert "".join(as_markdown([], words)) == "# Matches\n"
    assert set(FORMATS) == {"csv", "json", "jsonl", "markdown"}


@given(title=st.text(alphabet="=+-@\t\r\n',;\"\0a1 ", max_size=12))
def test_a_spreadsheet_sees_no_formula_and_a_program_the_text(title: str) -> None:
    row = with_title(ROW, title)
    (cells,) = csv.DictReader(StringIO("".join(as_csv([row], words)), newline=""))
    assert not cells["title"].startswith(("=", "+", "-", "@", "\t", "\r", "\0"))
    assert read_cell(cells["title"]) == title


@pytest.mark.parametrize("title", NAMED)
def test_a_title_is_only_text_in_markdown(title: str) -> None:
    only_text(title)


@given(title=TEXTS)
def test_no_title_is_markup(title: str) -> None:
    only_text(title)


def only_text(title: str) -> None:
    shown = "".join(as_markdown([with_title(ROW, title)], words))
    parts = heading(shown)
    assert [part.type for part in parts if part.type not in ("text", "text_special")] == ["link_open", "link_close"]
    said = "".join(part.content for part in parts)
    assert said == (" ".join(title.split()) or "(no title)")


def test_an_address_that_a_browser_must_not_open_is_no_link() -> None:
    shown = "".join(as_markdown([replace(ROW, url="javascript:alert(1)")], words))
    assert "link_open" not in {part.type for part in inline(shown)}


def test_matches_of_one_entry_stand_under_one_heading() -> None:
    shown = "".join(as_markdown([ROW, replace(ROW, id="m_other")], words))
    assert shown.count("\n## ") == 1
    assert "m_other" in shown
