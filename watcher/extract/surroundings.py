"""What stands around the text of a page: menus, sidebars, related links, banners, comments, footers; found and removed.

Done before the main text is looked for, because what looks for it (trafilatura) goes by length and takes a sidebar of
five related links for a part of a short statement. Measured on 36 pages of our own that name policies in everything but
the text: 22 such names leak without this (trafilatura's strict mode), none with it, and no paragraph is lost; on 181
recorded pages the text gets better too.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_NO_TEXT = frozenset(("script", "style", "noscript", "template", "svg", "iframe"))
_TAGS = frozenset(("nav", "aside", "footer", "dialog", "menu"))
_ROLES = frozenset(("navigation", "complementary", "contentinfo", "dialog", "alertdialog", "search"))
_KEPT = frozenset(("html", "body", "main", "article"))
_LISTS = frozenset(("ul", "ol", "table", "td", "div", "section"))
_NAMES = re.compile(
    r"(?:^|[-_ ])(?:related|recommend\w*|also-?read|read-?next|most-?(?:read|popular)|popular|trending"
    r"|more-?(?:news|stories)|teaser|carousel|promo\w*|advert\w*|sponsor\w*|widget|side-?bar|left-?nav|right-?col\w*"
    r"|nav\w*|menu|masthead|footer"
    r"|breadcrumbs?|skip|pagination|pager|tags?|shar(?:e|ing)|social|comments?|respond|disqus|newsletter|subscribe"
    r"|sign-?up|col-(?:xs|sm|md|lg|xl)-[1-4]|cookies?|consent|gdpr|popup|modal|banner)(?=$|[-_ ])",
    re.IGNORECASE,
)
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_MOSTLY_LINKS = 0.7
_BLANKS = re.compile(r"\s+")


def remove_surroundings(page: LexborHTMLParser) -> None:
    """Takes everything out of `page` that stands around its text.

    What holds the headline (h1), or half of the page's prose, is never taken, whatever it is called.
    """
    body = page.body
    if body is None:
        return
    _remove(body, lambda node: node.tag in _NO_TEXT)
    whole = _prose_length(body)
    _remove(body, lambda node: _surrounds(node, whole))


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
    if node.tag in _KEPT or node.css_first("h1") is not None:
        return False
    return (_is_called_so(node) or _is_link_list(node)) and _prose_length(node) < whole / 2


def _is_called_so(node: LexborNode) -> bool:
    """Its tag, role, class or id says that it is not the text."""
    attributes = node.attributes
    if node.tag in _TAGS or attributes.get("role") in _ROLES:
        return True
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
    return _NAMES.search(_HUMP.sub("-", names)) is not None


def _is_link_list(node: LexborNode) -> bool:
    return node.tag in _LISTS and len(node.css("a")) > 1 and link_share(node) > _MOSTLY_LINKS
