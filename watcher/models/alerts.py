"""What routing hands on and what deliveries become: the values behind the outbox."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from watcher.models.matches import Match
from watcher.models.words import AnnouncementKind, PublisherType


class DeliveryState(StrEnum):
    """Where a delivery is on its way; DELIVERED, DEAD and DISABLED are ends, the two latter can be re-driven."""

    WAITING = "waiting"
    HELD = "held"
    SENDING = "sending"
    RETRYING = "retrying"
    DELIVERED = "delivered"
    DEAD = "dead"
    DISABLED = "disabled"
    SILENCED = "silenced"
    """Recorded and not sent: a silence held it."""
    RESTORED = "restored"
    """It came from a backup and may have been sent since that was made: a person says whether it goes."""


class Waits(StrEnum):
    """Why an alert is not due at once, or, what repeats, at all."""

    DIGEST = "digest"
    QUIET = "quiet"
    GROUP = "group"
    REPEAT = "repeat"


@dataclass(frozen=True, slots=True)
class WaitsFor:
    """One reason why an alert waits, as data: people read it in their own language (`watcher.alerts.waiting`).

    `until` is when it ends, told in `timezone`; `recipient` is whose quiet hours they are; `title` and `publisher` are
    of the report that said all of it before.
    """

    what: Waits
    until: datetime | None = None
    timezone: str = "UTC"
    recipient: str = ""
    title: str = ""
    publisher: str = ""


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
    links: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    """What it links to, and where it stands in other languages: known while it is recorded, and kept in its print."""
    thread: str | None = None
    """What mails about it are answers to, so that they stand together; None: the entry, with all its revisions."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """The journey of one alert to one address; made with the match, sent later, recorded after sending.

    `entry_id` is the entry that it is about, or the incident. `id` is derived from what is said to whom
    (`watcher.models.identity.delivery_id`, `incident_delivery_id`): the same alert to the same address always has the
    same id, on every attempt and after every crash. `payload` is the alert as plain JSON data, fixed when the match
    was recorded, so that every attempt says the same.
    """

    id: str
    entry_id: str
    rule_ids: tuple[str, ...]
    recipient_id: str
    channel: str
    address: str
    payload: Mapping[str, Any]
    due_at: datetime
    silence_id: str | None = None
    """The silence that holds it: it is recorded, and not sent."""
    held: bool = False
    """It waits for the end of quiet hours."""
    waits_for: tuple[WaitsFor, ...] = ()
    """Why it is not due at once."""
    digest: str | None = None
    """The schedule of the digest that it waits for ("0 8 * * mon-fri America/New_York"); None: it goes by itself."""
    urgent: bool = False
    """Quiet hours do not hold it."""
    every_entry: bool = False
    """Its recipient or rule wants every report of an announcement, also those that say nothing new."""
    thread: str = ""
    """The delivery whose message this one follows up, or ""."""
    repeats: bool = False
    """It says nothing that its address has not been told: it is recorded, held for good, and sent to nobody."""


@dataclass(frozen=True, slots=True)
class Timing:
    """When an alert is due and why then; the fields are those of the delivery."""

    due_at: datetime
    held: bool = False
    waits_for: tuple[WaitsFor, ...] = ()
    digest: str | None = None
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Burst:
    """When immediate alerts to one address become one message: `more_than` so many are due within `wait`."""

    more_than: int
    wait: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Gathering:
    """How what is due is held and put together, at one moment and for the recipients of one catalog.

    `quiet` are the recipients that must not be disturbed now, with when and why their alerts go; `bursts` those whose
    immediate alerts become one message. `again` gives the timing of an alert from the id of its recipient, its digest
    and whether it is urgent; `period` the name of a digest's running turn: the same name is one digest.
    """

    quiet: Mapping[str, Timing]
    bursts: Mapping[str, Burst]
    again: Callable[[str, str | None, bool], Timing]
    period: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class ClaimedDelivery:
    """A delivery taken for sending until the lease ends; `attempt` counts from 1, `fence` proves the claim.

    With `members` it is a batch: several deliveries to one address that go as one message, under the id of the batch
    (`delivery.id`), the same members on every attempt. Its own payload is empty; it is made from theirs.
    """

    delivery: Delivery
    attempt: int
    fence: int
    members: tuple[ClaimedDelivery, ...] = ()


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
    alone: bool = False
    """It leaves its batch: the message with all of them is not taken, each by itself may be."""
    refused: str = ""
    """The status with which a mail server refused the address for good ("5.1.1", RFC 3463; else "550"), or ""."""
