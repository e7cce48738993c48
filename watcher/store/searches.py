"""Saved searches: addresses of the inbox under names, of one person or shared."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, delete, or_, select

from watcher.models.views import SavedSearch
from watcher.store.engine import reading, writing
from watcher.store.schema import saved_searches


@dataclass(frozen=True, slots=True)
class Searches:
    """What people keep to look at again."""

    _engine: Engine

    def save(self, name: str, address: str, *, owner: str, shared: bool, now: datetime) -> SavedSearch:
        """Keep the filters of an address under a name."""
        made = SavedSearch(secrets.token_hex(6), name, address, owner, shared, now)
        row = {column.name: getattr(made, column.name) for column in saved_searches.c}
        with writing(self._engine) as connection:
            connection.execute(saved_searches.insert(), row)
        return made

    def listing(self, owner: str) -> list[SavedSearch]:
        """Those of a person and those that are shared, by name."""
        theirs = or_(saved_searches.c.owner == owner, saved_searches.c.shared)
        with reading(self._engine) as connection:
            rows = connection.execute(select(saved_searches).where(theirs)).all()
        return sorted(map(_saved, rows), key=lambda each: each.name.casefold())

    def show(self, search_id: str) -> SavedSearch | None:
        """One of them, whoever it belongs to; None when there is none."""
        with reading(self._engine) as connection:
            row = connection.execute(select(saved_searches).where(saved_searches.c.id == search_id)).first()
        return _saved(row) if row is not None else None

    def forget(self, search_id: str, *, owner: str) -> None:
        """Drop one of `owner`'s; that of somebody else stays."""
        theirs = (saved_searches.c.id == search_id, saved_searches.c.owner == owner)
        with writing(self._engine) as connection:
            connection.execute(delete(saved_searches).where(*theirs))


def _saved(row: Any) -> SavedSearch:
    return SavedSearch(**row._mapping)
