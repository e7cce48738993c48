"""What a check works with: the stages, handed in, so that no stage knows another."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol, TypeVar

from watcher.models.alerts import Announcement, Delivery
from watcher.models.catalog import Interval, Publisher, Source
from watcher.models.checks import Alike, KnownEntry, WaitingPage
from watcher.models.documents import Document, NotModified, Validators
from watcher.models.incidents import Incident
from watcher.models.matches import Classification
from watcher.models.words import PublisherType

T = TypeVar("T")


class Fetch(Protocol):
    """The door to the network. Raises FetchError."""

    async def __call__(
        self, url: str, validators: Validators = ..., *, accept: str = ..., ca_file: str | None = ...
    ) -> Document | NotModified: ...


class Mailboxes(Protocol):
    """The door to mailboxes. Raises FetchError."""

    async def __call__(
        self, url: str, validators: Validators = ..., *, password: str = ..., ca_file: str | None = ...
    ) -> Document | NotModified: ...


class RunInSandbox(Protocol):
    """Runs a function, named "package.module:function", where a hostile body can do no harm. Raises ParseError."""

    async def __call__(self, function: str, arguments: Mapping[str, Any], returns: type[T]) -> T: ...


class Classify(Protocol):
    """Says which policies a text is about, and what happens to each."""

    def __call__(
        self, *, text: str, title: str, publisher_type: PublisherType | None, published_at: datetime | None
    ) -> Classification: ...


class Memory(Protocol):
    """What the store knows of a source's entries."""

    def known(self, source_id: str, keys: Sequence[str]) -> Mapping[str, KnownEntry]: ...

    def keys(self, source_id: str) -> Sequence[str]: ...

    def alike(self, source_id: str, contents: Sequence[str]) -> Sequence[Alike]: ...

    def waiting_pages(self, source_id: str, now: datetime, limit: int) -> Sequence[WaitingPage]: ...


class TellOperators(Protocol):
    """Makes the deliveries about an incident that opens or, when `closed_at` is set, closes."""

    def __call__(
        self, incident: Incident, source: Source | None, publisher: Publisher | None, now: datetime
    ) -> Sequence[Delivery]: ...


def tell_nobody(
    incident: Incident, source: Source | None, publisher: Publisher | None, now: datetime
) -> Sequence[Delivery]:
    """Where there are no operators."""
    return ()


@dataclass(frozen=True, slots=True)
class KindTraits:
    """What the pipeline needs to know of a source kind."""

    accept: str
    every: Interval
    remembers: bool = False
    """Whether its reader wants the memory of the last check."""
    door: Literal["web", "mailbox"] = "web"


@dataclass(frozen=True, slots=True)
class Tools:
    """The stages of a check. `route` says which deliveries an announcement makes; `jitter` gives numbers in [-1, 1]."""

    fetch: Fetch
    sandbox: RunInSandbox
    classify: Classify
    memory: Memory
    route: Callable[[Announcement, datetime], tuple[Delivery, ...]]
    kinds: Mapping[str, KindTraits]
    clock: Callable[[], datetime]
    jitter: Callable[[], float]
    tell_operators: TellOperators = tell_nobody
    mailboxes: Mailboxes | None = None
    time_limit: timedelta = timedelta(seconds=60)
    """Of a whole check, pages included."""
    pages_per_check: int = 20
    documents_per_check: int = 20
    """Of one source: its own, and those that they lead to. What is not reached is read by later checks."""
    entries_per_check: int = 2000
    """Of one document."""
