"""Classifying again: what is stored, with the vocabulary of today, in small steps; nobody is alerted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Protocol

from watcher.events import take_print
from watcher.models.reclassified import Outcome, Reclassified, StoredText, Wanted
from watcher.pipeline.tools import Classify

AT_ONCE = 50
"""Entries of a step: their texts are in memory together, and written together."""


class HasTexts(Protocol):
    def texts(self, wanted: Wanted, *, after: int, limit: int) -> Sequence[StoredText]: ...


def steps(
    store: HasTexts, wanted: Wanted, classify: Classify, settle: Callable[[Sequence[Reclassified]], Outcome]
) -> Iterator[Outcome]:
    """Classify the wanted entries again, the oldest first; each step is done when it is asked for. Blocks.

    `settle` records a step, or only compares it with what is stored. What is recorded is not wanted any more, so that
    a run that was ended goes on where it was.
    """
    after = 0
    while texts := store.texts(wanted, after=after, limit=AT_ONCE):
        yield settle([_again(each, classify) for each in texts])
        after = texts[-1].seq


def _again(stored: StoredText, classify: Classify) -> Reclassified:
    """With what a check of the same entry hands in (see `pipeline/announce.py`)."""
    said = stored.said
    found = classify(text=said.text, title=said.title, publisher_type=said.publisher_type, published_at=said.published)
    whole = replace(said, announcement_kind=found.announcement_kind, matches=found.matches)
    return Reclassified(stored, found, take_print(whole))
