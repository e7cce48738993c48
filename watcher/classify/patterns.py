"""Names that are taken apart ("agreements on asylum cooperation"): words with bounded gaps, linear by construction.

A pattern is a row of words: `detained|detains <120> custody` finds either first word, then "custody" after at most
120 characters. There is no other operator, so a pattern of an operator cannot be slow.
"""

from __future__ import annotations

import re

from watcher.classify.fold import fold

_GAP = re.compile(r"<(\d{1,3})>")
MOST_GAPS = 4
WIDEST_GAP = 200


def compile_pattern(source: str) -> tuple[re.Pattern[str], tuple[str, ...]]:
    """The compiled pattern and its anchors: the folded first words, where alone it is tried.

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
        expression += rf"(?: .{{0,{gap}}}?)?\b{_expression(group)}"
    return re.compile(expression + r"(?![a-z0-9])"), tuple(groups[0])


def _alternatives(words: str) -> list[str]:
    return [fold(word).strip() for word in words.split("|")]


def _expression(group: list[str]) -> str:
    return "(?:" + "|".join(re.escape(word) for word in sorted(group, key=len, reverse=True)) + ")"
