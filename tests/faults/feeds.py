"""Feeds for faults: entries by title, so that the ledger and the store can be compared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

NEWS = "The secretary ended the Migrant Protection Protocols today, the department said in a notice."
"""What a classifier finds a policy in."""
PLAIN = "The office has moved to another floor; its telephone number stays the same."


def item(title: str, *, guid: str = "", link: str = "", text: str = PLAIN, date: str = "", markup: str = "") -> str:
    """An RSS item; `markup` is added as it is."""
    parts = [
        f"<guid isPermaLink='false'>{escape(guid or title)}</guid>",
        f"<title>{escape(title)}</title>",
        f"<link>{escape(link)}</link>" if link else "",
        f"<description>{escape(text)}</description>",
        f"<pubDate>{escape(date)}</pubDate>" if date else "",
        markup,
    ]
    return f"<item>{''.join(parts)}</item>"


def rss(items: Iterable[str], *, head: str = "<?xml version='1.0' encoding='utf-8'?>", channel: str = "") -> bytes:
    """An RSS feed of these items, with what else the head and the channel should have."""
    return f"{head}<rss version='2.0'><channel><title>News</title>{channel}{''.join(items)}</channel></rss>".encode()


def titled(titles: Sequence[str], text: str = PLAIN) -> bytes:
    """A feed of plain entries."""
    return rss(item(title, text=text) for title in titles)


def notices(code: str, first: int, last: int) -> list[str]:
    """Titles, newest first."""
    return [f"Notice {number} of {code}" for number in range(last, first - 1, -1)]
