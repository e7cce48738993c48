"""All benchmarks, one after the other, as JSON: `make bench`."""

from __future__ import annotations

import asyncio
import json

from benchmarks import delivery, hostile, unchanged


def main() -> None:
    figures = {
        "unchanged round": unchanged.measure(),
        "delivery": delivery.measure(),
        "half of 200 sources hostile": asyncio.run(hostile.measure()),
    }
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
