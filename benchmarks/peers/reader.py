"""reader: a feed reader's library; its entries are stored, nothing is classified or sent."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from benchmarks.peers.contract import Peer, Place

_ADD = """\
import sys
from reader import make_reader
reader = make_reader(sys.argv[1])
for address in open(sys.argv[2]).read().split():
    reader.add_feed(address)
"""


def configure(place: Place, addresses: Sequence[str]) -> None:
    """Its own database names the feeds."""
    Path(place.file("addresses")).write_text("\n".join(addresses))
    subprocess.run([place.command("python"), "-c", _ADD, place.file("db"), place.file("addresses")], check=True)


def command(place: Place) -> Sequence[str]:
    """All feeds, whether they are due or not."""
    python, database = place.command("python"), place.file("db")
    return [python, "-m", "reader", "--db", database, "update", "--no-scheduled", "--workers", "4"]


PEER = Peer("reader 3.26", configure, command, command, "reader[cli]==3.26 sgmllib3k")
