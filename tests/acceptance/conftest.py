"""The bundled newsroom, served by the test, and the environment of a daemon that watches it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from tests.acceptance.daemon import SEVERAL
from watcher.demo.catalog import write_configuration
from watcher.demo.stage import Stage, open_stage


@pytest_asyncio.fixture
async def stage() -> AsyncIterator[Stage]:
    """The newsroom with its mailbox and webhook receiver."""
    async with open_stage(lambda: datetime.now(UTC)) as opened:
        yield opened


@pytest.fixture(params=["sqlite", "postgresql", "several"])
def shape(request: pytest.FixtureRequest) -> str:
    """One process on SQLite, one on PostgreSQL, and several processes on PostgreSQL."""
    return str(request.param)


@pytest.fixture
def backend(shape: str) -> str:
    """The database of the shape."""
    return "sqlite" if shape == "sqlite" else "postgresql"


@pytest.fixture
def environment(stage: Stage, shape: str, empty_database_url: str, tmp_path: Path) -> dict[str, str]:
    """What processes need to watch the newsroom."""
    several = {SEVERAL: "yes"} if shape == "several" else {}
    return {**write_configuration(stage, tmp_path, {"WATCHER_DATABASE_URL": empty_database_url}), **several}
