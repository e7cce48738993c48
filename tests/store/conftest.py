"""A look into the tables, for what no method of the store shows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from watcher.store.engine import make_engine


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """The database of `store`, through a door of its own."""
    made = make_engine(database_url)
    try:
        yield made
    finally:
        made.dispose()
