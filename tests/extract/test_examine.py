"""What a document says of itself that is not what it should be."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from watcher.extract.examine import examine
from watcher.models.incidents import Examined

URL = "https://www.example.org/news/feed"
PAGE = """<!DOCTYPE html><html><head><title> Page not
 found </title>
<link rel="alternate" type="application/rss+xml" href="/rss.xml">
<link rel="alternate" type="application/rss+xml" href="/comments/feed/">
<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">
<link rel="alternate" hreflang="es" href="/es/">
<link rel="alternate" type="application/atom+xml" href="https://feeds.example.net/a"></head>
<body><script>var captcha = 1</script><h1>Sorry</h1><p>Nothing here.</p></body></html>"""


def test_a_page_has_a_title_a_text_and_the_feeds_it_names() -> None:
    found = examine(body=PAGE.encode(), url=URL, charset="utf-8")
    assert found == Examined(
        html=True,
        title="Page not found\nSorry",
        text="Sorry Nothing here.",
        feeds=("https://www.example.org/rss.xml", "https://feeds.example.net/a"),
    )


def test_what_is_no_page_is_none() -> None:
    for body in (b"", b"<rss><channel/></rss>", b'{"title": 1}', b"%PDF-1.4", b"\0" * 100):
        assert examine(body=body, url=URL, charset=None) == Examined(html=False)


def test_an_unknown_charset_is_no_obstacle() -> None:
    assert examine(body=PAGE.encode(), url=URL, charset="no-such-charset").title.startswith("Page not found")


@given(st.binary(max_size=300))
def test_any_bytes_are_examined(body: bytes) -> None:
    assert examine(body=b"<html>" + body, url=URL, charset="utf-8").html
