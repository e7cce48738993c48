"""Classifying again what is stored: what is asked for, what it is done with, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from watcher.models.alerts import Announcement
from watcher.models.events import Print
from watcher.models.matches import Classification


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries to classify again: those whose newest revision was classified with another vocabulary version.

    `everything` takes the others as well; `since` (first seen) and `source` narrow it down.
    """

    version: str
    since: datetime | None = None
    source: str | None = None
    everything: bool = False


@dataclass(frozen=True, slots=True)
class StoredText:
    """An entry as its newest revision says it. `seq` is its place in the order in which entries are gone through."""

    seq: int
    said: Announcement
    """Without matches; `first_seen` is when the revision was recorded."""


@dataclass(frozen=True, slots=True)
class Reclassified:
    """What the classifier says now of a stored text, and the print that follows from it (None: no match)."""

    stored: StoredText
    classification: Classification
    print: Print | None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many matches of a policy were found that were not there, are no longer found and went, or stay for one of
    two reasons: they are found again, or a person reviewed them."""

    new: int = 0
    gone: int = 0
    kept: int = 0
    unchanged: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.new + other.new,
            self.gone + other.gone,
            self.kept + other.kept,
            self.unchanged + other.unchanged,
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came, or would come, of classifying some entries again. `policies`: policy -> its matches."""

    entries: int = 0
    passed_over: int = 0
    """Entries that said something else, or nothing any more, by the time the result was to be written."""
    policies: Mapping[str, Tally] = field(default_factory=dict)

    def __add__(self, other: Outcome) -> Outcome:
        both = {**self.policies, **other.policies}
        return Outcome(
            self.entries + other.entries,
            self.passed_over + other.passed_over,
            {each: self.policies.get(each, Tally()) + other.policies.get(each, Tally()) for each in both},
        )
