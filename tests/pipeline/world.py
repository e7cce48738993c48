"""A small world for pipeline tests: a handler plays the web, a dictionary plays the memory, the rest is real."""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from watcher.errors import FetchError
from watcher.models.alerts import Announcement, Delivery
from watcher.models.catalog import Interval, Publisher, Source
from watcher.models.checks import Alike, CheckRecord, ClaimedSource, KnownEntry, TextState, WaitingPage
from watcher.models.documents import Document, NotModified, Validators
from watcher.models.identity import delivery_id, match_id
from watcher.models.matches import Classification, Match, Mention, Span
from watcher.models.words import Action, ActorType, AnnouncementKind, Modality, PublisherType
from watcher.pipeline.tools import KindTraits, Tools

T = TypeVar("T")

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
FEED = "https://news.example/feed"

NO_VALIDATORS = Validators()

Answer = Document | NotModified | FetchError


def document(url: str, body: str, media_type: str = "application/rss+xml", etag: str | None = None) -> Document:
    """A complete answer."""
    raw = body.encode()
    return Document(
        url=url,
        final_url=url,
        status=200,
        headers=(),
        media_type=media_type,
        charset="utf-8",
        body=raw,
        sha256=hashlib.sha256(raw).hexdigest(),
        fetched_at=START,
        redirects=(),
        validators=Validators(etag=etag),
    )


def feed(*items: str) -> str:
    """An RSS feed of these items."""
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>News</title>{''.join(items)}</channel></rss>"


def item(name: str, text: str, *, title: str = "") -> str:
    """An RSS item with a page of its own."""
    return (
        f"<item><guid isPermaLink='false'>{name}</guid><title>{title or name}</title>"
        f"<link>https://news.example/{name}</link><description>{text}</description></item>"
    )


LONG = "The department said so in a notice. " * 60
"""Too long to be a teaser."""


@dataclass
class World:
    """The web as a dictionary of addresses, the memory as one of entries, and a clock that stands still."""

    web: dict[str, Answer] = field(default_factory=dict)
    entries: dict[str, KnownEntry] = field(default_factory=dict)
    waiting: list[WaitingPage] = field(default_factory=list)
    said: dict[str, Alike] = field(default_factory=dict)
    now: datetime = START
    asked: list[str] = field(default_factory=list)
    conditional: list[bool] = field(default_factory=list)
    parsed: list[str] = field(default_factory=list)
    classified: list[str] = field(default_factory=list)
    page_seconds: float = 0.0

    def tools(self, **changes: Any) -> Tools:
        """The tools of a check in this world."""
        settings: dict[str, Any] = {
            "fetch": self._fetch,
            "sandbox": self._run,
            "classify": self._classify,
            "memory": self,
            "route": self._route,
            "kinds": {"feed": KindTraits("*/*", Interval(timedelta(minutes=15), timedelta(hours=6)))},
            "clock": lambda: self.now,
            "jitter": lambda: 0.0,
        }
        return Tools(**{**settings, **changes})

    def claimed(self, *, first: bool = False, **changes: Any) -> ClaimedSource:
        """A source of this world; `first`: it was never read."""
        source = Source(id="news", publisher="agency", kind="feed", url=FEED, **changes.pop("source", {}))
        settings: dict[str, Any] = {
            "source": source,
            "publisher": Publisher("agency", "Agency", PublisherType.EXECUTIVE),
            "fence": 1,
            "validators": Validators(),
            "body_sha256": None,
            "failures": 0,
            "first_read_at": None if first else START - timedelta(days=1),
            "last_success_at": None if first else START,
            "pages_waiting": len(self.waiting),
        }
        return ClaimedSource(**{**settings, **changes})

    def remember(self, record: CheckRecord) -> None:
        """Take a record in, as the store does."""
        for entry in record.entries:
            self.said[entry.entry.key] = Alike(
                entry.entry.key, entry.content_sha256, entry.entry.url, entry.entry.published
            )
            self.entries[entry.entry.key] = KnownEntry(
                entry_id=entry.entry_id,
                revision=entry.revision,
                content_sha256=entry.content_sha256,
                text_state=entry.text_state,
                page_attempts=entry.page_attempts,
                page_due_at=entry.page_due_at,
                match_ids=frozenset(match_id(entry.entry_id, match) for match in entry.classification.matches),
                backfill=entry.backfill,
            )
        self.waiting = [
            WaitingPage(entry.entry, self.entries[entry.entry.key])
            for entry in record.entries
            if entry.text_state in (TextState.WAITING, TextState.MISSING)
        ]

    def known(self, source_id: str, keys: Sequence[str]) -> Mapping[str, KnownEntry]:
        return {key: self.entries[key] for key in keys if key in self.entries}

    def keys(self, source_id: str) -> Sequence[str]:
        return list(self.entries)

    def alike(self, source_id: str, contents: Sequence[str]) -> Sequence[Alike]:
        return [alike for alike in self.said.values() if alike.content_sha256 in contents]

    def waiting_pages(self, source_id: str, now: datetime, limit: int) -> Sequence[WaitingPage]:
        return self.waiting[:limit]

    async def _fetch(
        self, url: str, validators: Validators = NO_VALIDATORS, *, accept: str = "*/*", ca_file: str | None = None
    ) -> Document | NotModified:
        self.asked.append(url)
        self.conditional.append(validators != NO_VALIDATORS)
        answer = self.web[url]
        if isinstance(answer, FetchError):
            raise answer
        if isinstance(answer, Document) and answer.validators.etag and answer.validators.etag == validators.etag:
            return NotModified(url, self.now, validators)
        return answer

    async def _run(self, function: str, arguments: Mapping[str, Any], returns: type[T]) -> T:
        """The real function, without its walls."""
        self.parsed.append(str(arguments["url"]))
        module, _, name = function.partition(":")
        call: Callable[..., T] = getattr(importlib.import_module(module), name)
        return call(**arguments)

    def _classify(
        self, *, text: str, title: str, publisher_type: PublisherType | None, published_at: datetime | None
    ) -> Classification:
        """A classifier with one policy and one idea."""
        self.classified.append(title)
        start = text.find("MPP")
        if start < 0:
            return Classification((), None, None, (), (), "test")
        action = Action.TERMINATE if "ended" in text else Action.MENTION
        found = Match(
            policy="mpp",
            action=action,
            modality=Modality.ACTUAL,
            target_action=None,
            target_polarity=None,
            actor_type=ActorType.EXECUTIVE,
            score=0.9,
            reasons=(),
            evidence=Span("text", start, start + 3, "MPP"),
            mentions=(Mention("text", start, start + 3, "MPP", "any"),),
        )
        return Classification(("en",), AnnouncementKind.OFFICIAL_ACTION, None, (found,), (), "test")

    def _route(self, announcement: Announcement, now: datetime) -> tuple[Delivery, ...]:
        """Everything goes to one desk."""
        identity = delivery_id("desk", "desk@example.org", announcement.entry_id, announcement.revision)
        payload = {"actions": [match.action.value for match in announcement.matches]}
        return (Delivery(identity, announcement.entry_id, ("all",), "desk", "email", "desk@example.org", payload, now),)
