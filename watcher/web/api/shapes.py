"""What the API says and takes, where it is not one of the values of `watcher.models` as they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.json_schema import SkipJsonSchema

from watcher.models.alerts import DeliveryState
from watcher.models.catalog import Publisher
from watcher.models.changes import Noun
from watcher.models.checks import CheckOutcome, TextState
from watcher.models.events import EventRow, EventView, RegroupingNote
from watcher.models.incidents import Incident
from watcher.models.reviews import DismissReason
from watcher.models.views import EntryRow, EntryView, MatchRow, ReviewNote, SourceHealth
from watcher.models.words import Action, AnnouncementKind, Modality, PublisherType, Verdict
from watcher.verdicts import Planned
from watcher.web.api.parameters import Day, Storable, Version

T = TypeVar("T")
Unsaid = SkipJsonSchema[None]
_STORABLE = r"^[^\x00]*$"
SAYING = frozenset({"verdict", "note", "policy", "action", "modality", "assignee"})
"""What a review may say; the others only say more about it."""


class Page(BaseModel, Generic[T]):
    """One page of a list; `next` is the address of the following one, null at the end."""

    items: list[T]
    next_cursor: str | None
    next: str | None


class CountedPage(Page[T], Generic[T]):
    """The same with how many there are: exact up to 1,000, above that 1,000 and `total_is_exact` is false."""

    total: int
    total_is_exact: bool


class Problem(BaseModel):
    """Why a request was refused (RFC 9457). Some have further members, such as `errors` or `current`."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str


CONFLICT: dict[int | str, dict[str, Any]] = {
    409: {"model": Problem, "description": "It cannot be done as things are now: the problem says how they are."}
}
"""Of what changes something."""


@dataclass(frozen=True, slots=True)
class MatchReview:
    """A line of the audit trail with the match that it is about."""

    match: str
    line: ReviewNote


@dataclass(frozen=True, slots=True)
class EntryOut:
    """One entry, whole: its text, its matches as they are now, and everything that people decided about them."""

    id: str
    revision: int
    source_id: str
    publisher: Publisher
    title: str
    url: str | None
    language: str | None
    published: datetime | None
    published_raw: str
    first_seen: datetime
    announcement_kind: AnnouncementKind | None
    text: str
    text_state: TextState
    page_error: str
    backfill: bool
    capture: str | None
    """The SHA-256 of the document it came in; see /captures."""
    vocabulary_version: str
    matches: tuple[MatchRow, ...]
    reviews: tuple[MatchReview, ...]

    @classmethod
    def of(cls, view: EntryView) -> EntryOut:
        """The entry as it is stored."""
        said = view.announcement
        return cls(
            id=said.entry_id,
            revision=said.revision,
            source_id=said.source_id,
            publisher=Publisher(said.publisher_id, said.publisher_name, said.publisher_type),
            title=said.title,
            url=said.url,
            language=said.language,
            published=said.published,
            published_raw=view.published_raw,
            first_seen=said.first_seen,
            announcement_kind=said.announcement_kind,
            text=said.text,
            text_state=view.text_state,
            page_error=view.page_error,
            backfill=view.backfill,
            capture=view.capture_sha256,
            vocabulary_version=view.vocabulary_version,
            matches=view.matches,
            reviews=tuple(MatchReview(*each) for each in view.reviews),
        )


@dataclass(frozen=True, slots=True)
class SourceOut:
    """A source and how it is. The three about a problem are empty while all is well."""

    id: str
    name: str
    publisher: Publisher
    kind: str
    url: str
    enabled: bool
    retired: bool
    last_check_at: datetime | None
    last_outcome: CheckOutcome | None
    last_success_at: datetime | None
    next_check_at: datetime | None
    failures: int
    failing_since: datetime | None
    problem_kind: str
    problem: str
    advice: str
    entries: int
    matches: int
    newest_entry_at: datetime | None
    incident: Incident | None

    @classmethod
    def of(cls, health: SourceHealth) -> SourceOut:
        """The source as it is stored, without the options of its kind."""
        source = health.source
        return cls(
            id=source.id,
            name=source.name,
            publisher=health.publisher,
            kind=source.kind,
            url=source.url,
            enabled=source.enabled,
            retired=health.retired,
            last_check_at=health.last_check_at,
            last_outcome=health.last_outcome,
            last_success_at=health.last_success_at,
            next_check_at=health.next_check_at,
            failures=health.failures,
            failing_since=health.failing_since,
            problem_kind=health.problem_kind,
            problem=health.problem,
            advice=health.advice,
            entries=health.entries,
            matches=health.matches,
            newest_entry_at=health.newest_entry_at,
            incident=health.incident,
        )


