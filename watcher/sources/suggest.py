"""Where the entries of a page stand: selectors suggested from what repeats on it, for a person to look at."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from functools import cached_property
from itertools import islice
from statistics import median
from typing import TYPE_CHECKING

from watcher.sources import base, keys, listing, parts
from watcher.sources.parts import Step, has_link

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_FEWEST = 2
_LEVELS = 10
"""Elements around a link that may be its entry."""
_LOOKED_AT = 25
"""Rows of a list that are looked at closely."""
_LINKS = 3000
_MOST_LISTS = 80
_NEXT = (
    'a[rel~="next"]',
    'link[rel~="next"]',
    ".pager__item--next a",
    ".pager-next a",
    "li.next a",
    "a.next",
    "a.page-numbers.next",
)
"""How pages of lists name the next one: HTML's own word, then those of common systems."""
_LINKS_OF_ENTRY = 5
_HOLDERS = frozenset({"table", "ul", "ol", "dl"})
_OF_HOLDERS = 0.2
"""What holds lists is hardly an entry."""
_A_TITLE = 40
"""Characters of a headline that leaves no doubt."""
_A_TEXT = 90


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Options for the kind `listing`, how many entries they find, and how likely they are meant (higher is better)."""

    options: dict[str, str]
    entries: int
    score: float


def suggest(body: bytes, *, url: str, charset: str | None = None, most: int = 3) -> tuple[Suggestion, ...]:
    """The likeliest listings of a page, best first, each with other entries than those before; () when none is there.

    Nothing is asked of the network: what repeats on the page with links of its own is a list; a list whose rows have
    headlines, dates and texts, outside of menus and footers, is one of announcements.
    """
    from selectolax.lexbor import LexborHTMLParser

    page = LexborHTMLParser(body.decode(charset or "utf-8", "replace"))
    found = sorted(_lists(page, listing.base_address(page, url)), key=lambda each: -each.score)
    suggestions: list[Suggestion] = []
    covered: set[str] = set()
    for each in found:
        addresses = {row.url for row in each.rows}
        if len(addresses - covered) * 2 <= len(addresses):
            continue
        if made := _suggestion(page, each):
            suggestions.append(made)
            covered |= addresses
        if len(suggestions) == most:
            break
    return tuple(suggestions)


@dataclass(frozen=True, slots=True)
class _Row:
    """An element that may be an entry: what its parts would be."""

    url: str
    title: str
    text: str
    dated: bool


class _List:
    """Elements of one shape, each with a link."""

    def __init__(self, nodes: Sequence[LexborNode], address: str) -> None:
        self.nodes = nodes
        self._address = address

    @cached_property
    def parts(self) -> parts.Parts:
        """Which selectors give the parts of these elements."""
        return parts.find(self.nodes[:_LOOKED_AT], self._address)

    @cached_property
    def rows(self) -> list[_Row]:
        return [self._row(node) for node in self.nodes[:_LOOKED_AT]]

    @cached_property
    def score(self) -> float:
        """How much this looks like a list of announcements."""
        rows = self.rows
        of = len(rows)
        addresses = len({keys.canonical_url(row.url) for row in rows}) / of
        titles = len({row.title for row in rows}) / of
        headline = min(1.0, median(len(parts.says_of_itself(row.title)) for row in rows) / _A_TITLE)
        text = min(1.0, median(len(row.text) for row in rows) / _A_TEXT)
        dated = sum(row.dated for row in rows) / of
        size = min(1.0, math.log2(1 + len(self.nodes)) / 4)
        in_a_menu = sum(map(parts.is_in_a_menu, self.nodes[:_LOOKED_AT])) / of
        worth = 0.2 + headline + 0.7 * text + 1.5 * dated
        crowd = median(len(node.css("a[href]")) for node in self.nodes[:_LOOKED_AT])
        alone = min(1.0, _LINKS_OF_ENTRY / max(crowd, 1)) * (_OF_HOLDERS if self.nodes[0].tag in _HOLDERS else 1.0)
        return worth * size * addresses * math.sqrt(titles) * alone * (1 - 0.9 * in_a_menu)

    def _row(self, node: LexborNode) -> _Row:
        shown = self.parts.of(node, self._address)
        return _Row(shown.url, shown.title, parts.text_of(node), shown.dated)


def _lists(page: LexborHTMLParser, address: str) -> Iterable[_List]:
    """Everything that repeats: elements around links, by their shape and that of the two elements around them."""
    groups: dict[tuple[Step, ...], dict[int, LexborNode]] = defaultdict(dict)
    for link in page.css("a[href]")[:_LINKS]:
        if not base.web_address(address, link.attributes.get("href")) or parts.leads_back(link, address):
            continue
        around = list(islice(parts.upwards(link), _LEVELS + 2))
        shapes = [parts.shape(node) for node in around]
        for level, node in enumerate(around[:_LEVELS]):
            groups[tuple(shapes[level : level + 3])][node.mem_id] = node
    outermost = _without_inner({key: _innermost(members) for key, members in groups.items()})
    repeated = sorted((nodes for nodes in outermost if len(nodes) >= _FEWEST), key=lambda nodes: -len(nodes))
    return [_List(nodes, address) for nodes in repeated[:_MOST_LISTS]]


def _innermost(members: dict[int, LexborNode]) -> dict[int, LexborNode]:
    """Without those that hold others of the same shape: rows of a table that lays out the page."""
    holders = {
        above.mem_id for node in members.values() for above in parts.upwards(node) if above.mem_id != node.mem_id
    }
    return {mark: node for mark, node in members.items() if mark not in holders}


def _without_inner(groups: dict[tuple[Step, ...], dict[int, LexborNode]]) -> list[list[LexborNode]]:
    """Of groups that stand one in the other, one element in each, only the outermost: it has the dates and texts."""
    holders: dict[frozenset[int], list[LexborNode]] = {}
    for members in groups.values():
        leaves = frozenset(_first_link(node) for node in members.values())
        known = holders.get(leaves)
        if known is None or _depth(known[0]) > _depth(next(iter(members.values()))):
            holders[leaves] = list(members.values())
    return list(holders.values())


def _first_link(node: LexborNode) -> int:
    found = node.css_first("a[href]")
    return found.mem_id if found else node.mem_id


def _depth(node: LexborNode) -> int:
    return sum(1 for _ in parts.upwards(node))


def _suggestion(page: LexborHTMLParser, found: _List) -> Suggestion | None:
    """The options that find these entries, when there are selectors that do, and that may last."""
    entry = _entry_selector(page, found.nodes)
    if entry is None:
        return None
    try:
        options = listing.Options(entry=entry, **found.parts.options())  # type: ignore[arg-type]
    except ValueError:
        return None
    defaults = {field.name: field.default for field in fields(listing.Options)}
    chosen = {name: value for name, value in asdict(options).items() if value != defaults[name]}
    if following := next((each for each in _NEXT if page.css_first(f"{each}[href]")), None):
        chosen["next"] = following
    matched = page.css(entry)
    linked = [node for node in matched if has_link(node)]
    if len(linked) < len(matched):  # what has no link is a heading or a filler, and would become an entry
        chosen["entry"] = f"{entry}:has(a[href])"
    return Suggestion(chosen, len(linked), round(found.score, 3))


def _entry_selector(page: LexborHTMLParser, nodes: Sequence[LexborNode]) -> str | None:
    """The shortest selector that finds these elements and no others with links; else the one that comes closest."""
    wanted = {node.mem_id for node in nodes}
    best, best_fit = None, 0.0
    for selector in parts.selectors(nodes):
        got = {node.mem_id for node in page.css(selector) if has_link(node)}
        fit = len(wanted & got) / len(wanted | got)
        if fit > best_fit:
            best, best_fit = selector, fit
        if fit == 1:
            break
    return best if best_fit >= 0.5 else None
