"""What we watch and who hears of it: the values behind sources.yaml.

The field names are the keys of the file. `watcher/sources/catalog.py` reads and validates them and writes the JSON
Schema for editors from them; the docstrings here are what the schema shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from watcher.models import cron
from watcher.models.words import Action, ActorType, AnnouncementKind, Modality, PublisherType


class How(StrEnum):
    """When a rule's alerts go out."""

    IMMEDIATE = "immediate"


class Repeats(StrEnum):
    """Which reports of one announcement ring."""

    NEWS = "news"
    """The first one, and further ones that bring something new."""
    ALL = "all"
    """Every entry."""


@dataclass(frozen=True, slots=True)
class Digest:
    """Alerts that are kept and go out together, at the times of a cron expression in a time zone."""

    digest: str
    """Five fields: minute, hour, day, month, weekday; weekdays by name, as in `0 8 * * mon-fri`."""
    timezone: str
    """A name of the IANA time zone database, such as America/New_York."""

    def __post_init__(self) -> None:
        try:
            cron.parse(self.digest)
        except ValueError as error:
            raise ValueError(f"digest: {error}") from error
        zone(self.timezone)


def zone(name: str) -> ZoneInfo:
    """The time zone of a name. Raises ValueError when there is none."""
    try:
        return ZoneInfo(name)
    except (OSError, ValueError) as error:  # ZoneInfoNotFoundError is a KeyError
        raise ValueError(_NO_ZONE.format(name=name)) from error
    except KeyError as error:
        raise ValueError(_NO_ZONE.format(name=name)) from error


def zone_name(local: datetime) -> str:
    """What a local time is called by: "EDT", or "UTC-05" where its zone has no letters of its own."""
    name = local.tzname() or ""
    return f"UTC{name}" if name.startswith(("+", "-")) else name


_NO_ZONE = "timezone: `{name}` is not known; write one like America/New_York or UTC"


@dataclass(frozen=True, slots=True)
class Publisher:
    """The body behind sources."""

    id: str
    name: str
    type: PublisherType
    country: str | None = None


class Robots(StrEnum):
    """What a host's robots.txt (RFC 9309) means to us."""

    OBEY = "obey"
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True)
class HostRule:
    """How politely a host is asked; the first rule whose pattern matches the host (name, or name:port) wins."""

    host: str
    """A host name, `*` for any run of characters."""
    at_once: int = 1
    """Requests under way at one time."""
    apart: timedelta = timedelta(seconds=1)
    """From the end of one request to the start of the next."""
    robots: Robots = Robots.OBEY
    """Whether the host's robots.txt is obeyed; `ignore` is for publishers who gave you leave, and is shown."""


@dataclass(frozen=True, slots=True)
class Interval:
    """The bounds of the time between two checks of a source."""

    min: timedelta
    max: timedelta


@dataclass(frozen=True, slots=True)
class Source:
    """One configured thing we watch."""

    id: str
    publisher: str
    """The id of its publisher."""
    kind: str
    """How it is read: the name of a module in watcher/sources."""
    url: str
    name: str = ""
    every: Interval | None = None
    """None: the kind's own default."""
    enabled: bool = True
    expect: timedelta | None = None
    """Silence longer than this is an incident; None: learnt from the source's own rhythm."""
    alert_backfill: bool = False
    """True: the first check alerts too."""
    language: str | None = None
    ca_file: str | None = None
    """PEM file with an authority (or the server's own certificate) to trust for this host, beside the public ones."""
    note: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    """The kind's own options, validated by the kind and plain data (what JSON can hold)."""


@dataclass(frozen=True, slots=True)
class Periodic:
    """Something that watcher says by itself, at the times of a cron expression in a time zone."""

    at: str
    """Five fields: minute, hour, day, month, weekday; weekdays by name, as in `0 8 * * mon`."""
    timezone: str = "UTC"
    """A name of the IANA time zone database, such as America/New_York."""
    to: tuple[str, ...] = ()
    """Ids of recipients; none: the operators."""

    def __post_init__(self) -> None:
        try:
            cron.parse(self.at)
        except ValueError as error:
            raise ValueError(f"at: {error}") from error
        zone(self.timezone)


@dataclass(frozen=True, slots=True)
class Retention:
    """How long is kept what no policy was found in. Everything with a match is kept for ever."""

    text: timedelta = timedelta(days=365)
    """The text of an entry without a match, since it last changed; title, link and key stay."""
    captures: timedelta = timedelta(days=90)
    """The bytes, headers and addresses of a visit that brought nothing with a match."""

    def __post_init__(self) -> None:
        for name in ("text", "captures"):
            if not timedelta(days=1) <= getattr(self, name) <= timedelta(weeks=5200):
                raise ValueError(f"{name} must lie between 1d and 5200w (a hundred years)")


