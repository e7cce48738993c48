"""Checks: everything that a check leaves behind, written in one transaction or not at all."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, func, select, update

from watcher.models.alerts import DeliveryState
from watcher.models.changes import Noun
from watcher.models.checks import CheckOutcome, CheckRecord, CheckSummary, PageFailure, TextState
from watcher.models.documents import Document
from watcher.models.events import Gather
from watcher.models.incidents import IncidentChange
from watcher.store import words
from watcher.store.changes import note
from watcher.store.codec import HABITS, LATE, dump_plain
from watcher.store.columns import Moment, Words
from watcher.store.engine import insert, writing
from watcher.store.incidents import write_change
from watcher.store.keeping import unread_since_restore
from watcher.store.placing import settle
from watcher.store.receipts import count_checks
from watcher.store.rows import CheckRows, EntryRows, Row, check_rows, delivery_row, visit_row
from watcher.store.schema import captures, checks, deliveries, entries, matches, revisions, sources, visits

_REVISED = (
    *("revision", "content_sha256", "url", "title", "language", "published", "published_raw", "changed_at"),
    *("text_state", "page_error", "page_attempts", "page_due_at", "authentication"),
)
MATCH_SEEN_AGAIN = (
    *("revision", "current", "position", "main", "score", "document", "vocabulary_version", "language"),
)
"""What of a match is written anew when it is found again; what people decide is not among it."""


@dataclass(frozen=True, slots=True)
class Checks:
    """Where the results of checks go."""

    _engine: Engine

    def record(self, records: Sequence[CheckRecord], gather: Gather | None = None) -> list[CheckSummary]:
        """Write all of it in ONE transaction: captures, entries, revisions, matches, deliveries, validators, health.

        A record whose claim is no longer good (somebody else took the source, or it was recorded already) writes
        nothing and has no summary. What is new is decided by the INSERT: an entry, a revision or a delivery that is
        already there stays as it is, and brings none of its matches and deliveries again. `gather` says which event
        an entry belongs to and which of its deliveries still ring; without it there are no events.
        """
        prepared = [check_rows(record) for record in records]
        with writing(self._engine) as connection:
            good = _good_claims(connection, records)
            kept = [p for p in prepared if (p.record.source_id, p.record.fence) in good]
            held = unread_since_restore(connection, [p.record.source_id for p in kept if _tells(p)])
            _write_sources(connection, [p.record for p in kept])
            count_checks(connection, [p.record for p in kept])
            return _write_all(connection, kept, held, gather)


@dataclass(frozen=True, slots=True)
class _Accepted:
    """What of a check's entries is really new: their rows, by the `seq` of the entry."""

    new: dict[int, EntryRows]
    revised: dict[int, EntryRows]

    @property
    def all(self) -> dict[int, EntryRows]:
        return self.new | self.revised


def _good_claims(connection: Connection, records: Sequence[CheckRecord]) -> set[tuple[str, int]]:
    ids = sorted({record.source_id for record in records})
    # in the order of ids, so that two writers never wait for each other
    query = select(sources.c.id, sources.c.fence).where(sources.c.id.in_(ids)).order_by(sources.c.id)
    return {(row.id, row.fence) for row in connection.execute(query.with_for_update())}


# --- the source --------------------------------------------------------------------------------------------------

