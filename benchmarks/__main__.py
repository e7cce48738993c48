"""All benchmarks, one after the other, as JSON: `make bench`."""

from __future__ import annotations

import json

from benchmarks import delivery, unchanged


def main() -> None:
    print(json.dumps({"unchanged round": unchanged.measure(), "delivery": delivery.measure()}, indent=2))


if __name__ == "__main__":
    main()
