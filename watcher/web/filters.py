"""The filters of the inbox: all of them stand in the address, so that a view can be kept, shared and gone back to.

An address is read leniently: a value that means nothing is left out, never an error, so an old link still opens; the
page says what it left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from watcher.models.views import MatchQuery, Order
from watcher.models.words import Action, Modality, PublisherType, Verdict

ANY = "any"
BY_ENTRY = "entry"
NAMES = (
    *("q", "verdict", "policy", "action", "modality", "publisher", "publisher_type", "source", "language"),
    *("assignee", "since", "until", "order", "by"),
)
HOME = "/inbox"
MORE = 1001
"""A count that means "more than 1,000"."""
LONGEST = 200
S = TypeVar("S", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address says, cleaned; `verdict` is "new" unless the address says otherwise ("any" shows all)."""

    values: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, address: Mapping[str, str]) -> Filters:
        """From the parameters of an address."""
        return cls({name: value for name, value in _given(address).items() if _means_something(name, value)})

    @staticmethod
    def left_out(address: Mapping[str, str]) -> dict[str, str]:
        """The parameters that mean nothing and that `read` leaves out, to be told to the reader."""
        return {name: value for name, value in _given(address).items() if not _means_something(name, value)}

    @property
    def verdict(self) -> str:
        """The verdict that is shown: "any", or one of the closed set."""
        return self.values.get("verdict", Verdict.NEW.value)

    @property
    def narrowed(self) -> dict[str, str]:
        """The filters that somebody chose, in the order of the address."""
        return {name: value for name, value in self.values.items() if name not in ("verdict", "order", "by")}

    @property
    def order(self) -> Order:
        """How the list is sorted: the newest first unless the address says otherwise."""
        return Order(self.values.get("order", Order.NEWEST))

    @property
    def by_entry(self) -> bool:
        """Whether each report of an announcement is a card of its own."""
        return self.values.get("by") == BY_ENTRY

    def query(self) -> MatchQuery:
        """The same as a question to the store."""
        given = self.values
        return MatchQuery(
            policy=given.get("policy"),
            publisher=given.get("publisher"),
            publisher_type=_one_of(PublisherType, given.get("publisher_type")),
            source=given.get("source"),
            action=_one_of(Action, given.get("action")),
            modality=_one_of(Modality, given.get("modality")),
            verdict=None if self.verdict == ANY else Verdict(self.verdict),
            since=_day(given.get("since")),
            until=_day(given.get("until")),
            words=given.get("q", ""),
            language=given.get("language"),
            assignee=given.get("assignee"),
        )

    def chosen(self, name: str, value: str) -> Filters:
        """These filters and one more, or with another value."""
        return replace(self, values={**self.values, name: value})

    def without(self, *names: str) -> Filters:
        """These filters without some of them."""
        return replace(self, values={name: value for name, value in self.values.items() if name not in names})

    def address(self, path: str = HOME, **more: str | None) -> str:
        """The path with these filters behind it, always in the same order."""
        pairs = [(name, self.values[name]) for name in NAMES if name in self.values]
        pairs += [(name, value) for name, value in more.items() if value]
        return f"{path}?{urlencode(pairs)}" if pairs else path


@dataclass(frozen=True, slots=True)
class Choice:
    """One link of a filter: where it leads, how many matches are there, whether it is on."""

    value: str
    label: str
    address: str
    count: int | None
    on: bool

    @property
    def shown_count(self) -> str:
        """The count, or "1,000+"; empty without one."""
        return "" if self.count is None else "1,000+" if self.count >= MORE else f"{self.count:,}"


def spans(filters: Filters, today: date, labels: Mapping[int, str]) -> list[Choice]:
    """Links to the last days; `labels` maps a number of days to what the link is called."""
    choices = []
    for days, label in labels.items():
        since = (today - timedelta(days=days - 1)).isoformat()
        on = filters.values.get("since") == since and "until" not in filters.values
        address = (filters.without("since") if on else filters.without("until").chosen("since", since)).address()
        choices.append(Choice(since, label, address, None, on))
    return choices


def _given(address: Mapping[str, str]) -> dict[str, str]:
    cleaned = {name: address.get(name, "").replace("\0", "").strip()[:LONGEST] for name in NAMES}
    return {name: value for name, value in cleaned.items() if value}


def _means_something(name: str, value: str) -> bool:
    closed: dict[str, type[StrEnum]] = {
        "action": Action,
        "modality": Modality,
        "publisher_type": PublisherType,
        "order": Order,
    }
    if name == "verdict":
        return value == ANY or _one_of(Verdict, value) is not None
    if name == "by":
        return value == BY_ENTRY
    if name in ("since", "until"):
        return _day(value) is not None
    return name not in closed or _one_of(closed[name], value) is not None


def _one_of(closed: type[S], value: str | None) -> S | None:
    return closed(value) if value in {member.value for member in closed} else None


def _day(value: str | None) -> date | None:
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        return None
