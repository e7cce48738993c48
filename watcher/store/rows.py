"""What a check leaves behind, as rows: everything that can be worked out before the transaction begins.

Compressing, folding and encoding take longer than writing, and must not be done while others wait for the lock.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from watcher.models.alerts import Delivery, DeliveryState
from watcher.models.checks import CheckOutcome, CheckRecord, EntryRecord, TextState
from watcher.models.documents import Document
from watcher.models.identity import match_id
from watcher.models.importance import weight
from watcher.models.matches import Classification
from watcher.models.words import Verdict
from watcher.store.codec import CLASSIFICATION, MATCH, WAITS_FOR, dump_plain
from watcher.store.words import fold

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class EntryRows:
    """One entry record as rows; `seq` numbers that only the database knows are still missing."""

    record: EntryRecord
    entry: Row
    revision: Row
    matches: tuple[Row, ...]
    """Last match first: a list that shows the newest row first then begins with the main match."""
    deliveries: tuple[Row, ...]
    folded: str


@dataclass(frozen=True, slots=True)
class CheckRows:
    """One check record, its entries as rows (last entry first, as for matches), and the documents it would keep."""

    record: CheckRecord
    entries: tuple[EntryRows, ...]
    captures: dict[str, Row]
    """By SHA-256."""

    @property
    def is_remembered(self) -> bool:
        """Whether the check goes into the history: one that found nothing changed only touches its source."""
        return bool(self.entries) or self.record.outcome is not CheckOutcome.UNCHANGED or bool(self.record.incident)


def check_rows(record: CheckRecord) -> CheckRows:
    """The record as rows. Pure, and the expensive part."""
    entries = tuple(_entry_rows(record, entry) for entry in reversed(record.entries))
    documents = {document.sha256: document for document in _documents(record)}  # thousands of entries share one
    return CheckRows(record, entries, {sha256: _capture(document) for sha256, document in documents.items()})


def visit_row(document: Document, source_id: str) -> Row:
    """How the bytes of a capture came."""
    return {
        "capture_sha256": document.sha256,
        "source_id": source_id,
        "url": document.url,
        "final_url": document.final_url,
        "redirects": dump_plain(document.redirects),
        "status": document.status,
        "headers": dump_plain(document.headers),
        "media_type": document.media_type,
        "charset": document.charset,
        "fetched_at": document.fetched_at,
    }


def _documents(record: CheckRecord) -> Iterator[Document]:
    if record.entries and record.document:
        yield record.document
    if record.keep_answer and record.evidence:
        yield record.evidence
    for entry in record.entries:
        yield from (document for document in (entry.document, entry.page) if document)


def _capture(document: Document) -> Row:
    return {"sha256": document.sha256, "size": len(document.body), "deflated": zlib.compress(document.body)}


def _entry_rows(check: CheckRecord, record: EntryRecord) -> EntryRows:
    return EntryRows(
        record=record,
        entry=_entry(check, record),
        revision=_revision(check, record),
        matches=tuple(_matches(check, record)),
        deliveries=tuple(delivery_row(delivery, check.finished_at) for delivery in record.deliveries),
        folded=fold(f"{record.entry.title}\n{record.text}"),
    )


def _entry(check: CheckRecord, record: EntryRecord) -> Row:
    said = record.entry
    return {
        "id": record.entry_id,
        "source_id": check.source_id,
        "key": said.key,
        "revision": record.revision,
        "content_sha256": record.content_sha256,
        "url": said.url,
        "title": said.title,
        "language": said.language,
        "published": said.published,
        "published_raw": said.published_raw,
        "backfill": record.backfill,
        "first_seen": check.started_at,
        "changed_at": check.started_at,
        "authentication": said.authentication or None,
        **_page_state(check, record),
    }


def _page_state(check: CheckRecord, record: EntryRecord) -> Row:
    """How far the entry's page has been read. A page that is waited for without a date is due at once."""
    waits = record.text_state in (TextState.WAITING, TextState.MISSING)
    due = record.page_due_at if waits else None
    if record.text_state is TextState.WAITING and due is None:
        due = check.started_at
    return {
        "text_state": record.text_state.value,
        "page_error": record.page_error,
        "page_attempts": record.page_attempts,
        "page_due_at": due,
    }


def _revision(check: CheckRecord, record: EntryRecord) -> Row:
    said = record.entry
    return {
        "number": record.revision,
        "title": said.title,
        "text": record.text,
        "source_text": None if said.text == record.text else said.text,
        "teaser": said.teaser,
        "content_sha256": record.content_sha256,
        "text_state": record.text_state.value,
        "classification": CLASSIFICATION.dump(record.classification),
        "vocabulary_version": record.classification.vocabulary_version,
        "recorded_at": check.started_at,
    }


def _matches(check: CheckRecord, record: EntryRecord) -> list[Row]:
    return match_rows(
        record.classification,
        entry_id=record.entry_id,
        source_id=check.source_id,
        revision=record.revision,
        language=record.entry.language,
        backfill=record.backfill,
        seen_at=check.started_at,
    )


def match_rows(
    classification: Classification,
    *,
    entry_id: str,
    source_id: str,
    revision: int,
    language: str | None,
    backfill: bool,
    seen_at: datetime,
) -> list[Row]:
    """The matches of a revision as rows that nobody reviewed yet, the last match first."""
    rows: dict[str, Row] = {}
    policies: set[str] = set()
    for position, match in enumerate(classification.matches):
        main = match.policy not in policies
        policies.add(match.policy)
        row: Row = {
            "id": match_id(entry_id, match),
            "source_id": source_id,
            "revision": revision,
            "current": True,
            "position": position,
            "main": main,
            "policy": match.policy,
            "action": match.action.value,
            "modality": match.modality.value,
            "actor_type": match.actor_type.value,
            "score": match.score,
            "document": MATCH.dump(match),
            "vocabulary_version": classification.vocabulary_version,
            "verdict": Verdict.NEW.value,
            "backfill": backfill,
            "first_seen": seen_at,
            "weight": weight(match.action, match.modality, match.score),
            "language": language,
        }
        rows.setdefault(row["id"], row)
    return list(reversed(rows.values()))


def delivery_row(delivery: Delivery, made_at: datetime) -> Row:
    """A delivery that nobody has tried yet; or never will, because a silence holds it."""
    ended = delivery.silence_id is not None or delivery.repeats
    return {
        "id": delivery.id,
        "entry_id": delivery.entry_id,
        "rule_ids": dump_plain(delivery.rule_ids),
        "recipient_id": delivery.recipient_id,
        "channel": delivery.channel,
        "address": delivery.address,
        "payload": dump_plain(delivery.payload),
        "state": _first_state(delivery).value,
        "attempts": 0,
        "fence": 0,
        "due_at": None if ended else delivery.due_at,
        "answer": "",
        "created_at": made_at,
        "finished_at": made_at if ended else None,
        "silence_id": delivery.silence_id,
        "waits_for": WAITS_FOR.dump(delivery.waits_for) if delivery.waits_for else None,
        "digest": delivery.digest,
        "urgent": delivery.urgent or None,
        "thread": delivery.thread or None,
    }


def _first_state(delivery: Delivery) -> DeliveryState:
    if delivery.silence_id is not None:
        return DeliveryState.SILENCED
    return DeliveryState.HELD if delivery.held or delivery.repeats else DeliveryState.WAITING
