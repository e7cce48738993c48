"""The words around a name: looked up once per document, asked many times."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property

from watcher.classify.fieldtext import FieldText
from watcher.classify.vocabulary import Alias, Vocabulary
from watcher.models.matches import Field

_TOPICAL = ("asylum", "refugee", "refugees", "migrant", "migrants", "immigration", "asilo", "migrantes", "refugiados")


class Surroundings:
    """Where the context words of the vocabulary stand in a document."""

    def __init__(self, fields: Sequence[FieldText], vocabulary: Vocabulary) -> None:
        self._fields = fields
        self._vocabulary = vocabulary
        self._merged: dict[tuple[Field, int], list[int]] = {}

    @cached_property
    def _places(self) -> dict[Field, dict[str, list[int]]]:
        return {field.field: self._places_in(field) for field in self._fields}

    def _places_in(self, field: FieldText) -> dict[str, list[int]]:
        places: dict[str, list[int]] = {}
        folded = field.folded
        for start, end, word in self._vocabulary.find_signals(folded):
            # the end first: most words that do not stand alone are beginnings of others
            if folded[end : end + 1].isalnum() and folded[end - 1].isalnum():
                continue
            if start and folded[start - 1].isalnum() and folded[start].isalnum():
                continue
            if word.isupper() and field.quote(start, end) != word:
                continue
            if word in places:
                places[word].append(start)
            else:
                places[word] = [start]
        return places

    @cached_property
    def is_topical(self) -> bool:
        """Whether the document speaks of asylum or migration at all."""
        return any(self.has(word) for word in _TOPICAL)

    def has(self, word: str) -> bool:
        """Whether the word stands anywhere in the document."""
        return word in self._present

    def has_any(self, words: Sequence[str]) -> bool:
        """Whether one of the words stands anywhere in the document."""
        return not self._present.isdisjoint(words)

    @cached_property
    def _present(self) -> frozenset[str]:
        return frozenset(word for places in self._places.values() for word in places)

    def allow(self, field: Field, start: int, end: int, alias: Alias) -> bool:
        """Whether one needed word and no rejected word stands within the window of the alias."""
        if self.rejects_near(field, start, end, alias, alias.within):
            return False
        if not alias.needs:
            return True
        other: Field = "text" if field == "title" else "title"
        return bool(self._any_of(other, alias.needs)) or self._near(field, start, end, alias.needs, alias.within)

    def rejects_near(self, field: Field, start: int, end: int, alias: Alias, within: int) -> bool:
        """Whether a rejected word stands within that many characters."""
        return bool(alias.rejects) and self._near(field, start, end, alias.rejects, within)

    def _near(self, field: Field, start: int, end: int, words: tuple[str, ...], within: int) -> bool:
        places = self._any_of(field, words)
        if not places:
            return False
        first = bisect_left(places, start - within)
        return first < len(places) and places[first] <= end + within

    def _any_of(self, field: Field, words: tuple[str, ...]) -> list[int]:
        """Where any of the words stands: merged once per name, so that a name said a thousand times costs little.

        Kept under the identity of the words: they belong to the vocabulary, and dozens take long to hash (measured).
        """
        key = (field, id(words))
        if key not in self._merged:
            places = self._places.get(field, {})
            self._merged[key] = sorted([place for word in words if word in places for place in places[word]])
        return self._merged[key]
