"""A sentence as words and marks, with the cues found in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from watcher.classify.fold import fold
from watcher.classify.lexicon import GAP, WIDEST_GAP, Cue, Lexicon

_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)?(?:\.[^\W_]+)*|[^\w\s]|_")


class Token(NamedTuple):
    """A word or a mark, its place in the field, and its folded form."""

    start: int
    end: int
    written: str
    folded: str
    is_word: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """A cue phrase at tokens `start:end`; an ambiguous phrase has several cues."""

    start: int
    end: int
    cues: tuple[Cue, ...]

    def find(self, *kinds: str) -> Cue | None:
        """Its first cue of one of these kinds."""
        return next((cue for cue in self.cues if cue.kind in kinds), None)


def tokenize(text: str, start: int) -> list[Token]:
    """The tokens of a sentence; `start` is where the sentence begins in its field."""
    found = ((match[0], match.start(), match.end()) for match in _TOKEN.finditer(text))
    return [Token(start + first, start + end, word, _folded(word), word[0].isalnum()) for word, first, end in found]


def _folded(written: str) -> str:
    if written.isascii():
        return written.lower().strip(".") or written
    return fold(written).strip(" .") or written


def find_hits(tokens: list[Token], lexicon: Lexicon, covered: list[bool], languages: frozenset[str]) -> list[Hit]:
    """The cue phrases of a sentence, longest first at each place; words inside a policy's name are no cues."""
    hits: list[Hit] = []
    index = 0
    while index < len(tokens):
        hit = None if covered[index] else _hit_at(tokens, index, lexicon, covered, languages)
        if hit is None:
            index += 1
            continue
        hits.append(hit)
        index = hit.end
    return hits


def _hit_at(
    tokens: list[Token], index: int, lexicon: Lexicon, covered: list[bool], languages: frozenset[str]
) -> Hit | None:
    for rest, cues in lexicon.phrases.get(tokens[index].folded, ()):
        meant = tuple(cue for cue in cues if cue.language in languages)
        end = _match(tokens, index + 1, rest, covered) if meant else None
        if end is not None:
            # a phrase with a gap is counted at its first word, so that what stands in the gap stays visible
            return Hit(index, index + 1 if GAP in rest else end, meant)
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
