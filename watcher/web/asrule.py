"""A search as the beginnings of a rule: the form for a new rule, filled in as far as a rule can say the same."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from watcher.errors import SearchError
from watcher.models.search import All, Any, Node, Not, Term, Text, parse
from watcher.web.filters import Filters

_KEYS = {
    "policy": "policies",
    "action": "actions",
    "modality": "modalities",
    "publisher": "publishers",
    "publisher_type": "publisher_types",
    "source": "sources",
    "language": "languages",
}
"""Filter or term of a search -> the key of a rule's `when` that says the same."""


class _UnsaidError(Exception):
    """A rule cannot say this."""


def rule_address(filters: Filters) -> str:
    """The page for a new rule, filled in with these filters; `search` has the words that a rule cannot say."""
    pairs = [(f"when.{key}", filters.values[name]) for name, key in _KEYS.items() if name in filters.values]
    searched = filters.values.get("q", "")
    try:
        pairs += _criteria(searched)
    except _UnsaidError:
        pairs.append(("search", searched))
    return f"/alerts/rules/new?{urlencode(pairs)}"


def _criteria(searched: str) -> list[tuple[str, str]]:
    """A search's parts as fields of the form. Raises _UnsaidError."""
    try:
        tree = parse(searched)
    except SearchError as error:
        raise _UnsaidError from error
    parts = tree.parts if isinstance(tree, All) else (tree,) if tree else ()
    found = [each for part in parts for each in _field(part)]
    names = [name for name, _ in found]
    if len(names) != len(set(names)):  # of each kind one is enough in a rule: two that both must hold cannot be said
        raise _UnsaidError
    return found


def _field(part: Node) -> Iterator[tuple[str, str]]:
    match part:
        case Term(field, value):
            yield f"when.{_KEYS[field]}", value
        case Not(what):
            yield "not.words", "\n".join(_words(what))
        case _:
            yield "when.words", "\n".join(_words(part))


def _words(node: Node) -> list[str]:
    """The words of which one is enough. Raises _UnsaidError."""
    parts = node.parts if isinstance(node, Any) else (node,)
    if not all(isinstance(each, Text) for each in parts):
        raise _UnsaidError
    return [each.words for each in parts if isinstance(each, Text)]
