"""The one cleaning of text from outside, once, when it comes in: what a reviewer sees is what the classifier sees.

Characters stay as they were written (quotes, dashes, accents, any script), except:
- what nobody sees goes: control characters, direction marks, zero-width characters, soft hyphens, fillers, tags;
  joiners stay where they shape a script (Persian, Indic, emoji) and go beside Latin letters, where they hide names;
- every kind of blank becomes a space and every kind of line break a line feed; runs of them shrink;
- a letter and its combining accents become one character where there is one (NFC), at most four accents each;
- what neither database can store (NUL, lone surrogates) goes or becomes U+FFFD.
"""

from __future__ import annotations

import html
import re
import unicodedata

TITLE = 500
"""Characters of a title."""
TEXT = 1_000_000
"""Characters of a text: ten times the longest executive order."""
LINK = 2048
"""Characters of an address."""
RAW_DATE = 100
"""Characters of a date as it was written."""

_CUT = "…"
_BREAKS = "\r\n|[\x0b\x0c\r\x1c-\x1e\x85\u2028\u2029]"
_UNSEEN = (
    "\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U000e0000-\U000e0fff"
)
_BLANKS = "\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_ODD = re.compile(f"[{_UNSEEN}{_BLANKS}\x0b\x0c\r\x1c-\x1e\x85\u2028\u2029\u200c\u200d\u0300-\u036f\ud800-\udfff]")
_BREAK = re.compile(_BREAKS)
_INVISIBLE = re.compile(f"[{_UNSEEN}]+")
_JOINERS = re.compile("(?<![^\\x00-\\u024f])[\u200c\u200d]+|[\u200c\u200d]+(?![^\\x00-\\u024f])")
_SURROGATES = re.compile("[\ud800-\udfff]")
_PILED_ACCENTS = re.compile("([\u0300-\u036f]{4})[\u0300-\u036f]+")
_ACCENTED = re.compile("[^\\W\\d_][\u0300-\u036f]{1,4}")
_BLANK = re.compile(f"[{_BLANKS}]")
_SPACES = re.compile(" {2,}")
_AROUND_BREAK = re.compile(" +\n *|\n +")
_EMPTY_LINES = re.compile("\n{3,}")


def clean(text: str, limit: int = TEXT) -> str:
    """`text` without anything that cannot be seen, stored or told apart; idempotent, linear in its length.

    Lines stay lines, paragraphs stay apart by one empty line at most. More than `limit` characters are cut, which
    an ellipsis at the end shows.
    """
    if _ODD.search(text):
        text = _plain(text)
    if "  " in text:
        text = _SPACES.sub(" ", text)
    if " \n" in text or "\n " in text:
        text = _AROUND_BREAK.sub("\n", text)
    if "\n\n\n" in text:
        text = _EMPTY_LINES.sub("\n\n", text)
    text = text.strip(" \n")
    return text if len(text) <= limit else text[: limit - 1].rstrip(" \n") + _CUT


def clean_line(text: str, limit: int = TITLE) -> str:
    """`clean` for what is one line: titles, names, dates."""
    return clean(clean(text).replace("\n", " "), limit)


def _plain(text: str) -> str:
    text = _BLANK.sub(" ", _INVISIBLE.sub("", _BREAK.sub("\n", text)))
    text = _SURROGATES.sub("\ufffd", _JOINERS.sub("", text))
    return _ACCENTED.sub(lambda found: unicodedata.normalize("NFC", found[0]), _PILED_ACCENTS.sub(r"\1", text))


# A tokenizer instead of a tree: nothing nests, every alternative reaches its end or the end of the text, so the time
# is linear for any input (HTML parsers are quadratic in nesting: 500 KB of <div> take 21 s).
_MARKUP = re.compile(
    r"<!--(?s:.*?-->|.*)"
    r"|<(?P<dropped>script|style|noscript|template|iframe|object|svg|math|select|textarea|head|title)\b"
    r"(?:[^>]*/>|(?s:.*?</(?P=dropped)\b[^>]*+>?|.*))"
    r"|</?(?P<name>[a-zA-Z][^\s/>]*+)(?:(?>[^>\"']++|\"[^\"]*+\"|'[^']*+')*+>|[^>]*+>?)"
    r"|<[!?/][^>]*+>?",
    re.IGNORECASE,
)
_PARAGRAPH = re.compile("p|h[1-6]|blockquote")
_BLOCK = re.compile(
    "address|article|aside|body|br|caption|center|d[dlt]|details|dialog|dir|div|fieldset|figcaption|figure|footer|form"
    "|header|hgroup|hr|html|legend|li|main|menu|nav|ol|option|pre|section|summary|table|tbody|tfoot|thead|tr|ul"
)
_ONE_LINE = re.compile(r"[^\t\r\n\f]*+")
_LINE_ENDS = re.compile("(?<! ) *\r[ \r]*")
_HTML_BLANKS = re.compile(r"[ \t\r\n\f]{2,}|[\t\r\n\f]")


def markup_to_text(markup: str, limit: int = TEXT) -> str:
    """The text of a piece of HTML, cleaned: blocks become lines, inline elements leave no gap, entities are decoded.

    Scripts, styles and fallbacks are dropped. Works on any input in linear time; plain text comes back as it is,
    except that its line breaks are spaces, as in HTML.
    """
    if "  " in markup or not _ONE_LINE.fullmatch(markup):
        markup = _HTML_BLANKS.sub(" ", markup)
    text = _LINE_ENDS.sub("\n", _MARKUP.sub(_replaced, markup))
    return clean(html.unescape(text), limit)


def markup_to_line(markup: str, limit: int = TITLE) -> str:
    """The text of a piece of HTML in one line."""
    return clean(markup_to_text(markup).replace("\n", " "), limit)


def _replaced(found: re.Match[str]) -> str:
    name = (found["name"] or "").lower()
    if _PARAGRAPH.fullmatch(name):
        return "\n\n"
    if _BLOCK.fullmatch(name):
        return "\r"
    return " " if name in ("td", "th") else ""
