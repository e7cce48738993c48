"""Only links in the main text count; addresses are absolute, few, and of the web."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.extract import html, links

URL = "https://ngo.example/news/today/our-view"
TEXT = "People wait at the border for their hearing, and nobody has told them since Monday when it will be held. " * 3
PAGE = f"""<html lang="en"><head><title>Our view</title>
<link rel="alternate" hreflang="es" href="/es/noticias/nuestra-opinion">
<link rel="alternate" type="application/rss+xml" href="/feed">
</head><body><nav><a href="/donate">Donate to our work</a></nav>
<main><article><h1>Our view</h1>
<p>{TEXT} See <a href="//agency.example/releases/14#top">the announcement of the Department</a>.</p>
<p>{TEXT} <a href="../yesterday">What we said yesterday</a> stands. <a href="#note">A note</a>
<a href="javascript:alert(1)">a trick</a> <a href="mailto:a@b.example">write to us</a></p></article></main>
<aside class="related"><a href="/other">Related: another statement</a></aside></body></html>"""


def test_the_links_of_the_main_text_and_the_other_languages_are_told() -> None:
    found = html.extract(PAGE.encode(), url=URL, media_type="text/html", charset=None)
    assert found.links == ("https://agency.example/releases/14", "https://ngo.example/news/yesterday")
    assert found.versions == ("https://ngo.example/es/noticias/nuestra-opinion",)


def test_there_are_never_many() -> None:
    markup = "".join(f'<p><a href="/a/{n}">Number {n}</a></p>' for n in range(2_000))
    assert len(links.of_markup(markup, URL)) == links.MOST


@pytest.mark.parametrize("href", ["", "#a", "http://[", "ftp://a.example/x", "/" + "x" * 3_000, "data:,x", "http://"])
def test_what_is_no_web_address_is_left_out(href: str) -> None:
    assert links.of_markup(f'<a href="{href}">here</a>', URL) == ()


@given(st.text(max_size=200), st.text(max_size=80))
def test_any_markup_can_be_looked_at(markup: str, href: str) -> None:
    for each in links.of_markup(f'{markup}<a href="{href}">x</a>', URL):
        assert each.startswith(("http://", "https://"))
