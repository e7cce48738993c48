"""One visit to a source: what was known before, and everything that is recorded after, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from watcher.errors import Problem
from watcher.models.alerts import Delivery
from watcher.models.catalog import Publisher, Source
from watcher.models.documents import Document, Validators
from watcher.models.entries import Entry
from watcher.models.events import Print
from watcher.models.incidents import Habits, Incident, IncidentChange, Listed
from watcher.models.matches import Classification


class CheckOutcome(StrEnum):
    """How a check ended."""

    UNCHANGED = "unchanged"
    """304, or the same bytes as last time: nothing was parsed."""
    READ = "read"
    """A complete answer was parsed; it may still have brought nothing new."""
    FAILED = "failed"


class TextState(StrEnum):
    """Where the text of an entry comes from."""

    SOURCE = "source"
    """The source itself carries the full text."""
    PAGE = "page"
    """The page was fetched and its main text extracted."""
    WAITING = "waiting"
    """Only the teaser so far; the page will be fetched."""
    MISSING = "missing"
    """The page could not be read; the teaser stands in for it, the error is kept, and it is tried again."""
    SCAN = "scan"
    """The document is pictures of pages without text: an unread scan, for people to read."""
    PRUNED = "pruned"
    """Its time was over: title, key and digest stay, so that it is never taken for new; the text is gone."""


@dataclass(frozen=True, slots=True)
class LateDocument:
    """A further document of a source that could not be read: visible on the source, tried again at `due_at`."""

    url: str
    error: str
    attempts: int
    due_at: datetime


@dataclass(frozen=True, slots=True)
class ClaimedSource:
    """A source taken for a check until its lease ends, with what the last checks left behind."""

    source: Source
    publisher: Publisher
    fence: int
    validators: Validators
    body_sha256: str | None
    """Of the last body that was read completely; None when there was none or it must be read again."""
    failures: int
    """Failed checks in a row."""
    first_read_at: datetime | None
    """When the first check that left nothing over was recorded; None: the next one is backfill."""
    pages_waiting: int
    """Entries whose page is due to be fetched (TextState WAITING or MISSING)."""
    memory: str | None = None
    """What the source's kind left for itself in the last check."""
    cursor: tuple[str, ...] = ()
    """Further documents that the last checks did not get to."""
    late: tuple[LateDocument, ...] = ()
    """Further documents that failed."""
    last_news_at: datetime | None = None
    """When a check last brought an entry or a revision: the source's rhythm, roughly."""
    last_success_at: datetime | None = None
    """When a check last ended well, whatever it brought."""
    habits: Habits = field(default_factory=Habits)
    incident: Incident | None = None
    """The one that is open."""


@dataclass(frozen=True, slots=True)
class KnownEntry:
    """What the store already has under a key: enough to tell whether the source says something new."""

    entry_id: str
    revision: int
    content_sha256: str
    text_state: TextState
    page_attempts: int
    page_due_at: datetime | None
    match_ids: frozenset[str]
    """Of its newest revision: only matches beyond these are news."""
    backfill: bool = False


@dataclass(frozen=True, slots=True)
class Alike:
    """A stored entry that says the same as one whose key is not known."""

    key: str
    content_sha256: str
    url: str | None
    published: datetime | None


@dataclass(frozen=True, slots=True)
class WaitingPage:
    """A stored entry whose page is still to be fetched."""

    entry: Entry
    known: KnownEntry


@dataclass(frozen=True, slots=True)
class EntryRecord:
    """A new entry, or a new revision of a known one, with all that follows from it.

    `content_sha256` is of what the source said (`watcher.models.identity.content_sha256`), before any page was
    fetched: the same content again is not a new revision. `text` is what was classified, and what people read.
    """

    entry_id: str
    revision: int
    entry: Entry
    content_sha256: str
    text: str
    text_state: TextState
    classification: Classification
    deliveries: tuple[Delivery, ...]
    backfill: bool
    document: Document | None = None
    """The source's document in which it was found; None where its page alone brought this revision."""
    page: Document | None = None
    page_error: str = ""
    page_attempts: int = 0
    page_due_at: datetime | None = None
    print: Print | None = None
    """What it reports, to be compared with others; None where no policy was found in it."""


@dataclass(frozen=True, slots=True)
class PageFailure:
    """The page of an entry that is already stored could not be read: visible on the entry, tried again at `due_at`.

    `due_at` is None when it is given up; the teaser stays, and so does the error.
    """

    entry_id: str
    error: str
    attempts: int
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class CheckRecord:
    """Everything that one check leaves behind. Committed whole or not at all."""

    source_id: str
    fence: int
    started_at: datetime
    finished_at: datetime
    outcome: CheckOutcome
    next_check_at: datetime
    validators: Validators
    body_sha256: str | None
    status: int | None = None
    problem: Problem | None = None
    document: Document | None = None
    """The source's first document; kept as a capture when the check brought entries."""
    memory: str | None = None
    cursor: tuple[str, ...] = ()
    late: tuple[LateDocument, ...] = ()
    entries: tuple[EntryRecord, ...] = ()
    page_failures: tuple[PageFailure, ...] = ()
    entries_seen: int = 0
    """Entries in the document, old and new."""
    left_over: int = 0
    backfill: bool = False
    to_be_continued: bool = False
    """Some entries are still to be read: a backfill goes on with the next check."""
    answer: Document | None = None
    """The source's first document as it came, understood or not; None where there was none (304, an error)."""
    refusal: Document | None = None
    """What a server that refused said to it: its beginning, kept as evidence and never read."""
    listed: Listed | None = None
    """What `answer` lists; None where nothing was parsed, or where it only leads to other documents."""
    habits: Habits | None = None
    """What is known of the source's ways after this check; None: as before."""
    keep_answer: bool = False
    """Whether `evidence` is kept as a capture also when it brought no entries: it shows a trouble."""
    incident: IncidentChange | None = None

    @property
    def evidence(self) -> Document | None:
        """What came from the source's own address, understood or not."""
        return self.answer or self.refusal


@dataclass(frozen=True, slots=True)
class CheckSummary:
    """What a recorded check brought, for logs and people."""

    source_id: str
    outcome: CheckOutcome
    new_entries: int = 0
    new_revisions: int = 0
    matches: int = 0
    deliveries: int = 0
    backfill: bool = False
    problem: Problem | None = None
    seconds: float = 0.0
    entry_ids: tuple[str, ...] = field(default=())
    opened: Incident | None = None
    closed: Incident | None = None
