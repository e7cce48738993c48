"""The number that changes whenever who hears of what was changed on a page: cheap to ask before every routing."""

from __future__ import annotations

from sqlalchemy import Connection, select

from watcher.store.engine import insert
from watcher.store.schema import audience

_ONE = 1


def changed(connection: Connection) -> None:
    """Count a change. Also makes those who change something wait for each other: it locks the one row."""
    new = insert(connection, audience).values(one=_ONE, number=1)
    connection.execute(new.on_conflict_do_update(index_elements=["one"], set_={"number": audience.c.number + 1}))


def number(connection: Connection) -> int:
    """How many changes there were."""
    return connection.scalar(select(audience.c.number)) or 0
