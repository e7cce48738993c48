"""Feeds: RSS 0.9x to 2.0, RDF, Atom, JSON Feed."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

from watcher.models.catalog import Interval
from watcher.models.entries import RawEntry, RawReading
from watcher.sources import base, dates, jsontext, keys

if TYPE_CHECKING:
    from feedparser import FeedParserDict


@dataclass(frozen=True, slots=True)
class Options:
    """How the entries of a feed are read."""

    full_text: Literal["auto", "always", "never"] = "auto"
    """Whether the feed carries full texts. auto: decided for each entry (a short description, or one that ends like a
    teaser, is one); always: its pages are never fetched; never: every entry's page is fetched."""
    key: Literal["id", "id-and-date"] = "id"
    """What identifies an entry. id-and-date: for feeds that give everything about one case the same id and link, such
    as court dockets; there the date of publication makes an announcement a new one."""
    text: str = ""
    """Where the main text stands on the entries' own pages: a CSS selector, such as `div.press-release`. Default: it is
    found."""

    def __post_init__(self) -> None:
        """Raises ValueError for a selector that no page can be asked with."""
        base.check_selector("text", self.text)


KIND = base.Kind(
    name="feed",
    options=Options,
    every=Interval(timedelta(minutes=15), timedelta(hours=6)),
    accept="application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9,"
    " application/json;q=0.8, */*;q=0.5",
    read="watcher.sources.feed:read",
)

_SHORT = 1500
"""Characters of a description that may be a teaser: to fetch a page for nothing is cheap, to miss its text is not."""
_TEASER_ENDS = re.compile(
    r"(?:…|\.\.\.|&#8230;|&hellip;"
    r"|\b(?:(?:continue|keep) reading|(?:read|learn|see|view) (?:more|(?:the )?(?:full|rest|entire))|seguir leyendo"
    r"|(?:leer|ver|lee|lea) (?:m[aá]s|la nota|el texto)|lire (?:la suite|plus)|en savoir plus)\b[^.]{0,80})"
    r"[\s.\]>»→]*$",
    re.IGNORECASE,
)
_LAST_WORDS = 120
_END = 1000
_CREDIT = re.compile(
    r"(?:The post|La entrada|L[’']article)\s.{1,600}?\s"
    r"(?:appeared first on|se publicó primero en|est apparu en premier sur)\s.{1,300}$",
    re.DOTALL,
)
_TAGS = re.compile(r"<[^>]*>?")
_HEAD = 65_536
_COMMENTS = re.compile(rb"<!--(?:.*?-->|.*)", re.DOTALL)
_ROOT = re.compile(
    rb"<(?:[\w.-]+:)?(rss|feed|rdf|channel|html|body|urlset|sitemapindex|opml)(?=[\s>/])|<!doctype\s+(html)",
    re.IGNORECASE,
)
_FEED_ROOTS = {b"rss", b"feed", b"rdf", b"channel"}
_BLANK = b" \t\r\n\x0b\x0c"
_DAY = timedelta(days=1)
_PERIODS = {"hourly": timedelta(hours=1), "daily": _DAY, "weekly": 7 * _DAY}
_MOST_VERSIONS = 8
_TRY_AGAIN = "It is tried again at the next check. If it stays so, tell the publisher."


