"""A campaign: the real daemon against all faults at once, beside healthy neighbours, until each has shown itself."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.acceptance.daemon import RunningDaemon, command, running
from tests.faults.behaviour import Door, Family, Variant
from tests.faults.catalogue import Home
from tests.faults.memory import Memory, watched
from tests.faults.server import NETWORK, FaultServer
from tests.faults.stored import Stored, stored
from watcher.models.views import SourceHealth
from watcher.store import Store, open_store

LONGEST = 62.0
"""Seconds that a check may take: 60, and the time to record it."""
AT_MOST = 150.0
"""Seconds after which a campaign is over, whoever has not shown himself."""
AT_LEAST = 66.0
"""Seconds in which the slowest fault has met the time limit of a check."""


@dataclass(frozen=True)
class Result:
    """What became of one variant."""

    home: Home
    outcome: str
    lost: int
    doubled: int
    alerts: tuple[int, int]
    """Alerts that came, and how many of them say again what another one said under another id."""
    repeated: int
    """Alerts that came again under the same id."""
    seconds: float
    """Of its slowest check."""
    wait: float
    """Seconds from its last check to its next."""
    seen: bool
    """Whether it was asked as often as it takes to show itself."""
    soonest: float
    """The shortest time between two requests for it."""
    healed: bool
    told: frozenset[str]
    """What the page of the source says of it: its incident, a gap."""

    @property
    def mistakes(self) -> list[str]:
        """What is not as it should be, in words."""
        variant = self.home.variant
        return [text for text, is_so in self._judged(variant) if is_so]

    def _judged(self, variant: Variant) -> list[tuple[str, bool]]:
        came, again = self.alerts
        return [
            (f"ended as {self.outcome or 'read'!r}, not as {_words(variant)}", self.outcome not in variant.outcomes),
            (f"{self.lost} entries lost", self.lost > 0),
            (f"{self.doubled} entries stored twice", self.doubled > 0),
            (f"{came} alerts, not {variant.alerts}", variant.alerts is not None and came != variant.alerts),
            (f"{again} alerts said again", again > 0),
            (f"{self.repeated} alerts delivered twice", self.repeated > 0),
            (f"a check took {self.seconds:.1f} s", self.seconds > LONGEST),
            (f"not asked again for {self.wait:.0f} s", self.wait > variant.longest_wait),
            (f"asked again after {self.soonest:.0f} s", self.soonest < variant.leave_alone),
            ("not read when it was well again", not self.healed),
            ("not asked often enough", not self.seen),
            (f"nobody is told: {variant.told}", bool(variant.told) and variant.told not in self.told),
        ]


def _words(variant: Variant) -> str:
    return " or ".join(repr(outcome or "read") for outcome in sorted(variant.outcomes))


@dataclass
class Campaign:
    """All of it: one result per variant, and what holds for the whole."""

    results: list[Result]
    neighbours_lost: int
    neighbours_late: float
    """The longest time between two requests for the same neighbour, beyond its interval."""
    private_dials: list[str]
    given_away: list[str]
    """Addresses that were sent cookies or logins."""
    restarts: int
    exit_code: int
    memory: Memory
    recovery: float
    """Seconds in which all sources were read when they were well again."""
    seconds: float
    log: str = field(repr=False, default="")

    def of(self, family: Family) -> list[Result]:
        return [result for result in self.results if result.home.fault.family is family]


async def run(server: FaultServer, folder: Path) -> Campaign:
    """Run all faults against a daemon in this folder."""
    environment = configured(server, folder, server.homes.values())
    store = open_store(environment["WATCHER_DATABASE_URL"])
    began = time.monotonic()
    try:
        async with running(environment) as daemon:
            await daemon.says("watching")
            with watched(daemon.process.pid, NETWORK) as memory:
                health = await _until_all_have_shown_themselves(server, store, daemon)
                late = _latest(server)
                exit_code = await daemon.stop()
        (folder / "daemon.log").write_text(daemon.text, encoding="utf-8")
        found = stored(environment["WATCHER_DATABASE_URL"])
        healed, recovery = await _heal(server, environment)
        return Campaign(
            results=[_result(server, home, health, found, healed, _alerts(folder)) for home in server.homes.values()],
            neighbours_lost=_neighbours_lost(server, found),
            neighbours_late=late,
            private_dials=[*server.ledger.private, *memory.strangers],
            given_away=server.ledger.given_away(),
            restarts=daemon.text.count("watching ") - 1,
            exit_code=exit_code,
            memory=memory,
            recovery=recovery,
            seconds=time.monotonic() - began,
            log=daemon.text,
        )
    finally:
        store.close()


def configured(server: FaultServer, folder: Path, homes: Iterable[Home], *, every: str = "3s") -> dict[str, str]:
    """A sources.yaml of these faults and all neighbours, and the environment of a daemon that watches them."""
    (folder / "authority.pem").write_bytes(server.authority)
    faults = [_source(home.id, server.url(home), home.variant, folder, every) for home in homes]
    neighbours = [_neighbour(server, number) for number in range(server.neighbours.count)]
    catalog = {
        "publishers": [{"id": "p", "name": "Publisher", "type": "executive"}],
        "hosts": [{"host": "*", "apart": "0s"}],
        "sources": [*faults, *neighbours],
        "recipients": [{"id": "file", "channel": "file", "path": str(folder / "alerts.jsonl")}],
        "rules": [{"id": "all", "when": {}, "repeats": "all", "send": ["file"]}],
    }
    (folder / "sources.yaml").write_text(json.dumps(catalog))
    return {
        "WATCHER_CONFIG": str(folder / "sources.yaml"),
        "WATCHER_DATA_DIR": str(folder),
        "WATCHER_DATABASE_URL": f"sqlite:///{folder / 'watcher.db'}",
        "WATCHER_ALLOW_FETCH": NETWORK,
    }


def _source(name: str, url: str, variant: Variant, folder: Path, every: str) -> dict[str, object]:
    options = dict(variant.options)
    if variant.kind == "feed":
        options.setdefault("full_text", "always")
    source: dict[str, object] = {"id": name, "publisher": "p", "kind": variant.kind, "url": url, "every": every}
    return (
        source
        | {"options": options}
        | ({"expect": variant.expect} if variant.expect else {})
        | ({} if variant.door is Door.PLAIN else {"ca_file": str(folder / "authority.pem")})
    )


def _neighbour(server: FaultServer, number: int) -> dict[str, object]:
    address = server.address(server.neighbours.host(number), server.neighbours.path(number))
    source: dict[str, object] = {"id": f"neighbour-{number}", "publisher": "p", "kind": "feed", "url": address}
    return source | {"every": f"{server.neighbours.every:g}s", "options": {"full_text": "always"}}


async def _until_all_have_shown_themselves(
    server: FaultServer, store: Store, daemon: RunningDaemon
) -> Mapping[str, SourceHealth]:
    began = time.monotonic()
    while True:
        await asyncio.sleep(1)
        assert daemon.process.returncode is None, daemon.text[-3000:]
        health = {each.source.id: each for each in await asyncio.to_thread(store.sources.health)}
        passed = time.monotonic() - began
        shown = all(_has_shown_itself(server, home, health.get(home.id)) for home in server.homes.values())
        if (shown and passed > AT_LEAST) or passed > AT_MOST:
            return health


def _has_shown_itself(server: FaultServer, home: Home, health: SourceHealth | None) -> bool:
    """What is not let in, or keeps us out by its robots.txt, is never asked for the address itself."""
    if health is None or health.last_check_at is None:
        return False
    if home.variant.left_over:
        return health.entries >= home.variant.left_over
    if home.variant.told and not (health.incident or health.gap):
        return False
    return home.variant.visits == 1 or server.ledger.count(home.path) >= home.variant.visits


def _latest(server: FaultServer) -> float:
    """How much later than its interval (and its jitter) a neighbour was asked at worst."""
    worst = 0.0
    for number in range(server.neighbours.count):
        times = [request.at for request in server.ledger.requests[server.neighbours.path(number)]]
        gaps = [after - before for before, after in zip(times, [*times[1:], time.monotonic()], strict=True)]
        worst = max(worst, *gaps, times[0] - server.neighbours.began if times else AT_MOST)
    return max(0.0, worst - server.neighbours.every * 1.1)


async def _heal(server: FaultServer, environment: dict[str, str]) -> tuple[set[str], float]:
    """End all faults; which sources are then read at their next check, and how long that takes for all."""
    server.healed = True
    _let_holds_end(environment)
    began = time.monotonic()
    await command({**environment, "WATCHER_CONTACT": "desk@example.org"}, "check", "--all")
    seconds = time.monotonic() - began
    _, output = await command(environment, "sources", "list", "--json")
    health = json.loads(output)
    return {each["source"]["id"] for each in health if not each["problem_kind"]}, seconds


def _let_holds_end(environment: dict[str, str]) -> None:
    """A host that wanted to be left alone for a day is left alone for a day: that day is over."""
    store = open_store(environment["WATCHER_DATABASE_URL"])
    store.hosts.keep([], datetime.now(UTC) + timedelta(days=2))
    store.close()


def _alerts(folder: Path) -> Mapping[str, list[tuple[str, str]]]:
    """By source: the id and the title of every alert."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    path = folder / "alerts.jsonl"
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        alert = json.loads(line)
        said = alert["data"]
        found[said["source"]["id"]].append((alert["id"], said["entry"]["title"]))
    return found


