"""What people see: rows and pages of stored matches, entries, sources and deliveries, for web, CLI and exports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from watcher.models.alerts import Announcement, DeliveryState, WaitsFor
from watcher.models.catalog import Publisher, Source
from watcher.models.checks import CheckOutcome, LateDocument, TextState
from watcher.models.incidents import Gap, Incident
from watcher.models.matches import Match
from watcher.models.reviews import Act
from watcher.models.words import Action, Modality, PublisherType, Verdict


class Order(StrEnum):
    """How matches are listed."""

    NEWEST = "newest"
    IMPORTANT = "important"


@dataclass(frozen=True, slots=True)
class MatchQuery:
    """Which matches to list; None or "" = no restriction. `words` is a full-text search over title and text.

    `since` and `until` are days (UTC) of first sight, both included. `words` is in the language of
    `watcher.models.search`; case and accents do not matter; no stemming.
    """

    policy: str | None = None
    publisher: str | None = None
    publisher_type: PublisherType | None = None
    source: str | None = None
    action: Action | None = None
    modality: Modality | None = None
    verdict: Verdict | None = None
    since: date | None = None
    until: date | None = None
    words: str = ""
    entry: str | None = None
    language: str | None = None
    assignee: str | None = None


@dataclass(frozen=True, slots=True)
class ReviewNote:
    """One line of the audit trail of a match; never changed, never deleted. `verdict` is the one after it.

    `changes` maps a field of `Reviewed` to what it was and what it became. `undoes` is the `act_id` taken back.
    """

    verdict: Verdict
    note: str
    reviewer: str
    at: datetime
    act: Act = Act.DECIDE
    reason: str = ""
    changes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    act_id: str = ""
    undoes: str = ""


@dataclass(frozen=True, slots=True)
class MatchRow:
    """A stored match with its entry, for lists and exports. `main` is True for the main match of its policy."""

    id: str
    match: Match
    main: bool
    verdict: Verdict
    backfill: bool
    entry_id: str
    source_id: str
    publisher: Publisher
    title: str
    url: str | None
    language: str | None
    published: datetime | None
    first_seen: datetime
    vocabulary_version: str
    version: int = 0
    """Goes up with every review."""
    assignee: str = ""
    due: date | None = None
    proposed: Verdict | None = None
    """What one person decided and a second has to agree with."""
    proposed_by: str = ""
    found: Match | None = None
    """What the classifier said, where a person corrected it in `match`."""


@dataclass(frozen=True, slots=True)
class CardPage:
    """Some entries, each with those of its matches that fit, the leading one first; `next_cursor` goes on after them.

    `total` counts matches: exact up to 1,000; above that it is 1,000 and `total_is_exact` is False.
    """

    cards: tuple[tuple[MatchRow, ...], ...]
    next_cursor: str | None
    total: int
    total_is_exact: bool


@dataclass(frozen=True, slots=True)
class MonthTally:
    """How many matches of one action were published in a month ("2026-03")."""

    month: str
    action: Action
    count: int


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """An address of the inbox under a name; `owner` made it, and sees it alone unless it is `shared`."""

    id: str
    name: str
    address: str
    owner: str
    shared: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class EntryQuery:
    """Which entries to list; None or "" = no restriction. The fields mean what they mean in `MatchQuery`."""

    source: str | None = None
    publisher: str | None = None
    publisher_type: PublisherType | None = None
    language: str | None = None
    since: date | None = None
    until: date | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry without its text, for lists; `changed_at` is when its newest revision was recorded."""

    id: str
    source_id: str
    publisher: Publisher
    title: str
    url: str | None
    language: str | None
    published: datetime | None
    first_seen: datetime
    changed_at: datetime
    revision: int
    text_state: TextState
    backfill: bool
    matches: int
    """How many the newest revision has."""


@dataclass(frozen=True, slots=True)
class CaptureView:
    """A kept document without its bytes: `size` is theirs, `visits` are the answers in which they came."""

    sha256: str
    size: int
    visits: tuple[VisitRow, ...]


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One answer of a server: what was asked for, where that led, what came. `redirects` are the addresses between."""

    source_id: str
    url: str
    final_url: str
    redirects: tuple[str, ...]
    status: int
    media_type: str
    fetched_at: datetime


@dataclass(frozen=True, slots=True)
class RevisionRow:
    """One state of an entry's text, and when it was recorded."""

    number: int
    recorded_at: datetime
    title: str
    text: str
    text_state: TextState


