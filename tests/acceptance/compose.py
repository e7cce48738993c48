"""The services of docker-compose.yml as processes of this machine: the same commands with the same environment."""

from __future__ import annotations

import re
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
SERVICES: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")


def arguments(name: str, port: int) -> list[str]:
    """What follows `watcher` in a service's command; pages get this port, health any free one."""
    program, *rest = SERVICES[name]["command"]
    assert program == "watcher", name
    return [*("0" if each == "8485" else each for each in rest), *(["--port", str(port)] if name == "web" else [])]


def environment(name: str, given: Mapping[str, str], port: int) -> dict[str, str]:
    """The environment of a service, with the places of this machine for those inside a container.

    What a test's environment says beyond that (where its newsroom is, and how mail is sent) comes on top.
    """
    secret = Path(given["WATCHER_CONFIG"]).parent / "database_url"
    secret.write_text(given["WATCHER_DATABASE_URL"])
    places = {
        "/config/sources.yaml": given["WATCHER_CONFIG"],
        "/data": given["WATCHER_DATA_DIR"],
        "/run/secrets/database_url": str(secret),
    }
    inside = {**image_environment(), **service_environment(name)}
    mine = {key: places.get(value, value) for key, value in inside.items() if key != "PATH"}
    beyond = {key: value for key, value in given.items() if key != "WATCHER_DATABASE_URL"}
    return {**mine, **beyond, "WATCHER_BASE_URL": f"http://127.0.0.1:{port}"}


def image_environment() -> dict[str, str]:
    """The ENV lines of the Dockerfile."""
    text = DOCKERFILE.replace("\\\n", " ")
    return dict(re.findall(r"(\w+)=(\S+)", " ".join(re.findall(r"^ENV (.*)$", text, re.MULTILINE))))


def service_environment(name: str) -> dict[str, str]:
    """A service's environment, `${NAME:-default}` taken as the default."""
    given: Mapping[str, str] = SERVICES[name].get("environment", {})
    return {key: re.sub(r"\$\{\w+:-(.*)\}", r"\1", value) for key, value in given.items()}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
