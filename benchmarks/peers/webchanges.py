"""webchanges: urlwatch's continuation."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.peers.contract import Peer, Place


def configure(place: Place, addresses: Sequence[str]) -> None:
    """One job for each address; what changed goes to the standard output."""
    jobs = (f"name: {url}\nurl: {url}\nhttp_client: requests\n" for url in addresses)
    Path(place.file("jobs.yaml")).write_text("---\n".join(jobs))
    Path(place.file("config.yaml")).write_text("report:\n  stdout:\n    enabled: true\n    color: false\n")
    Path(place.file("hooks.py")).write_text("")


def command(place: Place) -> Sequence[str]:
    """Runs every job."""
    files = (f"--{option}={place.file(name)}" for option, name in _FILES.items())
    return [place.command("webchanges"), *files]


_FILES = {"jobs": "jobs.yaml", "config": "config.yaml", "database": "snapshots.db", "hooks": "hooks.py"}
PEER = Peer(
    "webchanges 3.37",
    configure,
    command,
    command,
    "webchanges[requests]==3.37.0",
    note="compares text, reads no entries",
)
