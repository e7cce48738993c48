"""Paging: whether a list is followed to its next page, decided page by page and across restarts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, unquote_plus, urlsplit, urlunsplit

_LATER = 50
"""Pages that a later check follows at most: what an outage of weeks can have pushed off the first page."""
_SEEN = 500
_OPEN = 50


@dataclass(frozen=True, slots=True)
class Trail:
    """Which page of a list was just read, and what earlier pages and checks left behind.

    `page` counts from 1 and `most` is where this round ends; `open` are the addresses of pages that will be read, with
    their `page` and `most`; `seen` are marks of the entries that were read last.
    """

    page: int
    most: int
    open: dict[str, list[int]]
    seen: tuple[str, ...]

    def onward(self, url: str, address: str | None, keys: Sequence[str]) -> tuple[str, tuple[str, ...]]:
        """The memory to leave, and the next page to read: `address`, if it should be followed, else nothing.

        It is followed while pages bring entries that were not seen before, as far as the round goes, on one host.
        """
        marks = [hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:10] for key in keys]
        is_news = not set(marks) <= set(self.seen)
        follow = bool(address) and is_news and self.page < self.most and same_host(url, address or "")
        following = dict(self.open)
        if address and follow:
            following[address] = [self.page + 1, self.most]
        seen = tuple(dict.fromkeys([*marks, *self.seen]))[:_SEEN]
        memory = {"open": dict(list(following.items())[-_OPEN:]), "seen": seen}
        return json.dumps(memory, separators=(",", ":")), (address,) if address and follow else ()


def trail(memory: str | None, url: str, first_round: int) -> Trail:
    """Where the page at `url` stands; `first_round` is how many pages are read when there is no memory yet."""
    left = _left_behind(memory)
    page, most = left["open"].pop(url, (1, first_round if memory is None else _LATER))
    return Trail(page, most, left["open"], tuple(left["seen"]))


def same_host(one: str, other: str) -> bool:
    """Whether two addresses are of one host: a list cannot send us on to somebody else's."""
    hosts = [(urlsplit(each).hostname or "").removeprefix("www.") for each in (one, other)]
    return hosts[0] == hosts[1] != ""


def parameter(url: str, name: str) -> str:
    """The value of a query parameter, or nothing."""
    values = [value for key, value in parse_qsl(urlsplit(url).query, keep_blank_values=True) if key == name]
    return values[-1] if values else ""


def with_parameter(url: str, name: str, value: str) -> str:
    """The address with one query parameter set; the others stay as they are written."""
    parts = urlsplit(url)
    others = [each for each in parts.query.split("&") if each and unquote_plus(each.partition("=")[0]) != name]
    query = "&".join([*others, f"{quote(name, safe='')}={quote(value, safe='')}"])
    return urlunsplit(parts._replace(query=query, fragment=""))


def _left_behind(memory: str | None) -> dict[str, Any]:
    if memory is None:
        return {"open": {}, "seen": []}
    try:
        left = json.loads(memory)
        return {"open": dict(left["open"]), "seen": list(left["seen"])}
    except (ValueError, KeyError, TypeError):  # it was left by another kind, which this source was read as before
        return {"open": {}, "seen": []}
