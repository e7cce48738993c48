"""A small desk to look at: a catalog, entries with matches and deliveries, recorded the way a check records them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from watcher.errors import Problem, ProblemClass
from watcher.models.alerts import Delivery
from watcher.models.catalog import Catalog, Publisher, Recipient, Source
from watcher.models.checks import CheckOutcome, CheckRecord, EntryRecord, TextState
from watcher.models.documents import Document, Validators
from watcher.models.entries import Entry
from watcher.models.identity import content_sha256, delivery_id, entry_id, match_id
from watcher.models.matches import Classification, Field, Match, Mention, Reason, Span
from watcher.models.policies import Policy, PolicyEvent
from watcher.models.words import Action, ActorType, AnnouncementKind, Modality, PublisherType
from watcher.store import Store

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
BODY = b"<rss><channel><script>alert(1)</script></channel></rss>"


def policy(policy_id: str, name: str, *, spanish: str = "", source: str = "https://www.example.gov/order") -> Policy:
    return Policy(
        id=policy_id,
        name=name,
        names={"en": name, "es": spanish or name},
        summary=f"What {name} is.",
        kind="policy",
        jurisdiction="US",
        agencies=("DHS",),
        countries=("US", "MX"),
        parent=None,
        children=(),
        related=(),
        introduced="2019-01",
        status="ended",
        status_as_of="2022-08",
        events=(
            PolicyEvent("2021-02", Action.SUSPEND, Modality.ACTUAL, ActorType.EXECUTIVE, "first end", source, "seen"),
            PolicyEvent("2022-08-08", Action.TERMINATE, Modality.ACTUAL, ActorType.EXECUTIVE, "the end", "", "recall"),
        ),
    )


POLICIES = {
    p.id: p
    for p in (
        policy("mpp", "Migrant Protection Protocols", spanish="Protocolos de Protección a Migrantes"),
        policy("title-42", "Title 42 expulsions", spanish="Expulsiones bajo el Título 42"),
    )
}
KIND = Publisher("kind", "Kids in Need of Defense", PublisherType.NGO, "US")
COURT = Publisher("scotus", "Supreme Court", PublisherType.COURT, "US")


def source(source_id: str, publisher: Publisher, *, name: str = "") -> Source:
    return Source(source_id, publisher.id, "feed", f"https://{source_id}.example.org/feed.xml", name=name)


SOURCES = (source("kind-news", KIND), source("scotus-opinions", COURT))


def publish(store: Store, publishers: Iterable[Publisher] = (KIND, COURT), sources: Iterable[Source] = SOURCES) -> None:
    publishers, sources = tuple(publishers), tuple(sources)
    recipients = (Recipient("desk", "email", options={"to": ["desk@example.org"]}),)
    catalog = Catalog(
        publishers,
        (),
        sources,
        recipients,
        (),
        digest=hashlib.sha256(repr((publishers, sources)).encode("utf-8", "replace")).hexdigest(),
    )
    store.catalogs.publish(catalog, NOW - timedelta(days=1))


def found(
    policy_id: str,
    name: str,
    text: str,
    *,
    title: str = "",
    action: Action = Action.TERMINATE,
    actor: ActorType = ActorType.EXECUTIVE,
    score: float = 0.9,
) -> Match:
    """A match with every mention of `name`; its evidence is the whole line around the first one in the text."""
    return Match(
        policy=policy_id,
        action=action,
        modality=Modality.ACTUAL,
        target_action=None,
        target_polarity=None,
        actor_type=actor,
        score=score,
        reasons=(Reason("named in the title", 0.4), Reason("said of it in the same sentence", score - 0.4)),
        evidence=_line(text, name),
        mentions=(*_mentions("title", title, name), *_mentions("text", text, name)),
    )


def _mentions(field: Field, text: str, name: str) -> Iterable[Mention]:
    start = text.find(name)
    while start >= 0:
        yield Mention(field, start, start + len(name), name, "en")
        start = text.find(name, start + 1)


def _line(text: str, name: str) -> Span:
    at = text.index(name)
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    end = len(text) if end < 0 else end
    return Span("text", start, end, text[start:end])


def record(
    source_id: str,
    key: str,
    title: str,
    text: str,
    matches: Iterable[Match],
    *,
    url: str | None = "https://www.example.org/statement",
    text_state: TextState = TextState.SOURCE,
    page_error: str = "",
    told: str = "",
    published: datetime | None = NOW - timedelta(days=2),
) -> EntryRecord:
    entry = Entry(key, url, title, text, teaser=False, published=published, published_raw="", language="en")
    matches = tuple(matches)
    new = entry_id(source_id, key)
    classification = Classification(
        ("en",), AnnouncementKind.OFFICIAL_ACTION if matches else None, None, matches, (), "test-1"
    )
    deliveries = (_delivery(new, told),) if told else ()
    return EntryRecord(
        entry_id=new,
        revision=1,
        entry=entry,
        content_sha256=content_sha256(entry),
        text=text,
        text_state=text_state,
        classification=classification,
        deliveries=deliveries,
        backfill=False,
        page_error=page_error,
    )


def _delivery(entry: str, address: str) -> Delivery:
    payload = {"type": "announcement", "version": 1}
    return Delivery(delivery_id("desk", address, entry, 1), entry, ("acts",), "desk", "email", address, payload, NOW)


def check(
    store: Store, source_id: str, *entries: EntryRecord, now: datetime = NOW, problem: Problem | None = None
) -> None:
    """Claims the source and records one check of it."""
    (claimed,) = store.sources.claim_due(
        now, lease=timedelta(minutes=5), limit=1, only=[source_id], ignore_schedule=True
    )
    store.checks.record(
        [
            CheckRecord(
                source_id=source_id,
                fence=claimed.fence,
                started_at=now,
                finished_at=now + timedelta(seconds=1),
                outcome=CheckOutcome.FAILED if problem else CheckOutcome.READ,
                next_check_at=now + timedelta(minutes=15),
                validators=Validators(),
                body_sha256=None,
                status=200,
                problem=problem,
                document=None if problem else document(source_id, now),
                entries=entries,
                entries_seen=len(entries),
            )
        ]
    )


def document(source_id: str, now: datetime) -> Document:
    url = f"https://{source_id}.example.org/feed.xml"
    return Document(
        url=url,
        final_url=url,
        status=200,
        headers=(("content-type", "application/rss+xml"),),
        media_type="application/rss+xml",
        charset="utf-8",
        body=BODY,
        sha256=hashlib.sha256(BODY).hexdigest(),
        fetched_at=now,
        redirects=(),
        validators=Validators(),
    )


TITLE = "DHS ends the Migrant Protection Protocols"
TEXT = (
    "The Department of Homeland Security ended the Migrant Protection Protocols today.\n"
    "Title 42 expulsions go on. The Migrant Protection Protocols began in 2019."
)
ENDED = found("mpp", "Migrant Protection Protocols", TEXT, title=TITLE, score=0.95)
REPORTED = found("title-42", "Title 42 expulsions", TEXT, action=Action.REPORT, score=0.41)
ENTRY_ID = entry_id("kind-news", "urn:1")
ENDED_ID = match_id(ENTRY_ID, ENDED)
REPORTED_ID = match_id(ENTRY_ID, REPORTED)

COURT_TEXT = "The Court blocked the Title 42 expulsions."
COURT_MATCH = found("title-42", "Title 42 expulsions", COURT_TEXT, action=Action.BLOCK, actor=ActorType.COURT)
COURT_ENTRY_ID = entry_id("scotus-opinions", "urn:2")
COURT_MATCH_ID = match_id(COURT_ENTRY_ID, COURT_MATCH)
REFUSED = Problem(ProblemClass.BLOCKED, "scotus-opinions.example.org answered 403", "Ask the publisher for access.")


def plant(store: Store) -> None:
    """Two publishers, an entry of each (three matches), one alert, and then a source that fails."""
    publish(store)
    check(store, "kind-news", record("kind-news", "urn:1", TITLE, TEXT, (ENDED, REPORTED), told="desk@example.org"))
    entry = record("scotus-opinions", "urn:2", "Order in No. 20-1", COURT_TEXT, (COURT_MATCH,))
    check(store, "scotus-opinions", entry, now=NOW + timedelta(minutes=1))
    check(store, "scotus-opinions", now=NOW + timedelta(minutes=20), problem=REFUSED)
