"""Users: who may review, and how they get in: a login link of one use, then a session."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, delete, select, update

from watcher.errors import StoreError
from watcher.models.views import User
from watcher.store.engine import insert, reading, writing
from watcher.store.schema import login_tokens, sessions, users

_SESSION = timedelta(days=30)
_ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Users:
    """People and their sessions. Of tokens only the SHA-256 is kept: a copy of the database opens no door."""

    _engine: Engine

    def ensure_admin(self, now: datetime) -> tuple[User, bool]:
        """The first administrator, and whether this call made them."""
        row = {"id": _ADMIN, "name": _ADMIN, "role": _ADMIN, "created_at": now}
        query = select(users).where(users.c.role == _ADMIN).order_by(users.c.created_at, users.c.id)
        with writing(self._engine) as connection:
            there = connection.execute(query).first()
            if there is not None:
                return _user(there), False
            made = connection.execute(insert(connection, users).on_conflict_do_nothing(), row).rowcount
            return _user(connection.execute(query).first()), bool(made)

    def new_login_token(self, name: str, now: datetime, ttl: timedelta) -> str:
        """A token with which `name` can log in once within `ttl`; it is not kept and cannot be shown again."""
        token = secrets.token_urlsafe(32)
        with writing(self._engine) as connection:
            user_id = connection.scalar(select(users.c.id).where(users.c.name == name))
            if user_id is None:
                raise StoreError(f"there is no user named {name!r}; `watcher users list` shows those there are")
            row = {"token_sha256": _digest(token), "user_id": user_id, "expires_at": now + ttl}
            connection.execute(delete(login_tokens).where(login_tokens.c.expires_at <= now))
            connection.execute(login_tokens.insert(), row)
        return token

    def redeem(self, token: str, now: datetime) -> str | None:
        """A session token for a login token, which is used up; None when it is unknown, used or too old."""
        good = (login_tokens.c.token_sha256 == _digest(token), login_tokens.c.used_at.is_(None))
        use = update(login_tokens).where(*good, login_tokens.c.expires_at > now).values(used_at=now)
        session = secrets.token_urlsafe(32)
        with writing(self._engine) as connection:
            user_id = connection.scalar(use.returning(login_tokens.c.user_id))
            if user_id is None:
                return None
            connection.execute(delete(sessions).where(sessions.c.expires_at <= now))
            row = {"token_sha256": _digest(session), "user_id": user_id, "created_at": now}
            connection.execute(sessions.insert(), row | {"expires_at": now + _SESSION})
        return session

    def by_session(self, token: str, now: datetime) -> User | None:
        """Whose session it is, or None when it is unknown, ended, or older than 30 days. Writes nothing."""
        query = select(users).join(sessions, sessions.c.user_id == users.c.id)
        mine = query.where(sessions.c.token_sha256 == _digest(token), sessions.c.expires_at > now)
        with reading(self._engine) as connection:
            row = connection.execute(mine).first()
        return _user(row) if row is not None else None

    def end_session(self, token: str) -> None:
        """Log out; an unknown token is no mistake."""
        with writing(self._engine) as connection:
            connection.execute(delete(sessions).where(sessions.c.token_sha256 == _digest(token)))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _user(row: Any) -> User:
    return User(row.id, row.name, row.role)
