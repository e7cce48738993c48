"""What a watcher's database has: the titles of each source's entries, and how long its slowest check took."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import create_engine, select

from watcher.store.schema import checks, entries


@dataclass(frozen=True)
class Stored:
    """By source."""

    titles: Mapping[str, Counter[str]]
    slowest: Mapping[str, float]


def stored(url: str) -> Stored:
    """Read straight from the tables, past the store that is on trial."""
    titles: dict[str, Counter[str]] = defaultdict(Counter)
    slowest: dict[str, float] = defaultdict(float)
    engine = create_engine(url)
    with engine.connect() as connection:
        for source, title in connection.execute(select(entries.c.source_id, entries.c.title)):
            titles[source][title] += 1
        for row in connection.execute(select(checks.c.source_id, checks.c.started_at, checks.c.finished_at)):
            took = (row.finished_at - row.started_at).total_seconds()
            slowest[row.source_id] = max(slowest[row.source_id], took)
    engine.dispose()
    return Stored(titles, slowest)
