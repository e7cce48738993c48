"""The parts of repeated elements: their shape, the selectors that name them, and where link, title and date stand."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from watcher.sources import base, dates, keys
from watcher.sources.brittle import is_generated, is_of_one_entry

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_MENU_ELEMENTS = frozenset({"nav", "footer", "aside"})
_MENU_ROLES = frozenset({"navigation", "menu", "menubar", "contentinfo", "search", "complementary"})
_MENU_WORDS = re.compile(
    r"(?:^|[-_\s])(?:(?:main|sub|top|site|mega|side|foot|hamburger)?-?_?(?:nav|menu)s?(?:bar|igation)?|navbar"
    r"|breadcrumbs?|pagers?|paging|pagination|footer|social|share|sharing|skip|cookie|sidebar|facets?|language"
    r"|toolbar|tags?|btn|buttons?|cta)(?:$|[-_\s])",
    re.IGNORECASE,
)
_WORD_IN_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")
_STATES = re.compile(
    r"(?:(?:is-|has-)?(?:odd|even|first|last|active|current|selected|open|collapsed|clearfix|hidden|visible|sticky"
    r"|featured|promoted|alt|new))|(?:views-)?(?:row|item|col|column)-?\d*-?(?:first|last|odd|even)|.*[-_]\d+|.*\d{2,}"
    r"|(?:rg)?(?:alt)?row\d*|(?:category|tag|author|post_tag|format|status|language|lang)-.*|animate.*|wow|lazy.*",
    re.IGNORECASE,
)
_UTILITIES = re.compile(
    r"(?:[a-z]+:)?-?(?:[mp][trblxyse]?|w|h|gap|z|flex|grid|text|bg|font|border|rounded|leading|tracking|d|align|justify"
    r"|items|order|float|pull|margin|padding|col|row|inline|block|container|position|space|line)(?:-[\w./%-]+)?",
)
_WRITABLE = re.compile(r"-?[A-Za-z_][\w-]*")
_UNSEEN = ("script", "style", "noscript", "template")
_SAYS_NOTHING = re.compile(
    r"\b(?:pdf|docx?|html?|download|view|open|opens in a new (?:window|tab)|read|learn|see|find out|click here|here"
    r"|more|details?|full|text|opinion|descargar|ver|leer|m[aá]s|aqu[ií]|lire|suite|voir)\b|[\d.,]+ ?[KM]B\b",
    re.IGNORECASE,
)
_CELLS = frozenset({"td", "th"})
_SAY_LITTLE = frozenset({"div", "a", "table", "thead", "tbody", "tr", "ul", "ol", "dl", "section"})
_HEADINGS = "h1, h2, h3, h4, h5, h6"
_MOST_OF = 0.6
_SHORT = 12
_LONGEST_TITLE = 400
_LONGEST_DATE = 60
_A_SUMMARY = 60
_SUMMARIES = re.compile(r"summary|teaser|excerpt|abstract|lead|dek|description|body|snippet|intro", re.IGNORECASE)
_AROUND = 4
_DEEPEST = 40
_CLASSES = 12


@dataclass(frozen=True, slots=True)
class Step:
    """An element as a selector can name it."""

    tag: str
    classes: tuple[str, ...] = ()
    id: str = ""

    def selectors(self) -> Iterator[str]:
        """The ways to name it, shortest first; the bare tag last."""
        if self.id:
            yield f"{self.tag}#{self.id}"
        yield from (f"{self.tag}.{name}" for name in self.classes)
        if len(self.classes) > 1:
            yield f"{self.tag}.{'.'.join(self.classes[:3])}"
        yield self.tag
        if self.tag == "tr":  # pages that are laid out with tables have rows within rows
            yield "tr:not(:has(tr))"


@dataclass(frozen=True, slots=True)
class Shown:
    """What the parts of one element are."""

    url: str
    title: str
    dated: bool


@dataclass(frozen=True, slots=True)
class Parts:
    """Selectors within an entry; "" where the default of the kind `listing` does."""

    link: str = ""
    title: str = ""
    date: str = ""
    date_order: str = ""
    summary: str = ""

    def options(self) -> dict[str, str]:
        """Those that are needed, by the names of the options."""
        named = {name: getattr(self, name) for name in ("link", "title", "date", "date_order", "summary")}
        return {name: value for name, value in named.items() if value}

    def of(self, node: LexborNode, address: str) -> Shown:
        """The parts of one element."""
        link = _link(node, self.link or "a[href]")
        where = node.css_first(self.title or _HEADINGS)
        when = node.css_first(self.date or "time")
        url = base.web_address(address, link.attributes.get("href")) if link else None
        title = text_of(where) if where else ""
        return Shown(url or "", title or text_of(link), _is_date(when))


def find(nodes: Sequence[LexborNode], address: str) -> Parts:
    """Which selectors give link, title, date and summary of these elements; the defaults wherever they serve."""
    inner = _inner(nodes)
    link = _link_selector(nodes, inner, address)
    date = _date_selector(nodes, inner)
    title = _title_selector(nodes, inner, link, date)
    return Parts(
        link=link,
        title=title,
        date=date,
        date_order=_date_order(nodes, date),
        summary=_summary_selector(nodes, inner, title),
    )


def text_of(node: LexborNode | None) -> str:
    """The text of an element in one line, as people see it."""
    if node is None:
        return ""
    if node.tag in _UNSEEN or node.css_first(", ".join(_UNSEEN)):
        texts = (each for each in node.traverse(include_text=True) if each.tag == "-text")
        seen = (each.text() for each in texts if each.parent is not None and each.parent.tag not in _UNSEEN)
        return " ".join(" ".join(seen).split())
    return " ".join(node.text(separator=" ").split())


def says_of_itself(text: str) -> str:
    """A text without what only says that there is a file or more to read."""
    return _SAYS_NOTHING.sub("", text).strip(" []()|-–—·»›…")


def has_link(node: LexborNode) -> bool:
    """Whether an element is, or holds, a link."""
    return node.css_first("a[href]") is not None


def shape(node: LexborNode) -> Step:
    """The element without what differs from one entry to the next: ids, states, numbers, generated classes."""
    return Step(node.tag or "", tuple(sorted(set(stable_classes(node)))))


def stable_classes(node: LexborNode) -> list[str]:
    """The classes that say what an element is, in their order; those that say how it looks come last."""
    names = (node.attributes.get("class") or "").split(maxsplit=_CLASSES)[:_CLASSES]
    kept = [name for name in names if _is_stable(name) and not _STATES.fullmatch(name)]
    return sorted(kept, key=lambda name: _UTILITIES.fullmatch(name) is not None)


def upwards(node: LexborNode | None) -> Iterator[LexborNode]:
    """The element and those around it, up to the body; of very deep ones the innermost."""
    current = node
    for _depth in range(_DEEPEST):
        if current is None or current.tag in ("body", "html", "-document", None):
            return
        yield current
        current = current.parent


def is_in_a_menu(node: LexborNode) -> bool:
    """Whether an element stands in what surrounds the content of a page: menus, footers, tools."""
    return any(_is_menu(each) for each in upwards(node))


def leads_back(link: LexborNode, address: str) -> bool:
    """Whether a link leads to the page itself, or to another page of the same list."""
    url = base.web_address(address, link.attributes.get("href"))
    return url is None or keys.canonical_url(url) == keys.canonical_url(address)


def selectors(nodes: Sequence[LexborNode]) -> Iterator[str]:
    """Selectors that find all these elements and perhaps others: short ones first, then with the elements around."""
    own = _common(nodes)
    yield from own.selectors()
    above: Sequence[LexborNode] = nodes
    between = ""
    for level in range(1, _AROUND + 1):
        above = [node.parent for node in above if node.parent is not None and node.parent.tag != "html"]
        if len(above) < len(nodes):
            return
        holder = _common(above)
        named = [outer for outer in holder.selectors() if level == 1 or outer != holder.tag]
        for outer in named:
            if level > 1:
                yield from (f"{outer} {inner}" for inner in own.selectors())
            yield from (f"{outer} > {between}{inner}" for inner in own.selectors())
        between = f"{holder.tag} > {between}"


def _common(nodes: Sequence[LexborNode]) -> Step:
    """What all these elements have in common."""
    first, *others = [stable_classes(node) for node in nodes]
    names = [name for name in first if all(name in other for other in others)]
    marks = {node.attributes.get("id") or "" for node in nodes}
    mark = marks.pop() if len(marks) == 1 else ""
    return Step(nodes[0].tag or "", tuple(names), mark if _is_stable(mark) and not mark[-1].isdigit() else "")


def _is_stable(name: str) -> bool:
    return bool(_WRITABLE.fullmatch(name)) and not is_generated(name) and not is_of_one_entry(name)


def _is_menu(node: LexborNode) -> bool:
    if node.tag in _MENU_ELEMENTS or (node.attributes.get("role") or "") in _MENU_ROLES:
        return True
    marks = _WORD_IN_WORD.sub("-", f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}")
    return _MENU_WORDS.search(marks) is not None and node.css_first("main, article, h1") is None


Inner = dict[str, list["LexborNode | None"]]
"""Selectors within the entries, and what each finds first in every one of them."""


def _inner(nodes: Sequence[LexborNode]) -> Inner:
    """The selectors that find something in most of the elements."""
    times: Counter[str] = Counter()
    for node in nodes:
        within = (each for each in node.css("*") if each.mem_id != node.mem_id)
        times.update(list(dict.fromkeys(name for each in within for name in _names(each))))
    usual = [name for name, count in times.items() if count >= _MOST_OF * len(nodes)]
    found = {name: [node.css_first(name) for node in nodes] for name in usual}
    own = {node.mem_id for node in nodes}  # a selector also finds the element that is asked, if it fits
    return {name: each for name, each in found.items() if not any(node and node.mem_id in own for node in each)}


def _names(node: LexborNode) -> Iterator[str]:
    """How an element within an entry may be called: by class, by tag, a table's cell also by its column."""
    classes = stable_classes(node)
    names = [name for name in classes if not _UTILITIES.fullmatch(name)] or classes[:1]
    yield from (f".{name}" for name in names)
    yield from (f"{node.tag}.{name}" for name in names if node.tag == "a")
    if node.tag in _CELLS:
        yield f"{node.tag}:nth-child({_column(node)})"
    if node.tag == "a" and node.parent is not None and node.parent.tag in _CELLS:
        yield from (f"{name} a[href]" for name in _names(node.parent))
    elif node.tag not in _SAY_LITTLE:
        yield str(node.tag)


