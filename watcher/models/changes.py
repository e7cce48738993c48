"""The feed of changes: what happened to entries, matches and reviews, in an order that can be gone on from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Noun(StrEnum):
    """What a change is about."""

    ENTRY = "entry"
    MATCH = "match"
    REVIEW = "review"
    """One act of a person; it may be about several matches."""


@dataclass(frozen=True, slots=True)
class Noted:
    """Something is new or other than before. `about` is its id (of a review: the act's); `at` is when it was told."""

    position: int
    noun: Noun
    about: str
    at: datetime
