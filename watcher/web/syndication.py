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
from watcher.models.story import State
from watcher.web.naming import Words
from watcher.web.render import web_link

ATOM = "http://www.w3.org/2005/Atom"
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML 1.0 document may hold, not even escaped (section 2.2)."""
_UNTITLED = "…"
SOURCES = 5
"""How many of those who say so stand in an item of a story."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing in a feed. `id` is a tag URI (RFC 4151), the same wherever and whenever the feed is served.

    `link` is where it can be read, `review` our own page about it. `categories` are (id, name).
    """

    id: str
    title: str
    link: str
    published: datetime
    updated: datetime
    author: str
    content: str
    review: str
    categories: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Feed:
    """What both forms are made from. `address` is where this form is read, `home` the page about it."""

    name: str
    title: str
    address: str
    home: str
    language: str
    updated: datetime
    items: Sequence[Item]


def of_entry(item: FeedItem, words: Words, base_url: str) -> Item:
    """An entry with what happens in it to which policy, and the words that say so, once each."""
    first = item.matches[0]
    review = f"{base_url}/entries/{item.entry_id}"
    said = dict.fromkeys(f"{words.headline(row.match)}\n“{row.match.evidence.text.strip()}”" for row in item.matches)
    return Item(
        id=f"tag:watcher,2026:entry/{item.entry_id}",
        title=" ".join(first.title.split()) or _UNTITLED,
        link=web_link(first.url) or review,
        published=first.published or first.first_seen,
        updated=item.changed_at,
        author=first.publisher.name,
        content="\n\n".join([*said, first.publisher.name]),
        review=review,
        categories=tuple(
            (policy, words.policy(policy)) for policy in dict.fromkeys(row.match.policy for row in item.matches)
        ),
    )


def of_state(state: State, policy: str, words: Words, base_url: str) -> Item:
    """A state of a policy's story, with everybody who says so."""
    first = state.sources[0]
    review = f"{base_url}/entries/{first.entry}"
    said = [f"“{each.quote.strip()}”\n{each.publisher.name}" for each in state.sources[:SOURCES]]
    return Item(
        id=f"tag:watcher,2026:state/{policy}/{state.id}",
        title=f"{words.policy(policy)}: {words.state(state)}",
        link=web_link(state.link) or review,
        published=min(each.at for each in state.sources),
        updated=max(each.at for each in state.sources),
        author=first.publisher.name,
        content="\n\n".join([f"{words.axis(state.axis)}. {words.standing(state.standing)}", *said]),
        review=review,
        categories=((policy, words.policy(policy)),),
    )


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
        _atom_entry(_add(root, "entry"), item)
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
        "items": [_json_item(item) for item in feed.items],
    }
    return json.dumps(whole, ensure_ascii=False, indent=1).encode("utf-8", "replace") + b"\n"


def _atom_entry(entry: ElementTree.Element, item: Item) -> None:
    _add(entry, "id", item.id)
    _add(entry, "title", item.title, type="text")
    _add(entry, "published", _instant(item.published))
    _add(entry, "updated", _instant(item.updated))
    _add(_add(entry, "author"), "name", item.author)
    _add(entry, "link", rel="alternate", href=item.link)
    _add(entry, "link", rel="related", href=item.review)
    for term, name in item.categories:
        _add(entry, "category", term=term, label=name)
    _add(entry, "content", item.content, type="text")


def _json_item(item: Item) -> dict[str, Any]:
    return {
        "id": item.id,
        "url": item.link,
        "title": item.title,
        "content_text": item.content,
        "date_published": _instant(item.published),
        "date_modified": _instant(item.updated),
        "authors": [{"name": item.author}],
        "tags": [term for term, _ in item.categories],
    }


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _add(parent: ElementTree.Element, name: str, text: str = "", **attributes: str) -> ElementTree.Element:
    cleaned = {key: _NO_XML.sub("\ufffd", value) for key, value in attributes.items()}
    element = ElementTree.SubElement(parent, name, cleaned)
    element.text = _NO_XML.sub("\ufffd", text) or None
    return element
