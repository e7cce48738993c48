"""What the origin of the benchmarks serves: feeds of 30 entries, listing pages and article pages, made up and seeded.

One entry in five is about a policy: its headline and a sentence say so; the others name none. Every entry carries its
whole text, so that no program fetches a page for it.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from email.utils import format_datetime
from functools import cache
from html import escape

from benchmarks.texts import plain

ENTRIES = 30
"""Entries of a feed, and its first 30 are numbered from 0 on; every publication adds the next one at the top."""
ABOUT = 5
"""One entry in so many is about a policy."""
_TEXT = 830
_LINKS = 40
_HOURS = timedelta(hours=1)
_ACTORS = (
    "The administration",
    "A federal judge in Seattle",
    "The Court of Appeals",
    "The Department of Homeland Security",
    "A coalition of 40 organisations",
    "The secretary",
    "The ministry",
    "The Senate",
)
_ACTS = ("ended", "blocked", "will suspend", "has reinstated", "plans to expand", "called for an end of", "extended")
_POLICIES = (
    "the Migrant Protection Protocols",
    "Title 42",
    "Temporary Protected Status for Haiti",
    "Temporary Protected Status for Honduras",
    "the Asylum Cooperative Agreement with Guatemala",
    "the Safe Third Country Agreement",
    "metering at the ports of entry",
    "expedited removal",
)
_WHEN = ("on Monday.", "on 3 March.", "before the hearing in June.", "after a ruling of 12 May.", "from 1 October on.")


@cache
def _others() -> list[tuple[str, str]]:
    return plain(300)


def _said(host: str, number: int) -> tuple[str, str]:
    """Title and text as markup: another one for every host and number, the same in every run."""
    chance = random.Random(f"{host} {number}")
    title, text = chance.choice(_others())
    if number % ABOUT == 0:
        title, text = _act(chance), f"{_act(chance)} {text}"
    return escape(f"{title} ({number})"), f"<p>{escape(text[:_TEXT])}</p>"


def _act(chance: random.Random) -> str:
    return " ".join(chance.choice(words) for words in (_ACTORS, _ACTS, _POLICIES, _WHEN))


def published(number: int, started: datetime) -> datetime:
    """Before the origin's start for what it starts with: one entry an hour; the later ones a second apart from then."""
    if number < ENTRIES:
        return started - (ENTRIES - number) * _HOURS
    return started + timedelta(seconds=number - ENTRIES)


def feed(host: str, published_since: int, started: datetime, entries: int = ENTRIES) -> bytes:
    """An RSS 2.0 feed, of about 35 KB where it has its 30 entries, after that many publications."""
    newest = published_since + ENTRIES - 1
    numbers = range(newest, newest - entries, -1)
    items = "".join(_item(host, number, started) for number in numbers)
    return (
        "<?xml version='1.0' encoding='utf-8'?><rss version='2.0' xmlns:content='http://purl.org/rss/1.0/modules/content/'>"
        f"<channel><title>News of {host}</title><link>http://{host}/</link><description>News</description>{items}"
        "</channel></rss>"
    ).encode()


def _item(host: str, number: int, started: datetime) -> str:
    title, text = _said(host, number)
    when = format_datetime(published(number, started), usegmt=True)
    return (
        f"<item><title>{title}</title><link>http://{host}/article/{number}</link>"
        f"<guid isPermaLink='false'>{host}-{number}</guid><pubDate>{when}</pubDate>"
        f"<content:encoded><![CDATA[{text}]]></content:encoded></item>"
    )


def listing(host: str, published_since: int) -> bytes:
    """A page of about 60 KB that lists 40 announcements, with the menus that such pages have."""
    numbers = range(published_since + _LINKS - 1, published_since - 1, -1)
    rows = "".join(_row(host, number) for number in numbers)
    return _page(f"News of {host}", f"<div class='list'>{rows}</div>", 60_000)


def _row(host: str, number: int) -> str:
    title, text = _said(host, number)
    return f"<div class='row'><h3><a href='/article/{number}'>{title}</a></h3><div>{text[:300]}</div></div>"


def article(host: str, number: int) -> bytes:
    """A page of about 40 KB with one announcement on it."""
    title, text = _said(host, number)
    return _page(title, f"<article><h1>{title}</h1>{text * 3}</article>", 40_000)


def _page(title: str, main: str, size: int) -> bytes:
    head = f"<!doctype html><html lang='en'><head><title>{title}</title><meta charset='utf-8'></head><body><nav><ul>"
    tail = f"</ul></nav><main>{main}</main><footer>The office</footer></body></html>"
    entry = "<li class='menu-item menu-item-type-post'><a href='/about/the-office/{0}'>The office, part {0}</a></li>"
    room = max(0, size - len(head) - len(tail)) // len(entry)
    return (head + "".join(entry.format(number) for number in range(room)) + tail).encode()
