"""Turns: how many requests a host gets at one time and how far apart, and when it wants none at all."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from watcher.errors import ProblemClass
from watcher.fetch.bounds import DAY
from watcher.fetch.problems import plain, trouble
from watcher.models.catalog import HostRule
from watcher.models.hosts import rule_for

_MANY = 4096
_PATIENCE = (
    "Nothing to do: it is asked again when that time is over. If this comes back, ask this host less often: a longer "
    "`apart` under `hosts`, a longer `every` for its sources."
)


class Turns:
    """Hands out the turns of all hosts. A host is a name and a port; the first rule that matches it holds."""

    def __init__(self, rules: Sequence[HostRule], at_once: int) -> None:
        self._rules = rules
        self._hosts: dict[tuple[str, int], _Host] = {}
        self._all = asyncio.Semaphore(at_once)

    def rule(self, host: str, port: int) -> HostRule:
        """The rule that holds for a host."""
        return rule_for(host, port, self._rules)

    @asynccontextmanager
    async def turn(self, host: str, port: int, *, apart: timedelta = timedelta()) -> AsyncIterator[None]:
        """Wait until the host may be asked, then hold its turn; `apart` is how long it wants to rest between two.

        The place among all exchanges is taken last, so that a crowd waiting for one host does not keep others out.
        Raises FetchError (blocked) at once when the host wants to be left alone, also of those who wait already.
        """
        place = self._place(host, port)
        place.wish = apart.total_seconds()
        self.raise_if_held(host, port)
        async with place.free():
            self.raise_if_held(host, port)
            await place.rested()
            async with self._all:
                self.raise_if_held(host, port)
                try:
                    yield
                finally:
                    place.ended_at = time.monotonic()

    def hold(self, host: str, port: int, span: timedelta, status: int) -> None:
        """Leave a host alone for `span` (at most a day), because it said so with this status and Retry-After."""
        place = self._place(host, port)
        place.held_until = max(place.held_until, time.monotonic() + min(span, DAY).total_seconds())
        place.held_by = status

    def raise_if_held(self, host: str, port: int) -> None:
        """Raises FetchError (blocked) with what is left of the time for which the host wants to be left alone."""
        place = self._hosts.get((host.lower(), port))
        left = place.held_until - time.monotonic() if place else 0
        if place is None or left <= 0:
            return
        message = f"{plain(host)}:{port} asked to be left alone ({place.held_by} with Retry-After), and is not asked"
        raise trouble(ProblemClass.BLOCKED, message, retry_after=timedelta(seconds=left), advice=_PATIENCE)

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


class _Host:
    """What is known of one host: who holds its turns and when the last request ended (monotonic seconds)."""

    def __init__(self, rule: HostRule) -> None:
        self.apart = rule.apart.total_seconds()
        self.wish = 0.0
        self.held_until = float("-inf")
        self.held_by = 0
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
        if not self.apart and not self.wish:
            return
        async with self._next:
            pause = self._rest()
            while pause > 0:  # with several at once, another request may end meanwhile
                await asyncio.sleep(pause)
                pause = self._rest()

    def _rest(self) -> float:
        return self.ended_at + max(self.apart, self.wish) - time.monotonic()

    def is_needed(self) -> bool:
        return self._users > 0 or self._rest() > 0 or self.held_until > time.monotonic()
