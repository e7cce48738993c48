"""The files for operators say what the program understands: containers, systemd, Prometheus and Grafana."""

from __future__ import annotations

import configparser
import json
import re
from pathlib import Path

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from tests.acceptance.compose import DOCKERFILE, SERVICES, image_environment, service_environment
from watcher.cli import cli
from watcher.observe.metrics import Metrics
from watcher.settings import VARIABLES, read_settings

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
OURS = [name for name, service in SERVICES.items() if service["image"] == "watcher"]
SEVERAL = {"postgres", "migrate", "scheduler", "worker", "web"}


def unit() -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(DEPLOY / "watcher.service", encoding="utf-8")
    return parser


def commands() -> list[list[str]]:
    image = yaml.safe_load(DOCKERFILE.rpartition("CMD ")[2])
    services = [service["command"] for service in SERVICES.values() if "command" in service]
    systemd = Path(unit()["Service"]["ExecStart"].split()[0]).name, *unit()["Service"]["ExecStart"].split()[1:]
    return [image, *services, list(systemd)]


def test_every_command_is_one_that_the_program_knows() -> None:
    for program, *arguments in commands():
        assert program == "watcher"
        group, name = cli, arguments.pop(0)
        command = group.get_command(cli.make_context("watcher", ["--help"], resilient_parsing=True), name)
        assert command is not None, name
        command.make_context(name, arguments, resilient_parsing=True)


def test_every_variable_exists() -> None:
    texts = [DOCKERFILE, *((ROOT / name).read_text() for name in ("docker-compose.yml", "deploy/watcher.service"))]
    named = set(re.findall(r"WATCHER_[A-Z_]+", " ".join(texts)))
    assert {name.removesuffix("_FILE") for name in named} <= VARIABLES.keys()


def test_the_environment_is_readable_as_it_stands(tmp_path: Path) -> None:
    (tmp_path / "database_url").write_text("postgresql+psycopg://watcher:secret@postgres/watcher\n")
    for name in OURS:
        given = {**image_environment(), **service_environment(name)}
        inside = {key: value.replace("/run/secrets", str(tmp_path)) for key, value in given.items()}
        assert read_settings(inside).base_url == "http://localhost:8484"
        assert read_settings(inside).database_url.startswith("sqlite" if name == "watcher" else "postgresql")


def test_each_profile_has_what_it_needs() -> None:
    assert {name for name, service in SERVICES.items() if "several" in service["profiles"]} == SEVERAL
    assert {name for name, service in SERVICES.items() if "single" in service["profiles"]} == {"watcher"}
    assert SERVICES["worker"]["deploy"]["replicas"] == 2
    for name in ("scheduler", "worker", "web"):
        assert "migrate" in SERVICES[name]["depends_on"], "nobody starts on an old schema"


def test_nothing_runs_as_root_or_writes_outside_its_volume() -> None:
    assert "USER watcher" in DOCKERFILE
    for name in OURS:
        service = SERVICES[name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))
    assert unit()["Service"]["ProtectSystem"] == "strict"
    assert unit()["Service"]["User"] == "watcher"


@pytest.mark.parametrize("name", OURS)
def test_no_secret_stands_in_the_file(name: str) -> None:
    for variable, value in service_environment(name).items():
        assert not re.search(r"password|secret|token", variable, re.IGNORECASE) or variable.endswith("_FILE"), variable
        assert "://watcher:" not in value


def test_what_is_copied_exists() -> None:
    for name in re.findall(r"^COPY (?:--chown=\w+ )?(?!--from)(\S+) \S+$", DOCKERFILE, re.MULTILINE):
        assert (ROOT / name).exists(), name


def test_dashboard_and_rules_ask_for_metrics_that_exist() -> None:
    rules = yaml.safe_load((DEPLOY / "prometheus-rules.yml").read_text(encoding="utf-8"))
    dashboard = json.loads((DEPLOY / "grafana-dashboard.json").read_text(encoding="utf-8"))
    asked = [rule["expr"] for group in rules["groups"] for rule in group["rules"]]
    asked += [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    used = set(re.findall(r"\bwatcher_\w+", " ".join(asked)))
    families = text_string_to_metric_families(Metrics().render().decode())
    known = {family.name + ending for family in families for ending in ("", "_total", "_bucket", "_count", "_sum")}
    assert used
    assert used <= known
