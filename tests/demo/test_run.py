"""The whole way of `watcher demo --once`, with the real stages."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from watcher.demo import run
from watcher.errors import ConfigError


def test_a_round_brings_everything_that_is_expected_and_leaves_no_folder_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    said: list[str] = []
    code = asyncio.run(run.run_demo(once=True, host="127.0.0.1", port=0, announce=said.append))
    assert code == 0, "\n".join(said)
    assert said[0].startswith("newsroom: http://127.0.0.2:")
    assert any("stored as backfill" in line for line in said)
    assert "Everything expected arrived." in said[-1]
    assert list(tmp_path.iterdir()) == []


async def test_addresses_that_cannot_be_had_are_a_configuration_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("watcher.demo.stage.DESK_HOST", "192.0.2.1")
    with pytest.raises(ConfigError, match=r"127\.0\.0\.2 and up"):
        await run.run_demo(once=True, host="127.0.0.1", port=0, announce=lambda line: None)


async def test_review_pages_that_others_could_reach_are_refused() -> None:
    with pytest.raises(ConfigError, match="this machine only"):
        await run.run_demo(once=False, host="0.0.0.0", port=0, announce=lambda line: None)
