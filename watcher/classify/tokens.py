"""A sentence as words and marks, with the cues found in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from watcher.classify.fold import fold
from watcher.classify.lexicon import GAP, WIDEST_GAP, Cue, Lexicon, Phrases

_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)?(?:\.[^\W_]+)*|[^\w\s]|_")


class Token(NamedTuple):
    """A word or a mark, its place in the field, and its folded form."""

    start: int
    end: int
    written: str
    folded: str
    is_word: bool


class Hit(NamedTuple):
    """A cue phrase at tokens `start:end`; an ambiguous phrase has several cues, `first` the first of each kind."""

    start: int
    end: int
    cues: tuple[Cue, ...]
    first: Mapping[str, Cue]

    def find(self, kind: str) -> Cue | None:
        """Its first cue of a kind."""
        return self.first.get(kind)


def tokenize(text: str, start: int) -> list[Token]:
    """The tokens of a sentence; `start` is where the sentence begins in its field."""
    new = tuple.__new__  # a third of the time of `Token(...)` (measured)
    tokens: list[Token] = []
    for found in _TOKEN.finditer(text):
        first, end = found.span()
        tokens.append(new(Token, (start + first, start + end) + _forms(found[0])))  # noqa: RUF005 - `*` takes longer
    return tokens


@lru_cache(maxsize=16384)
def _forms(written: str) -> tuple[str, str, bool]:
    """A token as it is written, folded, and whether it is a word. Kept, because a text repeats its words."""
    return written, _folded(written), written[0].isalnum()


def _folded(written: str) -> str:
    if written.isascii():
        return written.lower().strip(".") or written
    return fold(written).strip(" .") or written


def find_hits(tokens: list[Token], lexicon: Lexicon, covered: list[bool], languages: frozenset[str]) -> list[Hit]:
    """The cue phrases of a sentence, longest first at each place; words inside a policy's name are no cues."""
    hits: list[Hit] = []
    free = 0
    phrases = lexicon.meant_in(languages)
    begins = [index for index, token in enumerate(tokens) if token[3] in phrases]  # few of the words begin a phrase
    for index in begins:
        if index < free or covered[index]:
            continue
        hit = _hit_at(tokens, index, phrases, covered)
        if hit is not None:
            hits.append(hit)
            free = hit.end
    return hits


def _hit_at(tokens: list[Token], index: int, phrases: Phrases, covered: list[bool]) -> Hit | None:
    following = tokens[index + 1].folded if index + 1 < len(tokens) else ""
    for rest, cues, first in phrases[tokens[index].folded]:
        if rest and rest[0] != following and rest[0] != GAP:
            continue
        end = _match(tokens, index + 1, rest, covered)
        if end is not None:
            # a phrase with a gap is counted at its first word, so that what stands in the gap stays visible
            return Hit(index, index + 1 if GAP in rest else end, cues, first)
    return None


def _match(tokens: list[Token], index: int, rest: tuple[str, ...], covered: list[bool]) -> int | None:
    for position, word in enumerate(rest):
        if word == GAP:
            return _match_after_gap(tokens, index, rest[position + 1 :], covered)
        if index >= len(tokens) or tokens[index].folded != word or covered[index]:
            return None
        index += 1
    return index


def _match_after_gap(tokens: list[Token], index: int, rest: tuple[str, ...], covered: list[bool]) -> int | None:
    if not rest:
        return index
    words = 0
    while index < len(tokens) and words <= WIDEST_GAP:
        if tokens[index].folded == rest[0]:
            end = _match(tokens, index, rest, covered)
            if end is not None:
                return end
        words += tokens[index].is_word and not covered[index]
        index += 1
    return None
