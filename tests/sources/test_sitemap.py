"""Sitemaps over time: what is new, what only looks so, where an index leads, and what is no sitemap."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from watcher.errors import ParseError, ProblemClass
from watcher.models.entries import RawReading
from watcher.sources import seenpages, sitemap, urlset

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SITE = "https://www.agency.example.org"
MAP = f"{SITE}/sitemap.xml"
_NEWS = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" xmlns:image="http://x.example/image"'


def urls(*members: str) -> bytes:
    head = f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" {_NEWS}>'
    return f"{head}{''.join(members)}</urlset>".encode()


def index(*parts: str) -> bytes:
    return f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{"".join(parts)}</sitemapindex>'.encode()


def page(path: str, changed: datetime | str = "", inner: str = "") -> str:
    return f"<url><loc>{SITE}{path}</loc>{_lastmod(changed)}{inner}</url>"


def part(name: str, changed: datetime | str = "") -> str:
    return f"<sitemap><loc>{SITE}/{name}</loc>{_lastmod(changed)}</sitemap>"


def _lastmod(changed: datetime | str) -> str:
    written = changed if isinstance(changed, str) else changed.isoformat()
    return f"<lastmod>{written}</lastmod>" if written else ""


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def numbered(numbers: Sequence[int]) -> list[str]:
    """Pages with a date each, the higher the number the newer."""
    return [page(f"/n{number}", NOW - timedelta(days=4000) + timedelta(hours=number)) for number in numbers]


class Site:
    """One sitemap source over time."""

    def __init__(self, **options: Any) -> None:
        self.options = sitemap.Options(**options)
        self.memory: str | None = None

    def read(self, body: bytes, url: str = MAP) -> RawReading:
        reading = sitemap.read(
            body, url=url, media_type="", charset=None, options=self.options, memory=self.memory, now=NOW
        )
        assert reading.memory is not None
        assert len(reading.memory) <= 64 * 1024
        self.memory = reading.memory
        return reading

    def new(self, body: bytes, url: str = MAP) -> list[str]:
        return [str(entry.url).removeprefix(SITE) for entry in self.read(body, url).entries]


def _error(body: bytes) -> ParseError:
    with pytest.raises(ParseError) as caught:
        Site().read(body)
    assert caught.value.problem.advice
    return caught.value


def test_the_newest_pages_are_entries_and_the_others_are_known() -> None:
    site = Site(newest=2)
    body = urls(page("/a", ago(3)), page("/b", ago(1)), page("/c", ago(2)))
    assert site.new(body) == ["/b", "/c"]
    assert site.new(body) == []
    assert site.new(urls(page("/a", ago(3)), page("/d", ago(0)), page("/e"))) == ["/d", "/e"]


def test_an_entry_is_a_teaser_without_title_until_its_page_is_read() -> None:
    (entry,) = Site().read(urls(page("/news/mpp-ends", ago(1)))).entries
    assert (entry.title, entry.content, entry.teaser, entry.published) == ("", "", True, None)


def test_a_news_sitemap_gives_title_date_and_language() -> None:
    news = (
        "<news:news><news:publication><news:name>A</news:name><news:language>es-MX</news:language></news:publication>"
        "<news:publication_date>2026-11-20T10:00:00-06:00</news:publication_date>"
        "<news:title>Protección &amp; más</news:title></news:news>"
        "<image:image><image:loc>https://x.example/i.jpg</image:loc><image:title>No</image:title></image:image>"
    )
    (entry,) = Site().read(urls(page("/a", ago(0), news))).entries
    assert entry.url == f"{SITE}/a"
    assert entry.title == "Protección &amp; más"
    assert entry.published == datetime(2026, 11, 20, 16, tzinfo=UTC)
    assert entry.language == "es"


@pytest.mark.parametrize(
    "other",
    [
        "http://www.agency.example.org/a",
        "https://agency.example.org/a/",
        "https://www.agency.example.org/a?utm_source=x",
        "https://www.agency.example.org/a#top",
    ],
)
def test_another_spelling_of_an_address_is_not_a_new_page(other: str) -> None:
    site = Site()
    site.read(urls(page("/a", ago(1))))
    assert site.new(urls(f"<url><loc>{other}</loc>{_lastmod(ago(0))}</url>")) == []


def test_a_page_that_moved_is_not_new() -> None:
    site = Site()
    name = "the-department-ends-the-protocols"
    site.read(urls(page(f"/news/{name}", ago(9)), page("/b", ago(1))))
    assert site.new(urls(page(f"/newsroom/2026/{name}", ago(9)), page("/b", ago(1)))) == []


def test_a_site_that_moves_all_its_pages_at_once_has_nothing_new() -> None:
    site = Site()
    names = [f"a-long-name-of-page-number-{word}" for word in ("one", "two", "three", "four", "five", "six")]
    site.read(urls(*(page(f"/old/{name}", ago(9)) for name in names)))
    moved = [page(f"/new/{name}", ago(0.1 * n)) for n, name in enumerate(names)]
    assert site.new(urls(*moved, page("/new/something-else-that-is-really-new", ago(0)))) == [
        "/new/something-else-that-is-really-new"
    ]


def test_the_next_edition_of_a_column_is_new() -> None:
    site = Site()
    site.read(urls(page("/2026/10/our-weekly-update-on-asylum", ago(9))))
    assert len(site.new(urls(page("/2026/11/our-weekly-update-on-asylum", ago(1))))) == 1


def test_patterns_choose_the_pages() -> None:
    body = urls(page("/news/a"), page("/news/tag/b"), page("/es/news/c"), page("/about"))
    assert Site(include=("*/news/*",), exclude=("*/tag/*",)).new(body) == ["/news/a", "/es/news/c"]
    assert Site(include=("/news/*",)).new(body) == ["/news/a", "/news/tag/b"]


def test_pages_that_are_too_old_are_known_but_not_taken() -> None:
    site = Site(since_days=7)
    assert site.new(urls(page("/a", ago(3)), page("/b", ago(8)), page("/c"))) == ["/a", "/c"]
    assert site.new(urls(page("/d", ago(30)))) == []


@pytest.mark.parametrize("options", [{"newest": -1}, {"newest": 5000}, {"since_days": -1}])
def test_numbers_that_cannot_work_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(options))):
        sitemap.Options(**options)


def test_a_large_sitemap_is_remembered_in_little_and_its_new_pages_are_noticed() -> None:
    site = Site()
    assert len(site.new(urls(*numbered(range(50_000))))) == 200
    assert site.new(urls(*numbered(range(50_010)))) == [f"/n{n}" for n in range(50_009, 49_999, -1)]
    assert site.new(urls(*numbered(range(50_010)))) == []


def test_a_large_sitemap_without_dates_is_watched_at_both_ends() -> None:
    site, pages = Site(newest=0), [page(f"/n{n}") for n in range(20_000)]
    site.read(urls(*pages))
    assert site.new(urls(*pages, page("/last"))) == ["/last"]
    assert site.new(urls(page("/first"), *pages, page("/last"))) == ["/first"]
    assert site.new(urls(*pages[300:9000], page("/middle"), *pages[9000:])) == []


def test_a_small_sitemap_without_dates_is_known_completely() -> None:
    site, pages = Site(newest=0), [page(f"/n{n}") for n in range(1000)]
    site.read(urls(*pages))
    assert site.new(urls(*pages[:500], page("/middle"), *pages[500:])) == ["/middle"]


def test_the_date_of_a_build_says_nothing() -> None:
    site, names = Site(newest=0), [f"/n{n}" for n in range(5000)]
    site.read(urls(*(page(name, ago(2)) for name in names)))
    assert site.new(urls(*(page(name, ago(1)) for name in names), page("/new", ago(1)))) == ["/new"]
    partly = [page(name, ago(1) if n % 3 else ago(1 + n / 5000)) for n, name in enumerate(names)]
    assert site.new(urls(*partly)) == []


def test_more_new_pages_than_fit_are_read_in_the_next_reading_of_the_same_document() -> None:
    site, seen = Site(newest=0), []
    site.read(urls(*numbered([0])))
    body = urls(*numbered(range(1200)))
    while True:
        reading = site.read(body)
        seen += [entry.url for entry in reading.entries]
        if not reading.more:
            break
        assert reading.more == (MAP,)
    assert len(seen) == len(set(seen)) == 1199


def test_a_day_without_time_may_have_more_than_one_reading() -> None:
    site = Site()
    site.read(urls(page("/a", "2026-11-24"), *numbered(range(2100))))
    assert site.new(urls(page("/b", "2026-11-24"), page("/a", "2026-11-24"), *numbered(range(2100)))) == ["/b"]


@pytest.mark.parametrize("changed", ["2027-06-01", "1970-01-01", "yesterday", "0000-00-00", "2026-13-45T99:99:99Z"])
def test_dates_that_nobody_believes_are_none(changed: str) -> None:
    site = Site(newest=1)
    assert site.new(urls(page("/a", ago(1)), page("/b", changed))) == ["/a"]
    assert site.new(urls(page("/a", ago(1)), page("/b", changed), page("/c", changed))) == ["/c"]


# --- an index ----------------------------------------------------------------------------------------------------


def test_an_index_leads_to_the_parts_that_changed() -> None:
    site = Site()
    first = site.read(index(part("old.xml", ago(90)), part("new.xml", ago(1)), part("mid.xml", ago(30))))
    assert first.entries == ()
    assert first.more == (f"{SITE}/new.xml", f"{SITE}/mid.xml", f"{SITE}/old.xml")
    assert not first.again
    again = site.read(index(part("old.xml", ago(90)), part("new.xml", ago(0)), part("mid.xml", ago(30))))
    assert again.more == (f"{SITE}/new.xml",)


def test_the_first_reading_of_an_index_takes_the_newest_pages_of_all_parts_together() -> None:
    site = Site(newest=3)
    site.read(index(part("a.xml", ago(1)), part("b.xml", ago(2))))
    assert len(site.new(urls(page("/1", ago(1)), page("/2", ago(2))), f"{SITE}/a.xml")) == 2
    assert len(site.new(urls(page("/3", ago(3)), page("/4", ago(4))), f"{SITE}/b.xml")) == 1
    assert site.new(urls(page("/3", ago(3)), page("/5", ago(0))), f"{SITE}/b.xml") == ["/5"]


def test_a_new_part_is_all_news() -> None:
    site = Site(newest=0)
    site.read(index(part("a.xml", ago(9))))
    site.read(urls(*numbered(range(10))), f"{SITE}/a.xml")
    assert site.read(index(part("a.xml", ago(9)), part("b.xml", ago(1)))).more == (f"{SITE}/b.xml",)
    assert site.new(urls(page("/x", ago(1)), page("/y"), *numbered([3])), f"{SITE}/b.xml") == ["/x", "/y"]


def test_of_many_parts_only_the_newest_are_read_at_first_and_old_ones_when_they_change() -> None:
    site = Site(newest=0)
    parts = {f"p{n}.xml": ago(10 + n) for n in range(40)}
    first = site.read(index(*(part(*each) for each in parts.items())))
    assert first.more == tuple(f"{SITE}/p{n}.xml" for n in range(10))
    parts["p39.xml"] = ago(1)
    assert site.read(index(*(part(*each) for each in parts.items()))).more == (f"{SITE}/p39.xml",)
    old_and_new = urls(page("/old", ago(60)), page("/new", ago(1)))
    assert site.new(old_and_new, f"{SITE}/p39.xml") == ["/new"]


def test_parts_without_dates_are_read_at_both_ends_each_time() -> None:
    site = Site()
    body = index(*(part(f"p{n}.xml") for n in range(30)))
    expected = tuple(f"{SITE}/p{n}.xml" for n in (0, 1, *range(22, 30)))
    for _ in range(2):
        reading = site.read(body)
        assert reading.more == expected
        assert reading.again


def test_a_part_that_was_changed_today_may_change_again_today() -> None:
    site, body = Site(), index(part("a.xml", "2026-11-24"), part("b.xml", "2026-11-23"))
    assert site.read(body).again
    assert site.read(body).more == (f"{SITE}/a.xml",)


def test_parts_can_be_left_out() -> None:
    site = Site(exclude=("*/product-*",), include=("/news/*",))
    assert site.read(index(part("product-1.xml"), part("posts.xml"))).more == (f"{SITE}/posts.xml",)


def test_an_index_that_leads_in_a_circle_comes_to_an_end() -> None:
    documents = {
        MAP: index(part("sitemap.xml"), part("b.xml"), part("c.xml", ago(1))),
        f"{SITE}/b.xml": index(part("sitemap.xml"), part("c.xml", ago(1)), part("d.xml")),
        f"{SITE}/c.xml": index(part("b.xml"), part("c.xml"), part("d.xml")),
        f"{SITE}/d.xml": index(part("e.xml"), part("sitemap.xml")),
        f"{SITE}/e.xml": urls(page("/x")),
    }
    site = Site()
    for _ in range(3):
        waiting, read = [MAP], 0
        while waiting:
            url = waiting.pop(0)
            waiting += [each for each in site.read(documents[url], url).more if each not in waiting]
            read += 1
            assert read < 20


def test_an_index_without_end_is_known_in_little() -> None:
    site = Site()
    for start in range(0, 3000, 500):
        site.read(index(*(part(f"p{n}.xml", ago(0.0001 * n)) for n in range(start, start + 500))))
    assert site.memory is not None
    remembered = seenpages.read(site.memory)
    assert remembered is not None
    assert len(remembered.parts) <= seenpages.PARTS


def test_what_is_remembered_survives_writing() -> None:
    seen = seenpages.Seen(root="ab" * 6, left=7)
    seen.remember_dated([(seenpages.mark(f"https://e.org/{n}", "a name"), n) for n in range(3000)])
    seen.remember_undated(seen.root, [(seenpages.mark(f"https://e.org/u{n}", ""), 0) for n in range(1600)])
    seen.remember_parts({seenpages.mark_of(f"p{n}"): seenpages.Part(n, 1, seenpages.State.READ) for n in range(400)})
    assert len(seen.written()) <= 64 * 1024
    assert seenpages.read(seen.written()) == seen


def test_what_older_rules_remembered_is_learnt_anew_in_silence() -> None:
    site = Site()
    site.memory = '{"rules": 0}'
    assert site.new(urls(page("/a"))) == []
    assert site.new(urls(page("/a"), page("/b"))) == ["/b"]


# --- documents ---------------------------------------------------------------------------------------------------


def test_gzip_is_known_by_its_first_bytes() -> None:
    half, other = gzip.compress(urls(page("/a"))[:50]), gzip.compress(urls(page("/a"))[50:])
    assert Site().new(half + other) == ["/a"]


def test_a_gzip_bomb_is_too_large_and_a_cut_file_incomplete() -> None:
    assert _error(gzip.compress(bytes(urlset.LARGEST + 1))).problem.kind is ProblemClass.TOO_LARGE
    assert _error(gzip.compress(urls(page("/a")))[:-12]).problem.kind is ProblemClass.INCOMPLETE
    assert _error(b"\x1f\x8b" + bytes(40)).problem.kind is ProblemClass.UNREADABLE


def test_too_many_addresses_are_refused() -> None:
    body = urls(*("<url><loc>https://e.org/a</loc></url>" for _ in range(urlset.MOST + 1)))
    assert _error(body).problem.kind is ProblemClass.TOO_LARGE


@pytest.mark.parametrize("cut", [0.5, 0.6, 0.8, 0.99])
def test_a_sitemap_that_ends_in_the_middle_is_incomplete(cut: int) -> None:
    body = urls(page("/a", ago(1)), page("/b", ago(1)))
    assert _error(body[: int(cut * len(body))]).problem.kind is ProblemClass.INCOMPLETE


@pytest.mark.parametrize(
    ("body", "kind", "says"),
    [
        (b"<rss><channel/></rss>", ProblemClass.UNEXPECTED, "kind: feed"),
        (b"<!doctype html><html><body>x", ProblemClass.UNEXPECTED, "robots.txt"),
        (b"<html><body>x</body></html>", ProblemClass.UNEXPECTED, "robots.txt"),
        (b"---\nlayout: null\n---\n<urlset/>", ProblemClass.UNREADABLE, "robots.txt"),
        (b"", ProblemClass.UNREADABLE, "again"),
        (b'<!DOCTYPE a [<!ENTITY b "ha">]><urlset>&b;</urlset>', ProblemClass.UNREADABLE, "robots.txt"),
        (b"<urlset>" + b"<a>" * 40, ProblemClass.UNREADABLE, "robots.txt"),
    ],
)
def test_what_is_no_sitemap_is_refused_with_advice(body: bytes, kind: ProblemClass, says: str) -> None:
    problem = _error(body).problem
    assert problem.kind is kind
    assert says in problem.advice
    assert MAP in problem.message


@pytest.mark.parametrize("loc", ["javascript:alert(1)", "ftp://e.org/a", "", "http://", "file:///etc/passwd"])
def test_only_web_addresses_are_taken(loc: str) -> None:
    assert Site().new(urls(f"<url><loc>{loc}</loc></url>", page("/a"))) == ["/a"]


def test_an_empty_sitemap_is_one_and_what_comes_later_is_new() -> None:
    site = Site()
    assert site.new(urls()) == []
    assert site.new(urls(page("/a"))) == ["/a"]


@pytest.mark.parametrize("prefix", ["sm:", ""])
def test_prefixes_do_not_count(prefix: str) -> None:
    body = f"<{prefix}urlset><{prefix}url><{prefix}loc> {SITE}/a </{prefix}loc></{prefix}url></{prefix}urlset>"
    assert Site().new(body.encode()) == ["/a"]


def test_utf_16_is_read() -> None:
    assert Site().new(urls(page("/ñ")).decode().replace('"1.0"', '"1.0" encoding="utf-16"').encode("utf-16")) == ["/ñ"]
