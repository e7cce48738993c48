"""Incidents: what is wrong with a source or the network, opened once, closed once, never deleted."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, select, update

from watcher.models.alerts import Delivery
from watcher.models.incidents import Incident, IncidentChange, IncidentKind, Repair
from watcher.store.codec import dump_plain, load_plain
from watcher.store.engine import insert, reading, writing
from watcher.store.rows import delivery_row
from watcher.store.schema import deliveries, incidents, still_open

NETWORK = ""
"""What an incident of the network is about."""
RECIPIENT = "recipient:"
"""What an incident of a recipient is about begins so; no source's id has a colon."""


@dataclass(frozen=True, slots=True)
class Incidents:
    """The troubles of sources, and of the network."""

    _engine: Engine

    def change(self, change: IncidentChange, now: datetime) -> IncidentChange:
        """Open or close an incident outside of a check, with its deliveries; returns what took effect.

        At most one incident is open about a source or the network: a second one is not opened. One that is closed
        already is not closed again. What does not take effect tells nobody.
        """
        with writing(self._engine) as connection:
            return write_change(connection, change, now)

    def listing(
        self, *, open_only: bool = False, source: str | None = None, limit: int = 100, before: str | None = None
    ) -> list[Incident]:
        """Incidents, newest first; `before` is the id of the last one of the page before."""
        query = select(incidents).order_by(incidents.c.seq.desc()).limit(limit)
        if open_only:
            query = query.where(still_open)
        if source is not None:
            query = query.where(incidents.c.source_id == source)
        if before is not None:
            last = incidents.alias("last")
            query = query.where(incidents.c.seq < select(last.c.seq).where(last.c.id == before).scalar_subquery())
        with reading(self._engine) as connection:
            return [read_incident(row) for row in connection.execute(query)]

    def show(self, incident_id: str) -> Incident | None:
        """One incident, or None when there is none of that id."""
        with reading(self._engine) as connection:
            row = connection.execute(select(incidents).where(incidents.c.id == incident_id)).first()
        return read_incident(row) if row is not None else None

    def of_network(self) -> Incident | None:
        """The open incident of the network, if there is one."""
        query = select(incidents).where(incidents.c.about == NETWORK, still_open)
        with reading(self._engine) as connection:
            row = connection.execute(query).first()
        return read_incident(row) if row is not None else None

    def of_recipients(self) -> dict[str, Incident]:
        """The open incidents about recipients, by the recipient's id."""
        query = select(incidents).where(incidents.c.about.startswith(RECIPIENT), still_open)
        with reading(self._engine) as connection:
            found = [read_incident(row) for row in connection.execute(query)]
        return {incident.recipient_id: incident for incident in found if incident.recipient_id is not None}


def open_ones(connection: Connection, source_ids: Collection[str] | None = None) -> dict[str, Incident]:
    """The open incidents by source; without `source_ids` those of all sources."""
    query = select(incidents).where(still_open, incidents.c.source_id.is_not(None))
    if source_ids is not None:
        query = query.where(incidents.c.source_id.in_(source_ids))
    return {row.source_id: read_incident(row) for row in connection.execute(query)}


def write_change(connection: Connection, change: IncidentChange, now: datetime) -> IncidentChange:
    """Write it; what is returned took effect."""
    closed = change.closed if change.closed and _close(connection, change.closed, now) else None
    opened = change.opened if change.opened and _open(connection, change.opened) else None
    # with both, only the new one is told; else what is told must have happened
    told = change.deliveries if opened or (closed and not change.opened) else ()
    _tell(connection, told, now)
    return IncidentChange(opened, replace(closed, closed_at=now) if closed else None, told)


def close_quietly(connection: Connection, source_ids: Sequence[str], now: datetime) -> None:
    """End the incidents of sources that are no longer watched: whoever took them out knows."""
    if source_ids:
        gone = update(incidents).where(still_open, incidents.c.source_id.in_(source_ids))
        connection.execute(gone.values(closed_at=now))


def _open(connection: Connection, incident: Incident) -> bool:
    statement = insert(connection, incidents).values(_row(incident)).on_conflict_do_nothing()
    return connection.execute(statement.returning(incidents.c.id)).first() is not None


def _close(connection: Connection, incident: Incident, now: datetime) -> bool:
    ending = update(incidents).where(incidents.c.id == incident.id, still_open)
    return connection.execute(ending.values(closed_at=now, note=incident.note)).rowcount > 0


def _tell(connection: Connection, told: Sequence[Delivery], now: datetime) -> None:
    if told:
        rows = [delivery_row(delivery, now) for delivery in told]
        connection.execute(insert(connection, deliveries).on_conflict_do_nothing(index_elements=["id"]), rows)


def _about(incident: Incident) -> str:
    if incident.recipient_id is not None:
        return f"{RECIPIENT}{incident.recipient_id}"
    return NETWORK if incident.source_id is None else incident.source_id


def _row(incident: Incident) -> dict[str, Any]:
    return {
        "id": incident.id,
        "about": _about(incident),
        "source_id": incident.source_id,
        "kind": incident.kind.value,
        "since": incident.since,
        "opened_at": incident.opened_at,
        "message": incident.message,
        "evidence": incident.evidence,
        "repairs": dump_plain([[each.option, each.value, each.preview] for each in incident.repairs]),
        "note": incident.note,
    }


def read_incident(row: Any) -> Incident:
    """A row of `incidents` as a value."""
    return Incident(
        id=row.id,
        source_id=row.source_id,
        kind=IncidentKind(row.kind),
        since=row.since,
        opened_at=row.opened_at,
        message=row.message,
        evidence=row.evidence,
        repairs=tuple(Repair(*each) for each in load_plain(row.repairs)),
        note=row.note,
        closed_at=row.closed_at,
        recipient_id=row.about.removeprefix(RECIPIENT) if row.about.startswith(RECIPIENT) else None,
    )
