"""The story of a policy: what those who can act did to it, told on two axes, with every source and every doubt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from watcher.models.catalog import Publisher
from watcher.models.words import Action, ActorType, Modality, Verdict


class Axis(StrEnum):
    """Whose acts a state comes from: users argue about exactly this."""

    GOVERNMENT = "government"
    """The executive and the legislature."""
    COURTS = "courts"


class Step(StrEnum):
    """What can be said to have happened. The first ten belong to the government's axis, the others to the courts'."""

    PROPOSED = "proposed"
    ANNOUNCED = "announced"
    IN_FORCE = "in-force"
    EXTENDED = "extended"
    EXPANDED = "expanded"
    NARROWED = "narrowed"
    CHANGED = "changed"
    SUSPENDED = "suspended"
    ENDED = "ended"
    BROUGHT_BACK = "brought-back"
    CHALLENGED = "challenged"
    BLOCKED = "blocked"
    ALLOWED = "allowed"
    STRUCK_DOWN = "struck-down"
    UPHELD = "upheld"


class Standing(StrEnum):
    """On whose word a state stands, the strongest first."""

    CONFIRMED = "confirmed"
    """A person confirmed a match that says so."""
    PRIMARY = "primary"
    """The body that acts says so itself."""
    REPORTED = "reported"
    """Others say so."""
    BACKGROUND = "background"
    """A dated event of the vocabulary."""


class Conflict(StrEnum):
    """How two sources contradict each other."""

    DENIED = "denied"
    """One says that it happened, a body that can act says that it did not."""
    ONLY_PLANNED = "only-planned"
    """One says that it is done, the body that acts says that it is planned."""
    OPPOSITE = "opposite"
    """On the same day, or of the same announcement, they say opposite things."""


@dataclass(frozen=True, slots=True)
class Report:
    """One match as the story reads it: who tells of which act, when and in which words.

    `at` is when its entry was published, or first seen where that was earlier; `event` the announcement that the
    entry belongs to, or "". `quote` are the words of the entry, `url` is its address at the publisher.
    """

    match: str
    entry: str
    event: str
    at: datetime
    action: Action
    modality: Modality
    target: Action | None
    actor: ActorType
    score: float
    quote: str
    publisher: Publisher
    title: str
    url: str | None
    seq: int
    """The place of its entry in the order in which entries came to be known."""
    verdict: Verdict = Verdict.NEW


@dataclass(frozen=True, slots=True)
class State:
    """Something that happened, or that is announced to happen (`step` ANNOUNCED, `of` what is announced).

    `id` stays the same when further reports come, also older ones, and when announcements are joined: it is made from
    what is said and the entry from which it was known first. Only when that is dismissed or says something else, or
    lies beyond what is read of a long story, another entry gives the id.
    `on` is an ISO date; one of the background may lack day or month. `of` of a court's act: what it is about when that
    is not the policy itself, e.g. its ending. `confidence` lies between 0 and 1. `sources`: who says so, the body that
    acts first, then the oldest; of the background none: `quote` and `link` say it. `blocked_by` is the id of the
    court's state that keeps it from happening.
    """

    id: str
    axis: Axis
    step: Step
    of: Step | None
    on: str
    standing: Standing
    confidence: float
    event: str
    quote: str
    link: str
    sources: tuple[Report, ...] = ()
    reported_by: tuple[str, ...] = ()
    """The names of those who say so, while nobody that acts does."""
    blocked_by: str = ""

    @property
    def is_plan(self) -> bool:
        """Whether it only says what is to come."""
        return self.step is Step.ANNOUNCED and self.of is not None

    @property
    def as_reported(self) -> bool:
        """Whether it must be called reported: that a policy ended counts only when a person has confirmed it."""
        told = self.standing is Standing.REPORTED
        return told or (self.step is Step.ENDED and self.standing is not Standing.CONFIRMED)


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two sources of which one at most is right; `step` is what they contradict each other about."""

    conflict: Conflict
    step: Step
    one: Report
    other: Report


@dataclass(frozen=True, slots=True)
class Voice:
    """How often a publisher spoke of a policy without acting on it: demands, reactions, anniversaries, reports."""

    publisher: Publisher
    action: Action
    count: int


@dataclass(frozen=True, slots=True)
class Speaker:
    """A publisher of the chorus with its counts, the most frequent action first."""

    publisher: Publisher
    count: int
    actions: tuple[tuple[Action, int], ...]


@dataclass(frozen=True, slots=True)
class Now:
    """Where a policy stands: the last state of each axis, and what is announced and has not happened since.

    None where nothing is known. `blocked_by` is the court's state that keeps the last act of the government, or its
    plan, from happening.
    """

    government: State | None
    plan: State | None
    courts: State | None
    blocked_by: State | None


@dataclass(frozen=True, slots=True)
class Story:
    """The story of one policy. `states` are those of both axes in order of time, the oldest first."""

    policy: str
    states: tuple[State, ...]
    now: Now
    contradictions: tuple[Contradiction, ...]
    chorus: tuple[Speaker, ...]
    cut: bool = False
    """There were more acts than were read: the oldest are not in it."""

    def on(self, axis: Axis) -> tuple[State, ...]:
        """The states of one axis, the oldest first."""
        return tuple(state for state in self.states if state.axis is axis)


class Due(StrEnum):
    """What a day in a text is for."""

    EFFECTIVE = "effective"
    """Something begins or ends on it."""
    COMMENTS = "comments"
    """Until then comments are taken."""


@dataclass(frozen=True, slots=True)
class Wording:
    """One state of the text of an entry that reports an act: `said_at` is when it was published, or changed since.

    `alone`: nothing is reported of another policy in it, so that all of its days are about this one.
    """

    report: Report
    said_at: datetime
    text: str
    alone: bool


@dataclass(frozen=True, slots=True)
class Appointment:
    """A day of a policy for a calendar, as it was said last. `key` stays the same when the day is moved.

    `moved` counts how often it was; `changed_at` is when it was last, or when it was first said.
    """

    key: str
    due: Due
    on: date
    quote: str
    report: Report
    moved: int
    changed_at: datetime