def _column(node: LexborNode) -> int:
    column, before = 1, node.prev
    while before is not None:
        column += before.is_element_node
        before = before.prev
    return column


def _link(node: LexborNode, selector: str) -> LexborNode | None:
    """As the kind `listing` finds it."""
    return node if node.tag == "a" and node.attributes.get("href") else node.css_first(selector)


def _link_selector(nodes: Sequence[LexborNode], inner: Inner, address: str) -> str:
    """ "" when each entry's first link is its own; else the selector whose links differ most and say most."""
    if _worth_of_links([_link(node, "a[href]") for node in nodes], address)[0] >= 0.9 * len(nodes):
        return ""
    links = {f"{name} a[href]": [node.css_first(f"{name} a[href]") for node in nodes] for name in _headings(inner)}
    links |= {name: found for name, found in inner.items() if any(each and each.tag == "a" for each in found)}
    default = _worth_of_links([_link(node, "a[href]") for node in nodes], address)
    best = max(links, key=lambda name: _worth_of_links(links[name], address), default="")
    return best if best and _worth_of_links(links[best], address) > default else ""


def _headings(inner: Inner) -> list[str]:
    return [name for name in inner if re.fullmatch(r"h[1-6]", name)]


def _worth_of_links(found: Sequence[LexborNode | None], address: str) -> tuple[int, float]:
    links = [each for each in found if each is not None and each.tag == "a"]
    urls = {base.web_address(address, each.attributes.get("href")) for each in links} - {None}
    return len(urls), median([len(text_of(each)) for each in links] or [0])


