"""Reviews: what people decide about matches, each decision a line that is never changed, and undone by another."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Engine, select, update

from watcher.models.changes import Noun
from watcher.models.importance import weight
from watcher.models.reviews import (
    Act,
    Change,
    Conflict,
    Reviewed,
    ReviewOutcome,
    act_of,
    apply,
    differences,
    restored,
)
from watcher.models.views import MatchRow, ReviewNote
from watcher.models.words import Action, Modality, Verdict
from watcher.store.changes import note
from watcher.store.codec import dump_plain, load_plain
from watcher.store.engine import reading, writing
from watcher.store.matches import ROWS, read_match_row
from watcher.store.schema import matches, reviews

_SHOWN = 100
_NOTE = ("verdict", "note", "reviewer", "at", "act", "reason", "changes", "act_id", "undoes")


@dataclass(frozen=True, slots=True)
class Reviews:
    """The audit trail. Whoever changes a match says which version of it they looked at; a later one is not lost."""

    _engine: Engine

    def make(
        self, changes: Sequence[Change], *, reviewer: str, now: datetime, second_reviewer: bool = False
    ) -> ReviewOutcome:
        """Make the changes, all as one act; those of matches that somebody changed meanwhile are left and told."""
        act_id = secrets.token_hex(8)
        kept, conflicts, missing = [], [], []
        with writing(self._engine) as connection:
            rows = _rows(connection, [change.match_id for change in changes])
            for change in changes:
                row = rows.get(change.match_id)
                if row is None:
                    missing.append(change.match_id)
                elif change.version is not None and change.version != row.version:
                    conflicts.append(Conflict(change, row.version))
                else:
                    new = apply(_state(row), change, reviewer=reviewer, second_reviewer=second_reviewer)
                    line = _Line(
                        act_id, reviewer, now, act_of(_state(row), new, change), change.note, change.reason or ""
                    )
                    _write(connection, row, new, line)
                    kept.append(change.match_id)
            _note_act(connection, act_id, kept, now)
        return ReviewOutcome(act_id if kept else "", tuple(kept), tuple(conflicts), tuple(missing))

    def undo(self, act_id: str, *, reviewer: str, now: datetime) -> ReviewOutcome:
        """Take an act back, match by match; those that somebody changed after it are left as they are."""
        new_id = secrets.token_hex(8)
        kept, conflicts = [], []
        with writing(self._engine) as connection:
            lines = connection.execute(select(reviews).where(reviews.c.act_id == act_id)).all()
            rows = {row.seq: row for row in _rows_of(connection, [line.match_seq for line in lines])}
            for line in lines:
                row = rows[line.match_seq]
                if _last_line(connection, row.seq) != line.seq:
                    conflicts.append(Conflict(Change(row.id), row.version))
                    continue
                back = restored(_state(row), _changes(line.changes))
                _write(connection, row, back, _Line(new_id, reviewer, now, Act.UNDO, "", "", undoes=act_id))
                kept.append(row.id)
            _note_act(connection, new_id, kept, now)
        return ReviewOutcome(new_id if kept else "", tuple(kept), tuple(conflicts), ())

    def act(self, act_id: str) -> tuple[tuple[MatchRow, ReviewNote], ...]:
        """The matches of one act, as they are now, with the line of each; at most a hundred."""
        query = ROWS.add_columns(*(column.label(f"note_{column.name}") for column in reviews.c))
        mine = query.join(reviews, reviews.c.match_seq == matches.c.seq).where(reviews.c.act_id == act_id)
        with reading(self._engine) as connection:
            rows = connection.execute(mine.order_by(reviews.c.seq).limit(_SHOWN)).all()
        return tuple((read_match_row(row), read_note(row, "note_")) for row in rows)

    def some(self, act_ids: Collection[str]) -> dict[str, tuple[tuple[str, ReviewNote], ...]]:
        """Acts by id, each as pairs of match and line; those that are not there are left out."""
        query = select(matches.c.id.label("match"), reviews).join(matches, matches.c.seq == reviews.c.match_seq)
        found: dict[str, tuple[tuple[str, ReviewNote], ...]] = {}
        with reading(self._engine) as connection:
            for row in connection.execute(query.where(reviews.c.act_id.in_(act_ids)).order_by(reviews.c.seq)):
                found[row.act_id] = (*found.get(row.act_id, ()), (row.match, read_note(row)))
        return found

    def last_of(self, match_id: str) -> str | None:
        """The act that changed a match last, or None: what `undo` can take back."""
        with reading(self._engine) as connection:
            query = select(reviews.c.act_id).join(matches, matches.c.seq == reviews.c.match_seq)
            newest = query.where(matches.c.id == match_id).order_by(reviews.c.seq.desc())
            return connection.scalar(newest.limit(1))

    def history(self, match_id: str) -> tuple[ReviewNote, ...]:
        """Everything that people did to a match, oldest first."""
        with reading(self._engine) as connection:
            query = select(reviews).join(matches, matches.c.seq == reviews.c.match_seq)
            rows = connection.execute(query.where(matches.c.id == match_id).order_by(reviews.c.seq)).all()
        return tuple(map(read_note, rows))


@dataclass(frozen=True, slots=True)
class _Line:
    """What the audit trail says besides the differences."""

    act_id: str
    reviewer: str
    at: datetime
    act: Act
    note: str
    reason: str
    undoes: str | None = None


def read_note(row: Any, prefix: str = "") -> ReviewNote:
    """A row with the columns of `reviews` as a value; rows of the first releases tell a verdict and nothing else."""
    given = {name: row._mapping[prefix + name] for name in _NOTE}
    return ReviewNote(
        verdict=Verdict(given["verdict"]),
        note=given["note"],
        reviewer=given["reviewer"],
        at=given["at"],
        act=Act(given["act"] or Act.DECIDE),
        reason=given["reason"] or "",
        changes=_changes(given["changes"]),
        act_id=given["act_id"] or "",
        undoes=given["undoes"] or "",
    )


def _note_act(connection: Connection, act_id: str, match_ids: Sequence[str], at: datetime) -> None:
    if match_ids:
        note(connection, Noun.MATCH, match_ids, at)
        note(connection, Noun.REVIEW, [act_id], at)


def _changes(document: str | None) -> dict[str, tuple[str, str]]:
    return {name: (before, after) for name, (before, after) in load_plain(document or "{}").items()}


def _rows(connection: Connection, ids: Sequence[str]) -> dict[str, Any]:
    # in the order of seq, so that two writers never wait for each other
    query = select(matches).where(matches.c.id.in_(ids)).order_by(matches.c.seq).with_for_update()
    return {row.id: row for row in connection.execute(query)}


def _rows_of(connection: Connection, seqs: Sequence[int]) -> list[Any]:
    query = select(matches).where(matches.c.seq.in_(seqs)).order_by(matches.c.seq).with_for_update()
    return list(connection.execute(query).all())


def _last_line(connection: Connection, match_seq: int) -> int | None:
    query = select(reviews.c.seq).where(reviews.c.match_seq == match_seq).order_by(reviews.c.seq.desc())
    return connection.scalar(query.limit(1))


def _state(row: Any) -> Reviewed:
    return Reviewed(
        verdict=Verdict(row.verdict),
        policy=row.policy,
        action=Action(row.action),
        modality=Modality(row.modality),
        assignee=row.assignee or "",
        due=date.fromisoformat(row.due) if row.due else None,
        proposed=Verdict(row.proposed) if row.proposed else None,
        proposed_by=row.proposed_by or "",
    )


def _write(connection: Connection, row: Any, new: Reviewed, line: _Line) -> None:
    values = {
        "verdict": new.verdict.value,
        "policy": new.policy,
        "action": new.action.value,
        "modality": new.modality.value,
        "assignee": new.assignee or None,
        "due": new.due.isoformat() if new.due else None,
        "proposed": new.proposed.value if new.proposed else None,
        "proposed_by": new.proposed_by or None,
        "weight": weight(new.action, new.modality, row.score),
        "version": row.version + 1,
    }
    connection.execute(update(matches).where(matches.c.seq == row.seq).values(values))
    connection.execute(
        reviews.insert(),
        {
            "match_seq": row.seq,
            "verdict": new.verdict.value,
            "note": line.note,
            "reviewer": line.reviewer,
            "at": line.at,
            "act_id": line.act_id,
            "act": line.act.value,
            "reason": str(line.reason),
            "changes": dump_plain(differences(_state(row), new)),
            "undoes": line.undoes,
        },
    )
