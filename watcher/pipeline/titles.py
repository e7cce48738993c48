"""The title of an entry whose source gives none: from its address, until its page gives one."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import unquote, urlsplit

from watcher.models.entries import Entry

_EXTENSION = re.compile(r"\.[a-z]{2,5}$", re.IGNORECASE)
_INDEX = re.compile(r"/(?:index|default)\.[a-z]{2,5}$", re.IGNORECASE)
_BETWEEN = re.compile(r"[-_+\s]+")
_NUMBERS = re.compile(r"^\d{1,2}(?: \d{1,2})? |^\d{4} \d{1,2} \d{1,2} | \d{4,}$")
_WORD = re.compile(r"[^\W\d_]{2,}")
_FEWEST_WORDS = 2


def title_of(url: str) -> str:
    """What an address calls its page: "Ending the migrant protection protocols" of /news/ending-the-migrant-...; the
    address itself where that is no name."""
    path = _INDEX.sub("", urlsplit(url).path).rstrip("/")
    name = _BETWEEN.sub(" ", _EXTENSION.sub("", unquote(path.rpartition("/")[2], errors="replace"))).strip()
    name = _NUMBERS.sub("", name)
    if len(_WORD.findall(name)) < _FEWEST_WORDS or not name.isprintable():
        return url
    return name[:1].upper() + name[1:]


def titled(entry: Entry, title: str) -> Entry:
    """The entry under the title of its page, when it has only what its address calls it."""
    if title and entry.url and entry.title in (entry.url, title_of(entry.url)):
        return replace(entry, title=title)
    return entry
