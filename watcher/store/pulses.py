"""Pulses: which processes are at work on this database, and when each was heard of last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, delete, select

from watcher.models.pulses import Pulse
from watcher.store.engine import insert, reading, writing
from watcher.store.schema import pulses


@dataclass(frozen=True, slots=True)
class Pulses:
    """The signs of life of all processes; one row each."""

    _engine: Engine

    def beat(self, pulse: Pulse, *, forget_before: datetime) -> None:
        """Write down that a process is alive, and forget those not heard of since `forget_before`."""
        row = {"name": pulse.name, "role": pulse.role, "started_at": pulse.started_at, "seen_at": pulse.seen_at}
        with writing(self._engine) as connection:
            statement = insert(connection, pulses).values(row)
            connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=row))
            connection.execute(delete(pulses).where(pulses.c.seen_at < forget_before))

    def since(self, moment: datetime) -> list[Pulse]:
        """The processes heard of since `moment`, by role and name."""
        query = select(pulses).where(pulses.c.seen_at >= moment).order_by(pulses.c.role, pulses.c.name)
        with reading(self._engine) as connection:
            return [Pulse(row.name, row.role, row.started_at, row.seen_at) for row in connection.execute(query)]

    def forget(self, name: str) -> None:
        """A process that ends says so."""
        with writing(self._engine) as connection:
            connection.execute(delete(pulses).where(pulses.c.name == name))
