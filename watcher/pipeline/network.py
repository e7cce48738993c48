"""Whether it is our network that is down, and not the sources: decided over the last results of all sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

SITES = 3
"""Hosts that must fail one after the other, each for the first time, with no answer from anybody in between: two
servers may be down at the same time, three at random hardly ever."""
SURE = timedelta(minutes=10)
"""A router that starts again is no incident."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a check says of the network: `answered`: some server said something, if only "no"."""

    host: str
    at: datetime
    answered: bool
    failed_before: bool
    """The check before had failed too: such a host says nothing of the network."""


@dataclass(frozen=True, slots=True)
class Network:
    """Hosts that began to fail since anybody last answered, with when. `down_since` is None while it is up."""

    failing: Mapping[str, datetime] = field(default_factory=dict)
    down_since: datetime | None = None


def heard(network: Network, result: Result) -> Network:
    """The network after one more result. Any answer proves that it is up."""
    if result.answered:
        return Network()
    if network.down_since is not None:
        return network
    failing = dict(network.failing)
    if not result.failed_before:
        failing.setdefault(result.host, result.at)
    return replace(network, failing=failing, down_since=_down_since(failing, result.at))


def _down_since(failing: Mapping[str, datetime], now: datetime) -> datetime | None:
    if len(failing) < SITES:
        return None
    first = min(failing.values())
    return first if now - first >= SURE else None
