"""Alerts as lines of a file."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from tests.alerts.samples import claimed, recipient, said
from watcher.alerts.channels.file import FileOptions, FileSender
from watcher.errors import DeliveryError


async def send(path: Path) -> None:
    await FileSender().send(claimed("file", str(path)), recipient("file", path=str(path)))


async def test_each_alert_is_a_line_with_its_id_and_payload(tmp_path: Path) -> None:
    file = tmp_path / "alerts.jsonl"
    for _ in range(2):
        await send(file)
    lines = file.read_text("utf-8").splitlines()
    assert [json.loads(line) for line in lines] == [{"id": "delivery1", **said()}] * 2


async def test_a_line_that_a_crash_cut_short_does_not_swallow_the_next(tmp_path: Path) -> None:
    file = tmp_path / "alerts.jsonl"
    file.write_text('{"id": "cut sho', "utf-8")
    await send(file)
    assert json.loads(file.read_text("utf-8").splitlines()[1])["id"] == "delivery1"


async def test_lines_written_at_the_same_time_stay_whole(tmp_path: Path) -> None:
    file = tmp_path / "alerts.jsonl"
    await asyncio.gather(*(send(file) for _ in range(50)))
    assert {json.loads(line)["id"] for line in file.read_text("utf-8").splitlines()} == {"delivery1"}


async def test_a_missing_folder_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(DeliveryError, match="make the folder"):
        await send(tmp_path / "missing" / "alerts.jsonl")


def test_an_empty_path_is_refused() -> None:
    with pytest.raises(ValueError):
        FileOptions(" ")
