"""Small, complete values for the store's tests: a catalog, a claim, a record, each with one obvious default."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from watcher.errors import Problem, ProblemClass
from watcher.models.alerts import Delivery
from watcher.models.catalog import Catalog, HostRule, Publisher, Recipient, Rule, Source
from watcher.models.checks import CheckOutcome, CheckRecord, ClaimedSource, EntryRecord, TextState
from watcher.models.documents import Document, Validators
from watcher.models.entries import Entry
from watcher.models.identity import content_sha256, delivery_id, entry_id
from watcher.models.matches import Classification, Match, Mention, Reason, Span
from watcher.models.reviews import Change
from watcher.models.words import Action, ActorType, AnnouncementKind, Modality, PublisherType, Verdict
from watcher.store import Store

NOW = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LEASE = timedelta(minutes=2)

WHITE_HOUSE = Publisher("white-house", "The White House", PublisherType.EXECUTIVE, "US")
KIND = Publisher("kind", "Kids in Need of Defense", PublisherType.NGO)


def source(id_: str = "kind-news", publisher: str = "kind", **changes: object) -> Source:
    made = Source(id_, publisher, "feed", f"https://example.org/{id_}")
    return replace(made, **changes)  # type: ignore[arg-type]


def catalog(*sources: Source, digest: str = "") -> Catalog:
    """A catalog of these sources; its digest follows from them unless one is given."""
    return Catalog(
        publishers=(WHITE_HOUSE, KIND),
        hosts=(HostRule("*.example.org", apart=timedelta(seconds=0.5)),),
        sources=sources,
        recipients=(Recipient("desk", "email", options={"to": ["desk@example.org"]}),),
        rules=(Rule("all", ("desk",)),),
        digest=digest or hashlib.sha256(repr(sources).encode()).hexdigest(),
    )


def publish(store: Store, *sources: Source, now: datetime = NOW) -> int:
    return store.catalogs.publish(catalog(*(sources or (source(),))), now)


def claim(store: Store, *only: str, now: datetime = NOW) -> ClaimedSource:
    (claimed,) = store.sources.claim_due(now, lease=LEASE, limit=1, only=only or None, ignore_schedule=True)
    return claimed


def match(policy: str = "mpp", action: Action = Action.TERMINATE, score: float = 0.9) -> Match:
    return Match(
        policy=policy,
        action=action,
        modality=Modality.ACTUAL,
        target_action=None,
        target_polarity=None,
        actor_type=ActorType.EXECUTIVE,
        score=score,
        reasons=(Reason("named in the title", score),),
        evidence=Span("title", 0, 4, "Ends"),
        mentions=(Mention("title", 5, 8, policy.upper()[:3], "en"),),
    )


def classified(*matches: Match, version: str = "2026.1") -> Classification:
    kind = AnnouncementKind.OFFICIAL_ACTION if matches else None
    return Classification(("en",), kind, None, matches, (), version)


def entry(key: str = "1", title: str = "", text: str = "", *, teaser: bool = False) -> Entry:
    return Entry(
        key=key,
        url=f"https://example.org/{key}",
        title=title or f"Title of {key}",
        text=text or f"Text of {key}",
        teaser=teaser,
        published=NOW - timedelta(days=1),
        published_raw="yesterday",
        language="en",
    )


def delivery(entry: str, revision: int = 1, address: str = "desk@example.org", due_at: datetime = NOW) -> Delivery:
    return Delivery(
        id=delivery_id("desk", address, entry, revision),
        entry_id=entry,
        rule_ids=("all",),
        recipient_id="desk",
        channel="email",
        address=address,
        payload={"title": "Ends MPP", "matches": [1, 2.5, None, "ñ"]},
        due_at=due_at,
    )


def entry_record(
    said: Entry | None = None,
    *matches: Match,
    source_id: str = "kind-news",
    revision: int = 1,
    addresses: Sequence[str] = (),
    **changes: object,
) -> EntryRecord:
    said = said or entry()
    id_ = entry_id(source_id, said.key)
    made = EntryRecord(
        entry_id=id_,
        revision=revision,
        entry=said,
        content_sha256=content_sha256(said),
        text=said.text,
        text_state=TextState.WAITING if said.teaser else TextState.SOURCE,
        classification=classified(*matches),
        deliveries=tuple(delivery(id_, revision, address) for address in addresses),
        backfill=False,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def document(body: bytes = b"<rss/>", url: str = "https://example.org/feed") -> Document:
    return Document(
        url=url,
        final_url=url + "/",
        status=200,
        headers=(("content-type", "text/xml"), ("set-cookie", "a"), ("set-cookie", "b")),
        media_type="text/xml",
        charset="utf-8",
        body=body,
        sha256=hashlib.sha256(body).hexdigest(),
        fetched_at=NOW,
        redirects=(url,),
        validators=Validators('"1"', None),
    )


def record(claimed: ClaimedSource, *entries: EntryRecord, now: datetime = NOW, **changes: object) -> CheckRecord:
    """A check that read the source completely and found these entries."""
    made = CheckRecord(
        source_id=claimed.source.id,
        fence=claimed.fence,
        started_at=now,
        finished_at=now + timedelta(seconds=1),
        outcome=CheckOutcome.READ,
        next_check_at=now + 15 * MINUTE,
        validators=Validators('"1"', "Sun, 01 Mar 2026 12:00:00 GMT"),
        body_sha256="ab" * 32,
        status=200,
        document=document() if entries else None,
        entries=entries,
        entries_seen=len(entries),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def decide(store: Store, match_id: str, verdict: Verdict, note: str = "", who: str = "ann", now: datetime = NOW) -> str:
    """A person's verdict; the act that undoes it."""
    outcome = store.reviews.make([Change(match_id, verdict=verdict, note=note)], reviewer=who, now=now)
    return outcome.act_id


def failed(claimed: ClaimedSource, now: datetime = NOW) -> CheckRecord:
    problem = Problem(ProblemClass.TIMEOUT, "example.org did not answer within 60 s", "nothing to do: tried again")
    return record(claimed, now=now, outcome=CheckOutcome.FAILED, problem=problem, status=None)


def unchanged(claimed: ClaimedSource, now: datetime = NOW) -> CheckRecord:
    return record(claimed, now=now, outcome=CheckOutcome.UNCHANGED, status=304)


def found(store: Store, *entries: EntryRecord, now: datetime = NOW) -> None:
    """Publish the one source, if there is none yet, and record a check of it with these entries."""
    if store.catalogs.digest() is None:
        publish(store, now=now)
    assert store.checks.record([record(claim(store, "kind-news", now=now), *entries, now=now)])