def _title_selector(nodes: Sequence[LexborNode], inner: Inner, link: str, date: str) -> str:
    """ "" when headings or links say enough; else the part of an entry that says most."""
    usual = [node.css_first(_HEADINGS) or _link(node, link or "a[href]") for node in nodes]
    said = _says(usual)
    if said >= _SHORT:
        return ""
    candidates = {name: found for name, found in inner.items() if name != date and _may_be_title(found)}
    best = max(candidates, key=lambda name: (_says(candidates[name]), -len(name)), default="")
    return best if best and _says(candidates[best]) > 1.5 * said + 3 else ""


def _may_be_title(found: Sequence[LexborNode | None]) -> bool:
    texts = [text_of(each) for each in found if each is not None]
    dated = sum(map(_is_date, found)) > len(found) / 3
    return not dated and max(map(len, texts), default=0) <= _LONGEST_TITLE


def _says(found: Sequence[LexborNode | None]) -> float:
    """How long the texts are that these elements show: the same one for several entries says nothing."""
    texts = Counter(says_of_itself(text_of(each)) for each in found)
    return median(len(text) if count == 1 else min(len(text), _SHORT - 1) / count for text, count in texts.items())


def _date_selector(nodes: Sequence[LexborNode], inner: Inner) -> str:
    """ "" when a `time` element has the date, or nothing has; else the part that is a date and little else."""
    if sum(_is_date(node.css_first("time")) for node in nodes) >= _MOST_OF * len(nodes):
        return ""
    counts = {name: sum(map(_is_date, found)) for name, found in inner.items()}
    dated = [name for name, count in counts.items() if count >= _MOST_OF * len(nodes)]
    return min(dated, key=lambda name: (-counts[name], _length(inner[name]), _says_little(name), len(name)), default="")


