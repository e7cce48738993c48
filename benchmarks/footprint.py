"""What the daemon holds and takes: memory with pages at N sources, CPU while nothing is due, and what a start costs.

python -m benchmarks.footprint [SOURCES]
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from pathlib import Path

import psutil

from benchmarks.origin import address
from benchmarks.peers import watcher
from benchmarks.processes import cost, environment, mebibytes, origin
from tests.acceptance.daemon import running

IDLE = 20.0
"""Seconds for which the idle daemon is watched."""


def measure(sources: int = 1000) -> dict[str, float]:
    """MiB (shared pages counted once), CPU seconds, and the share of one core while nothing is due."""
    with origin() as port, tempfile.TemporaryDirectory() as folder:
        place = watcher.here(Path(folder))
        watcher.configure(place, [address(number, port, "/brief") for number in range(sources)], every="6h")
        variables = dict(watcher.variables(place))
        cost(watcher.command(place), variables)
        return {"sources": sources, "help_cpu_s": _help(), **asyncio.run(_daemon({**environment(), **variables}))}


def _help() -> float:
    """CPU seconds of `watcher --help`, the least of three."""
    found = [cost([sys.executable, "-m", "watcher", "--help"], {}) for _ in range(3)]
    return round(min(each.cpu for each in found if each), 2)


async def _daemon(variables: dict[str, str]) -> dict[str, float]:
    async with running(variables) as daemon:
        await daemon.says("watching")
        process = psutil.Process(daemon.process.pid)
        ready = _cpu(process)
        await asyncio.sleep(5)
        before = _cpu(process)
        await asyncio.sleep(IDLE)
        return {
            "ready_cpu_s": round(ready, 2),
            "idle_percent_of_a_core": round((_cpu(process) - before) / IDLE * 100, 2),
            "all_pss_mib": mebibytes(process.pid),
            "daemon_rss_mib": round(process.memory_info().rss / 2**20, 1),
        }


def _cpu(process: psutil.Process) -> float:
    """CPU seconds so far, of the process and of those below it."""
    times = (each.cpu_times() for each in [process, *process.children(recursive=True)])
    return sum(each.user + each.system for each in times)


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 1000), indent=2))
