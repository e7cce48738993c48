"""kill -9 at ten random moments: no entry and no alert is lost, and none is doubled but under the same id."""

from __future__ import annotations

from tests.acceptance.conftest import backend, environment, shape, stage
from tests.acceptance.ledgers import kill_and_go_on
from watcher.demo.stage import Stage

__all__ = ["backend", "environment", "shape", "stage"]


async def test_ten_kills_lose_nothing(stage: Stage, environment: dict[str, str]) -> None:
    await kill_and_go_on(stage, environment, kills=10)
