"""Counts: the few numbers that say how things are."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Engine, Select, and_, func, select

from watcher.models.alerts import DeliveryState
from watcher.models.views import Counts
from watcher.models.words import Verdict
from watcher.store.engine import reading
from watcher.store.schema import deliveries, entries, incidents, is_scan, matches, sources, still_open

_WATCHED = and_(sources.c.enabled, sources.c.retired_at.is_(None))
_NEW = and_(matches.c.current, matches.c.verdict == Verdict.NEW.value)


def count_all(engine: Engine, now: datetime) -> Counts:
    """Sources that are watched, of these failing now, and what has been found and sent, as of `now`."""
    with reading(engine) as connection:
        return Counts(
            sources=_count(connection, select(func.count()).where(_WATCHED)),
            failing=_count(connection, select(func.count()).where(_WATCHED, sources.c.failing_since <= now)),
            entries=_count(connection, select(func.count()).select_from(entries)),
            matches=_count(connection, select(func.count()).where(matches.c.current)),
            new_matches=_count(connection, select(func.count()).where(_NEW)),
            deliveries=_deliveries(connection),
            incidents=_count(connection, select(func.count()).select_from(incidents).where(still_open)),
            scans=_count(connection, select(func.count()).select_from(entries).where(is_scan)),
        )


def _count(connection: Connection, query: Select[int]) -> int:
    return int(connection.scalar(query) or 0)


def _deliveries(connection: Connection) -> dict[DeliveryState, int]:
    query = select(deliveries.c.state, func.count()).group_by(deliveries.c.state)
    found = {row[0]: row[1] for row in connection.execute(query)}
    return {state: found.get(state.value, 0) for state in DeliveryState}
