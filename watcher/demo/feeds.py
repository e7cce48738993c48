"""An outlet's entries as RSS 2.0, RSS 1.0 (RDF), Atom or JSON Feed."""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from xml.etree import ElementTree as ET

from watcher.demo.newsroom import Published
from watcher.demo.outlets import Form, Habit, Outlet

Entries = Sequence[Published]

_RSS = {"version": "2.0", "xmlns:content": "http://purl.org/rss/1.0/modules/content/"}
_RDF = {
    "xmlns": "http://purl.org/rss/1.0/",
    "xmlns:rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xmlns:dc": "http://purl.org/dc/elements/1.1/",
}
_ATOM = {"xmlns": "http://www.w3.org/2005/Atom"}


def write_feed(outlet: Outlet, entries: Entries, home: str, now: datetime) -> tuple[bytes, str]:
    """The feed's bytes and its media type. `home` is the publisher's address, `entries` newest first."""
    return _WRITERS[outlet.form](outlet, entries, home, now)


def _rss(outlet: Outlet, entries: Entries, home: str, now: datetime) -> tuple[bytes, str]:
    root = ET.Element("rss", _RSS)
    channel = _add(root, "channel")
    _add(channel, "title", outlet.publisher.name)
    _add(channel, "link", f"{home}/")
    _add(channel, "description", f"News of {outlet.publisher.name}")
    _add(channel, "language", outlet.language)
    if outlet.habit is Habit.RESTLESS:
        _add(channel, "lastBuildDate", format_datetime(now))
    for each in entries:
        item = _add(channel, "item")
        _add(item, "title", each.draft.title)
        _add(item, "link", f"{each.url}?utm_source=rss")
        _add(item, "guid", each.url, isPermaLink="true")
        _add(item, "pubDate", format_datetime(each.at))
        _add(item, "description", f"<p>{html.escape(each.draft.teaser)}</p>")
        if outlet.full_text:
            _add(item, "content:encoded", _markup(each))
    return _document(root), "application/rss+xml"


def _rdf(outlet: Outlet, entries: Entries, home: str, now: datetime) -> tuple[bytes, str]:
    root = ET.Element("rdf:RDF", _RDF)
    channel = _add(root, "channel", **{"rdf:about": f"{home}/"})
    _add(channel, "title", outlet.publisher.name)
    _add(channel, "link", f"{home}/")
    _add(channel, "description", f"News of {outlet.publisher.name}")
    sequence = _add(_add(channel, "items"), "rdf:Seq")
    for each in entries:
        _add(sequence, "rdf:li", **{"rdf:resource": each.url})
    for each in entries:
        item = _add(root, "item", **{"rdf:about": each.url})
        _add(item, "title", each.draft.title)
        _add(item, "link", each.url)
        _add(item, "description", each.draft.teaser)
        _add(item, "dc:date", each.at.isoformat(timespec="seconds"))
    return _document(root), "application/rdf+xml"


def _atom(outlet: Outlet, entries: Entries, home: str, now: datetime) -> tuple[bytes, str]:
    root = ET.Element("feed", {**_ATOM, "xml:lang": outlet.language})
    _add(root, "title", outlet.publisher.name)
    _add(root, "id", f"{home}/")
    _add(root, "link", href=f"{home}{outlet.path}", rel="self")
    _add(root, "updated", _newest(entries, now).isoformat(timespec="seconds"))
    _add(_add(root, "author"), "name", outlet.publisher.name)
    for each in entries:
        entry = _add(root, "entry")
        _add(entry, "title", each.draft.title)
        _add(entry, "id", f"tag:demo.example,2026:{outlet.id}/{each.draft.slug}")
        _add(entry, "link", href=each.url, rel="alternate")
        _add(entry, "published", each.at.isoformat(timespec="seconds"))
        _add(entry, "updated", each.at.isoformat(timespec="seconds"))
        _add(entry, "summary", each.draft.teaser)
        if outlet.full_text:
            _add(entry, "content", _markup(each), type="html")
    return _document(root), "application/atom+xml"


def _json(outlet: Outlet, entries: Entries, home: str, now: datetime) -> tuple[bytes, str]:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.publisher.name,
        "home_page_url": f"{home}/",
        "feed_url": f"{home}{outlet.path}",
        "language": outlet.language,
        "items": [_json_entry(outlet, each) for each in entries],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1).encode(), "application/feed+json"


def _json_entry(outlet: Outlet, each: Published) -> dict[str, Any]:
    entry = {
        "id": each.url,
        "url": each.url,
        "title": each.draft.title,
        "date_published": each.at.isoformat(timespec="seconds"),
        "summary": each.draft.teaser,
    }
    return entry | ({"content_html": _markup(each)} if outlet.full_text else {})


_WRITERS: Mapping[Form, Callable[[Outlet, Entries, str, datetime], tuple[bytes, str]]] = {
    Form.RSS: _rss,
    Form.RDF: _rdf,
    Form.ATOM: _atom,
    Form.JSON: _json,
}


def _add(parent: ET.Element, tag: str, text: str = "", **attributes: str) -> ET.Element:
    element = ET.SubElement(parent, tag, attributes)
    element.text = text or None
    return element


def _document(root: ET.Element) -> bytes:
    ET.indent(root, " ")
    return ('<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode")).encode()


def _markup(each: Published) -> str:
    return "".join(f"<p>{html.escape(paragraph)}</p>" for paragraph in each.draft.paragraphs)


def _newest(entries: Entries, now: datetime) -> datetime:
    return entries[0].at if entries else now
