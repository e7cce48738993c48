"""Every program of the comparison is told all its sources, and what it costs is really measured."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import psutil
import pytest
import yaml

from benchmarks import rounds
from benchmarks.peers import EVERYBODY, bare
from benchmarks.peers.contract import Peer, Place
from benchmarks.processes import cost

ADDRESSES = [f"http://127.0.0.{number}:9/feed" for number in range(2, 5)]
OFFLINE = [peer for peer in EVERYBODY if not peer.name.startswith("reader")]
"""reader's feeds are in its own database, which only its own library writes."""


@pytest.mark.parametrize("peer", OFFLINE, ids=lambda peer: peer.name)
def test_its_settings_or_its_first_command_name_every_source(peer: Peer, tmp_path: Path) -> None:
    place = Place(tmp_path / "bin", tmp_path)

    peer.configure(place, ADDRESSES)

    said = "".join(path.read_text() for path in tmp_path.iterdir() if path.is_file()) + " ".join(peer.first(place))
    assert all(address in said for address in ADDRESSES)


@pytest.mark.parametrize("peer", EVERYBODY, ids=lambda peer: peer.name)
def test_a_later_round_is_told_no_addresses_and_finds_its_memory_in_its_folder(peer: Peer, tmp_path: Path) -> None:
    command = " ".join(peer.again(Place(tmp_path / "bin", tmp_path)))

    assert "http" not in command.replace(peer.name, "")
    assert str(tmp_path) in command or peer.name == "watcher"


@pytest.mark.parametrize("name", ["watcher", "urlwatch", "webchanges"])
def test_settings_in_yaml_can_be_read(name: str, tmp_path: Path) -> None:
    peer = next(each for each in EVERYBODY if each.name.split()[0] == name)

    peer.configure(Place(tmp_path, tmp_path), ADDRESSES)

    for file in tmp_path.glob("*.yaml"):
        assert list(yaml.safe_load_all(file.read_text()))


def test_a_round_counts_what_the_origin_answered() -> None:
    first, unchanged = rounds.measure([bare.PEER], 3, rounds=1)

    assert (first.work, first.whole, first.unchanged) == ("first", 3, 0)
    assert (unchanged.work, unchanged.whole, unchanged.unchanged) == ("unchanged", 0, 3)
    assert first.cpu_s
    assert unchanged.cpu_s


def test_a_program_that_asks_for_too_little_has_no_rate() -> None:
    idle = Peer("idle", bare.configure, lambda place: [sys.executable, "-c", ""], bare.again)

    first, _ = rounds.measure([idle], 2, rounds=1)

    assert first.rate is None
    assert first.failed == "asked for 0 of 2 sources"


def test_a_program_that_does_not_end_is_stopped_with_its_children(tmp_path: Path) -> None:
    child = f"import os, time; open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"

    assert cost([sys.executable, "-c", parent], {}, seconds=3) is None

    pid = int((tmp_path / "pid").read_text())
    end = time.monotonic() + 5
    while _lives(pid) and time.monotonic() < end:
        time.sleep(0.05)
    assert not _lives(pid)


def _lives(pid: int) -> bool:
    """Nobody may have asked yet how it ended."""
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
