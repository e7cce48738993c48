"""All benchmarks, as JSON and as Markdown tables in .bench/: `make bench`, and `make bench-full` for large numbers."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import delivery, desk, footprint, growth, hostile, latency, rounds, storage, table
from benchmarks.peers import EVERYBODY

HOME = Path(".bench")
SOURCES = (200,)
FULL = (1000, 5000)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--full", action="store_true", help="the rounds with 1,000 and 5,000 sources")
    parser.add_argument("--entries", type=int, default=100_000, help="how many the review desk is measured over")
    asked = parser.parse_args()
    measure(full=asked.full, entries=asked.entries)


def measure(*, full: bool, entries: int) -> None:
    """Writes .bench/figures.md and .json, or full.md and .json, and prints the former."""
    found = [each for number in (FULL if full else SOURCES) for each in rounds.measure(EVERYBODY, number)]
    others = {name: _said(name, figure) for name, figure in (_slow() if full else _quick(entries)).items()}
    text = f"{table.machine(datetime.now(UTC).date())}\n\n{table.rounds(found)}\n\n{table.figures(others)}\n"
    name = "full" if full else "figures"
    HOME.mkdir(exist_ok=True)
    (HOME / f"{name}.json").write_text(json.dumps({"rounds": [asdict(each) for each in found], **others}, indent=2))
    (HOME / f"{name}.md").write_text(text)
    print(text)


def _quick(entries: int) -> dict[str, Callable[[], object]]:
    return {
        "daemon": footprint.measure,
        "publication to webhook, checked every 60 s": lambda: asyncio.run(latency.measure()),
        "bytes on disk": storage.measure,
        "delivery": delivery.measure,
        "review desk": lambda: desk.measure(entries),
    }


def _slow() -> dict[str, Callable[[], object]]:
    return {
        "an unchanged check with more sources": growth.measure,
        "half of 200 sources hostile": lambda: asyncio.run(hostile.measure()),
    }


def _said(name: str, figure: Callable[[], object]) -> object:
    print(f"{name} ...", file=sys.stderr, flush=True)
    return figure()


if __name__ == "__main__":
    main()
