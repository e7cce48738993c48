"""Web pages: the readable main text, without menus, sidebars, related links, banners and footers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

from watcher.errors import ParseError, Problem, ProblemClass
from watcher.extract import charset as charsets
from watcher.extract import language, links
from watcher.extract.clean import clean, markup_to_text
from watcher.extract.clean import clean_line as line
from watcher.extract.surroundings import link_share, remove_surroundings
from watcher.models.documents import Extracted

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_SUSPICIOUSLY_SHORT = 300
_KNOWN_BY = 40
"""Characters that tell one paragraph from another."""
_MOST = 0.6
_LINKED = 0.3
_NOT_THE_TEXT = re.compile(r"^(?:©|\(c\) |copyright (?:©|\(c\)|\d{4})).{0,300}$", re.IGNORECASE | re.MULTILINE)
_DEEPEST = 1000
"""Elements within each other; real pages have fewer than 100, and parsers need quadratic time for depth."""
_NESTING = re.compile(
    r"<(/?)(?!(?:area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr"
    r"|p|li|d[td]|t[dhr]|thead|tbody|tfoot|option|optgroup|rp|rt)\b)[a-z][^<>]*+(?<!/)>",
    re.IGNORECASE,
)
_NO_PAGE = re.compile(r"\s*(?:%PDF-|\x1f\x8b|PK\x03\x04|\x89PNG|GIF8|\{\s*\")")
_BETWEEN = re.compile(r"\s+(?:[|»·•]|::|[-–—])\s+")
_MARKS = " |»·•:-–—"
_LANGUAGE = re.compile(r"\s*([A-Za-z]{2,3})(?![A-Za-z])")


def extract(body: bytes, *, url: str, media_type: str, charset: str | None, selector: str = "") -> Extracted:
    """The title, the main text and the language of a page; plain text is taken whole.

    `selector` (CSS) says where the main text stands; where it finds none, the text is looked for as without it.
    Raises ParseError: UNREADABLE (empty, nested without end, no main text found), UNEXPECTED (not a page: a PDF, an
    image, JSON).
    """
    text = _readable(body, url, media_type, charset)
    return _plain(text) if media_type == "text/plain" else _page(text, url, selector)


def _readable(body: bytes, url: str, media_type: str, charset: str | None) -> str:
    """The characters of what may be a page. Raises ParseError."""
    text = charsets.decode(body, charset)
    if not text.strip():
        raise _error(ProblemClass.UNREADABLE, f"{url} answered with an empty page.", text)
    if _NO_PAGE.match(text) or _is_other(media_type):
        raise _error(ProblemClass.UNEXPECTED, f"{url} is not a web page ({media_type or 'unknown type'}).", text)
    if media_type != "text/plain" and _depth(text) > _DEEPEST:
        raise _error(ProblemClass.UNREADABLE, f"The page {url} is nested more than {_DEEPEST} elements deep.", text)
    return text


def watched(
    body: bytes, *, url: str, media_type: str, charset: str | None, selector: str = "", ignore: Sequence[str] = ()
) -> tuple[Extracted, bool]:
    """What a page says that is watched for its text, and whether that is the text that was looked for.

    Without `selector` (CSS) that is its main text, with it exactly what it chooses; elements that one of `ignore`
    chooses do not count. Where no such text is found, it is everything that can be read on the page, and False: such
    a page has something else to say. Raises ParseError as `extract`, except for a page without main text.
    """
    text = _readable(body, url, media_type, charset)
    if media_type == "text/plain":
        return _plain(text), True
    from selectolax.lexbor import LexborHTMLParser

    page = LexborHTMLParser(text)
    title, said = _title(page), _language(page)
    _drop(page, ignore)
    everything = markup_to_text((page.body.html if page.body else None) or "")
    found = _chosen_text(page, selector) if selector else _main_text(page)
    return Extracted(title, found or everything, said or language.guess(found or everything)), bool(found)


def _drop(page: LexborHTMLParser, selectors: Sequence[str]) -> None:
    """Without what these choose. Only the outermost are removed: what stands within them is gone with them."""
    chosen = {node.mem_id: node for selector in selectors for node in page.css(selector)}
    for node in [node for node in chosen.values() if not _is_within(node, chosen)]:
        if node.tag not in ("html", "body"):
            node.decompose()


def _is_within(node: LexborNode, chosen: Mapping[int, LexborNode]) -> bool:
    parent = node.parent
    while parent is not None:
        if parent.mem_id in chosen and parent.tag not in ("html", "body"):
            return True
        parent = parent.parent
    return False


def _plain(text: str) -> Extracted:
    whole = clean(text)
    return Extracted(line(whole.partition("\n")[0]), whole, language.guess(whole))


def _page(markup: str, url: str, selector: str) -> Extracted:
    from selectolax.lexbor import LexborHTMLParser

    page = LexborHTMLParser(markup)
    title, said, versions = _title(page), _language(page), links.versions(page, url)
    text = _chosen_text(page, selector) or _main_text(page)
    if not text:
        raise _error(ProblemClass.UNREADABLE, f"No main text was found on {url}.", markup)
    linked = links.of_text(page, text, url)
    return Extracted(title, text, said or language.guess(text), links=linked, versions=versions)


def _chosen_text(page: LexborHTMLParser, selector: str) -> str:
    """What a person said is the text: taken as it stands, only what nobody sees is left out."""
    chosen = page.css(selector) if selector else []
    return clean("\n\n".join(markup_to_text(node.html or "") for node in chosen))


def _main_text(page: LexborHTMLParser) -> str:
    """trafilatura's text of what is left without the surroundings; its strict mode leaks less and measures better.

    Where strict mode leaves next to nothing of what the default mode finds, it has dropped the text itself.
    Never `deduplicate=True`: it remembers pages, and the same page would give another text the second time.
    """
    import trafilatura

    remove_surroundings(page)
    markup = page.html or ""
    text = clean(trafilatura.extract(markup, include_comments=False, favor_precision=True) or "")
    if len(text) < _SUSPICIOUSLY_SHORT:
        other = clean(trafilatura.extract(markup, include_comments=False) or "")
        text = other if len(other) > 8 * len(text) else text
    return clean(_NOT_THE_TEXT.sub("", _completed(page, text)))


def _completed(page: LexborHTMLParser, text: str) -> str:
    """`text` with the paragraphs of the page's only article that were missed, when they are most of it.

    Some newsrooms cut a text into several boxes with advertisements between; trafilatura takes the first box.
    What belongs to the article stands where its other paragraphs do: under the same elements with the same names.
    """
    inside = page.css("article") or page.css("main")
    if len(inside) != 1:
        return text
    prose = [
        (paragraph, place) for node in inside[0].css("p") if (paragraph := _prose(node)) and (place := _place(node))
    ]
    places = {place for paragraph, place in prose if paragraph[:_KNOWN_BY] in text}
    missed = [paragraph for paragraph, place in prose if place in places and paragraph[:_KNOWN_BY] not in text]
    if sum(map(len, missed)) < _MOST * len(text):
        return text
    return "\n".join(paragraph for paragraph, place in prose if place in places)


def _prose(node: LexborNode) -> str:
    """A paragraph's text if it is a sentence and no teaser or caption: among others, and hardly linked."""
    text = clean(node.text().replace("\n", " "))
    beside = node.parent.css("p") if node.parent else ()
    return text if len(text) >= _KNOWN_BY and len(beside) >= 3 and link_share(node) < _LINKED else ""


