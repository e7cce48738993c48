"""Listing pages: what the selectors find, what stands in for those that are not given, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from watcher.errors import ParseError, ProblemClass
from watcher.models.entries import RawReading
from watcher.sources import listing

_URL = "https://court.example.org/news/index.html"
_PAGE = """<!doctype html><html lang="es-MX"><head><title> Sala  de prensa </title></head><body>
<nav><ul><li><a href="/about">About</a></li></ul></nav>
<ul class="news">
 <li class="row"><h3><a href="a.html">Protección <b>A</b></a></h3><time datetime="2021-02-02T10:00:00-05:00">hoy</time>
  <p>First teaser.</p><p>More.</p></li>
 <li class="row"><span class="d">2 de febrero de 2021</span><a href="/b?utm_source=list">Title B</a></li>
 <li class="row"><span class="d">3 de febrero de 2021</span><b>Without link</b><h4>Heading C</h4></li>
 <li class="row">&nbsp;</li>
</ul></body></html>"""


def _read(page: str = _PAGE, url: str = _URL, *, media_type: str = "text/html", **options: str) -> RawReading:
    chosen = listing.Options(**{"entry": "li.row", **options})  # type: ignore[arg-type]
    return listing.read(page.encode(), url=url, media_type=media_type, charset="utf-8", options=chosen)


def _error(page: str, **options: str) -> ParseError:
    with pytest.raises(ParseError) as caught:
        _read(page, **options)
    return caught.value


def test_only_the_entry_selector_is_needed() -> None:
    first, second, third = _read().entries
    assert first.url == "https://court.example.org/news/a.html"
    assert first.title == '<h3><a href="a.html">Protección <b>A</b></a></h3>'
    assert first.published == datetime(2021, 2, 2, 15, tzinfo=UTC)
    assert first.content == "<p>First teaser.</p>"
    assert (second.url, second.published) == ("https://court.example.org/b?utm_source=list", None)
    assert third.title == "<h4>Heading C</h4>"


def test_selectors_choose_the_parts() -> None:
    first, second, _third = _read(title="b", date=".d", summary="p + p").entries
    assert first.title == "<b>A</b>"
    assert first.content == "<p>More.</p>"
    assert second.published == datetime(2021, 2, 2, tzinfo=UTC)


def test_an_entry_with_a_link_is_a_teaser_and_one_without_is_all_there_is() -> None:
    assert [entry.teaser for entry in _read().entries] == [True, True, False]


def test_the_entry_may_be_the_link_itself() -> None:
    entries = _read('<a class=n href="/a">A</a> <a class=n href="/b">B</a>', entry="a.n").entries
    assert [entry.url for entry in entries] == ["https://court.example.org/a", "https://court.example.org/b"]


def test_the_page_says_what_links_are_relative_to() -> None:
    page = '<base href="https://www.court.example.org/docs/"><li class=row><a href="a">A</a></li>'
    assert _read(page).entries[0].url == "https://www.court.example.org/docs/a"


def test_a_date_may_stand_in_an_attribute_and_in_any_order() -> None:
    page = '<li class=row><a href="a">A</a><i data-day="3/2/2021">x</i></li>'
    (entry,) = _read(page, date="i", date_attribute="data-day", date_order="DMY").entries
    assert entry.published == datetime(2021, 2, 3, tzinfo=UTC)
    assert entry.published_raw == "3/2/2021"


def test_the_page_gives_title_and_language() -> None:
    assert (_read().title, _read().language) == ("Sala de prensa", "es")


def test_entries_that_share_a_link_are_told_apart_and_repeated_ones_are_not() -> None:
    rows = [f'<li class=row><a href="/n">{title}</a></li>' for title in "ABB"]
    entries = _read("".join(rows)).entries
    assert len({entry.key for entry in entries}) == len(entries) == 2


def test_keys_survive_tracking_and_https() -> None:
    assert {entry.key for entry in _read().entries} == {
        entry.key for entry in _read(url=_URL.replace("https", "http")).entries
    }


def test_a_redesigned_page_is_unexpected_and_says_what_to_do() -> None:
    problem = _error(_PAGE, entry="div.gone").problem
    assert problem.kind is ProblemClass.UNEXPECTED
    assert "div.gone" in problem.message
    assert "redesigned" in problem.advice


@pytest.mark.parametrize("page", ["", " \n"])
def test_an_empty_page_is_unreadable(page: str) -> None:
    assert _error(page).problem.kind is ProblemClass.UNREADABLE


@pytest.mark.parametrize("page", ["%PDF-1.7", '{"a": 1}', "<rss version='2.0'></rss>"])
def test_what_is_no_page_is_unexpected(page: str) -> None:
    assert _error(page).problem.kind is ProblemClass.UNEXPECTED


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"entry": "li["}, "entry: 'li['"),
        ({"entry": ""}, "entry: give a CSS selector"),
        ({"entry": "li", "title": "h2 >> a"}, "title: 'h2 >> a'"),
        ({"entry": "li", "date": ":::"}, "date: ':::'"),
    ],
)
def test_selectors_that_cannot_work_are_refused_with_the_reason(options: dict[str, str], reason: str) -> None:
    with pytest.raises(ValueError, match="selector") as caught:
        listing.Options(**options)  # type: ignore[arg-type]
    assert str(caught.value).startswith(reason)
