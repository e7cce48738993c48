"""Turns: how many requests a host gets at one time and how far apart, whoever in this process asks."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from fnmatch import fnmatchcase

from watcher.models.catalog import HostRule

_MANY = 4096


class Turns:
    """Hands out the turns of all hosts. A host is a name and a port; the first rule that matches it holds."""

    def __init__(self, rules: Sequence[HostRule], at_once: int) -> None:
        self._rules = rules
        self._hosts: dict[tuple[str, int], _Host] = {}
        self._all = asyncio.Semaphore(at_once)

    @asynccontextmanager
    async def turn(self, host: str, port: int) -> AsyncIterator[None]:
        """Wait until the host may be asked, then hold its turn.

        The place among all exchanges is taken last, so that a crowd waiting for one host does not keep others out.
        """
        place = self._place(host, port)
        async with place.free():
            await place.rested()
            async with self._all:
                try:
                    yield
                finally:
                    place.ended_at = time.monotonic()

    def use(self, rules: Sequence[HostRule]) -> None:
        """Go by other rules from now on. A host that is being asked at this moment keeps its number of turns."""
        self._rules = rules
        self._hosts = {key: place for key, place in self._hosts.items() if place.is_needed()}
        for (host, port), place in self._hosts.items():
            place.apart = rule_for(host, port, rules).apart.total_seconds()

    def _place(self, host: str, port: int) -> _Host:
        key = (host.lower(), port)
        if key not in self._hosts:
            self._forget_some()
            self._hosts[key] = _Host(rule_for(host, port, self._rules))
        return self._hosts[key]

    def _forget_some(self) -> None:
        """Pages that feeds link to may be on any number of hosts."""
        if len(self._hosts) >= _MANY:
            self._hosts = {key: place for key, place in self._hosts.items() if place.is_needed()}


def rule_for(host: str, port: int, rules: Sequence[HostRule]) -> HostRule:
    """The first rule whose pattern matches the host or host:port; else one at once, a second apart."""
    name = host.lower()
    for rule in rules:
        pattern = rule.host.lower()
        if fnmatchcase(name, pattern) or fnmatchcase(f"{name}:{port}", pattern):
            return rule
    return HostRule(host="*")


class _Host:
    """What is known of one host: who holds its turns and when the last request ended (monotonic seconds)."""

    def __init__(self, rule: HostRule) -> None:
        self.apart = rule.apart.total_seconds()
        self._at_once = asyncio.Semaphore(rule.at_once)
        self._next = asyncio.Lock()
        self._users = 0
        self.ended_at = float("-inf")

    @asynccontextmanager
    async def free(self) -> AsyncIterator[None]:
        self._users += 1
        try:
            async with self._at_once:
                yield
        finally:
            self._users -= 1

    async def rested(self) -> None:
        if not self.apart:
            return
        async with self._next:
            pause = self._rest()
            while pause > 0:  # with several at once, another request may end meanwhile
                await asyncio.sleep(pause)
                pause = self._rest()

    def _rest(self) -> float:
        return self.ended_at + self.apart - time.monotonic()

    def is_needed(self) -> bool:
        return self._users > 0 or self._rest() > 0
