"""What classification hands on: mentions, matches, and what could not be decided.

All offsets are Python string indices into the named field as it was given: `field[start:end] == text`, always.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from watcher.models.words import Action, ActorType, AnnouncementKind, Modality, Polarity

Field = Literal["title", "text"]


@dataclass(frozen=True, slots=True)
class Span:
    """A quoted piece of a field."""

    field: Field
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Mention:
    """An alias of a policy at a place in a field. `language` is that of the alias ("en", "es", "fr") or "any"."""

    field: Field
    start: int
    end: int
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Reason:
    """One term of a score: the terms of a match add up to its score (before rounding to two digits)."""

    name: str
    """What was looked at, e.g. "named in the title"."""
    value: float


@dataclass(frozen=True, slots=True)
class Match:
    """An entry is about a policy: what happens to it, how real that is, who does it, in which words.

    `target_action` belongs to `call_for` (what is demanded) and to `block` and `allow` (when what is blocked or
    allowed is not the policy itself); `target_polarity` to `call_for` only. `mentions` are all mentions of the
    policy in the entry, in the order of field ("title" first) and offset.
    """

    policy: str
    action: Action
    modality: Modality
    target_action: Action | None
    target_polarity: Polarity | None
    actor_type: ActorType
    score: float
    reasons: tuple[Reason, ...]
    evidence: Span
    mentions: tuple[Mention, ...]


@dataclass(frozen=True, slots=True)
class Undecided:
    """A name that several policies share and that the text does not decide, e.g. "asylum ban"."""

    field: Field
    start: int
    end: int
    text: str
    candidates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Classification:
    """All that the classifier says of one entry. The matches of a policy stand together, its main match first.

    `announcement_kind` is None when there is no match; `languages` may be empty when nothing was recognised.
    """

    languages: tuple[str, ...]
    announcement_kind: AnnouncementKind | None
    secondary_kind: AnnouncementKind | None
    matches: tuple[Match, ...]
    undecided: tuple[Undecided, ...]
    vocabulary_version: str