def _says_little(name: str) -> bool:
    """A class says more than a tag or a position."""
    return "." not in name


def _length(found: Sequence[LexborNode | None]) -> float:
    return median([len(text_of(each)) for each in found if each is not None] or [0])


def _is_date(node: LexborNode | None) -> bool:
    if node is None:
        return False
    written = (node.attributes.get("datetime") or "").strip() or text_of(node)
    return len(written) <= _LONGEST_DATE and dates.read_date(written) is not None


_SLASHED = re.compile(r"\b(\d{1,2})[/.](\d{1,2})[/.]\d{2,4}\b")


def _date_order(nodes: Sequence[LexborNode], date: str) -> str:
    """ "DMY" where the dates themselves show it; else the language's habit serves."""
    found = (node.css_first(date or "time") for node in nodes)
    pairs = [(int(m[1]), int(m[2])) for m in (_SLASHED.search(text_of(each)) for each in found) if m]
    return "DMY" if any(first > 12 >= second for first, second in pairs) else ""


def _summary_selector(nodes: Sequence[LexborNode], inner: Inner, title: str) -> str:
    """ "" when paragraphs have it, or nothing has; else the part that is called so and is long."""
    if sum(node.css_first("p") is not None for node in nodes) >= _MOST_OF * len(nodes):
        return ""
    named: Callable[[str], bool] = lambda name: bool(_SUMMARIES.search(name)) and name != title  # noqa: E731
    lengths = {name: _length(found) for name, found in inner.items() if named(name)}
    long = [name for name, length in lengths.items() if length >= _A_SUMMARY]
    return min(long, key=lambda name: (lengths[name], len(name)), default="")
