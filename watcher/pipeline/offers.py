"""What an address offers to be watched, as far as its own document says; runs in the child."""

from __future__ import annotations

from dataclasses import dataclass

from watcher.extract import charset as charsets
from watcher.extract import clean
from watcher.sources import base, discover, keys, subscriptions, suggest
from watcher.sources.discover import Hint
from watcher.sources.subscriptions import Wanted

_LINKS = 500
_LEAST_SCORE = 0.3
"""Below it a repeated structure is a menu."""


@dataclass(frozen=True, slots=True)
class Offers:
    """What stands in a document: how it can be watched itself, what it leads to, and the pages it links to.

    `kind` is what the document is (see `discover.kind_of`); `hints` are in the order in which they are worth trying;
    `links` are canonical addresses, to tell which feed has the announcements of this very page.
    """

    kind: str
    title: str
    language: str | None
    hints: tuple[Hint, ...]
    links: tuple[str, ...]


def look(*, body: bytes, url: str, media_type: str, charset: str | None) -> Offers:
    """What a document offers. Raises ParseError when it is nothing that can be watched."""
    kind = discover.kind_of(body, media_type)
    if kind != "listing":
        hints = discover.of_document(body, url=url, media_type=media_type)
        if not hints:
            raise base.unexpected(
                f"{url} is nothing that can be watched ({media_type or 'unknown type'}).", _ADVICE, body
            )
        return Offers(kind, "", None, hints, ())
    text = charsets.decode(body, charset)
    plain = text.encode("utf-8", "replace")
    suggested = [
        Hint("listing", url, f"{each.entries} entries repeat on the page", each.options)
        for each in suggest.suggest(plain, url=url)
        if each.score >= _LEAST_SCORE
    ]
    itself = Hint("page", url, "the page itself, whenever its text changes")
    hints = (*discover.of_page(plain, url=url), *suggested, itself)
    return Offers(kind, *_of_head(text), hints, _links(text, url))


def sitemaps(*, body: bytes, url: str, charset: str | None) -> tuple[Hint, ...]:
    """The sitemaps that a robots.txt names."""
    return discover.of_robots(charsets.decode(body, charset), url=url)


def subscribed(*, body: bytes, name: str) -> tuple[Wanted, ...]:
    """The sources in an OPML or CSV file, by what it looks like. Raises ParseError."""
    return subscriptions.read(charsets.decode(body), name=name)


_ADVICE = "Give the address of a page with announcements, a feed, a sitemap, a JSON answer or a PDF."


def _of_head(text: str) -> tuple[str, str | None]:
    """The name of the site, else the title of the page; and its language."""
    from selectolax.lexbor import LexborHTMLParser

    page = LexborHTMLParser(text)
    site = page.css_first('meta[property="og:site_name"]')
    title = page.css_first("title")
    root = page.css_first("html")
    named = (site.attributes.get("content") if site else "") or (title.text() if title else "")
    return clean.clean_line(named or "", 200), base.primary_language(root.attributes.get("lang") if root else None)


def _links(text: str, url: str) -> tuple[str, ...]:
    from selectolax.lexbor import LexborHTMLParser

    found = LexborHTMLParser(text).css("a[href]")[:_LINKS]
    addresses = (base.web_address(url, link.attributes.get("href")) for link in found)
    return tuple(dict.fromkeys(keys.canonical_url(address) for address in addresses if address))
