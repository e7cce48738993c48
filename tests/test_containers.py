"""The container files say what the program understands: commands, options, variables, addresses."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from watcher.cli.run import command
from watcher.settings import VARIABLES, read_settings

ROOT = Path(__file__).parent.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
SERVICE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]["watcher"]


def test_the_command_is_one_that_the_program_knows() -> None:
    program, name, *options = yaml.safe_load(DOCKERFILE.rpartition("CMD ")[2])
    assert (program, name) == ("watcher", "run")
    assert command.make_context(name, options).params["host"] == "0.0.0.0"


def test_every_variable_exists() -> None:
    named = set(re.findall(r"WATCHER_[A-Z_]+", DOCKERFILE + (ROOT / "docker-compose.yml").read_text()))
    assert {name.removesuffix("_FILE") for name in named} <= VARIABLES.keys()


def test_the_environment_is_readable_as_it_stands() -> None:
    defaults = {name: re.sub(r"\$\{\w+:-(.*)\}", r"\1", value) for name, value in SERVICE["environment"].items()}
    assert read_settings(defaults).base_url == "http://localhost:8484"


def test_nothing_runs_as_root_or_writes_outside_its_volume() -> None:
    assert "USER watcher" in DOCKERFILE
    assert SERVICE["read_only"] is True
    assert SERVICE["cap_drop"] == ["ALL"]
    assert all(port.startswith("127.0.0.1:") for port in SERVICE["ports"])


def test_what_is_copied_exists() -> None:
    for name in re.findall(r"^COPY (?:--chown=\w+ )?(?!--from)(\S+) \S+$", DOCKERFILE, re.MULTILINE):
        assert (ROOT / name).exists(), name
