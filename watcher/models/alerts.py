"""What routing hands on and what deliveries become: the values behind the outbox."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from watcher.models.matches import Match
from watcher.models.words import AnnouncementKind, PublisherType


class DeliveryState(StrEnum):
    """Where a delivery is on its way; DELIVERED, DEAD and DISABLED are ends, the two latter can be re-driven."""

    WAITING = "waiting"
    SENDING = "sending"
    RETRYING = "retrying"
    DELIVERED = "delivered"
    DEAD = "dead"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class Announcement:
    """An entry as rules and alerts see it: where it comes from, what it says, what was found in it."""

    entry_id: str
    revision: int
    source_id: str
    publisher_id: str
    publisher_name: str
    publisher_type: PublisherType
    url: str | None
    title: str
    text: str
    language: str | None
    published: datetime | None
    first_seen: datetime
    announcement_kind: AnnouncementKind | None
    matches: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class Delivery:
    """The journey of one alert to one address; made with the match, sent later, recorded after sending.

    `id` is derived from what is said to whom (`watcher.models.identity.delivery_id`): the same alert to the same
    address always has the same id, on every attempt and after every crash. `payload` is the alert as plain JSON data,
    fixed when the match was recorded, so that every attempt says the same.
    """

    id: str
    entry_id: str
    rule_ids: tuple[str, ...]
    recipient_id: str
    channel: str
    address: str
    payload: Mapping[str, Any]
    due_at: datetime


@dataclass(frozen=True, slots=True)
class ClaimedDelivery:
    """A delivery taken for sending until the lease ends; `attempt` counts from 1, `fence` proves the claim."""

    delivery: Delivery
    attempt: int
    fence: int


@dataclass(frozen=True, slots=True)
class Sent:
    """A receiver took a message: its answer in a few words ("250 queued as 7", "204")."""

    answer: str


@dataclass(frozen=True, slots=True)
class AttemptResult:
    """How one attempt ended, as it is recorded: the delivery's next state, and when it is due again."""

    delivery_id: str
    fence: int
    state: DeliveryState
    finished_at: datetime
    answer: str
    next_due_at: datetime | None
