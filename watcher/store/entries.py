"""Entries: what was announced, what is already known of a source, which pages are still to be read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, and_, func, select

from watcher.models.alerts import Announcement
from watcher.models.catalog import Publisher
from watcher.models.checks import Alike, KnownEntry, TextState, WaitingPage
from watcher.models.entries import Entry
from watcher.models.identity import entry_id
from watcher.models.matches import Classification
from watcher.models.views import EntryQuery, EntryRow, EntryView, ReviewNote, RevisionRow
from watcher.models.words import PublisherType
from watcher.store.chunks import chunks
from watcher.store.codec import CLASSIFICATION, SOURCE
from watcher.store.deliveries import ROWS as DELIVERY_ROWS
from watcher.store.deliveries import read_delivery_row
from watcher.store.engine import reading
from watcher.store.matches import ROWS as MATCH_ROWS
from watcher.store.matches import read_match_row
from watcher.store.matching import entry_fits
from watcher.store.reviews import read_note
from watcher.store.schema import deliveries, entries, matches, publishers, reviews, revisions, sources, visits
from watcher.store.sources import read_publisher

_PAGE = 100
_LARGEST = 2**63 - 1
_NEWEST = and_(revisions.c.entry_seq == entries.c.seq, revisions.c.number == entries.c.revision)


@dataclass(frozen=True, slots=True)
class Entries:
    """The announcements found in the sources."""

    _engine: Engine

    def known(self, source_id: str, keys: Iterable[str]) -> dict[str, KnownEntry]:
        """What is stored under these keys of the source, by key; keys that are not stored are left out."""
        ids = {entry_id(source_id, key): key for key in keys}
        found: dict[str, KnownEntry] = {}
        with reading(self._engine) as connection:
            for chunk in chunks(list(ids)):
                rows = connection.execute(select(entries).where(entries.c.id.in_(chunk))).all()
                found |= {ids[known.entry_id]: known for known in _known(connection, rows)}
        return found

    def keys(self, source_id: str) -> list[str]:
        """The keys of all entries of the source that are stored."""
        with reading(self._engine) as connection:
            return list(connection.scalars(select(entries.c.key).where(entries.c.source_id == source_id)))

    def alike(self, source_id: str, contents: Iterable[str]) -> list[Alike]:
        """The entries of the source that say one of these things (`content_sha256`)."""
        named = entries.c.key, entries.c.content_sha256, entries.c.url, entries.c.published
        of_source = select(*named).where(entries.c.source_id == source_id)
        found: list[Alike] = []
        with reading(self._engine) as connection:
            for chunk in chunks(list(contents)):
                rows = connection.execute(of_source.where(entries.c.content_sha256.in_(chunk)))
                found += [Alike(row.key, row.content_sha256, row.url, row.published) for row in rows]
        return found

    def waiting_pages(self, source_id: str, now: datetime, limit: int) -> list[WaitingPage]:
        """Up to `limit` entries of the source whose page is due to be fetched, longest due first."""
        due = and_(entries.c.source_id == source_id, entries.c.page_due_at <= now)
        newest = revisions.c["text", "source_text", "teaser"]
        query = select(entries, *newest).join(revisions, _NEWEST).where(due)
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(entries.c.page_due_at, entries.c.seq).limit(limit)).all()
            known = _known(connection, rows)
        return [WaitingPage(_as_said(row), k) for row, k in zip(rows, known, strict=True)]

    def announcements(self, since: datetime) -> Iterator[tuple[Announcement, bool]]:
        """Entries with matches that were first seen since then, newest first, and whether each is backfill.

        A page at a time: the texts of all of them are never in memory together.
        """
        newest = _LARGEST
        while True:
            with reading(self._engine) as connection:
                has_match = (
                    select(matches.c.seq).where(matches.c.entry_seq == entries.c.seq, matches.c.current).exists()
                )
                wanted = (entries.c.first_seen >= since, entries.c.seq < newest, has_match)
                rows = connection.execute(_WHOLE.where(*wanted).order_by(entries.c.seq.desc()).limit(_PAGE)).all()
                page = [
                    (_announcement(connection, row, CLASSIFICATION.load(row.classification)), row.backfill)
                    for row in rows
                ]
            yield from page
            if len(rows) < _PAGE:
                return
            newest = rows[-1].seq

    def show(self, entry_id: str) -> EntryView | None:
        """The entry, whole, or None when there is none of that id."""
        with reading(self._engine) as connection:
            row = connection.execute(_WHOLE.where(entries.c.id == entry_id)).first()
            return _view(connection, row) if row is not None else None

    def listing(self, query: EntryQuery, *, cursor: str | None = None, limit: int = 50) -> list[EntryRow]:
        """Entries that fit, newest first; `cursor` is the id of the last one of the page before. Raises SearchError."""
        with reading(self._engine) as connection:
            wanted = [entry_fits(connection, query)]
            if cursor is not None:
                last = entries.alias("last")
                wanted.append(entries.c.seq < select(last.c.seq).where(last.c.id == cursor).scalar_subquery())
            rows = connection.execute(_LISTED.where(*wanted).order_by(entries.c.seq.desc()).limit(limit)).all()
        return list(map(_entry_row, rows))

    def some(self, ids: Collection[str]) -> dict[str, EntryRow]:
        """Entries by id; those that are not there are left out."""
        with reading(self._engine) as connection:
            rows = connection.execute(_LISTED.where(entries.c.id.in_(ids))).all()
        return {row.id: _entry_row(row) for row in rows}

    def revisions(self, entry_id: str, newest: int = 20) -> list[RevisionRow]:
        """The last states of the entry's text, oldest first."""
        columns = revisions.c["number", "recorded_at", "title", "text", "text_state"]
        query = select(*columns).join(entries, entries.c.seq == revisions.c.entry_seq).where(entries.c.id == entry_id)
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(revisions.c.number.desc()).limit(newest)).all()
        return [_revision(row) for row in reversed(rows)]


