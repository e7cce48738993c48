"""What breaks first with 1,000,000 sources on 50 workers: a seeded simulation of one day, fed with measured costs.

    python -m benchmarks.million [--sources N] [--workers N] [--seed N]

The model: every source has a publication rhythm (log-normal around a day) and is asked again after a tenth of its
silence, between 15 minutes and 6 hours, as the schedule does. A worker has one core; one PostgreSQL commits what the
workers bring in groups. Every minute of the day what is due joins a queue, and each resource does what it can; a
resource that is asked for more than it has is the one that breaks. The costs are those of `make bench`.
"""

from __future__ import annotations

import argparse
import heapq
import json
import math
import random
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

DAY = 24 * 60
"""Minutes."""
SAMPLE = 20_000
"""Sources that are simulated one by one; each stands for as many as are left out."""


@dataclass(frozen=True, slots=True)
class Costs:
    """What the pieces of the work cost; seconds, and bytes."""

    unchanged_cpu: float = 0.0015
    """Worker's CPU for a check that finds nothing new."""
    new_cpu: float = 0.015
    """Worker's CPU, on top of that, for a check that brings one new entry: reading, classifying, recording."""
    queue_cpu: float = 0.005
    """Worker's CPU to take a check out of the queue and say that it is done."""
    database: float = 0.002
    """Database's CPU for an unchanged check: claim, result, queue."""
    database_new: float = 0.02
    """Database's CPU for what a new entry writes, search index and event included."""
    bytes_per_entry: int = 9_700
    """On disk, with its capture."""


@dataclass(frozen=True, slots=True)
class Setting:
    """The installation."""

    sources: int = 1_000_000
    workers: int = 50
    database_cores: int = 16
    schedulers: int = 1
    claims_per_second: float = 1000.0
    """What one scheduler, alone by design, reads as due and puts into the queue."""


@dataclass(frozen=True, slots=True)
class Load:
    """What a day asks for: in all, and in its fullest minute."""

    checks: float
    entries: float
    fullest_checks: float
    fullest_entries: float


def simulate(setting: Setting, seed: int = 1) -> Load:
    """The load of the second day: on the first all sources are due at the start, which no installation repeats."""
    chance = random.Random(seed)
    sample = min(SAMPLE, setting.sources)
    checks, entries = [0] * (2 * DAY), [0] * (2 * DAY)
    for _ in range(sample):
        for minute, news in _visits(chance):
            checks[minute] += 1
            entries[minute] += news
    each = setting.sources / sample
    day = slice(DAY, 2 * DAY)
    return Load(sum(checks[day]) * each, sum(entries[day]) * each, max(checks[day]) * each, max(entries[day]) * each)


def _visits(chance: random.Random) -> Iterator[tuple[int, int]]:
    """(minute, new entries found) of one source's checks over two days."""
    rhythm = DAY * math.exp(chance.gauss(0.5, 1.5))
    last, news = -chance.expovariate(1 / rhythm), _publications(chance, rhythm)
    minute = chance.uniform(0, 15)
    while minute < 2 * DAY:
        found = 0
        while news[0] <= minute:
            last = max(last, heapq.heappop(news))
            found += 1
        yield int(minute), found
        minute += min(max((minute - last) / 10, 15), 360) * chance.uniform(0.95, 1.05)


def _publications(chance: random.Random, rhythm: float) -> list[float]:
    moments = [chance.expovariate(1 / rhythm)]
    while moments[-1] < 2 * DAY:
        moments.append(moments[-1] + chance.expovariate(1 / rhythm))
    return moments


def pressure(load: Load, setting: Setting, costs: Costs) -> Mapping[str, float]:
    """How much of each resource the fullest minute takes; more than 1: it falls behind."""
    checks, entries = load.fullest_checks / 60, load.fullest_entries / 60
    worker = checks * (costs.unchanged_cpu + costs.queue_cpu) + entries * costs.new_cpu
    database = checks * costs.database + entries * costs.database_new
    return {
        "workers' CPU": worker / setting.workers,
        "database's CPU": database / setting.database_cores,
        "the scheduler": checks / (setting.claims_per_second * setting.schedulers),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", type=int, default=1_000_000)
    parser.add_argument("--workers", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    setting, costs = Setting(given.sources, given.workers), Costs()
    load = simulate(setting, given.seed)
    taken = pressure(load, setting, costs)
    said = {
        "setting": asdict(setting),
        "load of a day": {name: round(value) for name, value in asdict(load).items()},
        "share of each resource in the fullest minute": {name: round(value, 2) for name, value in taken.items()},
        "breaks first": max(taken, key=lambda name: taken[name]),
        "terabytes a year": round(load.entries * 365 * costs.bytes_per_entry / 1e12, 1),
    }
    print(json.dumps(said, indent=2))


if __name__ == "__main__":
    main()
