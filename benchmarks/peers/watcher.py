"""watcher itself, as `watcher check --all` does it.

robots.txt is not asked for: watcher does that once a day per host, the others not at all.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.peers.contract import Peer, Place

_HEAD = """\
publishers:
  - {id: bench, name: Bench, type: ngo}
hosts:
  - {host: "*", apart: 0s, robots: ignore}
recipients:
  - {id: console, channel: console}
rules: []
sources:
"""


def configure(place: Place, addresses: Sequence[str], *, every: str = "15m", head: str = _HEAD) -> None:
    """A sources.yaml."""
    lines = (
        f'  - {{id: s{number}, publisher: bench, kind: feed, every: {every}, url: "{address}"}}\n'
        for number, address in enumerate(addresses)
    )
    (place.folder / "sources.yaml").write_text(head + "".join(lines))


def variables(place: Place) -> Mapping[str, str]:
    """The environment that names it, and lets watcher dial this machine."""
    address = (place.folder / "sources.yaml").read_text().rpartition('url: "')[2].partition('"')[0]
    return {
        "WATCHER_CONFIG": place.file("sources.yaml"),
        "WATCHER_DATA_DIR": place.file("data"),
        "WATCHER_ALLOW_FETCH": f"127.0.0.0/8:{urlsplit(address).port}",
    }


def command(place: Place) -> Sequence[str]:
    """One visit to every source."""
    return [sys.executable, "-m", "watcher", "check", "--all"]


def here(folder: Path) -> Place:
    """Ours is the environment that the benchmark runs in."""
    return Place(Path(sys.executable).parent, folder)


PEER = Peer("watcher", configure, first=command, again=command, variables=variables)
