"""Announcements, matches, rules and deliveries to test alerts with: small, and everything can be said otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from watcher.alerts.payload import Links, payload
from watcher.models.alerts import Announcement, ClaimedDelivery, Delivery
from watcher.models.catalog import Recipient, Rule
from watcher.models.matches import Field, Match, Mention, Reason, Span
from watcher.models.policies import Policy
from watcher.models.words import Action, ActorType, AnnouncementKind, Modality, PublisherType

NOW = datetime(2026, 3, 14, 9, 30, tzinfo=UTC)
TITLE = "Department ends the Migrant Protection Protocols"
TEXT = (
    "The Department today announced a decision.\n"
    "It will end the Migrant Protection Protocols (MPP) at once, the Secretary said. Title 42 is not concerned."
)


def match(
    policy: str = "mpp",
    words: str = "Migrant Protection Protocols",
    *,
    text: str = TEXT,
    title: str = TITLE,
    field: Field = "text",
    evidence: str = "",
    **other: Any,
) -> Match:
    """A match whose offsets hold: `words` are its mention, `evidence` (default: the words) its evidence."""
    whole = title if field == "title" else text
    start, begin = whole.index(words), whole.index(evidence or words)
    plain = Match(
        policy=policy,
        action=Action.TERMINATE,
        modality=Modality.ACTUAL,
        target_action=None,
        target_polarity=None,
        actor_type=ActorType.EXECUTIVE,
        score=0.9,
        reasons=(Reason("named in the text", 0.9),),
        evidence=Span(field, begin, begin + len(evidence or words), evidence or words),
        mentions=(Mention(field, start, start + len(words), words, "en"),),
    )
    return replace(plain, **other)


def announcement(*matches: Match, **other: Any) -> Announcement:
    """An announcement with these matches (default: one of `match()`)."""
    plain = Announcement(
        entry_id="entry1",
        revision=1,
        source_id="dhs-news",
        publisher_id="dhs",
        publisher_name="Department of Homeland Security",
        publisher_type=PublisherType.EXECUTIVE,
        url="https://agency.example/news/1",
        title=TITLE,
        text=TEXT,
        language="en",
        published=datetime(2026, 3, 14, 9, 0, tzinfo=UTC),
        first_seen=NOW,
        announcement_kind=AnnouncementKind.OFFICIAL_ACTION,
        matches=matches or (match(),),
    )
    return replace(plain, **other)


def policy(policy_id: str = "mpp", name: str = "Migrant Protection Protocols", *, parent: str | None = None) -> Policy:
    """A policy with that name in English, and another one in Spanish."""
    return Policy(
        id=policy_id,
        name=name,
        names={"en": name, "es": f"{name} (es)"},
        summary="",
        kind="programme",
        jurisdiction="US",
        agencies=(),
        countries=(),
        parent=parent,
        children=(),
        related=(),
        introduced="2019",
        status="ended",
        status_as_of="2026-01",
        events=(),
    )


def said(
    about: Announcement | None = None, rules: Sequence[Rule] = (Rule("acts", ("desk",), note="a test"),)
) -> dict[str, Any]:
    """The payload of an announcement with all its matches."""
    about = about or announcement()
    links = Links("https://watcher.example")
    return payload(about, about.matches, rules, policies={"mpp": policy()}, links=links, now=NOW)


def claimed(
    channel: str, address: str, *, about: dict[str, Any] | None = None, recipient: str = "desk", attempt: int = 1
) -> ClaimedDelivery:
    """A delivery in hand, with the payload `about`."""
    delivery = Delivery("delivery1", "entry1", ("acts",), recipient, channel, address, about or said(), NOW)
    return ClaimedDelivery(delivery, attempt=attempt, fence=1)


def recipient(channel: str, *, called: str = "desk", language: str = "en", **options: Any) -> Recipient:
    """A recipient with those options."""
    return Recipient(called, channel, language, options=options)
