"""What changed between two revisions, sentence by sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Literal

from watcher.models.views import RevisionRow

_ENDS = re.compile(r"(?<=[.!?…])\s+(?=[\"“¿¡(A-ZÁÉÍÓÚÑ0-9])|\n+")
_MOST = 2_000
"""Sentences that are compared; of longer texts the rest is taken as it is."""


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence that came, went or (next to one of those) stayed."""

    kind: Literal["added", "removed", "same"]
    text: str


@dataclass(frozen=True, slots=True)
class Revised:
    """A revision and what it changed of the one before."""

    revision: RevisionRow
    lines: tuple[Line, ...]


def sentences(text: str) -> list[str]:
    """The text cut where sentences and lines end."""
    return [piece.strip() for piece in _ENDS.split(text) if piece.strip()][:_MOST]


def compared(before: str, after: str) -> tuple[Line, ...]:
    """The sentences that differ, each group with the sentence before and after it."""
    old, new = sentences(before), sentences(after)
    lines: list[Line] = []
    for group in SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(1):
        for tag, low, high, start, end in group:
            if tag == "equal":
                lines += [Line("same", each) for each in old[low:high]]
                continue
            lines += [Line("removed", each) for each in old[low:high]]
            lines += [Line("added", each) for each in new[start:end]]
    return tuple(lines)


def revised(revisions: Sequence[RevisionRow]) -> list[Revised]:
    """Each revision but the first with its changes, newest first."""
    pairs = list(pairwise(revisions))
    return [Revised(new, compared(f"{old.title}\n{old.text}", f"{new.title}\n{new.text}")) for old, new in pairs[::-1]]
