"""A policy as pages, mails and rules show it; how its names are matched is the classifier's business."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from watcher.models.words import Action, ActorType, Modality

_CODE = re.compile(r"\b[A-Z]{2}\b")


@dataclass(frozen=True, slots=True)
class PolicyEvent:
    """Something that happened to a policy. `on` is an ISO date that may lack day or month ("2021-02")."""

    on: str
    action: Action
    modality: Modality
    actor_type: ActorType
    what: str
    source: str
    """The address of the page that says so, or empty."""
    confidence: str
    """"seen" (a page said it), "weak" (a page of low grade said it) or "recall" (not looked up)."""
    target: Action | None = None
    """What a court's act is about, when that is not the policy itself."""


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy of the vocabulary.

    `names` maps a language ("en", "es", "fr") to the name shown in it; `name` is the official one. `status` is a
    hint with the month it was true (`status_as_of`), never legal advice. `parent`, `children` and `related` are ids.
    """

    id: str
    name: str
    names: Mapping[str, str]
    summary: str
    kind: str
    jurisdiction: str
    agencies: tuple[str, ...]
    countries: tuple[str, ...]
    parent: str | None
    children: tuple[str, ...]
    related: tuple[str, ...]
    introduced: str
    status: str
    status_as_of: str
    events: tuple[PolicyEvent, ...]

    @property
    def parties(self) -> frozenset[str]:
        """The countries whose bodies can act on it; of an agreement all that it is between. Empty: not known."""
        ruling = frozenset(_CODE.findall(self.jurisdiction))
        between_several = "agreement" in self.kind or not ruling
        return ruling | frozenset(self.countries) if between_several else ruling

    def shown(self, language: str) -> str:
        """The name to show to a reader of that language."""
        return self.names.get(language) or self.names.get("en") or self.name
