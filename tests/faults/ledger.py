"""What the server was asked, and what it served to the end: the truth that the watcher's store is compared with."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from math import inf


@dataclass(frozen=True)
class Request:
    """One request; `at` is monotonic seconds."""

    at: float
    headers: dict[str, str]


@dataclass
class Ledger:
    """By path: every request, and the titles of the entries in every complete answer."""

    requests: dict[str, list[Request]] = field(default_factory=lambda: defaultdict(list))
    titles: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    most: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """The most entries that one answer had."""
    private: list[str] = field(default_factory=list)
    """Connections where there should have been none."""

    def count(self, path: str) -> int:
        """How often an address was asked for."""
        return len(self.requests[path])

    def given_away(self) -> list[str]:
        """Addresses that were sent a cookie or a login, which nobody ever gave them."""
        secrets = {"cookie", "authorization"}
        return [path for path, all_ in self.requests.items() if any(secrets & set(each.headers) for each in all_)]

    def soonest(self, path: str) -> float:
        """The shortest time from one request for an address to the next."""
        times = [request.at for request in self.requests[path]]
        return min((after - before for before, after in pairwise(times)), default=inf)

    def asked(self, path: str, headers: dict[str, str]) -> None:
        self.requests[path].append(Request(time.monotonic(), headers))

    def served(self, path: str, titles: tuple[str, ...]) -> None:
        """An answer went out whole."""
        self.titles[path].update(titles)
        self.most[path] = max(self.most[path], len(titles))
