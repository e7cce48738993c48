"""Pruning: texts and captures in which no policy was found go when their time is over, a few per transaction.

What makes an entry known (its id, key and digest) always stays: an entry whose text is gone is never taken for new.
Nothing goes that has a match, that somebody is still to be told of, or that an incident names as its evidence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, and_, delete, exists, func, or_, select, text, update

from watcher.models.checks import TextState
from watcher.models.keeping import Pruned, Step
from watcher.store import words
from watcher.store.engine import reading, writing
from watcher.store.schema import captures, checks, deliveries, entries, incidents, matches, revisions, visits

_IS_TOLD = exists().where(deliveries.c.entry_id == entries.c.id, deliveries.c.due_at.is_not(None))
_HAS_MATCH = exists().where(matches.c.entry_seq == entries.c.seq)
_NEEDED_AS = or_(revisions.c.visit_seq == visits.c.seq, revisions.c.page_visit_seq == visits.c.seq)


@dataclass(frozen=True, slots=True)
class Pruning:
    """What has had its time. Every method is one transaction; crash between two, and the next run goes on."""

    _engine: Engine

    def would_take(self, texts_before: datetime, captures_before: datetime) -> Pruned:
        """What the other methods would take away from beginning to end. Changes nothing."""
        with reading(self._engine) as connection:
            taken = select(visits.c.seq, visits.c.capture_sha256).where(_visit_is_over(captures_before)).cte("taken")
            stays = visits.c.seq.not_in(select(taken.c.seq))
            left = exists().where(visits.c.capture_sha256 == captures.c.sha256, stays)
            free = and_(captures.c.sha256.in_(select(taken.c.capture_sha256)), ~left, ~_IS_EVIDENCE)
            size = select(func.count(), func.coalesce(func.sum(func.length(captures.c.deflated)), 0)).where(free)
            number, octets = connection.execute(size).one()
            return Pruned(
                texts=connection.scalar(select(func.count()).where(_text_is_over(texts_before))) or 0,
                visits=connection.scalar(select(func.count()).select_from(taken)) or 0,
                captures=number,
                octets=octets,
            )

    def texts(self, before: datetime, *, after: int = 0, limit: int = 100) -> Step:
        """Take the texts of up to `limit` entries that last changed before then; their titles can still be found."""
        over = and_(_text_is_over(before), entries.c.seq > after)
        query = select(entries.c.seq, entries.c.title).where(over).order_by(entries.c.seq).limit(limit)
        with writing(self._engine) as connection:
            rows = connection.execute(query.with_for_update(skip_locked=True, of=entries)).all()
            taken = [row.seq for row in rows]
            if taken:
                theirs = update(revisions).where(revisions.c.entry_seq.in_(taken))
                connection.execute(theirs.values(text="", source_text=None))
                connection.execute(
                    update(entries).where(entries.c.seq.in_(taken)).values(text_state=TextState.PRUNED.value)
                )
                words.index(connection, ((row.seq, words.fold(row.title)) for row in rows))
        return Step(Pruned(texts=len(taken)), taken[-1] if len(taken) == limit else None)

    def captures(self, before: datetime, *, after: int = 0, limit: int = 50) -> Step:
        """Take up to `limit` visits that were made before then, and the bytes that no other visit brought."""
        over = and_(_visit_is_over(before), visits.c.seq > after)
        query = select(visits.c.seq, visits.c.capture_sha256).where(over).order_by(visits.c.seq).limit(limit)
        with writing(self._engine) as connection:
            _keep_others_out(connection)
            rows = connection.execute(query).all()
            taken = [row.seq for row in rows]
            pruned = _forget(connection, taken, {row.capture_sha256 for row in rows}) if taken else Pruned()
        return Step(pruned, taken[-1] if len(taken) == limit else None)


_IS_EVIDENCE = exists().where(incidents.c.evidence == captures.c.sha256)


def _text_is_over(before: datetime) -> ColumnElement[bool]:
    return and_(
        entries.c.changed_at < before,
        entries.c.page_due_at.is_(None),
        entries.c.text_state != TextState.PRUNED.value,
        ~_HAS_MATCH,
        ~_IS_TOLD,
    )


def _visit_is_over(before: datetime) -> ColumnElement[bool]:
    """Made before then, and of no entry that has a match, is still to be told of, or waits for its page."""
    needed = (
        exists()
        .where(_NEEDED_AS, entries.c.seq == revisions.c.entry_seq)
        .where(or_(_HAS_MATCH, _IS_TOLD, entries.c.page_due_at.is_not(None)))
    )
    return and_(visits.c.fetched_at < before, ~needed)


def _keep_others_out(connection: Connection) -> None:
    """A check that brings the same bytes again finds them there or writes them anew, never something between."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE captures IN SHARE ROW EXCLUSIVE MODE"))


def _forget(connection: Connection, taken: Sequence[int], brought: set[str]) -> Pruned:
    references: tuple[Any, ...] = (checks.c.visit_seq, revisions.c.visit_seq, revisions.c.page_visit_seq)
    for column in references:
        connection.execute(update(column.table).where(column.in_(taken)).values({column: None}))
    connection.execute(delete(visits).where(visits.c.seq.in_(taken)))
    still = exists().where(visits.c.capture_sha256 == captures.c.sha256)
    free = delete(captures).where(captures.c.sha256.in_(brought), ~still, ~_IS_EVIDENCE)
    sizes = connection.scalars(free.returning(func.length(captures.c.deflated))).all()
    return Pruned(visits=len(taken), captures=len(sizes), octets=sum(sizes))
