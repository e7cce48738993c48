"""Catalogs: what sources.yaml said, numbered, and the sources and publishers that follow from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, select, update

from watcher.models.catalog import Catalog, Publisher, Source
from watcher.models.hosts import host_of
from watcher.store.codec import CATALOG, SOURCE
from watcher.store.engine import insert, reading, writing
from watcher.store.incidents import close_quietly
from watcher.store.schema import catalogs, publishers, sources


@dataclass(frozen=True, slots=True)
class Catalogs:
    """The numbered states of sources.yaml; the newest one is in force."""

    _engine: Engine

    def publish(self, catalog: Catalog, now: datetime) -> int:
        """Put a catalog in force and return its number; the same digest again changes nothing.

        New and changed sources are due at once. A source whose address or way of reading changed forgets its
        validators (they belong to the old one) and invalidates a check that is under way. Sources that are gone are
        retired, their entries stay; returning ones are taken up again.
        """
        document = CATALOG.dump(catalog)
        with writing(self._engine) as connection:
            newest = _newest(connection)
            if newest is not None and newest.digest == catalog.digest:
                return int(newest.number)
            number = newest.number + 1 if newest is not None else 1
            row = {"number": number, "digest": catalog.digest, "published_at": now, "document": document}
            connection.execute(catalogs.insert(), row)
            _write_publishers(connection, catalog.publishers)
            _write_sources(connection, catalog.sources, now)
            return int(number)

    def current(self) -> Catalog | None:
        """The catalog in force, or None before the first one."""
        with reading(self._engine) as connection:
            newest = _newest(connection)
        return CATALOG.load(newest.document) if newest is not None else None

    def digest(self) -> str | None:
        """The digest of the catalog in force: cheap to ask often."""
        with reading(self._engine) as connection:
            return connection.scalar(select(catalogs.c.digest).order_by(catalogs.c.number.desc()).limit(1))


def _newest(connection: Connection) -> Any:
    query = select(catalogs.c.number, catalogs.c.digest, catalogs.c.document)
    return connection.execute(query.order_by(catalogs.c.number.desc()).limit(1)).first()


def _write_publishers(connection: Connection, given: Iterable[Publisher]) -> None:
    rows = [{"id": p.id, "name": p.name, "type": p.type.value, "country": p.country} for p in given]
    if not rows:
        return
    statement = insert(connection, publishers)
    new = {name: statement.excluded[name] for name in ("name", "type", "country")}
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=new), rows)


def _write_sources(connection: Connection, given: Iterable[Source], now: datetime) -> None:
    listed = {source.id: source for source in given}
    known = {row.id: row for row in connection.execute(select(*sources.c["id", "config", "retired_at", "memory"]))}
    new = [_new_row(source, now) for source in listed.values() if source.id not in known]
    if new:
        connection.execute(sources.insert(), new)
    for source in listed.values():
        if source.id in known:
            _change(connection, known[source.id], source, now)
    gone = [{"source": id_} for id_, row in known.items() if id_ not in listed and row.retired_at is None]
    if gone:
        retire = update(sources).where(sources.c.id == bindparam("source")).values(retired_at=now)
        connection.execute(retire, gone)
    unwatched = [source.id for source in listed.values() if not source.enabled] + [row["source"] for row in gone]
    close_quietly(connection, unwatched, now)


def _new_row(source: Source, now: datetime) -> dict[str, Any]:
    row = _configured(source)
    return row | {"fence": 0, "next_check_at": now, "failures": 0, "problem_kind": "", "problem": "", "advice": ""}


def _configured(source: Source) -> dict[str, Any]:
    return {
        "id": source.id,
        "publisher_id": source.publisher,
        "config": SOURCE.dump(source),
        "enabled": source.enabled,
        "host": host_of(source.url),
    }


def _change(connection: Connection, row: Any, source: Source, now: datetime) -> None:
    values = _configured(source)
    if row.config == values["config"] and row.retired_at is None:
        return
    values |= {"retired_at": None, "next_check_at": now}
    if _how_read(SOURCE.load(row.config)) != _how_read(source):
        values |= {
            "etag": None,
            "last_modified": None,
            "body_sha256": None,
            "memory": None,
            "cursor": None,
            "late": None,
        }
        values |= {"fence": sources.c.fence + 1, "lease_until": None}
        if row.memory is not None:  # it can no longer tell what is new: what it finds next is backfill
            values |= {"first_read_at": None}
    connection.execute(update(sources).where(sources.c.id == source.id).values(values))


def _how_read(source: Source) -> tuple[object, ...]:
    return source.kind, source.url, source.language, dict(source.options)
