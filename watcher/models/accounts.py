"""People and programs that ask: who they are, what they may do, and the keys by which they are known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from watcher.models.secret import Secret


class Scope(StrEnum):
    """What a request may do: look, decide about matches and alerts, or decide about people and the installation."""

    READ = "read"
    REVIEW = "review"
    ADMIN = "admin"


class Role(StrEnum):
    """What a person may do, least first; each role may do all that the ones before it may."""

    VIEWER = "viewer"
    REVIEWER = "reviewer"
    ADMIN = "admin"

    @property
    def scopes(self) -> frozenset[Scope]:
        """Everything that somebody with this role may do."""
        return frozenset(list(Scope)[: list(Role).index(self) + 1])


class Via(StrEnum):
    """How a principal was recognised."""

    SESSION = "session"
    TOKEN = "token"  # noqa: S105 - the name of a way, not a secret


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks. `scopes` are those of the role, narrowed by the token when a program asks with one."""

    user_id: str
    name: str
    role: Role
    scopes: frozenset[Scope]
    via: Via

    def may(self, scope: Scope) -> bool:
        """Whether the principal may do this."""
        return scope in self.scopes


@dataclass(frozen=True, slots=True)
class Account:
    """A person; `has_password` is False for who comes in by links only. `last_seen_at` None: never signed in."""

    id: str
    name: str
    role: Role
    created_at: datetime
    has_password: bool = False
    last_seen_at: datetime | None = None


class SignInMethod(StrEnum):
    """The ways in."""

    PASSWORD = "password"  # noqa: S105 - the name of a way, not a secret
    LINK = "link"
    OPENID = "openid"


@dataclass(frozen=True, slots=True)
class OpenIdTerms:
    """With which OpenID provider people may sign in, and what it knows us by."""

    issuer: str
    client_id: str
    client_secret: Secret
    name: str
    """What people call the provider."""
    claim: str = "email"
    """What in its ID token is the name of a user here; an e-mail address must be one that it has verified."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """From where a browser asks: its address, and what it calls itself."""

    address: str = ""
    agent: str = ""


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that is signed in. `id` names it on pages and opens nothing; `last_seen_at` is right to the hour."""

    id: str
    method: SignInMethod
    created_at: datetime
    last_seen_at: datetime
    visitor: Visitor


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A program's key, without the key itself; `last_used_at` is right to the hour."""

    id: str
    user: str
    name: str
    scopes: frozenset[Scope]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class SignIn:
    """One attempt to sign in; `name` is "" when there is nobody of the name that was given, which is not kept."""

    at: datetime
    name: str
    method: SignInMethod
    succeeded: bool
    address: str
