"""Healthy sources between the hostile ones: each announces something every few seconds."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from tests.faults.behaviour import Served, page
from tests.faults.feeds import NEWS, PLAIN, notices, titled

EVERY = 4.0
"""Seconds from one announcement to the next, and from one check to the next."""


@dataclass
class Neighbours:
    """`count` sources at /neighbour/<number>."""

    count: int = 20
    every: float = EVERY
    began: float = field(default_factory=time.monotonic)

    def path(self, number: int) -> str:
        return f"/neighbour/{number}"

    def host(self, number: int) -> str:
        return f"127.1.200.{number + 2}"

    def served(self, path: str) -> Served | None:
        """What a neighbour has announced so far; None for other paths."""
        if not path.startswith("/neighbour/"):
            return None
        number = int(path.rpartition("/")[2])
        titles = notices(f"neighbour {number}", 1, int((time.monotonic() - self.began) / self.every) + 1)
        return Served(page(titled(titles, NEWS if number % 4 == 0 else PLAIN)), tuple(titles))
