"""Silences: what shall not ring for a while, who said so, and why."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime

from watcher.models.catalog import Criteria


@dataclass(frozen=True, slots=True)
class Silence:
    """Matches that meet `criteria` are recorded and alert nobody, until `expires_at` or until somebody ends it.

    `held` is how many deliveries it kept from being sent.
    """

    id: str
    criteria: Criteria
    author: str
    comment: str
    created_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None
    held: int = 0

    @property
    def over_at(self) -> datetime:
        """When it stops, or stopped."""
        return min(self.expires_at, self.ended_at) if self.ended_at else self.expires_at

    def holds_at(self, now: datetime) -> bool:
        """Whether it is in force at a moment."""
        return self.created_at <= now < self.over_at


def described(criteria: Criteria) -> str:
    """The criteria as they would be written: `policies: mpp, title-42; actions: terminate`."""
    given = ((each.name, getattr(criteria, each.name)) for each in fields(criteria))
    return "; ".join(f"{name}: {_listed(value)}" for name, value in given if value not in ((), None))


def _listed(value: object) -> str:
    return ", ".join(str(each) for each in value) if isinstance(value, tuple) else str(value)
