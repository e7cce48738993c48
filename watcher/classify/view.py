"""One sentence prepared for reading: words, cues, where the policies stand, and what it costs to walk between them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cached_property
from operator import attrgetter
from typing import NamedTuple

from watcher.classify.actors import actor_at
from watcher.classify.fold import fold
from watcher.classify.language import sentence_languages
from watcher.classify.lexicon import Lexicon
from watcher.classify.times import speaks_of_past
from watcher.classify.tokens import Hit, Token, find_hits, tokenize
from watcher.classify.wordsets import words
from watcher.models.words import ActorType

_ARTICLES = words("the a an its this these those their our la el los las un una del al le les l du des")
_MARKS = {",": 1.5, ";": 9.0, ":": 5.0, "—": 3.0, "–": 2.0, ".": 1.0, "?": 20.0, "!": 20.0}
_JOINS = words("and or y o e u ni et ou nor including especially plus as such incluido incluida incluyendo")
_ASKS = words(
    "will would can could should is are was were do does did has have what who how why when where que como "
    "cual quien cuando podria va van"
)
_ADDRESS = re.compile(r"\(?(?:https?://|www\.)[^\s)]+\)?")
_RELATIVES = words("who whose where quien quienes cuyo donde")
_ASKED = re.compile(r"\b(?:will|do|does|did|are|is|can|could|would|have|has) (?:you|he|she|they|it|the|we)\b")
_HOW = ("how", "como")
_ABOUT = ("about", "on", "of", "sobre")
_FRESH = re.compile(
    r"\b(?:today|this week|yesterday|this morning|this afternoon|last night|tonight|just announced|hereby|"
    r"hoy|esta semana|ayer|esta manana|anoche)\b"
)
_FIXED = ("alien", "immig", "migr", "cross", "border", "entr", "drug", "criminal", "gang", "foreign")
_CLAUSE_MARKS = frozenset(";:?!—")
BREAK = 7.0
"""What it costs to cross a word that opens a new clause."""


class Place(NamedTuple):
    """The tokens that a policy's name takes: `first` up to, not including, `stop`."""

    first: int
    stop: int


