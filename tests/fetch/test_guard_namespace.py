"""The guard on a small internet of its own: a network namespace with public and private addresses, and a name server.

The whole way is real: the system's resolver, the dialled addresses, the servers that must not be reached.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from watcher.errors import ProblemClass

REPOSITORY = Path(__file__).parents[2]
INSIDE = Path(__file__).with_name("namespace.py")


def _why_not() -> str:
    """Why this system has no namespace for us, or nothing."""
    if sys.platform != "linux":
        return "network namespaces exist on Linux only"
    if os.geteuid() != 0:
        return "only root may make a network namespace here"
    missing = [tool for tool in ("unshare", "ip", "mount") if shutil.which(tool) is None]
    if missing:
        return f"not installed: {', '.join(missing)}"
    tried = subprocess.run(
        ["unshare", "-n", "-m", "sh", "-c", "ip link set lo up && mount --make-rprivate /"],
        capture_output=True,
        check=False,
        timeout=10,
    )
    return "" if tried.returncode == 0 else f"the system allows no namespace: {tried.stderr.decode().strip()}"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What happened inside: per address the problem's class or None, and what each server was asked."""
    if reason := _why_not():
        pytest.skip(reason)
    resolv = tmp_path_factory.mktemp("dns") / "resolv.conf"
    resolv.write_text("nameserver 9.9.9.9\noptions timeout:1 attempts:1\n")
    script = (
        "mount --make-rprivate / && mount --bind $0 /etc/resolv.conf && ip link set lo up"
        " && for a in 93.184.216.34 9.9.9.9 169.254.169.254 10.0.0.1; do ip addr add $a/32 dev lo; done"
        " && exec $1 -m tests.fetch.namespace"
    )
    command = ["unshare", "-n", "-m", "sh", "-c", script, str(resolv), sys.executable]
    ended = subprocess.run(command, capture_output=True, check=False, timeout=60, cwd=REPOSITORY)
    assert ended.returncode == 0, ended.stderr.decode()
    found: dict[str, Any] = json.loads(ended.stdout.decode().splitlines()[-1])
    return found


FORBIDDEN = [
    "http://private.test/",
    "http://loopback.test/",
    "http://metadata.test/",
    "http://mapped.test/",
    "http://nat64.test/",
    "http://mixed.test/",
    "http://mixed-other-way.test/",
    "http://127.0.0.1/",
    "http://127.1/",
    "http://0x7f000001/",
    "http://2130706433/",
    "http://0177.0.0.1/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://169.254.169.254/latest/meta-data/",
    "http://localhost/",
    "http://public.test/to-metadata",
    "http://public.test/to-private-name",
    "http://public.test/to-mapped",
]


def test_a_public_name_is_read(told: dict[str, Any]) -> None:
    assert told["outcomes"]["http://public.test/"] is None
    assert "/" in told["asked"]["93.184.216.34"]


@pytest.mark.parametrize("url", FORBIDDEN)
def test_what_is_not_public_is_refused(told: dict[str, Any], url: str) -> None:
    assert told["outcomes"][url] == "refused, unasked"


def test_a_name_that_changes_its_address_each_time_never_leads_inside(told: dict[str, Any]) -> None:
    assert set(told["rebinding"]) == {None, "refused, unasked"}


def test_a_name_that_does_not_exist_is_told_as_such(told: dict[str, Any]) -> None:
    assert told["outcomes"]["http://nobody.test/"] == ProblemClass.NAME_NOT_FOUND


def test_a_name_server_that_fails_is_told_as_such(told: dict[str, Any]) -> None:
    assert told["outcomes"]["http://failing.test/"] == ProblemClass.NAME_NOT_FOUND


def test_no_server_inside_was_ever_connected_to(told: dict[str, Any]) -> None:
    assert {
        address: told["connections"][address] for address in ("127.0.0.1", "10.0.0.1", "169.254.169.254", "::1")
    } == {
        "127.0.0.1": 0,
        "10.0.0.1": 0,
        "169.254.169.254": 0,
        "::1": 0,
    }
