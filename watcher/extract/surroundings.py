"""What stands around the text of a page: menus, sidebars, related links, banners, comments, footers; found and removed.

Done before the main text is looked for, because what looks for it (trafilatura) goes by length and takes a sidebar of
five related links for a part of a short statement. Measured on 90 pages of our own that name policies in everything but
the text (tests/extract): 36 leak such names without this (trafilatura's strict mode), none with it, and no paragraph is
lost; on 181 recorded pages the text gets better too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_NO_TEXT = frozenset(("script", "style", "noscript", "template", "svg", "iframe"))
_TAGS = frozenset(("nav", "aside", "footer", "dialog", "menu"))
_ROLES = frozenset(("navigation", "complementary", "contentinfo", "dialog", "alertdialog", "search"))
_KEPT = frozenset(("html", "body", "main", "article"))
_LISTS = frozenset(("ul", "ol", "dl", "table", "td", "div", "section", "p"))
_LABELS = "h2, h3, h4, h5, h6, th, caption, summary, button, b:not(:has(a)), strong:not(:has(a))"
_HEADINGS = ("h2", "h3", "h4", "h5", "h6")
_BOXES = frozenset(("article", "div", "li", "section"))
_NEAR = 4
_LONGEST_TEASER = 400
_LONGEST_LEAD = 250
_NAMES = re.compile(
    r"(?:^|[-_ ])(?:related|recommend\w*|also-?read|read-?next|most-?(?:read|popular)|popular|trending"
    r"|more-?(?:news|stories)|teaser|carousel|promo\w*|advert\w*|sponsor\w*|(?<!elementor-)widget|side-?bar|left-?nav|right-?col\w*"
    r"|nav\w*|menu|masthead|footer|identifier"
    r"|(?:bread-?)?crumbs?|migas|skip|pagination|pager|page-?nav|tags?|etiquetas|shar(?:e|ing)|compartir|social|comments?"
    r"|respond|disqus|feedback|evaluaci[oó]n|survey|poll|newsletter|subscribe|sign-?up|donat\w*"
    r"|mas-?(?:visto|le[ií]do)s?|relacionad[oa]s?|related-?items?"
    r"|col-(?:xs|sm|md|lg|xl)-[1-4]|cookie\w*|consent|gdpr|popup|modal|dialog|cc-window|banner)(?=$|[-_ ])",
    re.IGNORECASE,
)
_THE_TEXT = re.compile(
    r"(?:^|[-_ ])(?:entry|post|article|story|news|node|field-name)[-_]+(?:content|body|text)(?=$|[-_ ])", re.IGNORECASE
)
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_MOSTLY_LINKS = 0.7
_BLANKS = re.compile(r"\s+")
_NO_LETTERS = re.compile(r"[\W_]+")
_OTHERS = re.compile(
    r"(?:related|similar|recommended|featured|popular|trending|recent|latest|other|more)\b(?! than\b).{0,30}$"
    r"|most (?:read|popular|viewed|shared)|often asked|frequently (?:asked|requested)|quick links|see also"
    r"|also (?:see|read|in)\b|you (?:may|might) (?:also )?(?:like|be interested)|readers also|in (?:the|other) news"
    r"|from (?:our|the) archive"
    r"|(?:contenidos?|documentos?|noticias|notas|art[ií]culos|temas) (?:relacionad|similar|reciente)"
    r"|lo m[aá]s|m[aá]s (?:noticias|le[ií]d|vist)|te pueden? interesar|tambi[eé]n (?:te|le|puede)"
    r"|[uú]ltimas? (?:noticias|publicaciones)|otr[oa]s (?:noticias|comunicados)"
    r"|articles (?:li[eé]s|similaires|r[eé]cents)|[aà] lire aussi|voir aussi",
    re.IGNORECASE,
)
_LEADS_ELSEWHERE = re.compile(
    r"(?:read (?:more|also|next|this|our)|also read|related|see also|watch|more on|learn more|don[’']t miss|recommended"
    r"|lee(?:r)? (?:tambi[eé]n|m[aá]s)|lea (?:tambi[eé]n|m[aá]s)|te puede interesar|tambi[eé]n lee|ver tambi[eé]n"
    r"|(?:[aà] )?lire (?:aussi|[eé]galement)|voir aussi)\b",
    re.IGNORECASE,
)


def remove_surroundings(page: LexborHTMLParser) -> None:
    """Takes everything out of `page` that stands around its text.

    What holds the headline (h1), or half of the page's prose, is never taken, whatever it is called.
    """
    body = page.body
    if body is None:
        return
    _remove(body, lambda node: node.tag in _NO_TEXT)
    whole = _prose_length(body)
    announced = _announced_lists(page, whole)
    _remove(body, lambda node: node.mem_id in announced or _surrounds(node, whole))


def text_length(node: LexborNode) -> int:
    """The characters of a node's text, blanks counted once."""
    return len(_BLANKS.sub(" ", node.text(separator=" ")).strip())


def _prose_length(node: LexborNode) -> int:
    return text_length(node) - sum(text_length(link) for link in node.css("a"))