@dataclass(frozen=True, slots=True)
class Criteria:
    """Which matches a rule selects: every key that is given must hold; a key holds when one of its values does.

    A policy also holds for its children. `words` are looked for in title and text, whole words, accents and case
    folded.
    """

    policies: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    publisher_types: tuple[PublisherType, ...] = ()
    sources: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    actions: tuple[Action, ...] = ()
    modalities: tuple[Modality, ...] = ()
    announcement_kinds: tuple[AnnouncementKind, ...] = ()
    actor_types: tuple[ActorType, ...] = ()
    words: tuple[str, ...] = ()
    min_score: float | None = None


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours in which a recipient's messages are held, every day. `start` and `end` are the keys `from` and `to`."""

    start: time
    """Local time of the day, as in "22:00"."""
    end: time
    """Local time of the day, or of the next one."""
    timezone: str
    """A name of the IANA time zone database, such as America/New_York."""
    urgent: Criteria | None = None
    """An immediate alert with a match that meets all of these goes out at any hour."""

    def __post_init__(self) -> None:
        if self.start == self.end:
            raise ValueError("to must differ from `from`; to be told nothing at all, take the recipient out")
        zone(self.timezone)


@dataclass(frozen=True, slots=True)
class Group:
    """How immediate alerts to one address that come close together become one message."""

    wait: timedelta = timedelta(0)
    """How long the first one waits for others; more than three in that time go as one."""
    most: int = 25
    """How many of them are told in full; the others are listed with title and link."""

    def __post_init__(self) -> None:
        if not timedelta(0) <= self.wait <= timedelta(hours=1):
            raise ValueError("wait must lie between 0s and 1h; for longer, make the rule a digest")
        if self.most < 1:
            raise ValueError("most must be at least 1")


@dataclass(frozen=True, slots=True)
class Recipient:
    """A named set of addresses on one channel."""

    id: str
    channel: str
    """The name of a module in watcher/alerts/channels."""
    language: str = "en"
    options: Mapping[str, Any] = field(default_factory=dict)
    """The channel's own options (e-mail: to; webhook: url, secret), validated by the channel; secrets as references."""
    quiet: Quiet | None = None
    """When messages are held. What is watched, and how often, does not change."""
    group: Group | None = None
    """How bursts become one message; None: e-mail does so when more than five are due at once, others never."""
    repeats: Repeats = Repeats.NEWS
    """`news`: further reports of an announcement ring only when they bring something new; `all`: every entry rings."""
    timezone: str | None = None
    """The zone of times in its messages, such as America/New_York; None: that of its quiet hours, or of watcher."""

    def __post_init__(self) -> None:
        if self.timezone is not None:
            zone(self.timezone)

    @property
    def place(self) -> ZoneInfo | None:
        """Where its readers are, as far as that is known."""
        name = self.timezone or (self.quiet.timezone if self.quiet else None)
        return zone(name) if name else None


@dataclass(frozen=True, slots=True)
class Rule:
    """Which matches go to which recipients. `exclude` is the key `not` of the file."""

    id: str
    send: tuple[str, ...]
    note: str = ""
    """Why this is watched; travels with the alert."""
    when: Criteria = Criteria()
    exclude: Criteria | None = None
    how: How | Digest = How.IMMEDIATE
    """`immediate`, or `{digest: "0 8 * * mon-fri", timezone: America/New_York}`."""
    stop: bool = False
    """True: later rules do not see what this one took."""
    repeats: Repeats = Repeats.NEWS
    """`news`: further reports of an announcement ring only when they bring something new; `all`: every entry rings."""


@dataclass(frozen=True, slots=True)
class Catalog:
    """Everything that sources.yaml says, in its order. `digest` is the SHA-256 of the file's bytes, hex."""

    publishers: tuple[Publisher, ...]
    hosts: tuple[HostRule, ...]
    sources: tuple[Source, ...]
    recipients: tuple[Recipient, ...]
    rules: tuple[Rule, ...]
    digest: str = ""
    operators: tuple[str, ...] = ()
    """Who hears of incidents: ids of recipients."""
    canary: Periodic | None = None
    """A daily alert through the real channels, whose absence says that something is wrong."""
    receipt: Periodic | None = None
    """A report to the operators: what was checked, found and told."""
    retention: Retention = Retention()
    """How long is kept what no policy was found in."""
    leads: tuple[PublisherType, ...] = ()
    """Whose report of an announcement leads, the first first; none: government, court, international, NGO, media."""
    heartbeat: str = ""
    """An address, or a reference to one, that is called every minute while all is well."""