def read(body: bytes, *, url: str, media_type: str, charset: str | None, options: Options) -> RawReading:
    """The entries of a feed, in its order.

    `url` is where it came from (relative links are resolved against it); `charset` is what the body is known to be in,
    None: what it says itself. What counts is the body: `media_type` is often wrong, and is not looked at.
    Raises ParseError: UNREADABLE (empty, not XML or JSON), UNEXPECTED (something else than a feed, such as a web
    page), INCOMPLETE (it ends before its end tag; what a cut answer lacks would otherwise be missed).
    """
    body = _without_leading_blanks(body)
    if not body.strip(_BLANK + b"\0"):
        raise base.unreadable(f"{url} answered with an empty document.", _TRY_AGAIN)
    if body.lstrip(b"\xef\xbb\xbf" + _BLANK)[:1] in (b"{", b"["):
        return _read_json(body, url, options)
    _refuse_what_is_no_feed(body, url)
    parsed = _parsed(body, url, charset)
    if parsed.get("bozo") and not _ends(body):
        raise base.incomplete(f"The feed at {url} ends in the middle (after {len(body)} bytes).", _TRY_AGAIN, body)
    return RawReading(
        entries=_entries((_from_feedparser(entry, url, options) for entry in parsed.entries), options),
        title=parsed.feed.get("title", ""),
        language=base.primary_language(parsed.feed.get("language")),
        ttl=_ttl(parsed.feed),
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """An entry before it has a key."""

    own_id: str
    url: str | None
    link: str
    title: str
    content: str
    teaser: bool
    published_raw: str
    parsed: Any = None
    language: str | None = None
    versions: tuple[str, ...] = ()


def _entries(found: Iterable[_Found], options: Options) -> tuple[RawEntry, ...]:
    every = list(found)
    marks = [keys.Marks(entry.own_id, entry.link, entry.title, entry.published_raw, entry.content) for entry in every]
    unique: dict[str, RawEntry] = {}
    for key, entry in zip(keys.assign(marks, dated=options.key == "id-and-date"), every, strict=True):
        unique.setdefault(key, _raw(key, entry))
    return tuple(unique.values())


def _raw(key: str, found: _Found) -> RawEntry:
    published = dates.of_feed(found.published_raw, found.parsed)
    return RawEntry(
        key,
        found.url,
        found.title,
        found.content,
        found.teaser,
        published,
        found.published_raw,
        found.language,
        versions=found.versions,
    )


def _parsed(body: bytes, url: str, charset: str | None) -> FeedParserDict:
    """feedparser in plain mode: its sanitiser is quadratic and no security boundary, and markup becomes text anyway.

    Always through BytesIO: given a string or bytes, feedparser opens what looks like a path or an address.
    """
    import feedparser

    content_type = f"application/xml; charset={charset}" if charset else "application/xml"  # text/* would mean ASCII
    headers = {"content-type": content_type, "content-location": url}
    try:
        return feedparser.parse(
            io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False, response_headers=headers
        )
    except MemoryError:
        raise
    except Exception as error:
        raise base.unreadable(f"The feed at {url} cannot be parsed ({error}).", _TRY_AGAIN, body) from error


def _from_feedparser(entry: FeedParserDict, url: str, options: Options) -> _Found:
    link = base.web_address(url, _own_link(entry))
    content, is_description, language = _content(entry)
    raw, parsed = _date(entry)
    return _Found(
        own_id=entry.get("id", ""),
        url=link,
        link=link or "",
        title=_markup(entry.get("title_detail") or {}, entry.get("title", "")),
        content=content,
        teaser=link is not None and _is_teaser(content, is_description, options),
        published_raw=raw,
        parsed=parsed,
        language=base.primary_language(language),
        versions=_versions(entry, url),
    )


def _own_link(entry: FeedParserDict) -> str | None:
    """The entry's address; feedparser takes the last of its alternates, which may be the one in another language."""
    own: list[str] = [link.get("href", "") for link in _alternates(entry) if not link.get("hreflang")]
    return own[-1] if own and _alternates(entry)[-1].get("hreflang") else entry.get("link")


def _versions(entry: FeedParserDict, url: str) -> tuple[str, ...]:
    """The entry in other languages (RFC 4287, 4.2.7.4)."""
    found = (base.web_address(url, link.get("href")) for link in _alternates(entry) if link.get("hreflang"))
    return tuple(each for each in found if each)[:_MOST_VERSIONS]


def _alternates(entry: FeedParserDict) -> list[FeedParserDict]:
    return [link for link in entry.get("links", ())[:20] if link.get("rel") == "alternate"]


def _content(entry: FeedParserDict) -> tuple[str, bool, str | None]:
    """The fullest text of an entry as markup, whether it is only a description, and its language."""
    full = [part for part in entry.get("content", ()) if part.get("value") and _is_text(part.get("type"))]
    if full:
        longest = max(full, key=lambda part: len(part["value"]))
        summary = entry.get("summary") or ""
        if len(longest["value"]) >= len(summary):
            return _markup(longest, longest["value"]), False, longest.get("language")
    detail = entry.get("summary_detail") or {}
    return _markup(detail, entry.get("summary") or ""), True, detail.get("language")


def _is_text(media_type: str | None) -> bool:
    return media_type is None or media_type.startswith("text/") or media_type == "application/xhtml+xml"


def _markup(detail: Mapping[str, Any], value: str) -> str:
    return _escaped(value) if detail.get("type") == "text/plain" else value


def _escaped(text: str) -> str:
    """Plain text as markup: `<b>` stays visible, line breaks stay line breaks."""
    return html.escape(text.strip(), quote=False).replace("\n", "<br>")


def _date(entry: FeedParserDict) -> tuple[str, Any]:
    """What was written as date of publication, and feedparser's reading of it; the last change where there is none."""
    for name in ("published", "created", "updated"):
        if name in entry and dict.get(entry, name):  # feedparser's own get warns where it falls back
            return entry[name], dict.get(entry, f"{name}_parsed")
    return "", None


def _is_teaser(content: str, is_description: bool, options: Options) -> bool:
    if options.full_text != "auto":
        return options.full_text == "never"
    end = _seen(content[-_END:])
    credit = _CREDIT.search(end)
    before = end[: credit.start()].rstrip() if credit else end
    if _TEASER_ENDS.search(before[-_LAST_WORDS:]):
        return True
    return is_description and (credit is not None or len(_seen(content)) < _SHORT)


def _seen(content: str) -> str:
    return _TAGS.sub("", content).strip()


def _ttl(feed: FeedParserDict) -> timedelta | None:
    """How often the feed itself wants to be asked (RSS 2.0 ttl in minutes; RSS module syndication); at most a day."""
    minutes = re.fullmatch(r"\s*(\d{1,6})\s*", feed.get("ttl") or "")
    if minutes and int(minutes[1]):
        return min(timedelta(minutes=int(minutes[1])), _DAY)
    period = _PERIODS.get((feed.get("sy_updateperiod") or "").strip().lower())
    times = re.fullmatch(r"\s*(\d{1,4})\s*", feed.get("sy_updatefrequency") or "1")
    return min(period / max(1, int(times[1])), _DAY) if period and times else None


def _without_leading_blanks(body: bytes) -> bytes:
    """60 KB of line breaks before the root take feedparser 18 s. UTF-16 and UTF-32 are left alone."""
    return body if b"\0" in body[:8] else body.lstrip(_BLANK)


def _root(body: bytes) -> bytes:
    found = _ROOT.search(_COMMENTS.sub(b"", body[:_HEAD].replace(b"\0", b"")))
    return (found[1] or found[2]).lower() if found else b""


def _refuse_what_is_no_feed(body: bytes, url: str) -> None:
    root = _root(body)
    if root in _FEED_ROOTS:
        return
    if root in (b"html", b"body"):
        raise base.unexpected(f"{url} is a web page, not a feed.", _feed_named_in(body, url) or _use_listing(), body)
    if root in (b"urlset", b"sitemapindex"):
        raise base.unexpected(f"{url} is a sitemap, not a feed.", "Give the address of a feed or of a page.", body)
    if root == b"opml":
        raise base.unexpected(f"{url} is a list of feeds (OPML), not a feed.", "Give one source for each feed.", body)
    raise base.unreadable(f"{url} is neither RSS, Atom, RDF nor JSON Feed.", _use_listing(), body)


def _feed_named_in(body: bytes, url: str) -> str | None:
    from selectolax.lexbor import LexborHTMLParser

    page = LexborHTMLParser(body[:_HEAD].decode("utf-8", "replace"))
    for link in page.css('link[rel~="alternate"][href]'):
        kind, href = link.attributes.get("type") or "", base.web_address(url, link.attributes.get("href"))
        if href and re.search(r"rss|atom|feed\+json|rdf", kind):
            return f"The page names a feed: use `url: {href}`, or read the page itself with `kind: listing`."
    return None


def _use_listing() -> str:
    return (
        "Open the address in a browser. If it is a page with a list of announcements, use `kind: listing`; if the feed"
        " has moved, change `url`; `watcher sources try` shows what an address gives."
    )


def _ends(body: bytes) -> bool:
    """Whether the root element is closed after the last entry has begun: an answer that was cut has no such end."""
    plain = body.replace(b"\0", b"").lower()
    root = _root(body)
    end = max(plain.rfind(b"</" + root + b">"), plain.rfind(b":" + root + b">"))
    return end > max(plain.rfind(b"<item"), plain.rfind(b"<entry"), plain.rfind(b"<![cdata["))


def _read_json(body: bytes, url: str, options: Options) -> RawReading:
    """JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""
    feed = jsontext.read_json(body, url)
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list) or not ("version" in feed or "title" in feed):
        raise base.unexpected(f"{url} is JSON, but not a JSON Feed (no `items`).", _use_listing(), body)
    language = base.primary_language(_text(feed, "language"))
    entries = [_from_json(item, url, options) for item in items if isinstance(item, dict)]
    if items and not any(entry.url or entry.title or entry.content for entry in entries):
        raise base.unexpected(f"{url} is JSON, but not a JSON Feed (its `items` say nothing).", _use_listing(), body)
    return RawReading(_entries(entries, options), title=_escaped(_text(feed, "title")), language=language)


def _from_json(item: dict[str, Any], url: str, options: Options) -> _Found:
    link = base.web_address(url, _text(item, "url") or _text(item, "external_url"))
    full = _text(item, "content_html") or _escaped(_text(item, "content_text"))
    content = full or _escaped(_text(item, "summary"))
    return _Found(
        own_id=_text(item, "id"),
        url=link,
        link=link or "",
        title=_escaped(_text(item, "title")),
        content=content,
        teaser=link is not None and _is_teaser(content, not full, options),
        published_raw=_text(item, "date_published") or _text(item, "date_modified"),
        language=base.primary_language(_text(item, "language")),
    )


def _text(values: Mapping[str, Any], name: str) -> str:
    return jsontext.as_text(values.get(name))
