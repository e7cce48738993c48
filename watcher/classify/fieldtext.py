"""One field of a document, the names found in it, and what is worked out from it once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from watcher.classify.fold import Offsets, collapsed, spaced
from watcher.classify.sentences import Sentences
from watcher.classify.vocabulary import Alias
from watcher.models.matches import Field


class Found(NamedTuple):
    """A name at a place: folded span (for comparing), original span (for quoting).

    A named tuple, as every document makes dozens: a third of the time of a frozen dataclass (measured).
    """

    field: Field
    folded_start: int
    folded_end: int
    start: int
    end: int
    alias: Alias
    policy: str


@dataclass(frozen=True, slots=True)
class Shared:
    """A nickname of several policies that the text does not decide."""

    field: Field
    start: int
    end: int
    policies: tuple[str, ...]


class FieldText:
    """One field of a document with what is worked out from it, each thing once and only when it is needed."""

    def __init__(self, field: Field, text: str) -> None:
        self.field = field
        self.text = text
        self._spaced = spaced(text)
        self.folded = collapsed(self._spaced)

    @cached_property
    def offsets(self) -> Offsets:
        return Offsets(self.text, self._spaced)

    @cached_property
    def sentences(self) -> Sentences:
        return Sentences(self.text)

    @cached_property
    def may_list_links(self) -> bool:
        """Whether there are separators as in a line of links; asked once for all names."""
        return any(mark in self.text for mark in (" | ", " · ", " » "))

    def quote(self, start: int, end: int) -> str:
        """The original words of a folded span."""
        original_start, original_end = self.offsets.span(start, end)
        return self.text[original_start:original_end]
