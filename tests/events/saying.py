"""Announcements to compare: one act by one agency, and everything can be said otherwise."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from watcher.events import take_print
from watcher.models.alerts import Announcement
from watcher.models.events import Print
from watcher.models.matches import Match, Mention, Span
from watcher.models.words import Action, ActorType, Modality, PublisherType

NOW = datetime(2026, 6, 3, 15, 0, tzinfo=UTC)
PARENTS = {"mpp": None, "title-42": None, "tps": None}


def match(policy: str = "mpp", action: Action = Action.TERMINATE, **other: Any) -> Match:
    """A match whose evidence is the beginning of the title."""
    plain = Match(
        policy=policy,
        action=action,
        modality=Modality.ACTUAL,
        target_action=None,
        target_polarity=None,
        actor_type=ActorType.EXECUTIVE,
        score=0.9,
        reasons=(),
        evidence=Span("title", 0, 3, "The"),
        mentions=(Mention("title", 0, 0, "", "en"),),
    )
    return replace(plain, **other)


def said(name: str, title: str, text: str, *matches: Match, hours: float = 0, **other: Any) -> Print:
    """The print of an announcement, so many hours after NOW."""
    at = NOW + timedelta(hours=hours)
    plain = Announcement(
        entry_id=name,
        revision=1,
        source_id=f"{name}-news",
        publisher_id=name,
        publisher_name=name.title(),
        publisher_type=PublisherType.MEDIA,
        url=f"https://{name}.example/news/{name}",
        title=title,
        text=text,
        language="en",
        published=at,
        first_seen=at,
        announcement_kind=None,
        matches=matches or (match(),),
    )
    taken = take_print(replace(plain, **other))
    assert taken
    return taken
