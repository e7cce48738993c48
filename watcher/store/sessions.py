"""Sessions: browsers that are signed in, until they are told to leave, fall silent or grow old."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, and_, delete, func, or_, select, update

from watcher.models.accounts import Principal, Role, Session, SignInMethod, Via, Visitor
from watcher.store.digests import sha256_of
from watcher.store.engine import reading, writing
from watcher.store.schema import sessions, users

LASTS = timedelta(days=30)
"""However busy it is."""
IDLE = timedelta(days=14)
"""Without a request."""
SEEN_EVERY = timedelta(hours=1)
"""So exact is `last_seen_at`: a page that is only looked at should not write each time."""
_ID = 16
_LONGEST_AGENT = 200


@dataclass(frozen=True, slots=True)
class Sessions:
    """Of a session's token only the SHA-256 is kept: a copy of the database opens no door."""

    _engine: Engine

    def open(self, user_id: str, method: SignInMethod, visitor: Visitor, now: datetime) -> str:
        """A new session of a user; its token, which is not kept."""
        with writing(self._engine) as connection:
            return open_session(connection, user_id, method, visitor, now)

    def principal(self, token: str, now: datetime) -> Principal | None:
        """Whose session it is, or None when it is unknown, ended, idle for 14 days or older than 30.

        Writes at most once an hour: that the session was used.
        """
        digest = sha256_of(token)
        query = select(users.c.id, users.c.name, users.c.role, _seen()).join(sessions, sessions.c.user_id == users.c.id)
        with reading(self._engine) as connection:
            row = connection.execute(query.where(sessions.c.token_sha256 == digest, _alive(now))).first()
        if row is None:
            return None
        if now - row.seen >= SEEN_EVERY:
            self._seen(digest, now)
        role = Role(row.role)
        return Principal(row.id, row.name, role, role.scopes, Via.SESSION)

    def of(self, user_id: str, now: datetime) -> list[Session]:
        """The sessions of a user that are alive, the last used first."""
        query = select(sessions, _seen()).where(sessions.c.user_id == user_id, _alive(now))
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        return sorted(map(_session, rows), key=lambda each: each.last_seen_at, reverse=True)

    def end(self, token: str) -> None:
        """Log out; an unknown token is no mistake."""
        with writing(self._engine) as connection:
            connection.execute(delete(sessions).where(sessions.c.token_sha256 == sha256_of(token)))

    def end_one(self, user_id: str, session_id: str) -> None:
        """End a session of this user by the id that pages show; one that is not theirs stays."""
        theirs = (sessions.c.user_id == user_id, func.substr(sessions.c.token_sha256, 1, _ID) == session_id)
        with writing(self._engine) as connection:
            connection.execute(delete(sessions).where(*theirs))

    def end_all(self, user_id: str) -> None:
        """Sign a user out everywhere."""
        with writing(self._engine) as connection:
            end_sessions(connection, user_id)

    def _seen(self, digest: str, now: datetime) -> None:
        with writing(self._engine) as connection:
            connection.execute(update(sessions).where(sessions.c.token_sha256 == digest).values(last_seen_at=now))


def open_session(connection: Connection, user_id: str, method: SignInMethod, visitor: Visitor, now: datetime) -> str:
    """`Sessions.open` within a transaction; sessions that are over go."""
    token = secrets.token_urlsafe(32)
    row = {"token_sha256": sha256_of(token), "user_id": user_id, "created_at": now, "last_seen_at": now}
    row |= {"expires_at": now + LASTS, "method": method.value}
    row |= {"address": visitor.address, "agent": visitor.agent[:_LONGEST_AGENT]}
    connection.execute(delete(sessions).where(sessions.c.expires_at <= now))
    connection.execute(sessions.insert(), row)
    return token


def end_sessions(connection: Connection, user_id: str) -> None:
    """`Sessions.end_all` within a transaction."""
    connection.execute(delete(sessions).where(sessions.c.user_id == user_id))


def session_id(token: str) -> str:
    """The id by which pages name the session of this token."""
    return sha256_of(token)[:_ID]


def _alive(now: datetime) -> Any:
    used = or_(
        sessions.c.last_seen_at > now - IDLE,
        and_(sessions.c.last_seen_at.is_(None), sessions.c.created_at > now - IDLE),
    )
    return and_(sessions.c.expires_at > now, used)


def _seen() -> Any:
    """When it was used last; of a session from before that was kept, when it began."""
    return func.coalesce(sessions.c.last_seen_at, sessions.c.created_at, type_=sessions.c.created_at.type).label("seen")


def _session(row: Any) -> Session:
    method = SignInMethod(row.method or SignInMethod.LINK)
    return Session(
        row.token_sha256[:_ID], method, row.created_at, row.seen, Visitor(row.address or "", row.agent or "")
    )
