"""Listings: HTML pages that list announcements, read with CSS selectors."""

from __future__ import annotations

import html
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from watcher.models.catalog import Interval
from watcher.models.entries import RawEntry, RawReading
from watcher.sources import base, dates, keys, paging
from watcher.sources.brittle import brittle

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_PAGE = "{page}"


@dataclass(frozen=True, slots=True)
class Options:
    """Where everything stands on the page: CSS selectors. Those of the parts of an entry are looked for within it; one
    that fits nothing in it may fit the entry itself."""

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
    text: str = ""
    """Where the main text stands on the entries' own pages: a selector, such as `div.press-release`. Default: it is
    found."""
    section: str = ""
    """Headings between the entries. A heading's date is that of the entries after it which have none of their own; a
    heading without date is put before their teaser."""
    next: str = ""
    """What leads to the next page: a selector on the page, or an address with `{page}` in it: `?page={page}`."""
    first_page: int = 1
    """The number of the first page, where `next` is an address."""
    pages: int = 5
    """How many pages the first check reads. Later ones go on while a page brings something new."""

    def __post_init__(self) -> None:
        """Raises ValueError for a selector that no page can be asked with, or that will not last (`brittle`)."""
        if not self.entry.strip():
            raise ValueError("entry: give a CSS selector for the element that is one announcement, such as `li.news`")
        for name in ("entry", "link", "title", "date", "summary", "text", "section", "next"):
            if name == "next" and _PAGE in self.next:
                continue
            _validate(name, getattr(self, name))
            if reason := brittle(getattr(self, name), many=name == "entry"):
                raise ValueError(f"{name}: {reason}")
        if not 1 <= self.pages <= 100:
            raise ValueError("pages: write a number from 1 to 100")


KIND = base.Kind(
    name="listing",
    options=Options,
    every=Interval(timedelta(minutes=30), timedelta(hours=12)),
    accept="text/html, application/xhtml+xml, */*;q=0.5",
    read="watcher.sources.listing:read",
    remembers=True,
)

_REDESIGNED = (
    "Open the page: if it was redesigned, change the selector `entry` of this source; if it shows a message instead of"
    " its list, wait for the next check. `watcher sources try` shows what the selectors find."
)


def read(
    body: bytes, *, url: str, media_type: str, charset: str | None, options: Options, memory: str | None = None
) -> RawReading:
    """The entries that the selectors find on a page, in its order, and the address of the next page.

    Those with a link carry only a teaser. Raises ParseError: UNREADABLE (empty), UNEXPECTED (not HTML, or the
    selectors find nothing on the first page: one after the last may well be empty).
    """
    from selectolax.lexbor import LexborHTMLParser

    if not body.strip():
        raise base.unreadable(f"{url} answered with an empty document.", "It is tried again at the next check.")
    _refuse_what_is_no_page(body, url, media_type)
    page = LexborHTMLParser(body.decode(charset or "utf-8", "replace"))
    address = base_address(page, url)
    found = [_entry(node, heading, address, options) for node, heading in _rows(page, options)]
    entries = _with_keys([entry for entry in found if entry.url or entry.title])
    trail = paging.trail(memory, url, options.pages)
    if not entries and trail.page == 1:
        message = f"No entry on {url}: `{options.entry}` finds nothing with a title or link."
        raise base.unexpected(message, _REDESIGNED, body)
    root = page.css_first("html")
    language = base.primary_language(root.attributes.get("lang") if root else None)
    reading = RawReading(entries, title=_text(page.css_first("title")), language=language)
    if not options.next:
        return reading
    left, more = trail.onward(url, _next(page, address, trail.page, options), [entry.key for entry in entries])
    return replace(reading, memory=left, more=more)


@dataclass(frozen=True, slots=True)
class _Heading:
    """What the headings before an entry say of it."""

    date: str = ""
    label: str = ""


def _rows(page: LexborHTMLParser, options: Options) -> list[tuple[LexborNode, _Heading]]:
    """The entries in the page's order, each with its heading; what is both is a heading."""
    if not options.section:
        return [(node, _Heading()) for node in page.css(options.entry)]
    headings = {node.mem_id for node in page.css(options.section)}
    current, rows = _Heading(), []
    for node in page.css(f"{options.entry}, {options.section}"):
        if node.mem_id not in headings:
            rows.append((node, current))
        elif dates.read_date(written := dates.written_in(_text(node)), options.date_order or None):
            current = replace(current, date=written)
        else:
            current = replace(current, label=_text(node))
    return rows


def _next(page: LexborHTMLParser, address: str, number: int, options: Options) -> str | None:
    if _PAGE in options.next:
        return base.web_address(address, options.next.replace(_PAGE, str(options.first_page + number)))
    node = page.css_first(options.next)
    link = node if node is None or node.attributes.get("href") else node.css_first("a[href]")
    return base.web_address(address, link.attributes.get("href")) if link else None


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


def base_address(page: LexborHTMLParser, url: str) -> str:
    """HTML Standard, section 4.2.3: the first base element says what links are relative to."""
    node = page.css_first("base[href]")
    return (base.web_address(url, node.attributes.get("href")) if node else None) or url


def _entry(node: LexborNode, heading: _Heading, address: str, options: Options) -> RawEntry:
    link = _link(node, options)
    url = base.web_address(address, link.attributes.get("href")) if link else None
    raw_date = _date(node, options) or heading.date
    return RawEntry(
        key="",
        url=url,
        title=_title(node, link, options),
        content=_labelled(heading.label, _markup(_part(node, options.summary or "p"))),
        teaser=url is not None,
        published=dates.read_date(raw_date, options.date_order or None),
        published_raw=raw_date,
    )


def _link(node: LexborNode, options: Options) -> LexborNode | None:
    if node.tag == "a" and node.attributes.get("href"):
        return node
    return node.css_first(options.link) if options.link else None


def _labelled(label: str, content: str) -> str:
    return f"<p>{html.escape(label, quote=False)}</p>{content}" if label else content


def _title(node: LexborNode, link: LexborNode | None, options: Options) -> str:
    if options.title:
        return _markup(_part(node, options.title)) or _markup(link)
    return _markup(node.css_first("h1, h2, h3, h4, h5, h6")) or _markup(link)


def _date(node: LexborNode, options: Options) -> str:
    where = _part(node, options.date or "time")
    if where is None:
        return ""
    attribute = where.attributes.get(options.date_attribute or "datetime")
    return (attribute or "").strip() or dates.written_in(_text(where))


def _part(node: LexborNode, selector: str) -> LexborNode | None:
    """The first element within an entry that fits, or the entry itself."""
    return node.css_first(selector) or (node if node.css_matches(selector) else None)


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