_AFTER: dict[str, Any] = {
    "fence": sources.c.fence + 1,  # the claim is used up: the same record again is stale
    "lease_until": None,
    "next_check_at": bindparam("next_check"),
    "etag": bindparam("new_etag"),
    "last_modified": bindparam("new_last_modified"),
    "body_sha256": bindparam("body"),
    "last_check_at": bindparam("at"),
    "last_outcome": bindparam("outcome"),
    "last_status": bindparam("answer"),
    "problem_kind": bindparam("kind"),
    "problem": bindparam("message"),
    "advice": bindparam("hint"),
    "habits": func.coalesce(bindparam("learnt", type_=Words), sources.c.habits),
}
_WENT_WELL: dict[str, Any] = {"failures": 0, "failing_since": None, "last_success_at": bindparam("at")}
_SOURCE = update(sources).where(sources.c.id == bindparam("source"))
_SOURCE_AFTER = {
    CheckOutcome.UNCHANGED: _SOURCE.values(_AFTER | _WENT_WELL),
    CheckOutcome.READ: _SOURCE.values(
        _AFTER
        | _WENT_WELL
        | {
            "first_read_at": func.coalesce(sources.c.first_read_at, bindparam("all_read_at", type_=Moment())),
            "memory": bindparam("new_memory"),
            "cursor": bindparam("rest"),
            "late": bindparam("failed_ones"),
        }
    ),
    CheckOutcome.FAILED: _SOURCE.values(
        _AFTER
        | {
            "failures": sources.c.failures + 1,
            "failing_since": func.coalesce(sources.c.failing_since, bindparam("at")),
        }
    ),
}


def _write_sources(connection: Connection, records: Sequence[CheckRecord]) -> None:
    for outcome, statement in _SOURCE_AFTER.items():
        rows = [_source_row(record) for record in records if record.outcome is outcome]
        if rows:
            connection.execute(statement, rows)


def _source_row(record: CheckRecord) -> Row:
    problem = record.problem
    read = {
        "new_memory": record.memory,
        "rest": dump_plain(record.cursor) if record.cursor else None,
        "failed_ones": LATE.dump(record.late) if record.late else None,
        "all_read_at": None if record.to_be_continued else record.finished_at,
    }
    return (read if record.outcome is CheckOutcome.READ else {}) | {
        "source": record.source_id,
        "next_check": record.next_check_at,
        "new_etag": record.validators.etag,
        "new_last_modified": record.validators.last_modified,
        "body": record.body_sha256,
        "at": record.finished_at,
        "outcome": record.outcome.value,
        "answer": record.status,
        "kind": problem.kind.value if problem else "",
        "message": problem.message if problem else "",
        "hint": problem.advice if problem else "",
        "learnt": HABITS.dump(record.habits) if record.habits else None,
    }


# --- the entries -------------------------------------------------------------------------------------------------


def _write_all(
    connection: Connection, kept: Sequence[CheckRows], held: Collection[str], gather: Gather | None
) -> list[CheckSummary]:
    accepted = [_accept(connection, check) for check in kept]
    _write_captures(connection, zip(kept, accepted, strict=True))
    return [
        _write(connection, check, new, gather, held=check.record.source_id in held)
        for check, new in zip(kept, accepted, strict=True)
    ]


def _accept(connection: Connection, check: CheckRows) -> _Accepted:
    if not check.entries:
        return _Accepted({}, {})
    by_id = {rows.record.entry_id: rows for rows in check.entries}
    statement = insert(connection, entries).on_conflict_do_nothing(index_elements=["id"])
    inserted = connection.execute(
        statement.returning(entries.c.seq, entries.c.id), [rows.entry for rows in by_id.values()]
    ).all()
    new = {row.seq: by_id.pop(row.id) for row in inserted}
    return _Accepted(new, _revise(connection, check, by_id))


def _revise(connection: Connection, check: CheckRows, by_id: dict[str, EntryRows]) -> dict[int, EntryRows]:
    known = select(*entries.c["seq", "id", "revision"])
    revised: dict[int, EntryRows] = {}
    for row in connection.execute(known.where(entries.c.id.in_(by_id))).all():
        rows = by_id[row.id]
        if rows.record.revision > row.revision:
            revised[row.seq] = rows
            newer = {name: rows.entry[name] for name in _REVISED}
            connection.execute(update(entries).where(entries.c.seq == row.seq).values(newer))
    return revised


