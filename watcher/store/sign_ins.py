"""Attempts to sign in: how many guesses are allowed, and a line about each, which is only ever added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, case, delete, select, update

from watcher.models.accounts import SignIn, SignInMethod
from watcher.store.digests import sha256_of
from watcher.store.engine import insert, reading, writing
from watcher.store.schema import guesses, sign_ins

WINDOW = timedelta(minutes=15)
PER_ACCOUNT = 10
"""Wrong guesses at one name within the window; the name need not be anybody's."""
PER_ADDRESS = 30
"""The same from one address: an office behind one address has many people."""
KEPT = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class SignIns:
    """Counted in the database, so that several processes count together and a restart forgives nothing."""

    _engine: Engine

    def may_guess(self, name: str, address: str, now: datetime) -> bool:
        """Whether one more guess is allowed; it counts as wrong until `forgive` is called.

        Counting comes before guessing, so that many at once are not more than one after the other.
        """
        keys = _keys(name, address)
        with reading(self._engine) as connection:
            if _exhausted(connection, keys, now):
                return False
        with writing(self._engine) as connection:
            counted = [_count(connection, key, now) <= limit for key, limit in keys]
        return all(counted)

    def forgive(self, name: str, address: str) -> None:
        """The guess was right: the account starts anew, and the address has made one less."""
        (account, _), (place, _) = _keys(name, address)
        less = update(guesses).where(guesses.c.about_sha256 == place, guesses.c["count"] > 0)
        with writing(self._engine) as connection:
            connection.execute(delete(guesses).where(guesses.c.about_sha256 == account))
            connection.execute(less.values(count=guesses.c["count"] - 1))

    def add(self, line: SignIn) -> None:
        """Keep that somebody tried. Lines older than 400 days go, and so do counts that no longer count."""
        with writing(self._engine) as connection:
            connection.execute(sign_ins.insert(), _row(line))
            connection.execute(delete(sign_ins).where(sign_ins.c.at < line.at - KEPT))
            connection.execute(delete(guesses).where(guesses.c.since <= line.at - WINDOW))

    def newest(self, limit: int, *, name: str | None = None) -> list[SignIn]:
        """The last attempts, newest first: everybody's, or one person's."""
        query = select(sign_ins).order_by(sign_ins.c.seq.desc()).limit(limit)
        if name is not None:
            query = query.where(sign_ins.c.name == name)
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        return [SignIn(row.at, row.name, SignInMethod(row.method), row.succeeded, row.address) for row in rows]


def _keys(name: str, address: str) -> tuple[tuple[str, int], tuple[str, int]]:
    """What is counted, and how far: names are hashed because a password may be typed into their field."""
    return (sha256_of(f"account {name.casefold()}"), PER_ACCOUNT), (sha256_of(f"address {address}"), PER_ADDRESS)


def _exhausted(connection: Connection, keys: Sequence[tuple[str, int]], now: datetime) -> bool:
    counted = (guesses.c.about_sha256.in_([key for key, _ in keys]), guesses.c.since > now - WINDOW)
    query = select(guesses.c.about_sha256, guesses.c["count"]).where(*counted)
    counts: dict[str, int] = dict(iter(connection.execute(query)))
    return any(counts.get(key, 0) >= limit for key, limit in keys)


def _count(connection: Connection, key: str, now: datetime) -> int:
    """How many with this one; one statement, so that two at once are two."""
    over = guesses.c.since <= now - WINDOW
    adding = insert(connection, guesses).values(about_sha256=key, since=now, count=1)
    counted = adding.on_conflict_do_update(
        index_elements=[guesses.c.about_sha256],
        set_={
            "count": case((over, 1), else_=guesses.c["count"] + 1),
            "since": case((over, now), else_=guesses.c.since),
        },
    )
    return int(connection.scalar(counted.returning(guesses.c["count"])) or 0)


def _row(line: SignIn) -> dict[str, Any]:
    return {
        "at": line.at,
        "name": line.name,
        "method": line.method.value,
        "succeeded": line.succeeded,
        "address": line.address,
    }
