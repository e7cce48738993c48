"""The announcements of the demo, read from its data files, with what a person finds in each of them.

One YAML file per outlet (`announcements/<outlet id>.yaml`), each a list of

    slug: end-of-the-protocols       the last part of its address; no slug is the beginning of another
    title, text                      paragraphs apart by an empty line
    published: 12d | 5h | later      before the newsroom opens, or while it runs, in the order of `turn`
    event: end-of-mpp                what several outlets report, each in its own words
    expected:                        the policies it speaks of; the first is the main one
      - {policy: mpp, action: terminate, modality: actual, actor: executive}
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from importlib.resources import files
from typing import Any

import yaml

from watcher.demo.outlets import OUTLETS, Outlet
from watcher.models.words import Action, ActorType, Modality

_AGE = re.compile(r"(\d+)([dh])")
_TEASER_WORDS = 14


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a person says of an announcement; None = any will do."""

    policy: str
    action: Action | None = None
    modality: Modality | None = None
    actor: ActorType | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """An announcement as it was written. `age` is how old it is when the newsroom opens; None = it comes later."""

    outlet: Outlet
    slug: str
    title: str
    paragraphs: tuple[str, ...]
    language: str
    age: timedelta | None
    turn: int
    event: str
    expected: tuple[Expectation, ...]

    @property
    def teaser(self) -> str:
        """The first words, as a feed without full texts shows them; never the whole text."""
        words = self.paragraphs[0].split()
        return " ".join(words[:_TEASER_WORDS]) + " …"


def read_drafts(outlets: Sequence[Outlet] = OUTLETS) -> tuple[Draft, ...]:
    """All announcements of these outlets, in the order of the outlets and of their files."""
    return tuple(draft for outlet in outlets for draft in _of(outlet))


def _of(outlet: Outlet) -> list[Draft]:
    text = (files(__package__) / "announcements" / f"{outlet.id}.yaml").read_text(encoding="utf-8")
    return [_draft(outlet, **written) for written in yaml.safe_load(text)]


def _draft(
    outlet: Outlet,
    *,
    slug: str,
    title: str,
    text: str,
    published: str,
    expected: list[dict[str, Any]],
    turn: int = 0,
    event: str = "",
    language: str | None = None,
) -> Draft:
    return Draft(
        outlet=outlet,
        slug=slug,
        title=title,
        paragraphs=tuple(" ".join(part.split()) for part in text.strip().split("\n\n")),
        language=language or outlet.language,
        age=_age(published),
        turn=turn,
        event=event,
        expected=tuple(_expectation(**each) for each in expected),
    )


def _age(published: str) -> timedelta | None:
    if published == "later":
        return None
    found = _AGE.fullmatch(published)
    if not found:
        raise ValueError(f"published: {published!r} is neither `later` nor an age like 12d or 5h")
    return timedelta(**{"days" if found[2] == "d" else "hours": int(found[1])})


def _expectation(
    *, policy: str, action: str | None = None, modality: str | None = None, actor: str | None = None
) -> Expectation:
    return Expectation(
        policy,
        Action(action) if action else None,
        Modality(modality) if modality else None,
        ActorType(actor) if actor else None,
    )
