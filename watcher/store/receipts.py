"""The figures of a receipt: what was checked, how long nothing could be seen, what was found, who was told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, func, or_, select

from watcher.models.alerts import DeliveryState
from watcher.models.checks import CheckOutcome, CheckRecord
from watcher.models.receipts import Figures
from watcher.models.subscriptions import REQUEST
from watcher.store.engine import insert, reading
from watcher.store.schema import deliveries, incidents, matches, sources, tallies


def count_checks(connection: Connection, records: Sequence[CheckRecord]) -> None:
    """Add checks to the tallies of their days (UTC)."""
    days = Counter(record.finished_at.date().isoformat() for record in records)
    failed = Counter(
        record.finished_at.date().isoformat() for record in records if record.outcome is CheckOutcome.FAILED
    )
    for day, number in sorted(days.items()):
        new = insert(connection, tallies).values(day=day, checks=number, failed=failed[day])
        added = {
            "checks": tallies.c.checks + new.excluded.checks,
            "failed": tallies.c.failed + new.excluded.failed,
        }
        connection.execute(new.on_conflict_do_update(index_elements=["day"], set_=added))


def figures(engine: Engine, since: datetime, until: datetime) -> Figures:
    """Of the time from `since` until `until`; checks are counted for the whole days (UTC) from the first on."""
    with reading(engine) as connection:
        checks, failed = _checks(connection, since, until)
        return Figures(
            since=since,
            until=until,
            sources=connection.scalar(select(func.count()).select_from(sources).where(sources.c.enabled)) or 0,
            checks=checks,
            failed=failed,
            blind=_blind(connection, since, until),
            matches=_matches(connection, since, until),
            alerts=_alerts(connection, since, until),
        )


def _checks(connection: Connection, since: datetime, until: datetime) -> tuple[int, int]:
    days = (tallies.c.day >= since.date().isoformat(), tallies.c.day < until.date().isoformat())
    row = connection.execute(select(func.sum(tallies.c.checks), func.sum(tallies.c.failed)).where(*days)).one()
    return row[0] or 0, row[1] or 0


def _blind(connection: Connection, since: datetime, until: datetime) -> tuple[tuple[str, timedelta], ...]:
    """How long each source had an incident, the longest first; "" is the network."""
    within = (incidents.c.since < until, or_(incidents.c.closed_at.is_(None), incidents.c.closed_at > since))
    about_sources = or_(incidents.c.source_id.is_not(None), incidents.c.about == "")
    columns = incidents.c["source_id", "since", "closed_at"]
    total: dict[str, timedelta] = {}
    for row in connection.execute(select(*columns).where(*within, about_sources).order_by(incidents.c.seq)):
        lasted = min(row.closed_at or until, until) - max(row.since, since)
        total[row.source_id or ""] = total.get(row.source_id or "", timedelta(0)) + lasted
    return tuple(sorted(total.items(), key=lambda pair: (-pair[1], pair[0])))


def _matches(connection: Connection, since: datetime, until: datetime) -> int:
    seen = (matches.c.first_seen >= since, matches.c.first_seen < until, ~matches.c.backfill)
    return connection.scalar(select(func.count()).select_from(matches).where(*seen)) or 0


def _alerts(connection: Connection, since: datetime, until: datetime) -> dict[DeliveryState, int]:
    # a stranger who mistypes an address when subscribing is no alert that failed
    told = ~deliveries.c.recipient_id.startswith(REQUEST, autoescape=True)
    made = (deliveries.c.created_at >= since, deliveries.c.created_at < until, told)
    rows = connection.execute(select(deliveries.c.state, func.count()).where(*made).group_by(deliveries.c.state))
    return {DeliveryState(row[0]): row[1] for row in rows}
