"""Answers that are kept for a day, so that a request which is sent again is not done again (Idempotency-Key)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, delete, select, update

from watcher.store.engine import insert, writing
from watcher.store.schema import kept_answers

KEPT = timedelta(hours=24)
GIVEN_UP = timedelta(minutes=2)
"""After this whoever took a key and left no answer is taken for dead."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known of a key. `status` 0: its request is under way. `same` is False when it asked something else."""

    same: bool
    status: int = 0
    body: str = ""


@dataclass(frozen=True, slots=True)
class Answers:
    """Of a key only its hash is kept, together with who used it."""

    _engine: Engine

    def begin(self, user_id: str, key: str, asked: str, now: datetime) -> Kept | None:
        """Take the key for a request (`asked`: a digest of it); None when it is free, else what is known of it."""
        name = _name(user_id, key)
        with writing(self._engine) as connection:
            connection.execute(delete(kept_answers).where(kept_answers.c.at < now - KEPT))
            new = insert(connection, kept_answers).on_conflict_do_nothing(index_elements=["key_sha256"])
            taking = new.values(key_sha256=name, asked=asked, status=0, body="", at=now)
            if connection.execute(taking.returning(kept_answers.c.key_sha256)).first() is not None:
                return None
            return _known(connection, name, asked, now)

    def end(self, user_id: str, key: str, status: int, body: str) -> None:
        """Keep the answer of the request that took the key."""
        with writing(self._engine) as connection:
            mine = update(kept_answers).where(kept_answers.c.key_sha256 == _name(user_id, key))
            connection.execute(mine.values(status=status, body=body))

    def give_up(self, user_id: str, key: str) -> None:
        """Free the key again: its request did nothing."""
        with writing(self._engine) as connection:
            connection.execute(delete(kept_answers).where(kept_answers.c.key_sha256 == _name(user_id, key)))


def _known(connection: Connection, name: str, asked: str, now: datetime) -> Kept | None:
    mine = kept_answers.c.key_sha256 == name
    row = connection.execute(select(kept_answers).where(mine).with_for_update()).one()
    if row.asked == asked and row.status == 0 and now - row.at > GIVEN_UP:
        connection.execute(update(kept_answers).where(mine).values(at=now))
        return None
    return Kept(row.asked == asked, row.status, row.body)


def _name(user_id: str, key: str) -> str:
    return hashlib.sha256(f"{user_id}\0{key}".encode("utf-8", "replace")).hexdigest()
