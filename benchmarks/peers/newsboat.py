"""newsboat: a feed reader for the terminal, from Debian."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.peers.contract import Peer, Place


def configure(place: Place, addresses: Sequence[str]) -> None:
    """One address a line."""
    Path(place.file("urls")).write_text("\n".join(addresses) + "\n")
    Path(place.file("config")).write_text("reload-threads 10\nsuppress-first-reload yes\n")


def command(place: Place) -> Sequence[str]:
    """All feeds."""
    files = ["-u", place.file("urls"), "-c", place.file("cache.db"), "-C", place.file("config")]
    return [place.command("newsboat"), *files, "-x", "reload"]


PEER = Peer("newsboat", configure, command, command, debian="newsboat")
