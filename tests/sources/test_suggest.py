"""Suggested selectors: what they find on pages of our own, and on recorded ones of agencies and courts."""

from __future__ import annotations

from pathlib import Path
from time import process_time
from typing import Any

import pytest
import yaml

from tests.material import material
from watcher.extract import charset
from watcher.models.entries import Entry
from watcher.pipeline.reading import read_source
from watcher.sources.brittle import brittle
from watcher.sources.suggest import suggest

_URL = "https://www.agency.example.org/news/list.html"
_RECORDED: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("suggestions.yaml").read_text(encoding="utf-8"))

_MENU = (
    "<nav class='main-nav'><ul>"
    + "".join(f"<li><a href='/m/{i}'>Menu item {i}</a></li>" for i in range(12))
    + "</ul></nav>"
)
_FOOTER = (
    "<footer><ul>"
    + "".join(f"<li><a href='/f/{i}'>Imprint and contact {i}</a></li>" for i in range(15))
    + "</ul></footer>"
)
_HEADLINES = [
    "Department ends parole programme for four countries",
    "Court blocks rule on asylum at ports of entry",
    "Secretary announces new guidance for interviews",
    "Notice extends protected status for eighteen months",
]


def _page(rows: str) -> bytes:
    return f"<html lang=en><body class='has-sidebar'>{_MENU}<main>{rows}</main>{_FOOTER}</body></html>".encode()


def _rows(row: str) -> str:
    return "".join(row.format(n=n, day=20 - n, headline=headline) for n, headline in enumerate(_HEADLINES, 1))


def _read(body: bytes, options: dict[str, Any]) -> tuple[Entry, ...]:
    return read_source(
        kind="listing",
        body=body,
        url=_URL,
        media_type="text/html",
        charset=None,
        options=options,
        limit=2000,
        now="2026-11-24T12:00:00+00:00",
    ).entries


@pytest.mark.parametrize(
    "row",
    [
        "<article><h2><a href='/n/{n}'>{headline}</a></h2><time datetime='2026-11-{day}'>x</time><p>T.</p></article>",
        "<div class='views-row'><span class='date'>November {day}, 2026</span><a href='/n/{n}'>{headline}</a></div>",
        "<li class='news-item css-1x2y3z{n}'><a href='/n/{n}'>{headline}</a><em>{day}/11/2026</em></li>",
        "<div class='card' id='post-{n}0'><a href='/n/{n}' class='card__link'><h3 class='card__t'>{headline}</h3></a>"
        "<div class='card__date'>{day} November 2026</div></div>",
        "<dl><dt>Nov. {day}, 2026</dt><dd><a href='/n/{n}'>{headline}</a></dd></dl>",
    ],
)
def test_a_list_is_found_whatever_it_is_made_of(row: str) -> None:
    body = _page(_rows(row))
    first = suggest(body, url=_URL)[0]
    entries = _read(body, first.options)
    assert [entry.title for entry in entries] == _HEADLINES
    assert [entry.published.day if entry.published else None for entry in entries] == [19, 18, 17, 16]
    assert first.entries == len(_HEADLINES)
    assert all(brittle(selector) is None for name, selector in first.options.items() if name != "date_order")


def test_a_table_gives_its_columns_and_not_its_head() -> None:
    rows = _rows("<tr><td>11/{day}/2026</td><td>{headline}</td><td><a href='/d/{n}.pdf'>PDF</a></td></tr>")
    body = _page(f"<table><tr><th>Date</th><th>Case</th><th>File</th></tr>{rows}</table>")
    first = suggest(body, url=_URL)[0]
    assert first.options["title"] == "td:nth-child(2)"
    entries = _read(body, first.options)
    assert [entry.title for entry in entries] == _HEADLINES
    assert all(entry.published and entry.url and entry.url.endswith(".pdf") for entry in entries)


def test_the_link_to_the_next_page_is_suggested_too() -> None:
    rows = _rows("<article><h2><a href='/n/{n}'>{headline}</a></h2></article>")
    body = _page(f"{rows}<ul class='pager'><li><a rel='next' href='?page=1'>Next</a></li></ul>")
    assert suggest(body, url=_URL)[0].options["next"] == 'a[rel~="next"]'


def test_menus_alone_are_no_announcements() -> None:
    assert all(each.score < 0.3 for each in suggest(_page("<p>Nothing here.</p>"), url=_URL))


@pytest.mark.parametrize("body", [b"", b"<html></html>", b"\0\xff<a href=x>", b"<a href='http://[::1'>x</a>" * 5])
def test_a_page_without_lists_suggests_nothing(body: bytes) -> None:
    assert suggest(body, url=_URL) == ()


def test_the_same_page_gives_the_same_suggestions() -> None:
    body = _page(_rows("<div class='a b'><a href='/n/{n}'>{headline}</a><i class='c'>{day}/11/2026</i></div>"))
    assert suggest(body, url=_URL) == suggest(body, url=_URL)


@pytest.mark.parametrize("page", _RECORDED)
def test_the_entries_of_a_recorded_page_are_found(page: str) -> None:
    raw = material("pages", f"{page}.html").read_bytes()
    wanted = _RECORDED[page]
    first = suggest(charset.decode(raw).encode(), url=_URL)[0]
    entries = _read(raw, first.options)
    assert len(entries) == wanted["entries"]
    assert sum(entry.published is not None for entry in entries) == wanted["dated"]
    assert any(wanted["one"] in entry.title for entry in entries)


def test_at_least_nine_of_ten_recorded_pages_give_their_entries() -> None:
    folders = [material("pages", name) for name in ("government-listings", "courts")]
    pages = [path for folder in folders for path in folder.glob("*.html")]
    assert len(_RECORDED) >= 0.9 * len(pages)


def test_a_page_that_is_made_to_be_slow_is_looked_at_all_the_same() -> None:
    classes = " ".join(f"a{first}{second}" for first in "abcdefghij" for second in "abcdefghijklmnopqrst")
    rows = "".join(f"<li class='{classes}'><a href='/{n}'>Announcement number {n}</a></li>" for n in range(1500))
    begun = process_time()
    assert suggest(_page(rows), url=_URL)[0].entries == 1500
    assert process_time() - begun < 5