def _result(
    server: FaultServer,
    home: Home,
    health: Mapping[str, SourceHealth],
    found: Stored,
    healed: set[str],
    alerts: Mapping[str, list[tuple[str, str]]],
) -> Result:
    own, titles = health[home.id], found.titles.get(home.id, Counter())
    lost, doubled = compared(server, home, titles)
    told = alerts.get(home.id, [])
    came = set(told)
    wait = (own.next_check_at - own.last_check_at) if own.next_check_at and own.last_check_at else timedelta()
    return Result(
        home=home,
        outcome=own.problem_kind if own.last_check_at else "not checked",
        lost=lost,
        doubled=doubled,
        alerts=(len(came), len(came) - len({title for _, title in came})),
        repeated=len(told) - len(came),
        seconds=found.slowest.get(home.id, 0.0),
        wait=wait.total_seconds(),
        seen=_has_shown_itself(server, home, own),
        soonest=server.ledger.soonest(home.path),
        told=frozenset([*([own.incident.kind.value] if own.incident else []), *(["gap"] if own.gap else [])]),
        healed=home.id in healed or home.variant.door is not Door.PLAIN,
    )


def compared(server: FaultServer, home: Home, titles: Counter[str]) -> tuple[int, int]:
    """Entries that the server served whole and the store has not, and entries that the store has too often."""
    served = server.ledger.titles[home.path]
    if "" in served:  # the titles are not ours to foretell; their number is
        most = server.ledger.most[home.path]
        return max(0, most - titles.total()), max(0, titles.total() - most)
    doubled = sum(titles[title] - 1 for title in served if titles[title] > 1)
    if home.variant.left_over:  # the rest is for later checks
        return 0 if titles.total() >= home.variant.left_over else home.variant.left_over, doubled
    return len(served - set(titles)), doubled


def _neighbours_lost(server: FaultServer, found: Stored) -> int:
    lost = 0
    for number in range(server.neighbours.count):
        served = server.ledger.titles[server.neighbours.path(number)]
        lost += len(served - set(found.titles.get(f"neighbour-{number}", ())))
    return lost
