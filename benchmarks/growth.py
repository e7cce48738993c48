"""Whether an unchanged check costs more where there are more sources: CPU milliseconds per check, without the start.

python -m benchmarks.growth [SOURCES ...]
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.origin import address
from benchmarks.peers import watcher
from benchmarks.processes import cost, origin

ROUNDS = 3
SIZES = (200, 20_000)


def measure(sizes: Sequence[int] = SIZES) -> dict[str, float]:
    """By number of sources; and how much dearer a check is with the most of them, in percent."""
    with origin() as port:
        start = _least(1, port)
        each = {size: (_least(size, port) - start) / (size - 1) * 1000 for size in sizes}
    dearer = (each[max(sizes)] / each[min(sizes)] - 1) * 100
    return {**{f"{size}_ms": round(found, 2) for size, found in each.items()}, "dearer_percent": round(dearer, 1)}


def _least(sources: int, port: int) -> float:
    """CPU seconds of an unchanged round, the least of three."""
    with tempfile.TemporaryDirectory() as folder:
        place = watcher.here(Path(folder))
        watcher.configure(place, [address(number, port, "/brief") for number in range(sources)])
        command, variables = watcher.command(place), watcher.variables(place)
        cost(command, variables, seconds=3600)
        rounds = [cost(command, variables, seconds=3600) for _ in range(ROUNDS)]
    return min(each.cpu for each in rounds if each)


if __name__ == "__main__":
    print(json.dumps(measure([int(each) for each in sys.argv[1:]] or SIZES), indent=2))
