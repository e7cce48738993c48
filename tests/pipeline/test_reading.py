"""From bytes to entries that can be stored: cleaned, in order, capped without losing any."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.errors import ParseError
from watcher.models.documents import Extracted
from watcher.models.entries import RawEntry, Reading
from watcher.pipeline.reading import capped, newest_first, read_page, read_source

_NOW = "2026-11-24T12:00:00+00:00"


def _read(body: bytes, **changes: Any) -> Reading:
    arguments: dict[str, Any] = {
        "kind": "feed",
        "url": "https://news.example.org/feed",
        "media_type": "application/rss+xml",
        "charset": None,
        "options": {},
        "limit": 2000,
        "now": _NOW,
    }
    return read_source(body=body, **{**arguments, **changes})


def _rss(*items: str) -> bytes:
    entries = "".join(f"<item>{item}</item>" for item in items)
    head = "<title>News &amp;amp; more</title><language>es</language>"
    return f"<rss version='2.0'><channel>{head}{entries}</channel></rss>".encode()


def _numbered(count: int) -> bytes:
    return _rss(
        *(
            f"<title>{n}</title><link>https://e.org/{n}</link><pubDate>2021-01-{n + 1:02d}T00:00:00Z</pubDate>"
            for n in range(count)
        )
    )


def test_entries_are_clean_text() -> None:
    (entry,) = _read(
        _rss(
            "<title>Tit&#8203;le &lt;b&gt;42&lt;/b&gt; &amp;amp; more&#8238;</title><link>https://e.org/a</link>"
            "<description><![CDATA[<p>One<script>alert(1)</script></p><p onclick='x'>Two&nbsp;three</p>]]>"
            "</description>"
        )
    ).entries
    assert entry.title == "Title 42 & more"
    assert entry.text == "One\n\nTwo three"
    assert entry.language == "es"
    assert entry.teaser


def test_the_reading_has_the_title_and_language_of_the_source() -> None:
    reading = _read(_rss())
    assert (reading.title, reading.language, reading.entries) == ("News & more", "es", ())


@pytest.mark.parametrize("media_type", ["text/html", "text/plain", "application/octet-stream", "application/json", ""])
@pytest.mark.parametrize(("encoding", "charset"), [("utf-8", "iso-8859-1"), ("cp1252", "iso-8859-1"), ("cp1252", None)])
def test_labels_do_not_matter_where_the_body_says_better(media_type: str, encoding: str, charset: str | None) -> None:
    body = _rss("<title>Protección “x”</title><guid>1</guid>").decode().encode(encoding)
    assert _read(body, media_type=media_type, charset=charset).entries[0].title == "Protección “x”"


def test_an_entry_without_title_is_called_by_its_first_line() -> None:
    items = (
        "<guid>1</guid><description>&lt;p&gt;First line.&lt;/p&gt;Second.</description>",
        "<link>https://e.org/a</link>",
        "<guid isPermaLink='false'>2</guid>",
    )
    titles = [entry.title for entry in _read(_rss(*items)).entries]
    assert titles == ["First line.", "https://e.org/a", "(no title)"]


@pytest.mark.parametrize("written", ["9999-01-01", "1704-01-01", "Thu, 26 Nov 2026 12:00:01 GMT"])
def test_dates_that_nobody_believes_are_kept_as_written(written: str) -> None:
    (entry,) = _read(_rss(f"<title>A</title><pubDate>{written}</pubDate>")).entries
    assert entry.published is None
    assert entry.published_raw == written


def test_entries_come_newest_first() -> None:
    assert [entry.title for entry in _read(_numbered(4)).entries] == ["3", "2", "1", "0"]


def test_a_cap_takes_the_newest_and_counts_the_rest() -> None:
    reading = _read(_numbered(5), limit=2)
    assert [entry.title for entry in reading.entries] == ["4", "3"]
    assert reading.left_over == 3


def test_with_what_is_known_one_check_after_the_other_takes_all() -> None:
    known: list[str] = []
    taken: list[str] = []
    for _ in range(3):
        entries = _read(_numbered(5), limit=2, known=known).entries
        taken += [entry.title for entry in entries]
        known += [entry.key for entry in entries]
    assert taken == ["4", "3", "2", "1", "4", "0"]


def test_listings_are_read_with_their_options() -> None:
    page = '<li><a href="/a">A</a></li>'.encode("utf-16")
    (entry,) = _read(page, kind="listing", media_type="text/html", options={"entry": "li"}).entries
    assert (entry.title, entry.url, entry.teaser) == ("A", "https://news.example.org/a", True)


def test_a_page_is_read_as_text() -> None:
    page = read_page(body=b"Title 42\n\nends.", url="https://e.org/a.txt", media_type="text/plain", charset=None)
    assert page == Extracted("Title 42", "Title 42\n\nends.", None)


@given(st.binary(max_size=300))
def test_no_bytes_are_more_than_a_parse_error(body: bytes) -> None:
    for wrapped in (body, b"<rss><channel><item><title>" + body + b"</title></item></channel></rss>"):
        try:
            entries = _read(wrapped).entries
        except ParseError:
            continue
        for entry in entries:
            "".join((entry.key, entry.title, entry.text, entry.url or "")).encode()


def _entry(key: str, day: int | None) -> RawEntry:
    return RawEntry(key, None, key, "", False, published=datetime(2021, 1, day, tzinfo=UTC) if day else None)


def test_an_entry_without_date_stays_behind_the_one_it_followed() -> None:
    entries = [_entry("a", None), _entry("b", 1), _entry("c", None), _entry("d", 3)]
    assert [entry.key for entry in newest_first(entries)] == ["a", "d", "b", "c"]


@given(st.lists(st.sampled_from("abcdef"), unique=True), st.integers(0, 7), st.frozensets(st.sampled_from("abcdef")))
def test_a_cap_keeps_the_order_and_prefers_what_is_not_known(
    keys: list[str], limit: int, known: frozenset[str]
) -> None:
    kept = [entry.key for entry in capped([_entry(key, None) for key in keys], limit, known)]
    assert kept == [key for key in keys if key in kept]
    assert len(kept) == min(limit, len(keys))
    assert all(key in kept for key in [key for key in keys if key not in known][:limit])


def test_the_links_of_an_entry_and_its_other_languages_are_read_from_the_feed() -> None:
    atom = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title><entry><id>1</id><title>One</title>
    <link href="https://e.org/en/one"/><link rel="alternate" hreflang="es" href="https://e.org/es/uno"/>
    <content type="html">&lt;p&gt;As &lt;a href="/order"&gt;ordered&lt;/a&gt;, it ends.&lt;/p&gt;</content>
    </entry></feed>"""
    (entry,) = _read(atom).entries
    assert entry.url == "https://e.org/en/one"
    assert entry.links == ("https://e.org/order",)
    assert entry.versions == ("https://e.org/es/uno",)
