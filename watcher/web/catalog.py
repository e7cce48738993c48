"""The catalog in force, for pages: sources.yaml as the database has it, with what was made on pages."""

from __future__ import annotations

from watcher.models.catalog import Catalog
from watcher.models.made import together
from watcher.store import Store

_NOTHING = Catalog((), (), (), (), ())


def in_force(store: Store) -> Catalog:
    """The catalog; an empty one before the first. Blocks."""
    return together(store.catalogs.current() or _NOTHING, store.made.all())