_HELD: Row = {"state": DeliveryState.RESTORED.value, "due_at": None}
_PAGE_FAILED = (
    update(entries)
    .where(entries.c.id == bindparam("entry"), entries.c.text_state.in_((TextState.WAITING, TextState.MISSING)))
    .values(
        text_state=TextState.MISSING,
        page_error=bindparam("said"),
        page_attempts=bindparam("tried"),
        page_due_at=bindparam("due"),
    )
)


def _write_page_failures(connection: Connection, failures: Sequence[PageFailure]) -> None:
    rows = [{"entry": f.entry_id, "said": f.error, "tried": f.attempts, "due": f.due_at} for f in failures]
    if rows:
        connection.execute(_PAGE_FAILED, rows)


def _write_captures(connection: Connection, checked: Iterable[tuple[CheckRows, _Accepted]]) -> None:
    needed: dict[str, Row] = {}
    for check, accepted in checked:
        evidence = [check.record.evidence] if check.record.keep_answer and check.record.evidence else []
        for document in (*_kept_documents(check.record, accepted), *evidence):
            needed[document.sha256] = check.captures[document.sha256]
    if needed:
        statement = insert(connection, captures).on_conflict_do_nothing(index_elements=["sha256"])
        # in the order of digests, so that two writers never wait for each other
        connection.execute(statement, [needed[sha256] for sha256 in sorted(needed)])


def _kept_documents(record: CheckRecord, accepted: _Accepted) -> list[Document]:
    found = [rows.record for rows in accepted.all.values()]
    kept = [document for each in found for document in (each.document, each.page) if document]
    return [record.document, *kept] if record.document and found else kept


def _write(
    connection: Connection, check: CheckRows, accepted: _Accepted, gather: Gather | None, *, held: bool
) -> CheckSummary:
    visit, found, told = None, 0, 0
    if check.record.keep_answer and not accepted.all:
        visit = _visit(connection, check.record.evidence, check.record.source_id)
    if accepted.all:
        visit = _visit(connection, check.record.document, check.record.source_id)
        _write_revisions(connection, check.record, accepted, visit)
        found = _write_matches(connection, accepted)
        told = _write_deliveries(connection, check.record, accepted, gather, held=held)
        _note_changes(connection, accepted, check.record.finished_at)
        news = update(sources).where(sources.c.id == check.record.source_id)
        connection.execute(news.values(last_news_at=check.record.started_at))
        words.index(connection, ((seq, rows.folded) for seq, rows in accepted.all.items()))
    _write_page_failures(connection, check.record.page_failures)
    changed = IncidentChange()
    if check.record.incident:
        changed = write_change(connection, check.record.incident, check.record.finished_at)
    summary = replace(_summary(check.record, accepted, found, told), opened=changed.opened, closed=changed.closed)
    if check.is_remembered:
        connection.execute(checks.insert(), _check_row(check.record, summary, visit))
    return summary


def _visit(connection: Connection, document: Document | None, source_id: str) -> int | None:
    if document is None:
        return None
    row = visit_row(document, source_id)
    return int(connection.execute(visits.insert().returning(visits.c.seq), row).scalar_one())


def _write_revisions(connection: Connection, record: CheckRecord, accepted: _Accepted, visit: int | None) -> None:
    known: dict[str, int | None] = {record.document.sha256: visit} if record.document else {}
    for entry in accepted.all.values():
        document = entry.record.document
        if document and document.sha256 not in known:
            known[document.sha256] = _visit(connection, document, record.source_id)
    rows = [
        rows.revision
        | {
            "entry_seq": seq,
            "visit_seq": known[rows.record.document.sha256] if rows.record.document else visit,
            "page_visit_seq": _visit(connection, rows.record.page, record.source_id),
        }
        for seq, rows in accepted.all.items()
    ]
    connection.execute(revisions.insert(), rows)


