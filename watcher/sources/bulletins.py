"""What a bulletin says, without what its sender's program puts around it; and where it stands online."""

from __future__ import annotations

import html
import re
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from watcher.sources import base

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_MUCH_LESS = 0.5
_TAGS = re.compile(
    r"<(?:style|script|head|title)\b.*?</(?:style|script|head|title)\s*>|<!--.*?-->|<[^>]*>", re.DOTALL | re.IGNORECASE
)
_HIDDEN = '[style*="display:none"], [style*="display: none"], [hidden]'
_ONLINE_LINE = 160
_LINKS = 20
"""At the top and at the bottom of a message: there it says where it can be seen online."""
_DEEPEST = 500
"""Elements within each other; parsers of HTML need quadratic time for depth."""
_NESTING = re.compile(
    r"<(/?)(?!(?:area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr|p|li|d[td]|t[dhr]|thead|tbody|tfoot"
    r"|option)\b)[a-z][^<>]*+(?<!/)>",
    re.IGNORECASE,
)
_IN_BROWSER = re.compile(
    r"(?:view|read|see|open)\b.{0,60}\b(?:browser|online|web ?page|on the web)|(?:web|online) version"
    r"|(?:ver|abrir|leer)\b.{0,60}\b(?:navegador|en l[ií]nea)|versi[oó]n (?:web|en l[ií]nea)"
    r"|(?:voir|lire|afficher)\b.{0,60}\b(?:navigateur|en ligne)|version en ligne",
    re.IGNORECASE,
)
_NOT_ONLINE = re.compile(r"unsubscribe|subscri|preferences|privacy|baja|d[eé]sabonn", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://[^\s<>\"')\]]+")
_FAREWELL = re.compile(
    r"(?:you (?:are|have) (?:receiv|subscrib|been sent)|(?:to )?unsubscribe"
    r"|(?:update|manage|change) (?:your|my)?.{0,20}(?:subscription|preference|password|e-?mail address)"
    r"|this (?:e-?mail|message|service) (?:was|is) (?:sent|provided)|sent to .{1,80} (?:by|on behalf of)"
    r"|stay connected with|subscriber services|(?:si desea|para) (?:darse|dar) de baja|recibe este correo"
    r"|(?:vous recevez|se d[eé]sabonner))",
    re.IGNORECASE,
)
_FAREWELL_WITHIN = 1200
_LINE = re.compile(r"^[^\S\n]*\S[^\n]*", re.MULTILINE)
_RULE = re.compile(r"\s*[-_=*]{2,}\s*$")


def content(plain: str, markup: str) -> str:
    """The text of a message as HTML: its plain part where it says as much as its HTML part, else that one.

    Many programs put nothing but a link into the plain part.
    """
    if markup.strip() and _length(plain) < _MUCH_LESS * _length(_TAGS.sub(" ", markup)):
        return _without_farewell_markup(markup)
    return as_markup(_without_farewell(plain)) if plain.strip() else _without_farewell_markup(markup)


def as_markup(plain: str) -> str:
    """Plain text as HTML, paragraph by paragraph."""
    paragraphs = re.split(r"\n\s*\n", html.escape(plain.replace("\r\n", "\n").strip(), quote=False))
    return "".join(f"<p>{paragraph.replace(chr(10), '<br>')}</p>" for paragraph in paragraphs)


def address_online(plain: str, markup: str) -> str | None:
    """Where the message can be seen in a browser, if it says so."""
    return _linked(markup) if markup.strip() else _written(plain)


def _length(text: str) -> int:
    return len(" ".join(text.split()))


def _without_farewell(plain: str) -> str:
    """Without the lines at the end that speak of the subscription (and often list all topics one can subscribe to)."""
    plain = plain.replace("\r\n", "\n")
    for found in _LINE.finditer(plain, max(0, len(plain) - _FAREWELL_WITHIN)):
        if _FAREWELL.match(found[0].strip()):
            return _RULE.sub("", plain[: found.start()].rstrip())
    return plain.rstrip()


def _without_farewell_markup(markup: str) -> str:
    from selectolax.lexbor import LexborHTMLParser

    if _is_too_deep(markup):
        return markup
    page = LexborHTMLParser(markup)
    if page.body is None:
        return markup
    unwanted = {node.mem_id for node in page.css(_HIDDEN)}
    unwanted |= {node.mem_id for node in page.css("p, td, div, span, font, center") if _is_farewell(node)}
    found: list[LexborNode] = []
    waiting = [page.body]
    while waiting:
        for child in waiting.pop().iter():
            (found if child.mem_id in unwanted else waiting).append(child)
    for node in found:  # after the walk: a removed node's children must not be looked at
        node.decompose()
    return page.body.html or ""


def _is_too_deep(markup: str) -> bool:
    depths = accumulate((-1 if found[1] else 1 for found in _NESTING.finditer(markup)), initial=0)
    return max(depths) > _DEEPEST


def _is_farewell(node: LexborNode) -> bool:
    said = " ".join(node.text(separator=" ").split())
    if len(said) < _ONLINE_LINE and _IN_BROWSER.search(said):
        return True
    return len(said) < _FAREWELL_WITHIN and _FAREWELL.match(said) is not None


def _linked(markup: str) -> str | None:
    from selectolax.lexbor import LexborHTMLParser

    if _is_too_deep(markup):
        return None
    links = LexborHTMLParser(markup).css("a[href]")
    for link in [*links[:_LINKS], *links[-_LINKS:]]:
        said = " ".join(link.text(separator=" ").split())
        around = " ".join(link.parent.text(separator=" ").split()) if link.parent else ""
        tells = _IN_BROWSER.search(said) or (len(around) < _ONLINE_LINE and _IN_BROWSER.search(around))
        if tells and not _NOT_ONLINE.search(said):
            return base.web_address("", link.attributes.get("href"))
    return None


def _written(plain: str) -> str | None:
    for line, following in pairwise([*plain.splitlines(), ""]):
        if _IN_BROWSER.search(line[:300]) and (found := _ADDRESS.search(line) or _ADDRESS.search(following)):
            return base.web_address("", found[0].rstrip(".,;"))
    return None
