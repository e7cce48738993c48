"""What can be asked for in an address: the filters of the pages under the names they have there, and paging."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

from fastapi import Header, Path
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from watcher.models.alerts import DeliveryState
from watcher.models.views import EntryQuery, MatchQuery
from watcher.models.words import Action, Modality, PublisherType, Verdict


def _written(given: object) -> object:
    """A day as it is written in ISO 8601; what else could be read as one (seconds since 1970) is refused."""
    if not isinstance(given, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", given):
        raise ValueError("write the day like 2026-05-31")
    return given


def _number(given: object) -> object:
    """A number as JSON writes it; what else could be read as one (text, true) is refused."""
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise ValueError("write a whole number")
    return given


def _storable(given: str) -> str:
    """Text that both databases can store."""
    if "\0" in given:
        raise ValueError("take the NUL character out")
    return given


_Version = Annotated[int, Field(ge=0, lt=2**31)]
Version = Annotated[_Version, BeforeValidator(_number, json_schema_input_type=_Version)]
Day = Annotated[date, BeforeValidator(_written, json_schema_input_type=date)]
Storable = AfterValidator(_storable)
Name = Annotated[str | None, Field(max_length=200)]
Id = Annotated[str, Path(max_length=200, description="The id, as a list gives it.")]
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[\x21-\x7e]+$",
        description="Any text of your own, new for each thing to do: the same request under the same key within "
        "24 hours is done once and answered twice. The same key with another request is refused (422).",
        examples=["7b8a1f0e-5d0c-4f0a-9d7e-3f1f6a1f9b11"],
    ),
]


class Paged(BaseModel):
    """A page of a list."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(50, ge=1, le=200, description="How many at most.")
    cursor: str | None = Field(
        None,
        min_length=1,
        max_length=400,
        description="`next_cursor` of the page before; opaque.",
    )


class _Found(BaseModel):
    model_config = ConfigDict(extra="forbid")

    q: str = Field(
        "",
        max_length=200,
        description='Full text: words, "phrases", AND, OR, NOT, parentheses, `policy:ID`, `publisher:ID`. '
        "Case and accents do not matter.",
        examples=['"Title 42" AND NOT publisher:kind'],
    )
    source: Name = Field(None, description="The id of a source.")
    publisher: Name = Field(None, description="The id of a publisher.")
    publisher_type: PublisherType | None = None
    language: Name = Field(None, description="Of the entry: en, es, ...")
    since: Day | None = Field(None, description="First day (UTC) of first sight.")
    until: Day | None = Field(None, description="Last day (UTC) of first sight.")


class EntryFilters(_Found, Paged):
    """Which entries."""

    def query(self) -> EntryQuery:
        """The same as a question to the store."""
        given = self.model_dump(exclude={"q", "limit", "cursor"})
        return EntryQuery(words=self.q, **given)


class _AboutMatches(_Found):
    policy: Name = Field(
        None, description="The id of a policy; of one that is not looked for nothing is found.", examples=["mpp"]
    )
    action: Action | None = None
    modality: Modality | None = None
    verdict: Verdict | None = Field(None, description="Without it: whatever the verdict is.")
    assignee: Name = Field(None, description="The name of the person it was given to.")

    def query(self) -> MatchQuery:
        """The same as a question to the store."""
        given = self.model_dump(exclude={"q", "limit", "cursor", "format"})
        return MatchQuery(words=self.q, **given)


class MatchFilters(_AboutMatches, Paged):
    """Which matches."""


class ExportFilters(_AboutMatches):
    """Which matches, and as what."""

    format: str = Field("csv", pattern="^(csv|json|jsonl|markdown)$", description="csv, json, jsonl or markdown.")


class EventFilters(Paged):
    """Which events."""

    least: int = Field(1, ge=1, le=100, description="With at least so many entries.")


class IncidentFilters(Paged):
    """Which incidents."""

    source: Name = Field(None, description="The id of a source.")
    open: bool = Field(False, description="Only those that last.")


class DeliveryFilters(Paged):
    """Which deliveries."""

    state: DeliveryState | None = None
    channel: Name = Field(None, description="email, webhook, ...")
    recipient: Name = Field(None, description="The id of a recipient.")
    entry: Name = Field(None, description="The id of an entry.")


class ImportOptions(BaseModel):
    """What is done with a file."""

    model_config = ConfigDict(extra="forbid")

    apply: bool = Field(False, description="false: only say what would come of each line.")


class ChangeFilters(BaseModel):
    """From where the feed of changes is read on."""

    model_config = ConfigDict(extra="forbid")

    since: str | None = Field(
        None,
        min_length=1,
        max_length=400,
        description="`next_since` of the answer before; else all.",
    )
    limit: int = Field(100, ge=1, le=200, description="How many at most.")
