"""Reclassification: what the classifier says now takes the place of what it said before, a few entries per transaction.

A person's decision outlives the classifier: what was reviewed stays, found again or not. Nobody is told of anything:
a match that was not there is marked as backfill, and belongs to the time at which its revision was recorded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, and_, bindparam, func, select, text, update

from watcher.models.alerts import Announcement
from watcher.models.changes import Noun
from watcher.models.checks import TextState
from watcher.models.events import Gather
from watcher.models.importance import weight
from watcher.models.reclassified import Outcome, Reclassified, StoredText, Tally, Wanted
from watcher.models.words import Action, Modality, PublisherType
from watcher.store import words
from watcher.store.changes import note
from watcher.store.checks import MATCH_SEEN_AGAIN
from watcher.store.codec import CLASSIFICATION, PRINT
from watcher.store.engine import insert, reading, writing
from watcher.store.placing import settle
from watcher.store.rows import Row, match_rows
from watcher.store.schema import entries, event_entries, matches, publishers, reviews, revisions, sources

_HAS_TEXT = entries.c.text_state != TextState.PRUNED.value
_NEWEST = and_(revisions.c.entry_seq == entries.c.seq, revisions.c.number == entries.c.revision)
_TEXTS = (
    select(
        *entries.c["seq", "id", "revision", "source_id", "url", "title", "language", "published", "changed_at"],
        revisions.c.text,
        publishers.c.id.label("publisher_id"),
        publishers.c.name.label("publisher_name"),
        publishers.c.type.label("publisher_type"),
        event_entries.c.print,
    )
    .join(revisions, _NEWEST)
    .join(sources, sources.c.id == entries.c.source_id)
    .join(publishers, publishers.c.id == sources.c.publisher_id)
    .join(event_entries, event_entries.c.entry_seq == entries.c.seq, isouter=True)
)
_WRITTEN = (
    update(revisions)
    .where(revisions.c.entry_seq == bindparam("entry"), revisions.c.number == bindparam("revision"))
    .values(classification=bindparam("said"), vocabulary_version=bindparam("version"))
)


@dataclass(frozen=True, slots=True)
class Reclassification:
    """Stored texts to be classified again. Every method is one transaction; killed between two, and a run goes on."""

    _engine: Engine

    def count(self, wanted: Wanted) -> int:
        """How many entries are wanted; those whose text was pruned never are."""
        query = select(func.count()).select_from(entries.join(revisions, _NEWEST)).where(_is_wanted(wanted))
        with reading(self._engine) as connection:
            return connection.scalar(query) or 0

    def texts(self, wanted: Wanted, *, after: int, limit: int) -> list[StoredText]:
        """Up to `limit` wanted entries behind the place `after` (0: from the beginning), in the order of places."""
        query = _TEXTS.where(_is_wanted(wanted), entries.c.seq > after).order_by(entries.c.seq).limit(limit)
        with reading(self._engine) as connection:
            return [_stored(row) for row in connection.execute(query)]

    def compare(self, batch: Sequence[Reclassified]) -> Outcome:
        """What `record` would do. Changes nothing."""
        with reading(self._engine) as connection:
            same = _same(batch, connection.execute(_states(batch)).all())
            return _differences(connection, same, _matches_of(same)).outcome(len(batch))

    def record(self, batch: Sequence[Reclassified], gather: Gather, now: datetime) -> Outcome:
        """Write what the classifier says now, where the entry still says what was classified. Makes no deliveries."""
        with writing(self._engine) as connection:
            _keep_others_out(connection, {each.stored.said.source_id for each in batch})
            same = _same(batch, connection.execute(_states(batch).with_for_update(of=entries)).all())
            found = _differences(connection, same, _matches_of(same).with_for_update(of=matches))
            _write(connection, same, found)
            settle(connection, gather, {each.stored.seq: (each.print, ()) for each in same if each.print})
            note(connection, Noun.ENTRY, [each.stored.said.entry_id for each in same], now)
            note(connection, Noun.MATCH, found.changed, now)
        return found.outcome(len(batch))


def _is_wanted(wanted: Wanted) -> ColumnElement[bool]:
    conditions = [_HAS_TEXT]
    if not wanted.everything:
        conditions.append(revisions.c.vocabulary_version != wanted.version)
    if wanted.since is not None:
        conditions.append(entries.c.first_seen >= wanted.since)
    if wanted.source is not None:
        conditions.append(entries.c.source_id == wanted.source)
    return and_(*conditions)


def _stored(row: Any) -> StoredText:
    """Links and versions came with the document, and only prints keep them."""
    kept = PRINT.load(row.print) if row.print else None
    said = Announcement(
        entry_id=row.id,
        revision=row.revision,
        source_id=row.source_id,
        publisher_id=row.publisher_id,
        publisher_name=row.publisher_name,
        publisher_type=PublisherType(row.publisher_type),
        url=row.url,
        title=row.title,
        text=row.text,
        language=row.language,
        published=row.published,
        first_seen=row.changed_at,
        announcement_kind=None,
        matches=(),
        links=kept.links if kept else (),
        versions=kept.versions if kept else (),
    )
    return StoredText(row.seq, said)


# --- what is still as it was read --------------------------------------------------------------------------------


def _keep_others_out(connection: Connection, source_ids: Collection[str]) -> None:
    """A check locks its source before all else; so whoever comes second sees what the first one wrote.

    Pruning of captures, which writes revisions in an order of its own, locks that table before all else.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE captures IN ROW EXCLUSIVE MODE"))
    theirs = select(sources.c.id).where(sources.c.id.in_(source_ids)).order_by(sources.c.id)
    connection.execute(theirs.with_for_update(key_share=True)).all()


