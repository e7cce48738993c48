"""Incidents: a source that fails, is blocked, moved, broken or silent, until it recovers; and what is told by."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from watcher.models.alerts import Delivery


class IncidentKind(StrEnum):
    """What is wrong: a closed set, each with a remedy of its own."""

    FAILING = "failing"
    """No complete answer comes: name, connection, certificate, time, or an error of the server."""
    BLOCKED = "blocked"
    """The server refuses programs: 401, 403, 429, robots.txt, or a page that asks for a proof instead of the list."""
    GONE = "gone"
    """Nothing is at the address any more: 404, 410, or a page that says so with status 200."""
    MOVED = "moved"
    """The address leads to another site, or to a page that names the feed's new address."""
    UNREADABLE = "unreadable"
    """Something comes that is not what the source was."""
    REDESIGNED = "redesigned"
    """The page is there, and the selectors find nothing on it any more."""
    EMPTY = "empty"
    """It can be read, and it lists nothing; it always listed something."""
    SHRUNK = "shrunk"
    """It lists less than half of the least that it ever listed."""
    FROZEN = "frozen"
    """An old state is served: the newest entries are missing again, or bytes that always changed stand still."""
    SILENT = "silent"
    """It can be read, and has brought nothing for longer than it ever takes."""
    NO_NETWORK = "no-network"
    """Nothing at all can be reached: ours, not the sources' trouble."""
    UNDELIVERABLE = "undeliverable"
    """Alerts to a recipient do not arrive."""


@dataclass(frozen=True, slots=True)
class Repair:
    """A change of a source's configuration that may end an incident: `option` is the key in sources.yaml."""

    option: str
    value: str
    preview: str = ""
    """What is known of the new value: how many entries it finds, and the first of them."""


@dataclass(frozen=True, slots=True)
class Incident:
    """One trouble of one source (`source_id` None: of the network or a recipient), from when it began to when it ended.

    `since` is when the trouble began, `opened_at` when we were sure. `message` says what was seen, with figures;
    `evidence` is the SHA-256 of the capture that shows it, where there were bytes. `note` is what may have been
    missed meanwhile. `closed_at` is None while it lasts.
    """

    id: str
    source_id: str | None
    kind: IncidentKind
    since: datetime
    opened_at: datetime
    message: str
    evidence: str | None = None
    repairs: tuple[Repair, ...] = ()
    note: str = ""
    closed_at: datetime | None = None
    recipient_id: str | None = None
    """The recipient that cannot be reached, of an incident that is about one."""


@dataclass(frozen=True, slots=True)
class IncidentChange:
    """What a check changes about a source's incident; both are given when another kind of trouble takes its place.

    `deliveries` tell the operators; they are written only if the change takes effect.
    """

    opened: Incident | None = None
    closed: Incident | None = None
    deliveries: tuple[Delivery, ...] = ()


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something is wrong since `since`, and not long enough to be sure.

    `checks` in a row said `kind`; `in_a_row` said something. `evidence` is the capture of the first document that
    showed it.
    """

    kind: IncidentKind
    since: datetime
    checks: int
    in_a_row: int
    message: str
    evidence: str | None = None
    repairs: tuple[Repair, ...] = ()
    entries: int | None = None
    """The least that the doubtful documents listed."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Entries may have been missed: between two checks everything in the source's list was replaced."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Habits:
    """What the checks have learnt of a source's ways, and what is doubtful at the moment.

    `url` is the address that they hold for: another one begins anew. `reads` counts good checks, up to a hundred.
    `gaps` are the days between days that brought something, the newest last. `lows` has, for the last days on which
    it was read, the least number of entries listed. `latest` are the newest dates of publication, newest first.
    `site` is where the document came from when it was first read; `html` whether it is a web page.
    `stirs` counts documents that differed from the one before and brought nothing; `changed_at` is when the bytes
    last differed.
    """

    url: str = ""
    reads: int = 0
    good_at: datetime | None = None
    news_at: datetime | None = None
    gaps: tuple[int, ...] = ()
    lows: tuple[tuple[date, int], ...] = ()
    latest: tuple[datetime, ...] = ()
    site: str = ""
    html: bool = False
    stirs: int = 0
    changed_at: datetime | None = None
    listed: Doubt | None = None
    """What is doubtful about the documents that can be read."""
    failing: Doubt | None = None
    """What is doubtful because checks fail."""
    gap: Gap | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """What the first document of a source lists, old and new: how many entries, and their dates of publication."""

    entries: int
    newest: datetime | None = None
    oldest: datetime | None = None


@dataclass(frozen=True, slots=True)
class Examined:
    """What a document that cannot be read as its source says of itself.

    `html`: it is a web page. `title` and `text` are its title with headings, and the beginning of its text, cleaned.
    `feeds` are the addresses of feeds that it names. `repairs` are selectors that would find a list on it.
    """

    html: bool
    title: str = ""
    text: str = ""
    feeds: tuple[str, ...] = ()
    repairs: tuple[Repair, ...] = field(default=())
