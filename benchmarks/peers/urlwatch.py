"""urlwatch: compares the text of what it fetched with the last one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.peers.contract import Peer, Place


def configure(place: Place, addresses: Sequence[str]) -> None:
    """One job for each address; what changed goes to the standard output."""
    Path(place.file("urls.yaml")).write_text("---\n".join(f"name: {url}\nurl: {url}\n" for url in addresses))
    Path(place.file("urlwatch.yaml")).write_text("report:\n  stdout:\n    enabled: true\n    color: false\n")


def command(place: Place) -> Sequence[str]:
    """Runs every job."""
    files = (f"--{option}={place.file(name)}" for option, name in _FILES.items())
    return [place.command("urlwatch"), *files]


_FILES = {"urls": "urls.yaml", "config": "urlwatch.yaml", "cache": "cache.db", "hooks": "hooks.py"}
PEER = Peer("urlwatch 2.29", configure, command, command, "urlwatch==2.29", note="compares text, reads no entries")