class View:
    """A sentence as the reader sees it. `lead` holds what introduces a list, before the item itself."""

    def __init__(
        self,
        text: str,
        start: int,
        spans: Sequence[tuple[int, int]],
        lexicon: Lexicon,
        dated: date | None,
        lead: tuple[str, int] | None = None,
        languages: frozenset[str] | None = None,
    ) -> None:
        self.text = text
        self.lexicon = lexicon
        self.dated = dated
        before = tokenize(*lead) if lead is not None else []
        self.lead = len(before)
        """How many tokens belong to the lead."""
        self.tokens: list[Token] = before + tokenize(text, start)
        self._words = [token.folded for token in self.tokens]  # asked for more often than anything else
        self.covered = [False] * len(self.tokens)
        for first, stop in spans:
            for index in self._inside(first, stop):
                self.covered[index] = True
        for found in _ADDRESS.finditer(text) if "://" in text or "www." in text else ():
            for index in self._inside(start + found.start(), start + found.end()):
                self.covered[index] = True
        meant = languages or sentence_languages(self.folded)
        self.hits: list[Hit] = find_hits(self.tokens, lexicon, self.covered, meant)
        self._by_end = {hit.end: hit for hit in self.hits}
        self._by_start = {hit.start: hit for hit in self.hits}

    def _inside(self, first: int, stop: int) -> range:
        """The tokens that touch a span of the field; they stand in the order of the text."""
        return range(
            bisect_right(self.tokens, first, key=attrgetter("end")),
            bisect_left(self.tokens, stop, key=attrgetter("start")),
        )

    def place(self, start: int, end: int) -> Place | None:
        """Where a span of the field stands among the tokens."""
        inside = self._inside(start, end)
        return Place(inside[0], inside[-1] + 1) if inside else None

    @cached_property
    def folded(self) -> str:
        return fold(self.text)

    @cached_property
    def is_past(self) -> bool:
        return speaks_of_past(self.folded, self.dated)

    @cached_property
    def is_fresh(self) -> bool:
        """Whether the sentence places its act in the last days."""
        return _FRESH.search(self.folded) is not None

    @cached_property
    def is_question(self) -> bool:
        """A question headline: ends with a question mark and opens like a question."""
        stripped = self.text.rstrip(' \n\t"”’»)*')
        if not stripped.endswith("?"):
            return False
        first = next((token.folded for token in self.tokens if token.is_word), "")
        return "¿" in self.text or first in _ASKS or _ASKED.search(self.folded) is not None

    @cached_property
    def asks_how(self) -> int | None:
        """Where the last "about how" or "sobre cómo" of the sentence stands."""
        if "how" not in self._words and "como" not in self._words:
            return None
        places = range(len(self.tokens) - 1, 0, -1)
        return next((index for index in places if self.word(index) in _HOW and self.word(index - 1) in _ABOUT), None)

    @cached_property
    def names_court(self) -> bool:
        """Whether a court or judge stands in the sentence."""
        found = (actor_at(self.tokens, index) for index in range(len(self.tokens)))
        return any(actor is not None and actor[0] is ActorType.COURT for actor in found)

    @cached_property
    def takes_sides(self) -> bool:
        """Whether its words judge, outside the names of policies."""
        judgement = self.lexicon.judgement
        judging = [index for index, token in enumerate(self.tokens) if token.folded in judgement]
        return any(not self.covered[index] and not self._is_fixed(index) for index in judging)

    def _is_fixed(self, index: int) -> bool:
        """ "illegal aliens", "illegal crossings": a fixed expression, no judgement on the policy."""
        return self.word(index) in ("illegal", "dangerous") and self.word(index + 1).startswith(_FIXED)

    def word(self, index: int) -> str:
        words = self._words
        return words[index] if 0 <= index < len(words) else ""

    def between(self, start: int, stop: int) -> list[str]:
        """The folded words from token `start` up to, not including, `stop` (not negative), as far as they exist."""
        return self._words[start if start > 0 else 0 : stop]

    def plans_before(self, index: int) -> bool:
        """Whether a plan that ends in "to" stands right before a token ("is scheduled to")."""
        hit = self._by_end.get(index)
        cue = hit.find("plan") if hit is not None else None
        return cue is not None and cue.part == "phrase"

    def walk_left(self, index: int, limit: float) -> Iterator[tuple[Hit, float]]:
        """The cues left of a token, nearest first, each with what the way to it costs."""
        cost = 0.0
        while index > 0 and cost <= limit:
            hit = self._by_end.get(index)
            if hit is not None:
                yield hit, cost
                cost += 0.4
                index = hit.start
                if self._opens_clause(hit.start, hit.end):
                    cost += BREAK
                continue
            index -= 1
            cost += self.cost(index)

    def walk_right(self, index: int, limit: float) -> Iterator[tuple[Hit, float]]:
        """The cues right of a token, nearest first, each with what the way to it costs."""
        cost = 0.0
        while index < len(self.tokens) and cost <= limit:
            hit = self._by_start.get(index)
            if hit is not None:
                yield hit, cost
                cost += 0.4
                index = hit.end
                continue
            aside = self._aside(index)
            if aside is not None:
                cost += 2.0
                index = aside
                continue
            cost += self.cost(index)
            index += 1

    def _aside(self, index: int) -> int | None:
        """Where an aside between two commas ends ("NAME, as the program is called, ..."), seen from its first comma."""
        if (
            self.tokens[index].written != ","
            or self.word(index + 1) in _JOINS
            or any(self.covered[index + 1 : index + 3])
        ):
            return None
        for place in range(index + 2, min(index + 14, len(self.tokens))):
            if self.tokens[place].written in ",;:.":
                return place + 1 if self.tokens[place].written == "," else None
        return None

    def _opens_clause(self, start: int, end: int) -> bool:
        return not self.lexicon.breaks.isdisjoint(self._words[start:end])

    def cost(self, index: int) -> float:
        """What it costs to cross one token."""
        token = self.tokens[index]
        if self.covered[index]:
            return 0.0
        if not token.is_word:
            if token.written == "," and self._joins_list(index):
                return 0.2
            return _MARKS.get(token.written, 0.3)
        if token.folded == "desde" and self._goes_on(index):
            return 1.0
        if token.folded in self.lexicon.breaks:
            return 1.0 if token.folded == "as" and self.word(index - 1) == "such" else BREAK
        if token.folded in _ARTICLES:
            return 0.3
        return 0.4 if token.folded in _JOINS else 1.0

    def _joins_list(self, index: int) -> bool:
        """A comma beside the name of another policy, or before "and": part of a list, not of the clause."""
        around = [index - 1, index + 1, index + 2]
        return any(0 <= place < len(self.covered) and self.covered[place] for place in around) or self.word(
            index + 1
        ) in ("and", "or", "y", "o")

    def _goes_on(self, index: int) -> bool:
        """ "has yet to end NAME", "may go ahead with ending NAME": no new clause."""
        if self.word(index) == "desde":
            return self.word(index + 1) != "que"
        if self.word(index) == "ahead":
            return self.word(index - 1) in ("go", "goes", "going", "went", "move", "moves", "moved", "moving")
        return self.word(index) == "yet" and self.word(index + 1) == "to"

    def clause_start(self, index: int, through_relatives: bool = False) -> int:
        """The first token of the clause that holds a token; relative clauses can be taken as part of theirs.

        Looked for once in the whole sentence, because every step of reading asks.
        """
        starts = self._starts_through_relatives if through_relatives else self._clause_starts
        return starts[bisect_right(starts, index) - 1] if index > 0 else 0

    @cached_property
    def _clause_starts(self) -> list[int]:
        openers = self.lexicon.openers
        found = [
            index
            for index, (_, _, written, folded, _) in enumerate(self.tokens)
            if folded in openers or written in _CLAUSE_MARKS
        ]
        return [0, *(index + 1 for index in found if not self.covered[index] and not self._goes_on(index))]

    @cached_property
    def _starts_through_relatives(self) -> list[int]:
        return [start for start in self._clause_starts if not start or self._words[start - 1] not in _RELATIVES]
