"""The search language: words, "phrases", AND, OR, NOT, parentheses, `policy:` and `publisher:`; text in, a tree out.

Operators are written in capitals; words side by side must all occur; `-word` is `NOT word`. Nothing is stemmed, and
folding (case, accents) is the store's business. Limits keep a typed text from becoming an endless question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from watcher.errors import SearchError

FIELDS = ("policy", "publisher")
MOST_TERMS = 50
_DEEPEST = 20
_PIECE = re.compile(
    rf"""(?P<space>\s+) | (?P<open>\() | (?P<close>\)) | (?P<minus>-)(?=[\w"(]) |
    (?P<field>(?:{"|".join(FIELDS)}):)(?P<value>"[^"]*"|[^\s()"]*) |
    (?P<phrase>"[^"]*") | (?P<broken>") | (?P<word>[^\s()"]+)""",
    re.VERBOSE,
)


MESSAGES = {
    "many": "A search has at most {n} words and phrases.",
    "closed": 'There is a ")" too many.',
    "quote": 'A quotation mark is open: close the phrase with another ".',
    "deep": "The parentheses are too deep.",
    "opened": 'A parenthesis is open: close it with ")".',
    "end": "Something is missing at the end: write a word after AND, OR or NOT, or leave it out.",
    "and": "AND needs a word on both sides; to look for the word itself, write it small or in quotation marks.",
    "or": "OR needs a word on both sides; to look for the word itself, write it small or in quotation marks.",
    "close": 'There is nothing before a ")": write a word in the parentheses, or leave them out.',
    "field": "Write an id right after {field}: without a space.",
}
"""What can be wrong with a search, as it is said in English."""


@dataclass(frozen=True, slots=True)
class Text:
    """A word, or words that stand together."""

    words: str


@dataclass(frozen=True, slots=True)
class Term:
    """`policy:mpp` or `publisher:kind`."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Not:
    """What must not hold."""

    what: Node


@dataclass(frozen=True, slots=True)
class All:
    """What must hold together."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """Of which one must hold."""

    parts: tuple[Node, ...]


Node: TypeAlias = Text | Term | Not | All | Any


def parse(text: str) -> Node | None:
    """The tree of a search; None when nothing is asked. Raises SearchError, which says what to write instead."""
    pieces = list(_pieces(text))
    if sum(kind in ("word", "phrase", "field") for kind, _ in pieces) > MOST_TERMS:
        raise SearchError(MESSAGES["many"], n=str(MOST_TERMS))
    if not pieces:
        return None
    reader = _Reader(pieces)
    tree = reader.either(0)
    if reader.kind is not None:
        raise SearchError(MESSAGES["closed"])
    return tree


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """(kind, text): "open", "close", "and", "or", "not", "word", "phrase" or "field"."""
    for found in _PIECE.finditer(text.replace("\0", " ")):
        kind, piece = str(found.lastgroup), found.group()
        if kind == "broken":
            raise SearchError(MESSAGES["quote"])
        if kind == "word" and piece in ("AND", "OR", "NOT"):
            kind = piece.lower()
        if kind == "value":
            kind = "field"
        if kind != "space":
            yield ("not" if kind == "minus" else kind), piece


class _Reader:
    """Goes through the pieces; NOT binds closest, then AND (also unsaid), then OR."""

    def __init__(self, pieces: list[tuple[str, str]]) -> None:
        self._pieces = pieces
        self._at = 0

    @property
    def kind(self) -> str | None:
        return self._pieces[self._at][0] if self._at < len(self._pieces) else None

    def either(self, depth: int) -> Node:
        parts = [self.every(depth)]
        while self.kind == "or":
            self._at += 1
            parts.append(self.every(depth))
        return parts[0] if len(parts) == 1 else Any(tuple(parts))

    def every(self, depth: int) -> Node:
        parts = [self.one(depth)]
        while self.kind not in (None, "or", "close"):
            if self.kind == "and":
                self._at += 1
            parts.append(self.one(depth))
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def one(self, depth: int) -> Node:
        if depth > _DEEPEST:
            raise SearchError(MESSAGES["deep"])
        kind, piece = self._pieces[self._at] if self.kind else ("end", "")
        self._at += 1
        if kind == "not":
            return Not(self.one(depth + 1))
        if kind == "open":
            return self._group(depth)
        if kind == "field":
            return _term(piece)
        if kind in ("word", "phrase"):
            return Text(piece.strip('"'))
        raise SearchError(MESSAGES[kind])

    def _group(self, depth: int) -> Node:
        inside = self.either(depth + 1)
        if self.kind != "close":
            raise SearchError(MESSAGES["opened"])
        self._at += 1
        return inside


def _term(piece: str) -> Term:
    field, _, value = piece.partition(":")
    value = value.strip('"').strip()
    if not value:
        raise SearchError(MESSAGES["field"], field=field)
    return Term(field, value)