def _write_matches(connection: Connection, accepted: _Accepted) -> int:
    """Returns how many matches were not there before. Those that stay keep their verdict, their age and their id."""
    revised = list(accepted.revised)
    known: set[str] = set()
    if revised:
        of_revised = matches.c.entry_seq.in_(revised)
        known = set(connection.scalars(select(matches.c.id).where(of_revised)))
        connection.execute(update(matches).where(of_revised).values(current=False))
    rows = [row | {"entry_seq": seq} for seq, entry in accepted.all.items() for row in entry.matches]
    if rows:
        statement = insert(connection, matches)
        seen_again = {name: statement.excluded[name] for name in MATCH_SEEN_AGAIN}
        connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=seen_again), rows)
    return len({row["id"] for row in rows} - known)


def _tells(check: CheckRows) -> bool:
    return any(entry.deliveries for entry in check.entries)


def _write_deliveries(
    connection: Connection, record: CheckRecord, accepted: _Accepted, gather: Gather | None, *, held: bool
) -> int:
    """Returns how many there are to be sent: what is held for good because it says nothing new is not.

    `held`: what was open is written as what waits for a person, because it may have been sent before a restore.
    """
    rows = [row for entry in accepted.all.values() for row in entry.deliveries]
    if gather:
        seen = {seq: (p, rows.record.deliveries) for seq, rows in accepted.all.items() if (p := rows.record.print)}
        settled = settle(connection, gather, seen)
        rows = [row for row in rows if row["entry_id"] not in settled]
        rows += [delivery_row(each, record.finished_at) for made in settled.values() for each in made]
    if held:
        rows = [row | _HELD | {"finished_at": row["created_at"]} if row["due_at"] else row for row in rows]
    if not rows:
        return 0
    statement = insert(connection, deliveries).on_conflict_do_nothing(index_elements=["id"])
    written = connection.execute(statement.returning(deliveries.c.due_at, deliveries.c.silence_id), rows).all()
    return sum(row.due_at is not None or row.silence_id is not None for row in written)


def _note_changes(connection: Connection, accepted: _Accepted, at: datetime) -> None:
    note(connection, Noun.ENTRY, [rows.record.entry_id for rows in accepted.all.values()], at)
    note(connection, Noun.MATCH, [row["id"] for rows in accepted.new.values() for row in rows.matches], at)
    if accepted.revised:
        # also those that the new revision no longer has
        theirs = select(matches.c.id).where(matches.c.entry_seq.in_(accepted.revised)).order_by(matches.c.seq)
        note(connection, Noun.MATCH, connection.scalars(theirs).all(), at)


# --- the history -------------------------------------------------------------------------------------------------


def _summary(record: CheckRecord, accepted: _Accepted, found: int, told: int) -> CheckSummary:
    return CheckSummary(
        source_id=record.source_id,
        outcome=record.outcome,
        new_entries=len(accepted.new),
        new_revisions=len(accepted.revised),
        matches=found,
        deliveries=told,
        backfill=record.backfill,
        problem=record.problem,
        seconds=_seconds(record.started_at, record.finished_at),
        # rows are kept last entry first; people read first entry first
        entry_ids=tuple(rows.record.entry_id for rows in reversed(accepted.all.values())),
    )


def _seconds(start: datetime, end: datetime) -> float:
    return max(0.0, (end - start).total_seconds())


def _check_row(record: CheckRecord, summary: CheckSummary, visit: int | None) -> Row:
    return {
        "source_id": record.source_id,
        "started_at": record.started_at,
        "finished_at": record.finished_at,
        "outcome": record.outcome.value,
        "status": record.status,
        "problem_kind": record.problem.kind.value if record.problem else "",
        "problem": record.problem.message if record.problem else "",
        "backfill": record.backfill,
        "entries_seen": record.entries_seen,
        "left_over": record.left_over,
        "new_entries": summary.new_entries,
        "new_revisions": summary.new_revisions,
        "matches": summary.matches,
        "deliveries": summary.deliveries,
        "visit_seq": visit,
    }
