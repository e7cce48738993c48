"""What the README says is true, and what exists stands in it."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import click
import pytest

from watcher.alerts.channels import channels
from watcher.cli import COMMANDS
from watcher.settings import VARIABLES
from watcher.sources.base import kinds

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_documented(name: str) -> None:
    assert f"`watcher {name}" in README


@pytest.mark.parametrize("name", COMMANDS)
def test_every_subcommand_is_documented(name: str) -> None:
    command = importlib.import_module(f"watcher.cli.{name}").command
    rows = "".join(line for line in README.splitlines() if line.startswith(f"| `watcher {name}"))
    for subcommand in command.commands if isinstance(command, click.Group) else ():
        assert re.search(rf"\b{subcommand}\b", rows), subcommand


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_says_what_it_does(name: str) -> None:
    command = importlib.import_module(f"watcher.cli.{name}").command
    assert command.help


@pytest.mark.parametrize("name", VARIABLES)
def test_every_variable_is_documented(name: str) -> None:
    assert f"`{name}`" in README


def test_every_documented_variable_exists() -> None:
    for name in set(re.findall(r"`(WATCHER_[A-Z_]+)`", README)):
        assert name in VARIABLES or name in ("WATCHER_TEST_DATABASE_URL", "WATCHER_SHARED")


@pytest.mark.parametrize("name", [*kinds(), *channels()])
def test_every_kind_and_channel_is_documented(name: str) -> None:
    assert f"| `{name}` |" in README


def test_every_file_that_the_readme_names_exists() -> None:
    named = re.findall(r"`((?:watcher|tests|benchmarks)/[\w./]+)`", README) + re.findall(r"\]\(([\w./]+)\)", README)
    missing = [name for name in named if not (ROOT / name).exists()]
    assert missing == []
