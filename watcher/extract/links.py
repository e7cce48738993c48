"""Where a text links to, and where a page says that it stands in other languages: absolute addresses, not too many."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from watcher.extract.clean import clean_line

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

MOST = 64
"""Links of a text that are kept."""
MOST_VERSIONS = 8
_LOOKED_AT = 500
_LONGEST = 2_000
_SHORTEST = 3
"""Characters of what is linked: shorter words stand anywhere in a text."""


def of_text(page: LexborHTMLParser, text: str, url: str) -> tuple[str, ...]:
    """The links of a page whose words stand in `text`, its main text."""
    return _few(_within(page, text), _base(page, url), MOST)


def of_markup(markup: str, url: str) -> tuple[str, ...]:
    """The links of a piece of HTML, all of which is text."""
    if "href" not in markup:
        return ()
    from selectolax.lexbor import LexborHTMLParser

    links = LexborHTMLParser(markup).css("a[href]")[:_LOOKED_AT]
    return _few((link.attributes.get("href") or "" for link in links), url, MOST)


def versions(page: LexborHTMLParser, url: str) -> tuple[str, ...]:
    """Where the page says that it stands in another language (rel=alternate hreflang, in its head or in its body)."""
    marked = page.css("link[rel~=alternate][hreflang][href], a[hreflang][href]")[:_LOOKED_AT]
    return _few((each.attributes.get("href") or "" for each in marked), _base(page, url), MOST_VERSIONS)


def _within(page: LexborHTMLParser, text: str) -> Iterator[str]:
    for link in page.css("a[href]")[:_LOOKED_AT]:
        words = clean_line(link.text())
        if len(words) >= _SHORTEST and words in text:
            yield link.attributes.get("href") or ""


def _base(page: LexborHTMLParser, url: str) -> str:
    node = page.css_first("base[href]")
    return _absolute(url, (node.attributes.get("href") if node else None) or "") or url


def _few(found: Iterable[str], base: str, most: int) -> tuple[str, ...]:
    addresses = dict.fromkeys(address for each in found if (address := _absolute(base, each)))
    return tuple(addresses)[:most]


def _absolute(base: str, href: str) -> str:
    """The address, without its fragment; "" for what is no web address, too long, or a place on the page itself."""
    href = "".join(href.split())
    if not href or href.startswith("#") or len(href) > _LONGEST:
        return ""
    try:
        whole = urljoin(base, href).partition("#")[0]
        parts = urlsplit(whole)
    except ValueError:
        return ""
    return whole if parts.scheme in ("http", "https") and parts.hostname and len(whole) <= _LONGEST else ""
