"""Bytes to characters: which encoding a document is really in, whatever it says."""

from __future__ import annotations

import codecs
import re

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WITHOUT_MARK = ((b"<\0\0\0", "utf-32-le"), (b"\0\0\0<", "utf-32-be"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
_DECLARED = re.compile(
    rb"""<(?:\?xml|meta)\b[^>]{0,300}?(?:encoding|charset)\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})""", re.IGNORECASE
)
_WHERE_DECLARED = 4096
_WESTERN = "cp1252"
_REALLY_WESTERN = {"iso8859-1", "ascii"}
"""Browsers read both as windows-1252 (WHATWG Encoding Standard, section 4.2): that is where curly quotes are."""


def decode(body: bytes, charset: str | None = None) -> str:
    """The characters of a document; `charset` is what the HTTP header says. Never raises, never loses the rest.

    Order: byte-order mark, UTF-8 if the whole body is valid UTF-8, HTTP header, declaration in the document,
    windows-1252. UTF-8 comes before the header because a wrong `charset=iso-8859-1` is common, and a text that is
    valid UTF-8 by accident is not. Bytes without a meaning become U+FFFD.
    """
    for mark, name in _BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return body.decode(name, "replace").removeprefix("\ufeff")
    for start, name in _WITHOUT_MARK:
        if body.startswith(start):
            return body.decode(name, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        return body.decode(_named(charset) or _named(_declared(body)) or _likely(body, error), "replace")


def _declared(body: bytes) -> str | None:
    found = _DECLARED.search(body, 0, _WHERE_DECLARED)
    return found[1].decode("ascii") if found else None


def _named(charset: str | None) -> str | None:
    """The codec of a name, or None: unknown, not for text, or UTF-8, which the body was just shown not to be."""
    try:
        codec = codecs.lookup((charset or "").strip("\"' "))
        "".encode(codec.name)
    except (LookupError, ValueError):
        return None
    if codec.name.startswith(("utf-8", "utf-7", "utf-16", "utf-32", "idna", "punycode", "unicode", "raw", "undefined")):
        return None
    return _WESTERN if codec.name in _REALLY_WESTERN else codec.name


def _likely(body: bytes, error: UnicodeDecodeError) -> str:
    """UTF-8 with a few damaged bytes, or cut in the middle of a character, stays UTF-8; anything else is western."""
    if error.reason == "unexpected end of data":
        return "utf-8"
    text = body.decode("utf-8", "replace")
    sound = sum(character > "\x7f" for character in text) - text.count("\ufffd")
    return "utf-8" if sound > 4 * text.count("\ufffd") else _WESTERN
