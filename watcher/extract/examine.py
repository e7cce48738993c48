"""What a document says of itself that is not what it should be: a web page or not, its title, the feeds it names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from watcher.extract.charset import decode
from watcher.extract.clean import clean, clean_line
from watcher.models.incidents import Examined

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_TITLE = 300
_TEXT = 4000
"""Characters of the text: enough to see that it is a page of few words."""
_FEEDS = 5
_FEED_TYPE = re.compile(r"application/(?:rss|atom|rdf)\+xml|application/feed\+json", re.IGNORECASE)
_MARKUP = re.compile(rb"<(?:!doctype\s+html|html|head|body|title)\b", re.IGNORECASE)
_HEAD = 4096


def examine(*, body: bytes, url: str, charset: str | None) -> Examined:
    """What can be said of it without knowing what it should be. `html` is decided by the bytes, not by their type."""
    if not _MARKUP.search(body[:_HEAD]):
        return Examined(html=False)
    from selectolax.lexbor import LexborHTMLParser

    page = LexborHTMLParser(decode(body, charset))
    titles = [node.text(separator=" ") for node in page.css("title, h1")[:3]]
    feeds = _feeds(page.css('link[rel~="alternate"][href]'), url)
    page.strip_tags(["script", "style", "noscript", "template"])
    text = page.body.text(separator=" ") if page.body else ""
    return Examined(
        html=True,
        title="\n".join(clean_line(title, _TITLE) for title in titles if title.strip()),
        text=clean(" ".join(text.split()), _TEXT),
        feeds=feeds,
    )


def _feeds(links: Iterable[LexborNode], url: str) -> tuple[str, ...]:
    """The feeds of announcements: those of comments are left out."""
    found: dict[str, None] = {}
    for link in links:
        if not _FEED_TYPE.search(link.attributes.get("type") or ""):
            continue
        try:
            address = urljoin(url, (link.attributes.get("href") or "").strip())
            usable = urlsplit(address).scheme in ("http", "https")
        except ValueError:
            continue
        if usable and "/comments/" not in address:
            found[clean_line(address)] = None
    return tuple(found)[:_FEEDS]
