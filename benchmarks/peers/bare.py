"""The limit: a loop that only asks, with httpx, and forgets the answers."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.origin import ETAG
from benchmarks.peers.contract import Peer, Place


def configure(place: Place, addresses: Sequence[str]) -> None:
    """The addresses, one a line."""
    Path(place.file("addresses")).write_text("\n".join(addresses))


def first(place: Place) -> Sequence[str]:
    """Everything whole."""
    return [sys.executable, "-m", "benchmarks.bare_loop", place.file("addresses")]


def again(place: Place) -> Sequence[str]:
    """Everything on condition that it changed."""
    return [*first(place), ETAG]


PEER = Peer("bare httpx loop", configure, first, again, note="reads and stores nothing: the limit")
