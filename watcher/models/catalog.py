"""What we watch and who hears of it: the values behind sources.yaml.

The field names are the keys of the file. `watcher/sources/catalog.py` reads and validates them and writes the JSON
Schema for editors from them; the docstrings here are what the schema shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

from watcher.models.words import Action, ActorType, AnnouncementKind, Modality, PublisherType


class How(StrEnum):
    """When a rule's alerts go out."""

    IMMEDIATE = "immediate"


@dataclass(frozen=True, slots=True)
class Publisher:
    """The body behind sources."""

    id: str
    name: str
    type: PublisherType
    country: str | None = None


@dataclass(frozen=True, slots=True)
class HostRule:
    """How politely a host is asked; the first rule whose pattern matches the host (name, or name:port) wins."""

    host: str
    """A host name, `*` for any run of characters."""
    at_once: int = 1
    """Requests under way at one time."""
    apart: timedelta = timedelta(seconds=1)
    """From the end of one request to the start of the next."""


@dataclass(frozen=True, slots=True)
class Interval:
    """The bounds of the time between two checks of a source."""

    min: timedelta
    max: timedelta


@dataclass(frozen=True, slots=True)
class Source:
    """One configured thing we watch."""

    id: str
    publisher: str
    """The id of its publisher."""
    kind: str
    """How it is read: the name of a module in watcher/sources."""
    url: str
    name: str = ""
    every: Interval | None = None
    """None: the kind's own default."""
    enabled: bool = True
    alert_backfill: bool = False
    """True: the first check alerts too."""
    language: str | None = None
    note: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    """The kind's own options, validated by the kind and plain data (what JSON can hold)."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """A named set of addresses on one channel."""

    id: str
    channel: str
    """The name of a module in watcher/alerts/channels."""
    language: str = "en"
    options: Mapping[str, Any] = field(default_factory=dict)
    """The channel's own options (e-mail: to; webhook: url, secret), validated by the channel; secrets as references."""


@dataclass(frozen=True, slots=True)
class Criteria:
    """Which matches a rule selects: every key that is given must hold; a key holds when one of its values does.

    A policy also holds for its children. `words` are looked for in title and text, whole words, accents and case
    folded.
    """

    policies: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    publisher_types: tuple[PublisherType, ...] = ()
    sources: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    actions: tuple[Action, ...] = ()
    modalities: tuple[Modality, ...] = ()
    announcement_kinds: tuple[AnnouncementKind, ...] = ()
    actor_types: tuple[ActorType, ...] = ()
    words: tuple[str, ...] = ()
    min_score: float | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """Which matches go to which recipients. `exclude` is the key `not` of the file."""

    id: str
    send: tuple[str, ...]
    note: str = ""
    """Why this is watched; travels with the alert."""
    when: Criteria = Criteria()
    exclude: Criteria | None = None
    how: How = How.IMMEDIATE
    stop: bool = False
    """True: later rules do not see what this one took."""


@dataclass(frozen=True, slots=True)
class Catalog:
    """Everything that sources.yaml says, in its order. `digest` is the SHA-256 of the file's bytes, hex."""

    publishers: tuple[Publisher, ...]
    hosts: tuple[HostRule, ...]
    sources: tuple[Source, ...]
    recipients: tuple[Recipient, ...]
    rules: tuple[Rule, ...]
    digest: str = ""
