"""From an entry with its text to what is recorded of it: classified, and routed to whom it concerns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from watcher.events import take_print
from watcher.models.alerts import Announcement
from watcher.models.checks import EntryRecord, KnownEntry
from watcher.models.identity import content_sha256, entry_id, match_id
from watcher.models.matches import Classification, Match
from watcher.pipeline.visit import Found, Visit


def classify_and_route(visit: Visit, entries: Sequence[Found]) -> tuple[EntryRecord, ...]:
    """One record for each entry, with its matches and the deliveries that they make. Blocks: run it in a thread."""
    return tuple(_routed(visit, each, _pictured(visit, _classified(visit, each))) for each in entries)


def _classified(visit: Visit, each: Found) -> EntryRecord:
    entry, known = each.entry, each.known
    return EntryRecord(
        entry_id=known.entry_id if known else entry_id(visit.claimed.source.id, entry.key),
        revision=known.revision + 1 if known else 1,
        entry=entry,
        content_sha256=known.content_sha256 if known and each.is_waiting else content_sha256(each.said or entry),
        text=each.text,
        text_state=each.text_state,
        classification=visit.tools.classify(
            text=each.text,
            title=entry.title,
            publisher_type=visit.claimed.publisher.type,
            published_at=entry.published,
        ),
        deliveries=(),
        backfill=known.backfill if known else visit.is_old_news(entry),
        document=each.document,
        page=each.page,
        page_error=each.page_error,
        page_attempts=each.page_attempts,
        page_due_at=each.page_due_at,
    )


def _pictured(visit: Visit, record: EntryRecord) -> EntryRecord:
    """With what it reports, so that it is found again in other outlets' words."""
    if not record.classification.matches:
        return record
    return replace(record, print=take_print(_announcement(visit, record, record.classification.matches)))


def _routed(visit: Visit, each: Found, record: EntryRecord) -> EntryRecord:
    if _rings_nobody(visit, each):
        return record
    news = _new_matches(record.entry_id, record.classification, each.known)
    if not news:
        return record
    announcement = _announcement(visit, record, news)
    return replace(record, deliveries=visit.tools.route(announcement, visit.tools.clock()))


def _rings_nobody(visit: Visit, each: Found) -> bool:
    """Backfill stays silent, also when its page is read later; an edit of an old entry is news."""
    if each.known is None:
        return visit.is_old_news(each.entry)
    return each.known.backfill and each.is_waiting


def _new_matches(entry: str, classification: Classification, known: KnownEntry | None) -> tuple[Match, ...]:
    """Of a revised entry only what its last revision did not say."""
    if known is None:
        return classification.matches
    return tuple(match for match in classification.matches if match_id(entry, match) not in known.match_ids)


def _announcement(visit: Visit, record: EntryRecord, news: tuple[Match, ...]) -> Announcement:
    source, publisher, entry = visit.claimed.source, visit.claimed.publisher, record.entry
    return Announcement(
        entry_id=record.entry_id,
        revision=record.revision,
        source_id=source.id,
        publisher_id=publisher.id,
        publisher_name=publisher.name,
        publisher_type=publisher.type,
        url=entry.url,
        title=entry.title,
        text=record.text,
        language=entry.language,
        published=entry.published,
        first_seen=visit.started_at,
        announcement_kind=record.classification.announcement_kind,
        matches=news,
        links=entry.links,
        versions=entry.versions,
    )
