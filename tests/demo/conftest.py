"""A stage that is up and running, and a clock that stands still."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest

from watcher.demo.stage import Stage, open_stage

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with open_stage(lambda: NOW) as opened:
        yield opened


@pytest.fixture
async def web() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False) as client:
        yield client
