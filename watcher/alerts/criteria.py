"""Whether a match meets a rule's criteria, and if not, which of them it fails: pure questions, answered in order."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property

from watcher.models.alerts import Announcement
from watcher.models.catalog import Criteria
from watcher.models.matches import Match


@dataclass(frozen=True)
class Subject:
    """What criteria are held against: an announcement, in the family tree of the policies (id -> parent's id)."""

    announcement: Announcement
    parents: Mapping[str, str | None]

    @cached_property
    def folded(self) -> str:
        """Title and text as words are compared. Folded once, and only when some rule asks for words."""
        return fold(f"{self.announcement.title}\n{self.announcement.text}")


def failing(criteria: Criteria, match: Match, subject: Subject) -> str | None:
    """The first key of the criteria that the match does not meet ("policies", "min_score", ...); None: it meets all."""
    for key in given(criteria):
        if not _HOLDS[key](criteria, match, subject):
            return key
    return None


def given(criteria: Criteria) -> Iterator[str]:
    """The keys that the criteria set, cheap ones first."""
    return (key for key in _HOLDS if getattr(criteria, key) not in ((), None))


def lineage(policy: str, parents: Mapping[str, str | None]) -> Iterator[str]:
    """The policy, its parent, its grandparent, ...; a circle in the vocabulary ends the walk."""
    seen: set[str] = set()
    current: str | None = policy
    while current and current not in seen:
        seen.add(current)
        yield current
        current = parents.get(current)


def fold(text: str) -> str:
    """Text as words are compared: no accents, no case, single spaces."""
    parts = unicodedata.normalize("NFKD", text)
    return " ".join("".join(c for c in parts if not unicodedata.combining(c)).casefold().split())


def says(folded: str, word: str) -> bool:
    """Whether folded text has the word or phrase, with no letter or digit directly before or after it."""
    wanted = fold(word)
    return bool(wanted) and re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", folded) is not None


def speaks(language: str | None, wanted: Sequence[str]) -> bool:
    """Whether a language tag is one of those or a regional form of one: "en-US" is "en" (RFC 4647, basic filtering)."""
    tag = (language or "").lower()
    return any(tag == each.lower() or tag.startswith(f"{each.lower()}-") for each in wanted)


Holds = Callable[[Criteria, Match, Subject], bool]

_HOLDS: Mapping[str, Holds] = {
    "policies": lambda c, m, s: not set(c.policies).isdisjoint(lineage(m.policy, s.parents)),
    "publishers": lambda c, m, s: s.announcement.publisher_id in c.publishers,
    "publisher_types": lambda c, m, s: s.announcement.publisher_type in c.publisher_types,
    "sources": lambda c, m, s: s.announcement.source_id in c.sources,
    "languages": lambda c, m, s: speaks(s.announcement.language, c.languages),
    "actions": lambda c, m, s: m.action in c.actions,
    "modalities": lambda c, m, s: m.modality in c.modalities,
    "announcement_kinds": lambda c, m, s: s.announcement.announcement_kind in c.announcement_kinds,
    "actor_types": lambda c, m, s: m.actor_type in c.actor_types,
    "min_score": lambda c, m, s: c.min_score is None or m.score >= c.min_score,
    "words": lambda c, m, s: any(says(s.folded, word) for word in c.words),
}

if set(_HOLDS) != {
    each.name for each in fields(Criteria)
}:  # a new criterion that nothing holds would select everything
    raise AssertionError("watcher/alerts/criteria.py does not know every criterion of watcher/models/catalog.py")