def _place(node: LexborNode) -> tuple[str, ...]:
    """The names of all elements around a node, from the inside."""
    names: list[str] = []
    parent = node.parent
    while parent is not None:
        names.append(f"{parent.tag}.{parent.attributes.get('class') or ''}")
        parent = parent.parent
    return tuple(names)


def _title(page: LexborHTMLParser) -> str:
    """The headline: the page's h1 where it has one, else what it tells others (og:title), else its title."""
    named = [line(node.text(separator=" ")) for node in page.css("h1")]
    told = _meta(page, "og:title") or _meta(page, "twitter:title")
    node = page.css_first("title")
    whole = line(node.text()) if node else ""
    fitting = [name for name in named if name and (name in whole or name in told)]
    if fitting:
        return max(fitting, key=len)
    return _without_site(told or whole, _meta(page, "og:site_name")) or next(filter(None, named), "")


def _without_site(title: str, site: str) -> str:
    """ "Headline | Site" without the site: its own name at either end, else the last part if it is the shortest end."""
    parts = _BETWEEN.split(title)
    if len(parts) < 2:
        return title
    if parts[0] == site:
        return title.removeprefix(site).lstrip(_MARKS)
    if parts[-1] == site or len(parts[-1]) <= len(parts[0]):
        return title.removesuffix(parts[-1]).rstrip(_MARKS)
    return title


def _meta(page: LexborHTMLParser, name: str) -> str:
    node = page.css_first(f'meta[property="{name}"], meta[name="{name}"]')
    return line(node.attributes.get("content") or "") if node else ""


def _language(page: LexborHTMLParser) -> str | None:
    root = page.css_first("html")
    found = _LANGUAGE.match((root.attributes.get("lang") if root else None) or "")
    return found[1].lower() if found else None


def _depth(markup: str) -> int:
    return max(accumulate((-1 if found[1] else 1 for found in _NESTING.finditer(markup)), initial=0))


def _is_other(media_type: str) -> bool:
    return media_type.startswith(("image/", "audio/", "video/", "font/")) or media_type in (
        "application/pdf",
        "application/json",
        "application/zip",
    )


def _error(kind: ProblemClass, message: str, text: str) -> ParseError:
    advice = "Open the address in a browser. The entry keeps its teaser, and the page is tried again later."
    return ParseError(Problem(kind, message, advice), sample=markup_to_text(text[:2000], 300))