@dataclass(frozen=True, slots=True)
class MatchPage:
    """Some matches, newest first; `next_cursor` continues after them, None at the end.

    `total` is exact up to 1,000; above that it is 1,000 and `total_is_exact` is False.
    """

    rows: tuple[MatchRow, ...]
    next_cursor: str | None
    total: int
    total_is_exact: bool


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """A delivery for people: who was to be told what, how it went, what happens next.

    `answer` is the last answer or error, cleaned. `due_at` is when it is tried next (None at an end).
    """

    id: str
    entry_id: str
    title: str
    recipient_id: str
    channel: str
    address: str
    state: DeliveryState
    attempts: int
    answer: str
    created_at: datetime
    due_at: datetime | None
    finished_at: datetime | None
    about_incident: bool = False
    """It tells of an incident: `entry_id` is the incident's, `title` what was seen."""
    about_notice: bool = False
    """It is a test, a canary or a receipt: `entry_id` is the notice's, `title` what it says."""
    held_reason: str = ""
    """Why it is not due at once, as releases before 0.2 wrote it: an English sentence, or nothing."""
    waits_for: tuple[WaitsFor, ...] = ()
    """Why it is not due at once."""
    batch: str | None = None
    """The one message that it goes with, together with others of the same batch."""


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One attempt to deliver, as it ended; `number` counts from 1, and begins anew when a person sends again."""

    number: int
    finished_at: datetime
    state: DeliveryState
    answer: str


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """One delivery, whole: which rules asked for it, and every attempt, the oldest first."""

    row: DeliveryRow
    rule_ids: tuple[str, ...]
    silence_id: str | None
    attempts: tuple[AttemptRow, ...]


@dataclass(frozen=True, slots=True)
class StoppedAddress:
    """An address whose receiver said that it is gone: nothing is sent there until somebody says so."""

    channel: str
    address: str
    recipient_id: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AddressRecord:
    """How the last attempts to one address went: those since the last one that arrived.

    `dead` counts those that gave a delivery up for good. `since` is when the first of them failed; `answer` is the
    last answer or error. All well: `failures` is 0, and `good_at` is when it last arrived.
    """

    recipient_id: str
    channel: str
    address: str
    failures: int = 0
    dead: int = 0
    since: datetime | None = None
    answer: str = ""
    good_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class EntryView:
    """One entry, whole: its newest revision as an announcement, its matches with verdicts, who was alerted."""

    announcement: Announcement
    source: Source
    matches: tuple[MatchRow, ...]
    reviews: tuple[tuple[str, ReviewNote], ...]
    """(match id, decision), oldest first."""
    deliveries: tuple[DeliveryRow, ...]
    text_state: TextState
    page_error: str
    backfill: bool
    published_raw: str
    capture_sha256: str | None
    vocabulary_version: str
    authentication: str = ""
    """Of an entry that came by mail: what the receiving server found out about its sender."""


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """How a source is: what the last checks brought and when the next one is due."""

    source: Source
    publisher: Publisher
    retired: bool
    last_check_at: datetime | None
    last_outcome: CheckOutcome | None
    last_success_at: datetime | None
    failures: int
    failing_since: datetime | None
    problem_kind: str
    problem: str
    advice: str
    """The three are empty while all is well."""
    next_check_at: datetime | None
    entries: int
    matches: int
    newest_entry_at: datetime | None
    scans: int = 0
    """Entries whose document is pictures of pages, which only a person can read."""
    newest_scans: tuple[tuple[str, str], ...] = ()
    """Some of them: (entry id, title), newest first."""
    incident: Incident | None = None
    """The one that is open."""
    gap: Gap | None = None
    """When entries may have been missed."""
    late: tuple[LateDocument, ...] = ()
    """Further documents that failed, and when they are tried again."""


@dataclass(frozen=True, slots=True)
class Counts:
    """The numbers of the daemon's minute line, the overview and /metrics."""

    sources: int
    failing: int
    entries: int
    matches: int
    new_matches: int
    """Matches without a verdict."""
    deliveries: dict[DeliveryState, int]
    scans: int = 0
    """Entries whose document is pictures of pages, which only a person can read."""
    incidents: int = 0
    """Open ones, that of the network included."""
