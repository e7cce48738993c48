"""All benchmarks, one after the other, as JSON: `make bench`, or `make bench ENTRIES=1000000` for a big review desk."""

from __future__ import annotations

import argparse
import asyncio
import json

from benchmarks import delivery, desk, hostile, unchanged


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--entries", type=int, default=100_000, help="how many the review desk is measured over")
    entries = parser.parse_args().entries
    figures = {
        "unchanged round": unchanged.measure(),
        "delivery": delivery.measure(),
        "review desk": desk.measure(entries),
        "half of 200 sources hostile": asyncio.run(hostile.measure()),
    }
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
