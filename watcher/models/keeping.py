"""What is done to the database itself: what pruning took away, what a backup, a restore or a copy holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Done:
    """When something was last done, and what was said of it, as plain data."""

    at: datetime
    said: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Pruned:
    """What went, or would go: entries that lost their text, visits with their captures, and how large those were."""

    texts: int = 0
    visits: int = 0
    captures: int = 0
    octets: int = 0
    """Of the captures, as they are stored."""

    def __add__(self, other: Pruned) -> Pruned:
        return Pruned(
            self.texts + other.texts,
            self.visits + other.visits,
            self.captures + other.captures,
            self.octets + other.octets,
        )


@dataclass(frozen=True, slots=True)
class Step:
    """One small transaction of pruning: what went, and where the next one begins; `after` None: there is no next."""

    pruned: Pruned
    after: int | None


@dataclass(frozen=True, slots=True)
class Table:
    """How many rows a table has, and a digest (hex) over all of them that does not depend on their order."""

    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was written and verified. `tables` by name."""

    path: Path
    octets: int
    made_at: datetime
    tables: Mapping[str, Table]


@dataclass(frozen=True, slots=True)
class Restored:
    """A database that was put back. `made_at` None: the file does not say when it was made."""

    made_at: datetime | None
    tables: Mapping[str, Table]
    open_alerts: int
    """Deliveries that had not come to an end when the backup was made."""
    hold: bool
    """Whether they, and what sources bring at their first check from now on, wait for a person."""
    replaced: Path | None
    """Where the database is that was there before (SQLite)."""
