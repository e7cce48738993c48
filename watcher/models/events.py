"""Events: what an entry reports in a form that can be compared, and which entries report one announcement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from watcher.models.alerts import Delivery
from watcher.models.words import Action, ActorType, Modality, PublisherType


@dataclass(frozen=True, slots=True)
class Act:
    """What an entry says that happens to a policy: a match without its words."""

    policy: str
    action: Action
    modality: Modality
    actor: ActorType
    target: Action | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What can be told apart about an announcement, each fact spelled the same whatever the language of the text.

    `dates` are ISO dates, `effective` those of them on which something begins or ends; `countries` are ISO 3166
    codes; `courts` short names ("ca9", "nd california"); `numbers` dockets, Federal Register and executive order
    numbers; `quantities` counted things ("70000", "30 days", "$550"); `names` family names of officials and cases.
    """

    dates: tuple[str, ...] = ()
    effective: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    courts: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    quantities: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sketch:
    """A sample of a text's word sequences: all hashes below 2^64 / 2^level, so that any two texts can be compared."""

    level: int = 0
    hashes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Print:
    """What one entry reports, as far as it is compared with others. The first act is the main one.

    `facts` stand where the entry says its news (title, first sentences, evidence), `background` anywhere in it;
    `titled` are those of the title. `address` and `links` are canonical addresses: without scheme, tracking and
    language. `at` is when it was published, or first seen.
    """

    entry_id: str
    source_id: str
    publisher_id: str
    publisher_name: str
    publisher_type: PublisherType
    language: str
    title: str
    at: datetime
    acts: tuple[Act, ...]
    facts: Facts = Facts()
    background: Facts = Facts()
    titled: Facts = Facts()
    address: str = ""
    links: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    """Canonical addresses at which it says that it stands in other languages."""
    sketch: Sketch = Sketch()
    corrects: bool = False
    """It says of itself that it is a correction."""
    marks: tuple[int, ...] = ()
    """Signed 64-bit numbers under which entries that share text, address or numbers are found."""
    act_marks: tuple[int, ...] = ()
    """The same of what happens to which policy: many entries share these."""


@dataclass(frozen=True, slots=True)
class Member:
    """An entry in its event, and why it is there; the founder's reason is empty."""

    event_id: str
    print: Print
    why: str = ""


@dataclass(frozen=True, slots=True)
class Placement:
    """Which event a new entry belongs to (None: it founds one), because of which entry and why.

    `reaction_to` is the event that it reacts to, while it is none of its reports; `reacted_by` are events that turn out
    to be reactions to it.
    """

    event_id: str | None = None
    near: str = ""
    why: str = ""
    reaction_to: str | None = None
    reacted_by: tuple[str, ...] = ()


class Link(StrEnum):
    """A person's decision about two entries, which outlives every new clustering."""

    SAME = "same"
    APART = "apart"


class NewsKind(StrEnum):
    """What a further report of an event may bring."""

    OFFICIAL = "official"
    ACT = "act"
    EFFECTIVE = "effective"
    DATE = "date"
    COUNTRY = "country"
    COURT = "court"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class News:
    """Something that the reports before did not say. `value` is a fact, a publisher's name, or an act as its words."""

    kind: NewsKind
    value: str


@dataclass(frozen=True, slots=True)
class Told:
    """A delivery that brought a report of an event to an address, or was held because it said nothing new.

    `arrives`: it was sent, or will be; one that was given up, silenced or held has told nobody.
    """

    delivery_id: str
    entry_id: str
    channel: str
    address: str
    rule_ids: tuple[str, ...]
    payload: Mapping[str, Any]
    arrives: bool


@dataclass(frozen=True, slots=True)
class Event:
    """The entries that report one announcement. `lead` is the id of the one that speaks for it."""

    id: str
    lead: str
    first_at: datetime
    last_at: datetime
    members: tuple[Member, ...]
    reaction_to: str | None = None
    reactions: tuple[str, ...] = ()
    """Ids of the events that react to this one."""


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event in a list: how many entries report it, and the one that speaks for it."""

    id: str
    lead: str
    title: str
    publisher_name: str
    publisher_type: PublisherType
    at: datetime
    """Of the entry that leads."""
    entries: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Report:
    """An entry as one report of its event."""

    entry_id: str
    title: str
    publisher_name: str


@dataclass(frozen=True, slots=True)
class Reports:
    """The reports of one event, a few of them; `entries` counts all."""

    event_id: str
    lead: str
    entries: int
    few: tuple[Report, ...]


class Regrouping(StrEnum):
    """What a person does to events."""

    SPLIT = "split"
    MERGE = "merge"
    UNDO = "undo"


class Hindrance(StrEnum):
    """Why nothing was done."""

    MISSING = "missing"
    """There is no such event, entry or act."""
    NOTHING = "nothing"
    """The entry stands alone, or both are one event: there is nothing to do."""
    CHANGED = "changed"
    """Somebody else was faster: it is not as it was when the person looked."""


@dataclass(frozen=True, slots=True)
class Regrouped:
    """What became of it. `act_id` takes it back; `event_id` is where the `moved` entries are now."""

    act_id: str = ""
    event_id: str = ""
    moved: tuple[str, ...] = ()
    hindrance: Hindrance | None = None


@dataclass(frozen=True, slots=True)
class RegroupingNote:
    """A line of the audit trail of events: never changed, never deleted. `title` is that of the first entry moved."""

    act_id: str
    act: Regrouping
    by: str
    at: datetime
    moved: tuple[str, ...]
    title: str
    undone_by: str = ""
    """Who took it back, if somebody did."""


@dataclass(frozen=True, slots=True)
class EventView:
    """One event for people: at most so many of its members as was asked for; `entries` counts all of them."""

    event: Event
    entries: int
    reaction_to: EventRow | None
    reactions: tuple[EventRow, ...]
    notes: tuple[RegroupingNote, ...]
    """What people did to the entry that was asked for, or to the one that leads; the newest first."""


@dataclass(frozen=True, slots=True)
class Around:
    """What is known where a new entry arrives: entries that may report the same, and people's decisions about it."""

    members: tuple[Member, ...] = ()
    same: frozenset[str] = field(default=frozenset())
    """Entries that people said report the same."""
    apart: frozenset[str] = field(default=frozenset())


class Gather(Protocol):
    """Decides, inside the transaction that records an entry, which event it belongs to and who still hears of it."""

    def in_order(self, prints: Sequence[Print]) -> Sequence[Print]:
        """The order in which the new entries of one check are placed, whatever the order they came in."""
        ...

    def place(self, new: Print, around: Around) -> Placement:
        """The event of a new entry."""
        ...

    def lead(self, members: Sequence[Member]) -> str:
        """The id of the entry that speaks for an event."""
        ...

    def settle(
        self, new: Member, made: Sequence[Delivery], members: Sequence[Member], told: Sequence[Told]
    ) -> tuple[Delivery, ...]:
        """The deliveries of a new entry as they are recorded: rung, made a follow-up, or held with the reason.

        `members` are the reports of the event so far, and those of the events that it reacts to or that react to it;
        `told` is what was sent about them, the oldest first.
        """
        ...
