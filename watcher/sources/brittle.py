"""Selectors that will not outlive the next entry or the next build of the site, and why."""

from __future__ import annotations

import re
from collections.abc import Iterator

_ESCAPED = r"\\[0-9A-Fa-f]{1,6}\s?|\\."
_NAME = rf"(?:[\w-]|[^\x00-\x7f]|{_ESCAPED})+"
_ATTRIBUTE = re.compile(r"\[\s*([\w-]+)\s*(?:([~|^$*]?=)\s*(?:\"([^\"]*)\"|'([^']*)'|([^\]\s]*))[^\]]*)?\]")
_CLASS = re.compile(rf"\.({_NAME})")
_ID = re.compile(rf"#({_NAME})")
_POSITION = re.compile(r":nth-(?:last-)?(?:child|of-type)\(\s*\d+\s*\)", re.IGNORECASE)
_STEPS = re.compile(r"\s*[>+~]\s*|\s+")
_BARE = re.compile(r"[a-z][a-z0-9]*", re.IGNORECASE)
_LONGEST_BARE_PATH = 4
_SHORTEST_HASH = 6

_NO_YEAR = r"(?!(?:19|20)\d\d$)\d"
_ONE_ENTRY = re.compile(
    r"(?:post|node|entry|article|page-id|postid|nid)[-_]?\d+"
    rf"|(?:item|news|story|press|release|document|doc|attachment|record|id)[-_]?{_NO_YEAR}+"
    rf"|.*[-_]{_NO_YEAR}{{4,}}|.*\d{{5,}}",
    re.IGNORECASE,
)
_GENERATED = (
    re.compile(r"css-(?=\w*\d)[a-z0-9]{4,}(?:-.*)?"),  # emotion
    re.compile(r"sc-(?!(?:list|item|title|date|link|card|news|body|text|main|menu|content|header|footer)\b)\w{3,}"),
    re.compile(r"(?:jss|makeStyles-\w+-|emotion-|styles?-module-+\w+-*|ng-tns-c|svelte-)\w*\d\w*", re.IGNORECASE),
    re.compile(r"_(?:ngcontent|nghost)-[\w-]+|data-v-[0-9a-f]{6,8}|data-astro-cid-\w+|data-reactid"),
    re.compile(r"\w+?_{2,3}(?=[A-Za-z0-9+-]*\d[A-Za-z])[A-Za-z0-9+-]{5,}"),  # CSS modules
)
_PARTS = re.compile(r"[-_]+")
_SWITCHES = re.compile(r"(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])")
_VERSION = re.compile(r"(?:[a-z]+\d+|\d+[a-z]+|[a-z]?\d+[a-z]\d+)", re.IGNORECASE)

_RATHER = "choose a class that says what it is, an element such as `article`, or part of an address: `a[href*=...]`"


def brittle(selector: str, *, many: bool = False) -> str | None:
    """Why a CSS selector will soon find nothing, or something else; None when it may last.

    `many` says that it should find many elements, each another entry. Refused are classes and attributes that a build
    tool made up (they change with every build), ids of one entry, and counted positions from which a reader cannot
    see what is meant.
    """
    return next(_reasons(selector, many=many), None)


def is_generated(name: str) -> bool:
    """Whether a class or attribute name was made up by a build tool."""
    return any(pattern.fullmatch(name) for pattern in _GENERATED) or any(map(_is_hash, _PARTS.split(name)))


def is_of_one_entry(name: str) -> bool:
    """Whether an id, or a class, carries the number of one entry (`post-4711`)."""
    return _ONE_ENTRY.fullmatch(name) is not None


def _reasons(selector: str, *, many: bool) -> Iterator[str]:
    plain = _ATTRIBUTE.sub("", selector)
    classes = [*map(_unescaped, _CLASS.findall(plain)), *_attribute_words(selector, "class")]
    ids = [*map(_unescaped, _ID.findall(plain)), *_attribute_words(selector, "id")]
    attributes = [match[1] for match in _ATTRIBUTE.finditer(selector)]
    for name in (*classes, *attributes, *ids):
        if is_generated(name):
            yield f"`{name}` is made up by a build tool and changes with every build; {_RATHER}"
    for name in (*ids, *classes):
        if is_of_one_entry(name):
            yield f"`{name}` is the mark of one entry, not of all; {_RATHER}"
    yield from _counted(plain, many=many)


def _counted(selector: str, *, many: bool) -> Iterator[str]:
    """Reasons against counted positions and long paths of bare elements."""
    for alternative in selector.split(","):
        steps = [step for step in _STEPS.split(alternative.strip()) if step]
        counted = _POSITION.findall(alternative)
        if len(counted) > 1:
            yield f"{' and '.join(f'`{each}`' for each in counted)} count positions, which shift; {_RATHER}"
        if many and steps and _POSITION.search(steps[-1]):
            yield f"`{steps[-1]}` is one position in its list: the next entry pushes the old one away; {_RATHER}"
        if len(steps) > _LONGEST_BARE_PATH and all(_BARE.fullmatch(_POSITION.sub("", step)) for step in steps):
            yield f"`{alternative.strip()}` is a path of elements that say nothing; {_RATHER}"


def _attribute_words(selector: str, name: str) -> Iterator[str]:
    """The words that an attribute must have."""
    for match in _ATTRIBUTE.finditer(selector):
        if match[1].lower() == name:
            yield from (match[3] or match[4] or match[5] or "").split()


def _is_hash(part: str) -> bool:
    """Letters and digits mixed as nobody writes them: `1x2y3z`, not `h2`, `col12` or `2024b`."""
    if len(part) < _SHORTEST_HASH or _VERSION.fullmatch(part):
        return False
    return len(_SWITCHES.findall(part)) >= (2 if len(part) < 12 else 3)


def _unescaped(name: str) -> str:
    return re.sub(_ESCAPED, lambda found: found[0][1:] if len(found[0]) == 2 else "", name)
