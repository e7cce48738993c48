"""JSON from outside, read so that nothing in it can hurt: deep nesting, huge numbers, NaN, an end in the middle."""

from __future__ import annotations

import json
from typing import Any

from watcher.sources import base

_DIGITS = 40
_TRY_AGAIN = "It is tried again at the next check. If it stays so, tell the publisher."


def read_json(body: bytes, url: str) -> Any:
    """The value of a JSON document in UTF-8.

    NaN, Infinity and whole numbers of more than 40 digits, which no id or date has, are None. A name that stands twice
    in an object keeps its last value (RFC 8259, section 4, leaves it open). Raises ParseError: UNREADABLE (empty, not
    JSON, nested deeper than Python's own limit of about 1000), INCOMPLETE (it ends in the middle).
    """
    if not body.strip(b" \t\r\n\0\xef\xbb\xbf"):
        raise base.unreadable(f"{url} answered with an empty document.", _TRY_AGAIN)
    try:
        return json.loads(body.lstrip(b"\xef\xbb\xbf"), parse_int=_whole, parse_constant=_nothing)
    except (ValueError, RecursionError) as error:
        make = base.incomplete if _is_cut(error) else base.unreadable
        raise make(f"The JSON at {url} cannot be read ({error}).", _TRY_AGAIN, body) from error


def as_text(value: Any) -> str:
    """A string as it is, a number as it is written; everything else is nothing."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _whole(digits: str) -> int | None:
    """int() refuses, or takes quadratic time for, what is longer than its own limit of 4300 digits."""
    return int(digits) if len(digits) <= _DIGITS else None


def _nothing(name: str) -> None:
    return None


def _is_cut(error: Exception) -> bool:
    if not isinstance(error, json.JSONDecodeError):
        return False
    return error.pos >= len(error.doc.rstrip()) - 1 or "Unterminated" in error.msg
