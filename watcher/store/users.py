"""Users: people with a role, and the links of one use by which they come in without a password."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, select, update

from watcher.errors import StoreError
from watcher.models.accounts import Account, Role, SignInMethod, Visitor
from watcher.store.digests import sha256_of
from watcher.store.engine import insert, reading, writing
from watcher.store.schema import api_tokens, login_tokens, sessions, users
from watcher.store.sessions import end_sessions, open_session

_ADMIN = "admin"
LONGEST_NAME = 80
_UNKNOWN = Visitor()


@dataclass(frozen=True, slots=True)
class Users:
    """People. Of links only the SHA-256 is kept, of passwords only what `watcher.web.passwords` made of them."""

    _engine: Engine

    def ensure_admin(self, now: datetime) -> tuple[Account, bool]:
        """The first administrator, and whether this call made them."""
        row = {"id": _ADMIN, "name": _ADMIN, "role": Role.ADMIN.value, "created_at": now}
        query = select(users).where(users.c.role == Role.ADMIN.value).order_by(users.c.created_at, users.c.id)
        with writing(self._engine) as connection:
            there = connection.execute(query).first()
            if there is not None:
                return _account(there), False
            made = connection.execute(insert(connection, users).on_conflict_do_nothing(), row).rowcount
            return _account(connection.execute(query).first()), bool(made)

    def add(self, name: str, role: Role, now: datetime) -> Account:
        """A new person, who has no password yet. Raises StoreError when the name is taken or cannot be one."""
        wanted = " ".join(name.split())
        if not 0 < len(wanted) <= LONGEST_NAME or not wanted.isprintable():
            raise StoreError(f"{name!r} is not a name; write 1 to {LONGEST_NAME} visible characters or spaces")
        new = Account(secrets.token_hex(8), wanted, role, now)
        with writing(self._engine) as connection:
            if _taken(connection, wanted):
                raise StoreError(f"there is already a user named {wanted!r}; choose another name")
            connection.execute(users.insert(), {"id": new.id, "name": wanted, "role": role.value, "created_at": now})
        return new

    def listing(self) -> list[Account]:
        """Everybody, by name."""
        seen = func.max(sessions.c.last_seen_at, type_=sessions.c.last_seen_at.type).label("seen")
        query = select(users, seen).outerjoin(sessions, sessions.c.user_id == users.c.id).group_by(users.c.id)
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        return sorted((_account(row, row.seen) for row in rows), key=lambda each: each.name.casefold())

    def find(self, name: str) -> Account:
        """The person of this name. Raises StoreError when there is none."""
        with reading(self._engine) as connection:
            row = connection.execute(select(users).where(users.c.name == name)).first()
        if row is None:
            raise _nobody(name)
        return _account(row)

    def known(self, name: str) -> Account | None:
        """The person of this name as somebody else writes it, or None.

        Capitals do not count within ASCII; beyond it they would make strangers alike (U+212A, in small, is a k).
        """
        wanted = _plain(name)
        return next((each for each in self.listing() if _plain(each.name) == wanted), None)

    def set_role(self, name: str, role: Role) -> None:
        """Give a role, and sign the person out everywhere. Raises StoreError for nobody, and for the last admin."""
        with writing(self._engine) as connection:
            there = _one(connection, name)
            if there.role == role.value:
                return
            _keep_an_admin(connection, there)
            connection.execute(update(users).where(users.c.id == there.id).values(role=role.value))
            end_sessions(connection, there.id)

    def remove(self, name: str) -> None:
        """Take a person out, with their sessions, links and tokens; what they reviewed keeps their name.

        Raises StoreError for nobody, and for the last administrator.
        """
        with writing(self._engine) as connection:
            there = _one(connection, name)
            _keep_an_admin(connection, there)
            for table in (sessions, login_tokens, api_tokens):
                connection.execute(delete(table).where(table.c.user_id == there.id))
            connection.execute(delete(users).where(users.c.id == there.id))

    # ---- links

    def names(self) -> list[str]:
        """Everybody who has an account, by name: who a match can be given to."""
        with reading(self._engine) as connection:
            return sorted(connection.scalars(select(users.c.name)), key=str.casefold)

    def new_login_token(self, name: str, now: datetime, ttl: timedelta) -> str:
        """A token with which `name` can log in once within `ttl`; it is not kept and cannot be shown again."""
        token = secrets.token_urlsafe(32)
        with writing(self._engine) as connection:
            user_id = _one(connection, name).id
            row = {"token_sha256": sha256_of(token), "user_id": user_id, "expires_at": now + ttl}
            connection.execute(delete(login_tokens).where(login_tokens.c.expires_at <= now))
            connection.execute(login_tokens.insert(), row)
        return token

    def redeem(self, token: str, now: datetime, visitor: Visitor = _UNKNOWN) -> str | None:
        """A session token for a login token, which is used up; None when it is unknown, used or too old."""
        good = (login_tokens.c.token_sha256 == sha256_of(token), login_tokens.c.used_at.is_(None))
        use = update(login_tokens).where(*good, login_tokens.c.expires_at > now).values(used_at=now)
        with writing(self._engine) as connection:
            user_id = connection.scalar(use.returning(login_tokens.c.user_id))
            if user_id is None:
                return None
            return open_session(connection, user_id, SignInMethod.LINK, visitor, now)

    # ---- passwords

    def password_of(self, name: str) -> tuple[str, str] | None:
        """Id and password hash of the person of this name; None when there is nobody, or no password."""
        query = select(users.c.id, users.c.password_hash).where(users.c.name == name)
        with reading(self._engine) as connection:
            row = connection.execute(query).first()
        return (row.id, row.password_hash) if row is not None and row.password_hash else None

    def set_password(self, user_id: str, password_hash: str) -> None:
        """A new password: every session ends, and links that were not used yet stop working."""
        with writing(self._engine) as connection:
            connection.execute(update(users).where(users.c.id == user_id).values(password_hash=password_hash))
            connection.execute(delete(login_tokens).where(login_tokens.c.user_id == user_id))
            end_sessions(connection, user_id)

    def strengthen(self, user_id: str, old: str, new: str) -> None:
        """The same password, hashed anew; nothing happens when it was changed in between."""
        mine = (users.c.id == user_id, users.c.password_hash == old)
        with writing(self._engine) as connection:
            connection.execute(update(users).where(*mine).values(password_hash=new))


def _one(connection: Connection, name: str) -> Any:
    row = connection.execute(select(users).where(users.c.name == name)).first()
    if row is None:
        raise _nobody(name)
    return row


def _nobody(name: str) -> StoreError:
    return StoreError(f"there is no user named {name!r}; `watcher users list` shows those there are")


def _taken(connection: Connection, name: str) -> bool:
    """Also by a name that differs only in capitals: people would mistake one for the other."""
    names = connection.scalars(select(users.c.name)).all()
    return name.casefold() in {each.casefold() for each in names}


def _plain(name: str) -> str:
    return name.lower() if name.isascii() else name


def _keep_an_admin(connection: Connection, leaving: Any) -> None:
    """Raises StoreError when nobody else could administer: an invitation that nobody has used yet does not count."""
    if leaving.role != Role.ADMIN.value:
        return
    others = select(func.count()).where(users.c.role == Role.ADMIN.value, users.c.id != leaving.id)
    if not connection.scalar(others):
        raise StoreError(f"{leaving.name!r} is the only administrator; make somebody else one first")
    is_in = users.c.password_hash.is_not(None) | users.c.id.in_(select(sessions.c.user_id))
    if connection.scalar(others.where(is_in)):
        return
    if connection.scalar(select(func.count()).where(users.c.id == leaving.id, is_in)):
        raise StoreError(
            f"{leaving.name!r} is the only administrator who has come in: no other has a password or is signed in; "
            "let one of them open their link first"
        )


def _account(row: Any, seen: datetime | None = None) -> Account:
    return Account(row.id, row.name, Role(row.role), row.created_at, bool(row.password_hash), seen)