def _revision(row: Any) -> RevisionRow:
    return RevisionRow(row.number, row.recorded_at, row.title, row.text, TextState(row.text_state))


def _known(connection: Connection, rows: Collection[Any]) -> list[KnownEntry]:
    found: dict[int, set[str]] = {row.seq: set() for row in rows}
    query = select(matches.c.entry_seq, matches.c.id).where(matches.c.entry_seq.in_(found), matches.c.current)
    for match in connection.execute(query):
        found[match.entry_seq].add(match.id)
    return [_known_entry(row, frozenset(found[row.seq])) for row in rows]


def _known_entry(row: Any, match_ids: frozenset[str]) -> KnownEntry:
    return KnownEntry(
        entry_id=row.id,
        revision=row.revision,
        content_sha256=row.content_sha256,
        text_state=TextState(row.text_state),
        page_attempts=row.page_attempts,
        page_due_at=row.page_due_at,
        match_ids=match_ids,
        backfill=row.backfill,
    )


def _as_said(row: Any) -> Entry:
    """The entry as its source said it, before any page was read."""
    return Entry(
        key=row.key,
        url=row.url,
        title=row.title,
        text=row.text if row.source_text is None else row.source_text,
        teaser=row.teaser,
        published=row.published,
        published_raw=row.published_raw,
        language=row.language,
        authentication=row.authentication or "",
    )


# --- entries in lists --------------------------------------------------------------------------------------------

_HOW_MANY = select(func.count()).where(matches.c.entry_seq == entries.c.seq, matches.c.current).scalar_subquery()
_LISTED = (
    select(
        entries,
        publishers.c.id.label("publisher_id"),
        publishers.c.name.label("publisher_name"),
        publishers.c.type.label("publisher_type"),
        publishers.c.country.label("publisher_country"),
        _HOW_MANY.label("matches"),
    )
    .join(sources, sources.c.id == entries.c.source_id)
    .join(publishers, publishers.c.id == sources.c.publisher_id)
)


def _entry_row(row: Any) -> EntryRow:
    type_ = PublisherType(row.publisher_type)
    return EntryRow(
        id=row.id,
        source_id=row.source_id,
        publisher=Publisher(row.publisher_id, row.publisher_name, type_, row.publisher_country),
        title=row.title,
        url=row.url,
        language=row.language,
        published=row.published,
        first_seen=row.first_seen,
        changed_at=row.changed_at,
        revision=row.revision,
        text_state=TextState(row.text_state),
        backfill=row.backfill,
        matches=row.matches,
    )


# --- one entry, whole --------------------------------------------------------------------------------------------

_WHOLE = (
    select(
        entries,
        *revisions.c["text", "classification", "vocabulary_version", "visit_seq", "page_visit_seq"],
        *sources.c["config", "publisher_id"],
    )
    .join(revisions, _NEWEST)
    .join(sources, sources.c.id == entries.c.source_id)
)


def _view(connection: Connection, row: Any) -> EntryView:
    current = and_(matches.c.entry_seq == row.seq, matches.c.current)
    listed = connection.execute(MATCH_ROWS.where(current).order_by(matches.c.position)).all()
    told = connection.execute(DELIVERY_ROWS.where(deliveries.c.entry_id == row.id).order_by(deliveries.c.seq)).all()
    classification = CLASSIFICATION.load(row.classification)
    return EntryView(
        announcement=_announcement(connection, row, classification),
        source=SOURCE.load(row.config),
        matches=tuple(map(read_match_row, listed)),
        reviews=_reviews(connection, row.seq),
        deliveries=tuple(map(read_delivery_row, told)),
        text_state=TextState(row.text_state),
        page_error=row.page_error,
        backfill=row.backfill,
        published_raw=row.published_raw,
        authentication=row.authentication or "",
        capture_sha256=_capture(connection, row.page_visit_seq or row.visit_seq),
        vocabulary_version=row.vocabulary_version,
    )


def _announcement(connection: Connection, row: Any, classification: Classification) -> Announcement:
    publisher_row = connection.execute(select(publishers).where(publishers.c.id == row.publisher_id)).one()
    publisher = read_publisher(publisher_row)
    return Announcement(
        entry_id=row.id,
        revision=row.revision,
        source_id=row.source_id,
        publisher_id=publisher.id,
        publisher_name=publisher.name,
        publisher_type=publisher.type,
        url=row.url,
        title=row.title,
        text=row.text,
        language=row.language,
        published=row.published,
        first_seen=row.first_seen,
        announcement_kind=classification.announcement_kind,
        matches=classification.matches,
    )


def _reviews(connection: Connection, entry_seq: int) -> tuple[tuple[str, ReviewNote], ...]:
    query = select(matches.c.id.label("match"), reviews).join(matches, matches.c.seq == reviews.c.match_seq)
    rows = connection.execute(query.where(matches.c.entry_seq == entry_seq).order_by(reviews.c.seq))
    return tuple((row.match, read_note(row)) for row in rows)


def _capture(connection: Connection, visit: int | None) -> str | None:
    return connection.scalar(select(visits.c.capture_sha256).where(visits.c.seq == visit)) if visit else None
