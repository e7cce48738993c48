"""What a page leads to, what a document is, and where things usually are."""

from __future__ import annotations

import json

import pytest

from tests.material import material
from watcher.sources import discover

_URL = "https://www.agency.example.org/newsroom/"


def _found(page: str, url: str = _URL) -> list[tuple[str, str]]:
    return [(hint.kind, hint.url) for hint in discover.of_page(page.encode(), url=url)]


def test_feeds_that_a_page_names_come_first_and_those_of_comments_last() -> None:
    page = """<head>
      <link rel="alternate" type="application/rss+xml" title="Comments Feed" href="/comments/feed/">
      <link rel="alternate" type="application/rss+xml" title="News" href="/feed/">
      <link rel="alternate" type="application/feed+json" href="feed.json">
      <link rel="alternate" type="application/json+oembed" href="/wp-json/oembed/1.0/embed?url=x">
      <link rel="alternate" hreflang="es" href="/es/">
    </head>"""
    assert _found(page) == [
        ("feed", "https://www.agency.example.org/feed/"),
        ("feed", "https://www.agency.example.org/newsroom/feed.json"),
        ("feed", "https://www.agency.example.org/comments/feed/"),
    ]


def test_links_that_look_like_feeds_are_taken() -> None:
    page = """<a href="/rss.xml">x</a><a href="/newsfeeder">x</a><a href="/x.xml">RSS</a><a href="/y.xml">Report</a>
      <a href="/news?format=atom">x</a><a href="javascript:feed()">x</a><a href="/logo/rss.png">x</a>"""
    assert [url.removeprefix("https://www.agency.example.org") for _kind, url in _found(page)] == [
        "/rss.xml",
        "/x.xml",
        "/news?format=atom",
    ]


def test_a_site_made_with_wordpress_has_an_interface() -> None:
    page = '<link rel="https://api.w.org/" href="https://www.agency.example.org/wp-json/">'
    (hint,) = discover.of_page(page.encode(), url=_URL)
    assert (hint.kind, hint.options) == ("api", {"preset": "wordpress"})
    assert hint.url == "https://www.agency.example.org/wp-json/wp/v2/posts"


def test_wordpress_without_pretty_addresses_is_asked_by_parameter() -> None:
    page = '<link rel="https://api.w.org/" href="https://e.org/index.php?rest_route=/">'
    assert _found(page) == [("api", "https://e.org/index.php?rest_route=/wp/v2/posts")]


def test_the_federal_register_is_watched_through_its_interface() -> None:
    url = "https://www.federalregister.gov/agencies/homeland-security-department"
    ((kind, address),) = _found("<p>", url)
    assert kind == "api"
    assert "conditions%5Bagencies%5D%5B%5D=homeland-security-department" in address


def test_an_address_is_named_once() -> None:
    page = (
        '<link rel=alternate type="application/rss+xml" href="/feed/"><a href="http://agency.example.org/feed">RSS</a>'
    )
    assert len(_found(page)) == 1


def test_usual_addresses_are_those_of_the_section_before_those_of_the_site() -> None:
    urls = [hint.url for hint in discover.usual("https://e.org/news")]
    assert urls[0] == "https://e.org/news/feed/"
    assert "https://e.org/feed/" in urls
    assert urls[-1] == "https://e.org/sitemap.xml"
    assert len(urls) < 8


def test_robots_name_sitemaps_news_first() -> None:
    text = "User-agent: *\nDisallow: /x\nSitemap: https://e.org/sitemap.xml\nsitemap: /news-sitemap.xml\n"
    hints = discover.of_robots(text, url="https://e.org/robots.txt")
    assert [hint.url for hint in hints] == ["https://e.org/news-sitemap.xml", "https://e.org/sitemap.xml"]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"<?xml version='1.0'?><!-- <html> --><rss version='2.0'>", "feed"),
        (b"\xef\xbb\xbf<feed xmlns='http://www.w3.org/2005/Atom'>", "feed"),
        (b"<rdf:RDF xmlns:rdf='x'>", "feed"),
        (b'{"version": "https://jsonfeed.org/version/1.1", "items": []}', "feed"),
        (b"<urlset><url>", "sitemap"),
        (b"<sitemapindex>", "sitemap"),
        (b'[{"id": 1}]', "api"),
        (b'{"cut', ""),
        (b"%PDF-1.7", "pdf"),
        (b"<!DOCTYPE html><p>", "listing"),
        (b"<div>x", "listing"),
        (b"<opml version='2.0'>", ""),
        (b"", ""),
        (b"hello", ""),
    ],
)
def test_a_document_says_what_it_is(body: bytes, kind: str) -> None:
    assert discover.kind_of(body, "application/octet-stream") == kind


@pytest.mark.parametrize(
    ("answer", "preset"),
    [
        ([{"title": {"rendered": "A"}, "link": "x"}], "wordpress"),
        ({"results": [{"document_number": "2026-1", "title": "A"}]}, "federal-register"),
        ({"results": [{"document_number": "2026-1", "filed_at": "x"}]}, "federal-register-inspection"),
        ({"results": [{"cluster_id": 1}]}, "courtlistener"),
        ({"data": []}, None),
        ({"data": {"rows": [{"attributes": {"title": "A", "postedDate": "2026-01-02"}, "id": 7}]}}, None),
    ],
)
def test_an_answer_that_is_known_has_its_preset(answer: object, preset: str | None) -> None:
    (hint,) = discover.of_document(json.dumps(answer).encode(), url="https://e.org/api", media_type="application/json")
    assert hint.options.get("preset") == preset


def test_recorded_answers_are_recognised() -> None:
    for path in sorted(material("api", "federal-register").glob("*.json"))[:3]:
        assert discover.kind_of(path.read_bytes(), "") == "api"
    for path in material("files", "sitemaps").glob("*.xml"):
        assert discover.kind_of(path.read_bytes(), "") == "sitemap", path.name


def test_the_fields_of_an_unknown_answer_are_guessed() -> None:
    row = {
        "id": "7",
        "attributes": {"headline": "A", "postedDate": "2026-01-02", "docket": "x"},
        "links": {"url": "/a"},
    }
    answer = {"meta": {"facets": [{"count": 1}]}, "data-set": [row, row]}
    body = json.dumps(answer).encode()
    (hint,) = discover.of_document(body, url="https://e.org/api", media_type="application/json")
    assert hint.options == {
        "entries": '"data-set"',
        "title": "attributes.headline",
        "url": "links.url",
        "date": "attributes.postedDate",
    }


def test_an_answer_with_the_usual_names_needs_no_options() -> None:
    body = json.dumps([{"id": 1, "title": "A", "url": "https://e.org/1", "date": "2026-01-02"}]).encode()
    (hint,) = discover.of_document(body, url="https://e.org/api", media_type="application/json")
    assert hint.options == {}
