"""A first and an unchanged round of every program, in CPU seconds: the driver.

python -m benchmarks.rounds [--sources N] [--rounds N] [PEER ...]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.installing import NotHereError, commands
from benchmarks.origin import address
from benchmarks.peers import EVERYBODY
from benchmarks.peers.contract import Command, Peer, Place
from benchmarks.processes import Cost, answers, cost, origin

LIMIT = 600.0
"""Seconds that a program has for everything; who needs longer did not finish."""


@dataclass(frozen=True, slots=True)
class Round:
    """What one round of a program came to; rates are checks per CPU second."""

    peer: str
    sources: int
    work: str
    """`first` or `unchanged`"""
    cpu_s: float | None = None
    wall_s: float | None = None
    rate: float | None = None
    rate_after_start: float | None = None
    """Without what the program takes for a single source."""
    whole: int = 0
    """Documents that the origin sent whole."""
    unchanged: int = 0
    """Questions that it answered with 304."""
    failed: str = ""


def measure(peers: Iterable[Peer], sources: int, *, rounds: int = 3, limit: float = LIMIT) -> list[Round]:
    """Two results for every peer."""
    return [found for peer in peers for found in _told(_measured(peer, sources, rounds, limit))]


def _told(found: list[Round]) -> list[Round]:
    """For those who wait."""
    for each in found:
        print(f"  {each.work}: {each.failed or f'{each.rate} checks per CPU second'}", file=sys.stderr, flush=True)
    return found


def _measured(peer: Peer, sources: int, rounds: int, limit: float) -> list[Round]:
    print(f"{peer.name}, {sources} sources ...", file=sys.stderr, flush=True)
    try:
        folder = commands(peer)
        with origin() as port:
            alone = _first_and_again(peer, folder, port, 1, 2, limit)
            return [
                _without_start(found, start)
                for found, start in zip(
                    _first_and_again(peer, folder, port, sources, rounds, limit), alone, strict=True
                )
            ]
    except NotHereError as error:
        reason = f"not here: {error}"
    except subprocess.CalledProcessError as error:
        last = (error.stderr or "").strip().splitlines()[-1:]
        reason = f"failed: {last[0] if last else error}"
    return [Round(peer.name, sources, work, failed=reason) for work in ("first", "unchanged")]


def _first_and_again(
    peer: Peer, commands: Path, port: int, sources: int, rounds: int, limit: float
) -> tuple[Round, Round]:
    with tempfile.TemporaryDirectory() as folder:
        place = Place(commands, Path(folder))
        peer.configure(place, [address(number, port) for number in range(sources)])
        first = _round(peer, peer.first, place, port, sources, limit)
        if first.failed:
            return first, Round(peer.name, sources, "unchanged", failed=first.failed)
        _round(peer, peer.again, place, port, sources, limit)  # some write once more what they have just written
        again = [_round(peer, peer.again, place, port, sources, limit) for _ in range(rounds)]
        return first, min(again, key=lambda found: found.cpu_s or limit)


def _round(peer: Peer, command: Command, place: Place, port: int, sources: int, limit: float) -> Round:
    work = "first" if not (place.folder / "checked").exists() else "unchanged"
    before = answers(port)
    spent = cost(command(place), peer.variables(place), seconds=limit)
    (place.folder / "checked").touch()
    after = answers(port)
    given = {status: after.get(status, 0) - before.get(status, 0) for status in ("200", "304")}
    if spent is None:
        return Round(peer.name, sources, work, failed=f"did not finish in {limit:.0f} s")
    if sum(given.values()) < sources:
        return Round(peer.name, sources, work, failed=f"asked for {sum(given.values())} of {sources} sources")
    return _measured_round(peer, sources, work, spent, given["200"], given["304"])


def _measured_round(peer: Peer, sources: int, work: str, spent: Cost, whole: int, unchanged: int) -> Round:
    cpu, wall = round(spent.cpu, 3), round(spent.wall, 2)
    return Round(peer.name, sources, work, cpu, wall, round(sources / spent.cpu, 1), None, whole, unchanged)


def _without_start(found: Round, alone: Round) -> Round:
    if found.cpu_s is None or alone.cpu_s is None or found.cpu_s <= alone.cpu_s:
        return found
    rate = round((found.sources - 1) / (found.cpu_s - alone.cpu_s), 1)
    return Round(**{**asdict(found), "rate_after_start": rate})


def chosen(names: Sequence[str]) -> list[Peer]:
    """The peers whose names begin so; all where none is named."""
    return [peer for peer in EVERYBODY if not names or peer.name.split()[0] in names]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("peers", nargs="*")
    given = parser.parse_args()
    found = measure(chosen(given.peers), given.sources, rounds=given.rounds)
    print(json.dumps([asdict(each) for each in found], indent=2))


if __name__ == "__main__":
    main()
