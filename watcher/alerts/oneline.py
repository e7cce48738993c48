"""Text from outside as it may stand in a mail header or a log line: one line, nothing invisible, nothing that acts."""

from __future__ import annotations

import unicodedata

_ACTS = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Controls, format characters (such as bidirectional overrides), surrogates, line and paragraph separators."""
_JOINERS = "\u200c\u200d"
"""Format characters that shape scripts and emoji; ingest leaves them only there."""


def one_line(text: str, limit: int) -> str:
    """The text in one line of at most `limit` characters, cut at a word where possible ("…" says so).

    `=?` gets a space: unpatched Pythons would decode what follows and could start a new header (CVE-2024-6923).
    """
    line = " ".join(readable(text).split()).replace("=?", "= ?")
    if len(line) <= limit:
        return line
    cut = line[: limit - 1]
    word = cut.rpartition(" ")[0]
    return (word if len(word) > limit // 2 else cut).rstrip() + "…"


def readable(text: str) -> str:
    """The text without what could act on a terminal or hide words; lines stay lines, offsets stay true."""
    return "".join(" " if _acts(c) and c != "\n" else c for c in text)


def _acts(character: str) -> bool:
    return unicodedata.category(character) in _ACTS and character not in _JOINERS
