"""Silences: made by people, ended by time or by people, never deleted, each with the number of alerts that it held."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, func, or_, select, update

from watcher.models.catalog import Criteria
from watcher.models.silences import Silence
from watcher.store.codec import CRITERIA
from watcher.store.engine import reading, writing
from watcher.store.schema import deliveries, silences


@dataclass(frozen=True, slots=True)
class Silences:
    """What shall not ring."""

    _engine: Engine

    def add(self, criteria: Criteria, *, author: str, comment: str, expires_at: datetime, now: datetime) -> Silence:
        """A new silence, in force from `now` on."""
        made = Silence(secrets.token_hex(5), criteria, author, comment, now, expires_at)
        row = {
            "id": made.id,
            "criteria": CRITERIA.dump(criteria),
            "author": author,
            "comment": comment,
            "created_at": now,
            "expires_at": expires_at,
        }
        with writing(self._engine) as connection:
            connection.execute(silences.insert(), row)
        return made

    def end(self, silence_id: str, now: datetime) -> bool:
        """End one that is in force; False when there is none of that id, or it is over already."""
        lasting = (silences.c.id == silence_id, silences.c.ended_at.is_(None), silences.c.expires_at > now)
        with writing(self._engine) as connection:
            return connection.execute(update(silences).where(*lasting).values(ended_at=now)).rowcount > 0

    def in_force(self, now: datetime) -> list[Silence]:
        """Those that hold alerts at this moment, the oldest first; `held` is not counted."""
        lasting = (silences.c.expires_at > now, or_(silences.c.ended_at.is_(None), silences.c.ended_at > now))
        with reading(self._engine) as connection:
            rows = connection.execute(select(silences).where(*lasting).order_by(silences.c.created_at, silences.c.id))
            return [_read(row, 0) for row in rows]

    def listing(self) -> list[Silence]:
        """All of them, the newest first, with how many deliveries each held."""
        counted = select(deliveries.c.silence_id, func.count()).where(deliveries.c.silence_id.is_not(None))
        query = select(silences).order_by(silences.c.created_at.desc(), silences.c.id)
        with reading(self._engine) as connection:
            held = {row[0]: row[1] for row in connection.execute(counted.group_by(deliveries.c.silence_id))}
            return [_read(row, held.get(row.id, 0)) for row in connection.execute(query)]


def _read(row: Any, held: int) -> Silence:
    return Silence(
        id=row.id,
        criteria=CRITERIA.load(row.criteria),
        author=row.author,
        comment=row.comment,
        created_at=row.created_at,
        expires_at=row.expires_at,
        ended_at=row.ended_at,
        held=held,
    )
