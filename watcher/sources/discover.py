"""What can be watched behind an address: read from its own document, and guessed from how publishers usually do it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from watcher.sources import base, jsonhints, keys

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

_FEED_TYPES = re.compile(r"application/(?:(?:rss|atom|rdf)\+xml|feed\+json)|text/xml|application/xml")
_FEED_ADDRESS = re.compile(
    r"(?:/|^|[._-])(?:feeds?|rss|atom|rdf|syndication)(?:[/._?-]|$)|\.(?:rss|atom|rdf)(?:$|\?)|[?&](?:feed|format)="
    r"(?:rss2?|atom|feed)",
    re.IGNORECASE,
)
_FEED_WORDS = re.compile(r"\b(?:rss|atom|feed|xml|canal)\b", re.IGNORECASE)
_OF_COMMENTS = re.compile(r"comment|comentario|reply|replies", re.IGNORECASE)
_NOT_FEEDS = re.compile(r"oembed|opensearch|wlwmanifest|xmlrpc|\.(?:jpe?g|png|gif|svg|css|js|pdf)(?:$|\?)", re.I)
_NEWS = re.compile(r"news|press|media|prensa|noticia|comunicado|boletin|announce|release|alert|update", re.IGNORECASE)
_WORDPRESS = "https://api.w.org/"
_FEDERAL_REGISTER = re.compile(r"(?:www\.)?federalregister\.gov")
_FEDERAL_REGISTER_API = "https://www.federalregister.gov/api/v1/documents.json"
_HEAD = 65_536
_ROOT = re.compile(
    rb"<(?:[\w.-]+:)?(rss|feed|rdf|urlset|sitemapindex|opml|html|body)(?=[\s>/])|<!doctype\s+(html)", re.IGNORECASE
)
_COMMENTS = re.compile(rb"<!--.*?(?:-->|$)", re.DOTALL)
_KIND_OF_ROOT = {b"rss": "feed", b"feed": "feed", b"rdf": "feed", b"urlset": "sitemap", b"sitemapindex": "sitemap"}
_MOST = 12


@dataclass(frozen=True, slots=True)
class Hint:
    """An address that may be watched: as which kind, with which options, and why it is thought so."""

    kind: str
    url: str
    why: str
    options: dict[str, Any] = field(default_factory=dict)


def kind_of(body: bytes, media_type: str) -> str:
    """As what a document can be read: feed, sitemap, api, pdf or listing (a page); "" when it is nothing of these."""
    start = body[:_HEAD].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if start.startswith(b"%PDF-"):
        return "pdf"
    if start[:1] in (b"{", b"["):
        return _kind_of_json(body)
    found = _ROOT.search(_COMMENTS.sub(b"", start))
    if found:
        return _KIND_OF_ROOT.get((found[1] or b"").lower(), "" if (found[1] or b"").lower() == b"opml" else "listing")
    return "listing" if start.startswith(b"<") or media_type in ("text/html", "application/xhtml+xml") else ""


def of_document(body: bytes, *, url: str, media_type: str) -> tuple[Hint, ...]:
    """How the document itself can be watched, when it is no page."""
    kind = kind_of(body, media_type)
    if kind in ("", "listing"):
        return ()
    if kind != "api":
        return (Hint(kind, url, f"the address is a {kind}"),)
    preset = _preset(body)
    options = {"preset": preset} if preset else jsonhints.guess(_json(body))
    return (Hint(kind, url, "the address answers with JSON", options),)


def of_page(body: bytes, *, url: str, charset: str | None = None) -> tuple[Hint, ...]:
    """What an HTML page leads to, likeliest first, each address once."""
    from selectolax.lexbor import LexborHTMLParser

    page = LexborHTMLParser(body.decode(charset or "utf-8", "replace"))
    hints = [*_advertised(page, url), *_federal_register(url), *_wordpress(page, url), *_linked(page, url)]
    hints += _sitemaps(page, url)
    return tuple(_each_once(hints))[:_MOST]


def usual(url: str) -> tuple[Hint, ...]:
    """Addresses at which publishers often have what their pages do not name; each is worth one request."""
    parts = urlsplit(url)
    folder = parts.path if parts.path.endswith("/") else f"{parts.path}/"
    below = [f"{folder}feed/", f"{folder}rss.xml"] if folder != "/" else []
    at_root = ["/feed/", "/rss.xml", "/feed.xml", "/atom.xml"]
    feeds = [Hint("feed", urljoin(url, path), "feeds are often at this address") for path in (*below, *at_root)]
    maps = [Hint("sitemap", urljoin(url, "/sitemap.xml"), "sitemaps are often at this address")]
    return tuple(_each_once([*feeds, *maps]))


def of_robots(text: str, *, url: str) -> tuple[Hint, ...]:
    """The sitemaps that a robots.txt names (https://www.sitemaps.org/protocol.html#submit_robots), news first."""
    named = re.findall(r"^[ \t]*sitemap[ \t]*:[ \t]*(\S+)", text, re.IGNORECASE | re.MULTILINE)
    found = [address for address in (base.web_address(url, each) for each in named) if address]
    found.sort(key=lambda address: _NEWS.search(urlsplit(address).path) is None)
    return tuple(_each_once(Hint("sitemap", address, "robots.txt names it") for address in found))[:3]


def section_of(url: str) -> dict[str, Any]:
    """Options that limit a sitemap to the section of the site in which a page stands; {} for its front page."""
    folder = re.sub(r"/[^/]*\.\w+$", "", urlsplit(url).path).rstrip("/")
    return {"include": [f"{folder}/*"]} if folder else {}


def _advertised(page: LexborHTMLParser, url: str) -> Iterator[Hint]:
    """Feeds that the page names in its head (https://www.rssboard.org/rss-autodiscovery), comments last."""
    found = []
    for link in page.css('link[rel~="alternate"][href]'):
        kind, title = link.attributes.get("type") or "", link.attributes.get("title") or ""
        address = base.web_address(url, link.attributes.get("href"))
        if address and _FEED_TYPES.search(kind) and not _NOT_FEEDS.search(f"{kind} {address}"):
            found.append((_OF_COMMENTS.search(f"{address} {title}") is not None, address, title))
    found.sort(key=lambda each: each[0])
    for _comments, address, title in found:
        yield Hint("feed", address, f"the page names it{f' ({title.strip()[:80]})' if title.strip() else ''}")


def _wordpress(page: LexborHTMLParser, url: str) -> Iterator[Hint]:
    """The interface of WordPress (https://developer.wordpress.org/rest-api/using-the-rest-api/discovery/)."""
    for link in page.css(f'link[rel="{_WORDPRESS}"][href]'):
        root = base.web_address(url, link.attributes.get("href"))
        if root:
            yield Hint("api", _below(root, "wp/v2/posts"), "the site is made with WordPress", {"preset": "wordpress"})


def _below(root: str, path: str) -> str:
    """An address of the interface: its root is a folder, or the parameter `rest_route`."""
    parts = urlsplit(root)
    query = dict(parse_qsl(parts.query))
    if "rest_route" not in query:
        return f"{root.rstrip('/')}/{path}"
    query["rest_route"] = f"{query['rest_route'].rstrip('/')}/{path}"
    return parts._replace(query=urlencode(query, safe="/")).geturl()


def _federal_register(url: str) -> Iterator[Hint]:
    """What is watched of the Federal Register is its interface: the same agency, or the same words."""
    parts = urlsplit(url)
    if not _FEDERAL_REGISTER.fullmatch(parts.hostname or ""):
        return
    agency = re.match(r"/agencies/([a-z0-9-]+)", parts.path)
    asked = [(name, value) for name, value in parse_qsl(parts.query) if name.startswith("conditions[")]
    asked += [("conditions[agencies][]", agency[1])] if agency else []
    query = urlencode([*asked, ("order", "newest"), ("per_page", "100")])
    yield Hint(
        "api", f"{_FEDERAL_REGISTER_API}?{query}", "the Federal Register has an API", {"preset": "federal-register"}
    )


def _linked(page: LexborHTMLParser, url: str) -> Iterator[Hint]:
    """Links whose address looks like a feed's, and those that say so and lead to XML."""
    for link in page.css("a[href]"):
        address = base.web_address(url, link.attributes.get("href"))
        if not address or _NOT_FEEDS.search(address) or _OF_COMMENTS.search(address):
            continue
        parts = urlsplit(address)
        looks = _FEED_ADDRESS.search(f"{parts.path}{'?' if parts.query else ''}{parts.query}")
        said = f"{link.text()} {link.attributes.get('title') or ''} {link.attributes.get('class') or ''}"
        if looks or (parts.path.endswith(".xml") and _FEED_WORDS.search(said)):
            yield Hint("feed", address, "the page links to it")


def _sitemaps(page: LexborHTMLParser, url: str) -> Iterator[Hint]:
    for link in page.css('link[rel~="sitemap"][href]'):
        if address := base.web_address(url, link.attributes.get("href")):
            yield Hint("sitemap", address, "the page names it as its sitemap")


def _each_once(hints: Iterable[Hint]) -> Iterator[Hint]:
    seen: set[tuple[str, str]] = set()
    for hint in hints:
        mark = (hint.kind, keys.canonical_url(hint.url))
        if mark not in seen:
            seen.add(mark)
            yield hint


def _kind_of_json(body: bytes) -> str:
    answer = _json(body)
    if answer is None:
        return ""
    is_feed = isinstance(answer, dict) and "jsonfeed.org" in str(answer.get("version", ""))
    return "feed" if is_feed else "api"


def _preset(body: bytes) -> str:
    """The preset of the kind `api` that knows this answer, or ""."""
    answer = _json(body)
    rows = answer.get("results") if isinstance(answer, dict) else answer
    first = rows[0] if isinstance(rows, list) and rows and isinstance(rows[0], dict) else {}
    if isinstance(answer, list) and isinstance(first.get("title"), dict) and "rendered" in first["title"]:
        return "wordpress"
    if "document_number" in first:
        return "federal-register-inspection" if "filed_at" in first else "federal-register"
    return "courtlistener" if {"cluster_id", "docket_id"} & first.keys() else ""


def _json(body: bytes) -> Any:
    try:
        return json.loads(body.lstrip(b"\xef\xbb\xbf"))
    except (ValueError, RecursionError):
        return None
