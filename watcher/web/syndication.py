"""A feed as bytes: Atom (RFC 4287) and JSON Feed 1.1, everything from outside as text."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

from watcher.models.feeds import FeedItem
from watcher.web.naming import Words
from watcher.web.render import web_link

ATOM = "http://www.w3.org/2005/Atom"
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML 1.0 document may hold, not even escaped (section 2.2)."""
_UNTITLED = "…"


@dataclass(frozen=True, slots=True)
class Feed:
    """What both forms are made from. `address` is where this form is read, `home` the page about it."""

    name: str
    title: str
    address: str
    home: str
    base_url: str
    language: str
    updated: datetime
    items: Sequence[FeedItem]
    words: Words


def atom(feed: Feed) -> bytes:
    """The feed as Atom: the same feed gives the same bytes."""
    root = ElementTree.Element("feed", {"xmlns": ATOM, "xml:lang": feed.language})
    _add(root, "id", f"tag:watcher,2026:feed/{feed.name}")
    _add(root, "title", feed.title)
    _add(root, "updated", _instant(feed.updated))
    _add(root, "link", rel="self", href=feed.address, type="application/atom+xml")
    _add(root, "link", rel="alternate", href=feed.home, type="text/html")
    _add(_add(root, "author"), "name", "watcher")
    for item in feed.items:
        _atom_entry(_add(root, "entry"), item, feed)
    body: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return body + b"\n"


def json_feed(feed: Feed) -> bytes:
    """The feed as JSON Feed: the same feed gives the same bytes."""
    whole = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": feed.address,
        "language": feed.language,
        "items": [_json_item(item, feed) for item in feed.items],
    }
    return json.dumps(whole, ensure_ascii=False, indent=1).encode("utf-8", "replace") + b"\n"


def _atom_entry(entry: ElementTree.Element, item: FeedItem, feed: Feed) -> None:
    first = item.matches[0]
    _add(entry, "id", item_id(item))
    _add(entry, "title", _title(item), type="text")
    _add(entry, "published", _instant(first.published or first.first_seen))
    _add(entry, "updated", _instant(item.changed_at))
    _add(_add(entry, "author"), "name", first.publisher.name)
    _add(entry, "link", rel="alternate", href=_link(item, feed))
    _add(entry, "link", rel="related", href=_review(item, feed))
    for policy in _policies(item):
        _add(entry, "category", term=policy, label=feed.words.policy(policy))
    _add(entry, "content", _content(item, feed.words), type="text")


def _json_item(item: FeedItem, feed: Feed) -> dict[str, Any]:
    first = item.matches[0]
    return {
        "id": item_id(item),
        "url": _link(item, feed),
        "title": _title(item),
        "content_text": _content(item, feed.words),
        "date_published": _instant(first.published or first.first_seen),
        "date_modified": _instant(item.changed_at),
        "authors": [{"name": first.publisher.name}],
        "tags": _policies(item),
    }


def item_id(item: FeedItem) -> str:
    """An entry's name for feed readers: a tag URI (RFC 4151), the same wherever and whenever the feed is served."""
    return f"tag:watcher,2026:entry/{item.entry_id}"


def _title(item: FeedItem) -> str:
    return " ".join(item.matches[0].title.split()) or _UNTITLED


def _content(item: FeedItem, words: Words) -> str:
    """What happens to which policy, and the words that say so, once each."""
    said = dict.fromkeys(f"{words.headline(row.match)}\n“{row.match.evidence.text.strip()}”" for row in item.matches)
    return "\n\n".join([*said, item.matches[0].publisher.name])


def _policies(item: FeedItem) -> list[str]:
    return list(dict.fromkeys(row.match.policy for row in item.matches))


def _link(item: FeedItem, feed: Feed) -> str:
    """The publisher's own page; the review page when it has none that may be a link."""
    return web_link(item.matches[0].url) or _review(item, feed)


def _review(item: FeedItem, feed: Feed) -> str:
    return f"{feed.base_url.rstrip('/')}/entries/{item.entry_id}"


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _add(parent: ElementTree.Element, name: str, text: str = "", **attributes: str) -> ElementTree.Element:
    cleaned = {key: _NO_XML.sub("\ufffd", value) for key, value in attributes.items()}
    element = ElementTree.SubElement(parent, name, cleaned)
    element.text = _NO_XML.sub("\ufffd", text) or None
    return element
