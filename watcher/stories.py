"""A policy's story from what is stored: where the store and the telling meet, for pages, feeds, API and commands."""

from __future__ import annotations

from datetime import date

from watcher.models.policies import Policy
from watcher.models.story import Appointment, Now, Story
from watcher.store import Store
from watcher.story import ACTS, CHORUS, LONGEST, TOLD, appointments, tell

MOST = 1_000
"""Acts of one policy that are read, the newest: 0.1 s of CPU time; beyond them the story says that it is cut."""
MOST_OF_A_PART = 200
"""The same where only it matters where a policy stands: the last word is among the newest."""
MOST_TEXTS = 300
"""The same where their texts are read, too."""


def story_of(store: Store, policy: Policy, today: date, most: int = MOST) -> Story:
    """The story of a policy as of `today`. Raises StoreError."""
    reports = store.stories.reports(policy.id, ACTS, TOLD, most + 1)
    voices = store.stories.voices(policy.id, CHORUS)
    cut = len(reports) > most
    return tell(policy.id, reports[:most], policy.events, voices, today=today, parties=policy.parties, cut=cut)


def now_of(store: Store, policy: Policy, today: date) -> Now:
    """Where a policy stands as of `today`, without the rest of its story. Raises StoreError."""
    reports = store.stories.reports(policy.id, ACTS, TOLD, MOST_OF_A_PART)
    return tell(policy.id, reports, policy.events, today=today, parties=policy.parties).now


def calendar_of(store: Store, policy: Policy, today: date) -> tuple[Appointment, ...]:
    """The days on which something begins, ends or is due, as the texts of acts say. Raises StoreError."""
    wordings = store.stories.wordings(policy.id, ACTS, TOLD, MOST_TEXTS, LONGEST)
    return appointments(wordings, today=today, parties=policy.parties)
