"""Listings: HTML pages that list announcements, read with CSS selectors."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from watcher.models.catalog import Interval
from watcher.models.entries import RawEntry, RawReading
from watcher.sources import base, dates, keys

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode


@dataclass(frozen=True, slots=True)
class Options:
    """Where the parts of an entry stand on the page: CSS selectors, all but `entry` looked for within the entry."""

    entry: str
    """Each element that is one announcement."""
    link: str = "a[href]"
    """The element whose href leads to the announcement; the entry itself when it is the link."""
    title: str = ""
    """Default: the first heading, else the text of the link."""
    date: str = ""
    """Default: the first `time` element."""
    date_attribute: str = ""
    """The attribute of the date's element that holds the date; default: datetime, else its text."""
    date_order: Literal["", "MDY", "DMY", "YMD"] = ""
    """How 3/2/2021 is meant; default: the habit of the language."""
    summary: str = ""
    """The teaser; default: the first paragraph."""

    def __post_init__(self) -> None:
        """Raises ValueError for a selector that no page can be asked with."""
        if not self.entry.strip():
            raise ValueError("entry: give a CSS selector for the element that is one announcement, such as `li.news`")
        for name in ("entry", "link", "title", "date", "summary"):
            _validate(name, getattr(self, name))


KIND = base.Kind(
    name="listing",
    options=Options,
    every=Interval(timedelta(minutes=30), timedelta(hours=12)),
    accept="text/html, application/xhtml+xml, */*;q=0.5",
    read="watcher.sources.listing:read",
)

_REDESIGNED = (
    "Open the page: if it was redesigned, change the selector `entry` of this source; if it shows a message instead of"
    " its list, wait for the next check. `watcher sources try` shows what the selectors find."
)


def read(body: bytes, *, url: str, media_type: str, charset: str | None, options: Options) -> RawReading:
    """The entries that the selectors find on a page, in its order; those with a link carry only a teaser.

    Raises ParseError: UNREADABLE (empty), UNEXPECTED (not HTML, or the selectors find nothing).
    """
    from selectolax.lexbor import LexborHTMLParser

    if not body.strip():
        raise base.unreadable(f"{url} answered with an empty document.", "It is tried again at the next check.")
    _refuse_what_is_no_page(body, url, media_type)
    page = LexborHTMLParser(body.decode(charset or "utf-8", "replace"))
    address = _base_address(page, url)
    found = [_entry(node, address, options) for node in page.css(options.entry)]
    entries = _with_keys([entry for entry in found if entry.url or entry.title])
    if not entries:
        message = f"No entry on {url}: `{options.entry}` finds nothing with a title or link."
        raise base.unexpected(message, _REDESIGNED, body)
    root = page.css_first("html")
    language = base.primary_language(root.attributes.get("lang") if root else None)
    return RawReading(entries, title=_text(page.css_first("title")), language=language)


def _validate(name: str, selector: str) -> None:
    from selectolax.lexbor import LexborHTMLParser, SelectolaxError

    if not selector:
        return
    try:
        LexborHTMLParser("<p></p>").css(selector)
    except (SelectolaxError, ValueError) as error:
        raise ValueError(f"{name}: {selector!r} is not a CSS selector ({error})") from error


def _refuse_what_is_no_page(body: bytes, url: str, media_type: str) -> None:
    start = body.lstrip()[:5].lower()
    if start in (b"%pdf-", b"<rss ", b"<feed") or start[:1] in (b"{", b"[") or media_type.endswith(("/pdf", "json")):
        what = "a feed: use `kind: feed`" if start[:1] == b"<" else f"not a web page ({media_type or 'unknown type'})"
        raise base.unexpected(f"{url} is {what}.", "`watcher sources try` shows what an address gives.", body)


def _base_address(page: LexborHTMLParser, url: str) -> str:
    """HTML Standard, section 4.2.3: the first base element says what links are relative to."""
    node = page.css_first("base[href]")
    return (base.web_address(url, node.attributes.get("href")) if node else None) or url


def _entry(node: LexborNode, address: str, options: Options) -> RawEntry:
    link = node if node.tag == "a" and node.attributes.get("href") else node.css_first(options.link)
    url = base.web_address(address, link.attributes.get("href")) if link else None
    raw_date = _date(node, options)
    return RawEntry(
        key="",
        url=url,
        title=_title(node, link, options),
        content=_markup(node.css_first(options.summary or "p")),
        teaser=url is not None,
        published=dates.read_date(raw_date, options.date_order or None),
        published_raw=raw_date,
    )


def _title(node: LexborNode, link: LexborNode | None, options: Options) -> str:
    if options.title:
        return _markup(node.css_first(options.title)) or _markup(link)
    return _markup(node.css_first("h1, h2, h3, h4, h5, h6")) or _markup(link)


def _date(node: LexborNode, options: Options) -> str:
    where = node.css_first(options.date or "time")
    if where is None:
        return ""
    attribute = where.attributes.get(options.date_attribute or "datetime")
    return (attribute or "").strip() or _text(where)


def _markup(node: LexborNode | None) -> str:
    return node.html or "" if node else ""


def _text(node: LexborNode | None) -> str:
    return " ".join(node.text(separator=" ").split()) if node else ""


def _with_keys(entries: list[RawEntry]) -> tuple[RawEntry, ...]:
    marks = [keys.Marks("", entry.url or "", entry.title, entry.published_raw, entry.content) for entry in entries]
    unique: dict[str, RawEntry] = {}
    for key, entry in zip(keys.assign(marks), entries, strict=True):
        unique.setdefault(key, replace(entry, key=key))
    return tuple(unique.values())
