"""The bundled newsroom, served by the test, and the environment of a daemon that watches it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from watcher.demo.catalog import write_configuration
from watcher.demo.stage import Stage, open_stage


@pytest_asyncio.fixture
async def stage() -> AsyncIterator[Stage]:
    """The newsroom with its mailbox and webhook receiver."""
    async with open_stage(lambda: datetime.now(UTC)) as opened:
        yield opened


@pytest.fixture
def environment(stage: Stage, empty_database_url: str, tmp_path: Path) -> dict[str, str]:
    """What a process needs to watch the newsroom, on SQLite and on PostgreSQL in turn."""
    return write_configuration(stage, tmp_path, {"WATCHER_DATABASE_URL": empty_database_url})