def link_share(node: LexborNode) -> float:
    """How much of a node's text stands in links, 0 to 1."""
    linked = sum(text_length(link) for link in node.css("a"))
    return linked / max(1, text_length(node))


def _remove(root: LexborNode, unwanted: Callable[[LexborNode], bool]) -> None:
    """Finds all, then removes them: a removed node's memory is gone, and its children must not be looked at."""
    found: list[LexborNode] = []
    waiting = [root]
    while waiting:
        for child in waiting.pop().iter():
            (found if unwanted(child) else waiting).append(child)
    for node in found:
        node.decompose()


def _surrounds(node: LexborNode, whole: int) -> bool:
    if node.css_first("h1") is not None:
        return False
    if node.tag in _KEPT:
        return node.tag == "article" and _is_teaser(node)
    surrounds = _is_called_so(node) or _is_link_list(node) or _is_teaser(node) or _leads_elsewhere(node)
    return surrounds and _prose_length(node) < whole / 2


def _is_called_so(node: LexborNode) -> bool:
    """Its tag, role, class or id says that it is not the text."""
    attributes = node.attributes
    if node.tag in _TAGS or attributes.get("role") in _ROLES:
        return True
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    names = _HUMP.sub("-", f"{attributes.get('class') or ''} {attributes.get('id') or ''}")
    return _NAMES.search(names) is not None and not _THE_TEXT.search(names)


def _is_link_list(node: LexborNode) -> bool:
    """Several links and hardly anything else; what the list is called, its separators and bullets do not count."""
    if node.tag not in _LISTS or len(node.css("a")) < 2:
        return False
    linked = sum(_letters(link) for link in node.css("a"))
    labels = sum(
        _letters(label) for label in node.css(_LABELS) if label.css_first("a") is None and not _is_in_link(label)
    )
    return linked > _MOSTLY_LINKS * max(1, _letters(node) - labels)


def _is_teaser(node: LexborNode) -> bool:
    """One of several boxes with a linked heading and a few lines: the announcement of another page."""
    if node.tag not in _BOXES or text_length(node) > _LONGEST_TEASER:
        return False
    return _is_teaser_heading(node) and any(_is_teaser_heading(each) for each in _neighbours(node))


def _is_teaser_heading(node: LexborNode) -> bool:
    heading = node.css_first(", ".join(_HEADINGS))
    link = heading.css_first("a[href]") if heading else None
    if heading is None or link is None or str(link.attributes.get("href")).startswith("#"):
        return False
    return _letters(link) > _MOSTLY_LINKS * max(1, _letters(heading))


def _neighbours(node: LexborNode) -> Iterator[LexborNode]:
    """The nearest elements of the same name, before and after."""
    for step in ("prev", "next"):
        near = node
        for _ in range(_NEAR):
            near = getattr(near, step)
            if near is None:
                break
            if near.tag == node.tag:
                yield near


def _leads_elsewhere(node: LexborNode) -> bool:
    """ "Read more: ..." between the paragraphs."""
    if node.tag not in ("p", "div", "li", *_HEADINGS) or node.css_first("a") is None:
        return False
    said = node.text(separator=" ").strip()
    return len(said) < _LONGEST_LEAD and _LEADS_ELSEWHERE.match(said) is not None and link_share(node) > 0.5


def _announced_lists(page: LexborHTMLParser, whole: int) -> frozenset[int]:
    """Headings such as "Related documents", with what follows them as long as every part of it leads elsewhere.

    The nodes are named by their place in memory (`mem_id`).
    """
    found: set[int] = set()
    for heading in page.css(", ".join(_HEADINGS)):
        said = heading.text(separator=" ").strip()
        if len(said) > _LONGEST_LEAD or not _OTHERS.match(said):
            continue
        listed = _listed_below(heading)
        if listed and sum(map(_prose_length, listed)) < whole / 2:
            found |= {node.mem_id for node in (heading, *listed)}
    return frozenset(found)


def _listed_below(heading: LexborNode) -> list[LexborNode]:
    """The elements after a heading, up to the next one, while they have links and neither headline nor long prose."""
    found: list[LexborNode] = []
    node = heading.next
    while node is not None and str(node.tag) not in ("h1", "h2", heading.tag):
        if not str(node.tag).startswith("-"):  # an element: "-text" and "-comment" are none
            if not _leads_away(node):
                break
            found.append(node)
        node = node.next
    return found


def _leads_away(node: LexborNode) -> bool:
    links = node.css("a")
    if not links or node.css_first("h1") is not None or node.tag in ("main", "article"):
        return False
    return text_length(node) < _LONGEST_LEAD * len(links) and (node.tag != "p" or link_share(node) > 0.3)


def _letters(node: LexborNode) -> int:
    return len(_NO_LETTERS.sub("", node.text()))


def _is_in_link(node: LexborNode) -> bool:
    parent = node.parent
    while parent is not None and parent.tag not in _BOXES:
        if parent.tag == "a":
            return True
        parent = parent.parent
    return False