@dataclass(frozen=True, slots=True)
class ChangeOut:
    """Something that is new or other than before. What it is about is given as it is now, not as it was then.

    `id` is that of the entry, of the match, or of the review's act. The member of its kind is filled; all are null for
    what was deleted since.
    """

    kind: Noun
    id: str
    at: datetime
    entry: EntryRow | None = None
    match: MatchRow | None = None
    review: tuple[MatchReview, ...] | None = None


class Changes(BaseModel):
    """Changes, oldest first. `next_since` goes on after them, also when there was none; `more`: there are more now."""

    items: list[ChangeOut]
    next_since: str | None
    more: bool


class ReviewIn(BaseModel):
    """What a person says about a match; what is left out stays as it is. At least one thing must be said.

    With `version`, that of the match as you saw it, nothing is overwritten that somebody decided meanwhile (409).
    `policy`, `action` and `modality` correct what was found, which is kept. `due` counts together with `assignee`; an
    empty `assignee` takes the match back.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"version": 0, "verdict": "dismissed", "reason": "old-news", "note": "From 2019."}],
            "anyOf": [{"required": [name]} for name in sorted(SAYING)],
        },
    )

    version: Version | Unsaid = None
    verdict: Verdict | Unsaid = None
    reason: DismissReason | Unsaid = None
    note: (
        Annotated[str, Field(min_length=1, max_length=2_000, json_schema_extra={"pattern": _STORABLE}), Storable]
        | Unsaid
    ) = None
    policy: Annotated[str, Field(min_length=1, max_length=200)] | Unsaid = None
    action: Action | Unsaid = None
    modality: Modality | Unsaid = None
    assignee: Annotated[str, Field(max_length=200)] | Unsaid = None
    due: Day | Unsaid = None

    @model_validator(mode="before")
    @classmethod
    def _says_something(cls, given: Any) -> Any:
        if isinstance(given, dict):
            if empty := [name for name, value in given.items() if value is None]:
                raise ValueError(f"leave {empty[0]} out instead of null")
            if not SAYING & given.keys():
                raise ValueError(f"say at least one of {', '.join(sorted(SAYING))}")
        return given


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What was done: the match as it is now, and the act, by which it can be undone."""

    act: str
    match: MatchRow


@dataclass(frozen=True, slots=True)
class Undone:
    """An act that was taken back: by which act, of which matches, and which somebody changed after it and so stay."""

    act: str
    matches: tuple[str, ...]
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Act:
    """What one person did at once."""

    id: str
    lines: tuple[MatchReview, ...]


@dataclass(frozen=True, slots=True)
class ReportOut:
    """An entry in its event. `why` it is there, in English; empty of the one that founded it."""

    entry: str
    publisher: str
    publisher_type: PublisherType
    title: str
    language: str
    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class EventOut:
    """The entries that report one announcement. `lead` is the one that speaks for it; `count` counts all."""

    id: str
    lead: str
    first_at: datetime
    last_at: datetime
    count: int
    reports: tuple[ReportOut, ...]
    reaction_to: EventRow | None
    reactions: tuple[EventRow, ...]
    acts: tuple[RegroupingNote, ...]
    """What people did to the entry that was asked for, or to the one that leads; the newest first."""

    @classmethod
    def of(cls, view: EventView) -> EventOut:
        """The event as it is stored."""
        event, prints = view.event, [(each.print, each.why) for each in view.event.members]
        return cls(
            id=event.id,
            lead=event.lead,
            first_at=event.first_at,
            last_at=event.last_at,
            count=view.entries,
            reports=tuple(
                ReportOut(
                    entry=one.entry_id,
                    publisher=one.publisher_name,
                    publisher_type=one.publisher_type,
                    title=one.title,
                    language=one.language,
                    at=one.at,
                    why=why,
                )
                for one, why in prints
            ),
            reaction_to=view.reaction_to,
            reactions=view.reactions,
            acts=view.notes,
        )


class SplitIn(BaseModel):
    """Which entry is no report of this announcement."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"entry": "b7d1f03a55"}]})

    entry: Annotated[str, Field(min_length=1, max_length=200)]


class MergeIn(BaseModel):
    """Which event (or the event of which entry) is the same announcement."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"other": "c99a01bd77"}]})

    other: Annotated[str, Field(min_length=1, max_length=200)]


@dataclass(frozen=True, slots=True)
class RegroupedOut:
    """What was done: by which act, which is how it is undone, and in which event the moved entries are now."""

    act: str
    event: str
    moved: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Imported:
    """What comes of a file of verdicts, line by line. `applied` is false after a dry run, which changes nothing."""

    applied: bool
    act: str
    counts: dict[str, int]
    lines: list[Planned] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Done:
    """That something was done, and about what."""

    id: str
    done: str


@dataclass(frozen=True, slots=True)
class Retried:
    """How many deliveries are due again: those of one message go together."""

    id: str
    due_again: int
    state: DeliveryState
