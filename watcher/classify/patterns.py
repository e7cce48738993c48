"""Names that are taken apart ("agreements on asylum cooperation"): words with bounded gaps, linear by construction.

A pattern is a row of words: `detained|detains <120> custody` finds either first word, then "custody" after at most
120 characters. There is no other operator, so a pattern of an operator cannot be slow.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from watcher.classify.fold import fold

_GAP = re.compile(r"<(\d{1,3})>")
MOST_GAPS = 4
WIDEST_GAP = 200
REACH = 500
"""Characters within which a pattern must end."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern: `anchors` are its folded first words, `ends` its last ones."""

    expression: re.Pattern[str]
    anchors: tuple[str, ...]
    ends: tuple[str, ...]

    def end_at(self, folded: str, start: int) -> int | None:
        """Where the pattern ends that begins at `start` of a folded text, or None."""
        stop = start + REACH
        for word in self.ends:  # the cheap question first: most anchors are common words
            if folded.find(word, start, stop) >= 0:
                found = self.expression.match(folded, start, stop)
                return found.end() if found else None
        return None


def compile_pattern(source: str) -> Pattern:
    """Compile a pattern.

    Raises ValueError with what to write instead.
    """
    pieces = _GAP.split(source)
    words, gaps = pieces[0::2], [int(gap) for gap in pieces[1::2]]
    if len(gaps) > MOST_GAPS or any(gap > WIDEST_GAP for gap in gaps):
        raise ValueError(f"at most {MOST_GAPS} gaps of at most {WIDEST_GAP} characters")
    groups = [_alternatives(word) for word in words]
    if not all(group and all(group) for group in groups):
        raise ValueError("a word is missing beside a gap; write `first <60> second`")
    expression = _expression(groups[0])
    for gap, group in zip(gaps, groups[1:], strict=True):
        expression += rf"(?:\W.{{0,{gap}}}?)?\b{_expression(group)}"
    return Pattern(re.compile(expression + r"(?![a-z0-9])"), tuple(groups[0]), tuple(groups[-1]))


def _alternatives(words: str) -> list[str]:
    return [fold(word).strip() for word in words.split("|")]


def _expression(group: list[str]) -> str:
    return "(?:" + "|".join(re.escape(word) for word in sorted(group, key=len, reverse=True)) + ")"
