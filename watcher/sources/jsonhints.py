"""Where the entries of a JSON answer stand and what their fields are called: JMESPath paths, as a first guess."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_FIELDS = {
    "title": re.compile(r"(?:^|\.)(?:title|headline|name|subject|titulo)$", re.IGNORECASE),
    "url": re.compile(
        r"(?:^|\.)(?:html_?url|web_?url|permalink|url|link|href|absolute_?url|url_alias)$", re.IGNORECASE
    ),
    "date": re.compile(
        r"(?:^|\.)(?:publication_?date|published(?:_?at|_?on)?|date_?published|posted_?date|date|pub_?date|issued"
        r"|created(?:_?at)?|fecha)$",
        re.IGNORECASE,
    ),
    "html": re.compile(r"(?:^|\.)(?:content|body|description|summary|abstract|excerpt)$", re.IGNORECASE),
    "id": re.compile(r"(?:^|\.)(?:id|uuid|guid|document_?number)$", re.IGNORECASE),
}
_BY_DEFAULT = {"title": "title", "url": "url", "date": "date", "id": "id"}
_DEEP = 3
_PLAIN = re.compile(r"[A-Za-z_]\w*")


def guess(answer: Any) -> dict[str, str]:
    """Options of the kind `api` for an answer, {} when it has no list of entries or nothing to tell them by."""
    lists = sorted(_lists(answer, ""), key=lambda found: -len(found[1]))
    for path, rows in lists:
        fields = _fields(rows[0])
        if "title" in fields:
            needed = {name: field for name, field in fields.items() if _BY_DEFAULT.get(name) != field}
            return {**({"entries": path} if path else {}), **needed}
    return {}


def _lists(value: Any, path: str, depth: int = 0) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Every list of objects near the top, with its path."""
    if isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
        yield path, value
    elif isinstance(value, dict) and depth < _DEEP:
        for name, each in value.items():
            yield from _lists(each, _below(path, name), depth + 1)


def _fields(row: dict[str, Any]) -> dict[str, str]:
    """For each part of an entry the first field that is called so and holds a text; the shallowest wins."""
    leaves = sorted(_leaves(row, ""), key=lambda leaf: leaf[0].count("."))
    found: dict[str, str] = {}
    for option, name in _FIELDS.items():
        named = [(path, value) for path, value in leaves if name.search(path) and _fits(option, value)]
        if named:
            found[option] = min(named, key=lambda leaf: (leaf[0].count("."), _rank(name, leaf[0])))[0]
    return found


def _leaves(value: Any, path: str, depth: int = 0) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and depth < _DEEP:
        for name, each in value.items():
            yield from _leaves(each, _below(path, name), depth + 1)
    elif isinstance(value, str | int) and not isinstance(value, bool):
        yield path, value


def _fits(option: str, value: Any) -> bool:
    if option == "url":
        return isinstance(value, str) and value.startswith(("http://", "https://", "/"))
    if option == "id":
        return bool(value != "")
    return isinstance(value, str) and bool(value.strip())


def _rank(name: re.Pattern[str], path: str) -> int:
    """The place of a name in its pattern: the words that say most stand first."""
    last = path.rpartition(".")[2].replace("_", "").lower()
    return name.pattern.replace("_?", "").replace("_", "").lower().find(last)


def _below(path: str, name: str) -> str:
    step = name if _PLAIN.fullmatch(name) else '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{path}.{step}" if path else step