def _states(batch: Sequence[Reclassified]) -> Any:
    seqs = [each.stored.seq for each in batch]
    return select(*entries.c["seq", "revision"]).where(entries.c.seq.in_(seqs), _HAS_TEXT).order_by(entries.c.seq)


def _same(batch: Sequence[Reclassified], states: Iterable[Any]) -> list[Reclassified]:
    revision = {row.seq: row.revision for row in states}
    return [each for each in batch if revision.get(each.stored.seq) == each.stored.said.revision]


# --- what is different -------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Differences:
    """The matches to be written, and the ids and policies of the others."""

    rows: list[Row] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    counted: dict[str, Counter[str]] = field(default_factory=dict)
    first: list[int] = field(default_factory=list)
    """The `seq` of the entries that never had a match before."""
    looked_at: int = 0

    @property
    def changed(self) -> list[str]:
        return [*(row["id"] for row in self.rows), *self.gone]

    def count(self, policy: str, what: str) -> None:
        self.counted.setdefault(policy, Counter())[what] += 1

    def outcome(self, of: int) -> Outcome:
        policies = {policy: Tally(**self.counted[policy]) for policy in sorted(self.counted)}
        return Outcome(self.looked_at, of - self.looked_at, policies)


def _matches_of(batch: Sequence[Reclassified]) -> Any:
    """In the order of `seq`, so that two writers never wait for each other."""
    seqs = [each.stored.seq for each in batch]
    columns = matches.c["seq", "id", "entry_seq", "current", "policy", "action", "modality"]
    return select(*columns).where(matches.c.entry_seq.in_(seqs)).order_by(matches.c.seq)


def _differences(connection: Connection, batch: Sequence[Reclassified], query: Any) -> _Differences:
    known: dict[int, dict[str, Any]] = {}
    for row in connection.execute(query):
        known.setdefault(row.entry_seq, {})[row.id] = row
    # asked when the matches are locked: a review of this moment is seen
    theirs = [row.seq for rows in known.values() for row in rows.values()]
    reviewed = set(connection.scalars(select(reviews.c.match_seq).where(reviews.c.match_seq.in_(theirs))))
    found = _Differences(looked_at=len(batch))
    for each in batch:
        _compare(each, known.get(each.stored.seq, {}), reviewed, found)
    return found


def _compare(each: Reclassified, known: Mapping[str, Any], reviewed: Collection[int], found: _Differences) -> None:
    rows = {row["id"]: row for row in _rows(each)}
    former = {row.id: row for row in known.values() if row.current}
    for id_, row in rows.items():
        if id_ in known:
            row["weight"] = weight(Action(known[id_].action), Modality(known[id_].modality), row["score"])
        found.count(known[id_].policy if id_ in known else row["policy"], "unchanged" if id_ in former else "new")
    for id_ in (each for each in former if each not in rows):
        is_kept = former[id_].seq in reviewed
        found.count(former[id_].policy, "kept" if is_kept else "gone")
        if not is_kept:
            found.gone.append(id_)
    found.rows += rows.values()
    if rows and not known:
        found.first.append(each.stored.seq)


def _rows(each: Reclassified) -> list[Row]:
    said = each.stored.said
    rows = match_rows(
        each.classification,
        entry_id=said.entry_id,
        source_id=said.source_id,
        revision=said.revision,
        language=said.language,
        backfill=True,
        seen_at=said.first_seen,
    )
    return [row | {"entry_seq": each.stored.seq} for row in rows]


def _write(connection: Connection, batch: Sequence[Reclassified], found: _Differences) -> None:
    said = [
        {
            "entry": each.stored.seq,
            "revision": each.stored.said.revision,
            "said": CLASSIFICATION.dump(each.classification),
            "version": each.classification.vocabulary_version,
        }
        for each in batch
    ]
    if said:
        connection.execute(_WRITTEN, said)
    if found.gone:
        connection.execute(update(matches).where(matches.c.id.in_(found.gone)).values(current=False))
    if found.rows:
        statement = insert(connection, matches)
        seen_again = {name: statement.excluded[name] for name in (*MATCH_SEEN_AGAIN, "weight")}
        connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=seen_again), found.rows)
    words.index_matched(connection, found.first)
