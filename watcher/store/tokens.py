"""Tokens: the keys of programs, each somebody's, with no more rights than that person has."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, delete, or_, select, update

from watcher.errors import StoreError
from watcher.models.accounts import ApiToken, Principal, Role, Scope, Via
from watcher.store.digests import sha256_of
from watcher.store.engine import reading, writing
from watcher.store.schema import api_tokens, users
from watcher.store.sessions import SEEN_EVERY

PREFIX = "watcher_"
"""So that a token is known as one where it should not stand: in a repository, in a chat."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """Of a token only the SHA-256 is kept: a copy of the database opens no door."""

    _engine: Engine

    def add(
        self, user: str, name: str, scopes: Collection[Scope], now: datetime, *, expires_at: datetime | None = None
    ) -> str:
        """A token of the user with this name; it is not kept and cannot be shown again.

        Raises StoreError when there is no such user, or when the scopes are more than the user's role has.
        """
        token = PREFIX + secrets.token_urlsafe(32)
        row = {"id": secrets.token_hex(8), "token_sha256": sha256_of(token), "name": name, "created_at": now}
        row |= {"scopes": " ".join(sorted(scopes)), "expires_at": expires_at}
        with writing(self._engine) as connection:
            owner = connection.execute(select(users).where(users.c.name == user)).first()
            if owner is None:
                raise StoreError(f"there is no user named {user!r}; `watcher users list` shows those there are")
            if too_much := set(scopes) - Role(owner.role).scopes:
                raise StoreError(f"{user!r} is a {owner.role}, who may not {', '.join(sorted(too_much))}")
            connection.execute(api_tokens.insert(), row | {"user_id": owner.id})
        return token

    def principal(self, token: str, now: datetime) -> Principal | None:
        """Who asks with this token; None when it is unknown, revoked or too old. Writes at most once an hour."""
        digest = sha256_of(token)
        query = select(api_tokens, users.c.name.label("user"), users.c.role).join(users)
        with reading(self._engine) as connection:
            row = connection.execute(query.where(api_tokens.c.token_sha256 == digest, _in_force(now))).first()
        if row is None:
            return None
        if row.last_used_at is None or now - row.last_used_at >= SEEN_EVERY:
            self._used(digest, now)
        role = Role(row.role)
        return Principal(row.user_id, row.user, role, role.scopes & _scopes(row.scopes), Via.TOKEN)

    def listing(self, now: datetime, *, user_id: str | None = None) -> list[ApiToken]:
        """The tokens that are in force, newest first: everybody's, or one person's."""
        query = select(api_tokens, users.c.name.label("user")).join(users).where(_in_force(now))
        if user_id is not None:
            query = query.where(api_tokens.c.user_id == user_id)
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(api_tokens.c.created_at.desc(), api_tokens.c.id)).all()
        return [_token(row) for row in rows]

    def revoke(self, token_id: str, *, user_id: str | None = None) -> bool:
        """Close a token for good; only one of this person, when one is named. Says whether there was one."""
        closing = delete(api_tokens).where(api_tokens.c.id == token_id)
        if user_id is not None:
            closing = closing.where(api_tokens.c.user_id == user_id)
        with writing(self._engine) as connection:
            return bool(connection.execute(closing).rowcount)

    def _used(self, digest: str, now: datetime) -> None:
        with writing(self._engine) as connection:
            connection.execute(update(api_tokens).where(api_tokens.c.token_sha256 == digest).values(last_used_at=now))


def _in_force(now: datetime) -> Any:
    return or_(api_tokens.c.expires_at.is_(None), api_tokens.c.expires_at > now)


def _scopes(kept: str) -> frozenset[Scope]:
    return frozenset(map(Scope, kept.split()))


def _token(row: Any) -> ApiToken:
    return ApiToken(row.id, row.user, row.name, _scopes(row.scopes), row.created_at, row.expires_at, row.last_used_at)
