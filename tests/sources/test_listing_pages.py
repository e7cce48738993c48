"""Listings of several pages and listings in sections."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from watcher.errors import ParseError
from watcher.models.entries import RawReading
from watcher.sources import listing

_URL = "https://court.example.org/news/"
_ENDED = '<p>No results.</p><a rel="prev" href="?page=1">Back</a>'


def _page(*names: str, after: str = "") -> str:
    rows = "".join(f'<li class=row><a href="/{name}">{name}</a></li>' for name in names)
    return f"<ul>{rows}</ul>{after}"


def _read(page: str, at: str = _URL, memory: str | None = None, **options: Any) -> RawReading:
    chosen = listing.Options(**{"entry": "li.row", **options})
    return listing.read(page.encode(), url=at, media_type="text/html", charset="utf-8", options=chosen, memory=memory)


def test_a_listing_without_next_is_one_page_and_remembers_nothing() -> None:
    reading = _read(_page("a", after='<a rel=next href="?page=2">Next</a>'))
    assert (reading.more, reading.memory) == ((), None)


@pytest.mark.parametrize("selector", ["a[rel=next]", "li.next", "li.next a"])
def test_a_selector_finds_the_link_to_the_next_page(selector: str) -> None:
    page = _page("a", after='<ul><li class=next><a rel=next href="?page=2">Next</a></li></ul>')
    assert _read(page, next=selector).more == (f"{_URL}?page=2",)


def test_an_address_counts_pages_from_the_first() -> None:
    first = _read(_page("a"), next="?page={page}")
    assert first.more == (f"{_URL}?page=2",)
    second = _read(_page("b"), first.more[0], first.memory, next="?page={page}")
    assert second.more == (f"{_URL}?page=3",)
    assert _read(_page("a"), next="/archive/{page}/", first_page=0).more == ("https://court.example.org/archive/1/",)


def test_the_page_after_the_last_is_empty_and_ends_the_round() -> None:
    first = _read(_page("a"), next="?page={page}")
    last = _read(_ENDED, first.more[0], first.memory, next="?page={page}")
    assert (last.entries, last.more) == ((), ())
    with pytest.raises(ParseError, match="finds nothing"):
        _read(_ENDED, next="?page={page}")


def test_a_first_check_reads_as_many_pages_as_wanted() -> None:
    at, memory, read = _URL, None, 0
    while at:
        reading = _read(_page(f"entry-{read}"), at, memory, next="?page={page}", pages=4)
        memory, at, read = reading.memory, next(iter(reading.more), ""), read + 1
    assert read == 4


def test_a_page_that_repeats_the_one_before_ends_the_round() -> None:
    first = _read(_page("a"), next="?page={page}")
    assert _read(_page("a"), first.more[0], first.memory, next="?page={page}").more == ()


def test_no_other_host_is_the_next_page() -> None:
    page = _page("a", after='<a rel=next href="https://elsewhere.example.org/2">Next</a>')
    assert _read(page, next="a[rel=next]").more == ()


_SECTIONS = """
<h2>Asylum opinions</h2>
<h3>Tuesday, February 2, 2021</h3>
<ul><li class=row><a href=/a>A</a></li><li class=row><a href=/b>B</a><time>January 5, 2021</time></li></ul>
<h3>Monday, February 1, 2021</h3>
<ul><li class=row><a href=/c>C</a><p>Teaser.</p></li></ul>
"""


def test_the_date_of_a_heading_is_that_of_the_entries_after_it_that_have_none() -> None:
    days = [entry.published for entry in _read(_SECTIONS, section="h2, h3").entries]
    assert days == [datetime(2021, month, day, tzinfo=UTC) for month, day in ((2, 2), (1, 5), (2, 1))]


def test_a_heading_without_date_stands_before_the_teaser() -> None:
    contents = [entry.content for entry in _read(_SECTIONS, section="h2, h3").entries]
    assert contents == ["<p>Asylum opinions</p>", "<p>Asylum opinions</p>", "<p>Asylum opinions</p><p>Teaser.</p>"]


def test_entries_before_the_first_heading_have_no_section() -> None:
    entry = _read(_page("a") + _SECTIONS, section="h3").entries[0]
    assert (entry.published, entry.content) == (None, "")


def test_a_row_that_is_also_a_heading_is_a_heading() -> None:
    page = "<table><tr class=d><td>2 February 2021</td></tr><tr><td><a href=/a>A</a></td></tr></table>"
    (entry,) = _read(page, entry="tr", section="tr.d").entries
    assert (entry.url, entry.published) == ("https://court.example.org/a", datetime(2021, 2, 2, tzinfo=UTC))


def test_the_entry_itself_may_be_a_part_and_a_date_may_stand_in_a_long_text() -> None:
    text = "A decision of the court on many things that takes more than eighty characters to name, "
    (entry,) = _read(f"<p class=x><a href=/a>A</a> {text} 10/08/2013, affirmed</p>", entry="p.x", date="p").entries
    assert entry.published == datetime(2013, 10, 8, tzinfo=UTC)


def test_a_link_need_not_be_looked_for() -> None:
    (entry,) = _read(_page("a"), link="", title="a").entries
    assert (entry.url, entry.teaser) == (None, False)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"next": "a["}, "next: "),
        ({"next": "?page={number}"}, "next: "),
        ({"section": "h2 >> a"}, "section: "),
        ({"pages": 0}, "pages: "),
    ],
)
def test_what_cannot_work_is_refused(options: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{reason}"):
        listing.Options("li", **options)
