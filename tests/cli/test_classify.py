"""watcher classify."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from watcher.cli import classify


@pytest.mark.parametrize("how", [[], ["--jsonl"]])
def test_a_file_that_is_not_there_is_named_before_anything_is_read(tmp_path: Path, how: list[str]) -> None:
    there = tmp_path / "there.txt"
    there.write_text("The Department ends the Migrant Protection Protocols.", "utf-8")
    answer = CliRunner().invoke(classify.command, [*how, str(there), str(tmp_path / "missing.txt")])
    assert answer.exit_code == 2
    assert "missing.txt' does not exist" in answer.output
    assert "mpp" not in answer.output.lower()


def test_a_file_is_classified(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("The Department ended the Migrant Protection Protocols.", "utf-8")
    answer = CliRunner().invoke(classify.command, [str(file)])
    assert answer.exit_code == 0
    assert "Migrant Protection Protocols" in answer.output
