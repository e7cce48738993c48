"""robots.txt: whether a host wants an address to be asked by programs (RFC 9309), known for a day per origin.

    answer                                   means
    200 with rules                           obeyed: the group for `watcher`, else that for `*`; the longest rule wins
    200 with a web page or nothing           everything is allowed
    3xx                                      followed up to five times, to other hosts too; more, in a circle, without
                                             target, to an address that must not be asked: everything is allowed
    4xx                                      there are no rules: everything is allowed (section 2.3.1.3)
    429                                      as 5xx: a busy server has not said that there are no rules
    5xx                                      not to be had: the last good copy holds for up to 30 days, without one
                                             nothing is allowed (section 2.3.1.4); asked again after 15 minutes. After
                                             30 days of that, everything is allowed
    no name, no connection, no trust, too    as 5xx, but asked again after a minute, and what is told is that class: it
    slow, broken off, undecodable            is the host's trouble, not the publisher's wish
    more than 500 KiB                        the first 500 KiB count

There is no exception for addresses that the operator listed: whoever has the publisher's leave says so with
`robots: ignore`, where it can be seen. A good copy is noted, so that it can be kept over a restart.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import httpx

from watcher.errors import FetchError, Problem, ProblemClass
from watcher.fetch.answers import COMPLETE, REDIRECTS, next_address
from watcher.fetch.bounds import DAY, KIB, MIB
from watcher.fetch.headers import Head
from watcher.fetch.problems import trouble
from watcher.fetch.robotsfile import our_rules, verdict
from watcher.fetch.urls import origin, shown
from watcher.models.hosts import HostNote, NoteKind

REFUSED_FOR = timedelta(minutes=15)
AWAY_FOR = timedelta(minutes=1)
KEPT = timedelta(days=30)
_BUSY = 429
_MOST_ORIGINS = 4096
_MOST_CHARACTERS = 8 * MIB
_MOST_NOTED = 64 * KIB


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server answered to the request for its robots.txt: `body` is its beginning, for a complete answer."""

    status: int
    headers: Head
    body: bytes


Ask = Callable[[httpx.URL], Awaitable[Reply]]
"""One guarded, polite request, without following redirects. Raises FetchError."""


@dataclass(frozen=True, slots=True)
class _Copy:
    """What is known of one origin: its rules (None: never had), since when, and how asking went the last time."""

    asked_at: datetime
    rules: str | None = None
    got_at: datetime | None = None
    failing_since: datetime | None = None
    problem: Problem | None = None

    def is_fresh(self, now: datetime) -> bool:
        return self.asked_at <= now < self.asked_at + self._lasts()

    def _lasts(self) -> timedelta:
        if self.problem is None:
            return DAY
        return REFUSED_FOR if self.problem.kind is ProblemClass.ROBOTS else AWAY_FOR

    def in_force(self, now: datetime) -> str | None:
        """The rules to go by; None: nothing is allowed."""
        if self.failing_since is None:
            return self.rules
        if self.got_at is not None and now - self.got_at <= KEPT:
            return self.rules
        return "" if now - self.failing_since > KEPT else None


class Robots:
    """Knows the rules of all origins that were asked, and asks for those it does not know."""

    def __init__(
        self, clock: Callable[[], datetime], redirects: int, note: Callable[[HostNote], None] = lambda note: None
    ) -> None:
        self._note = note
        self._clock = clock
        self._redirects = redirects
        self._copies: OrderedDict[str, _Copy] = OrderedDict()
        self._asking: dict[str, asyncio.Lock] = {}
        self._characters = 0

    def recall(self, note: HostNote) -> None:
        """Take over a copy from before a restart; one that was read since then counts more."""
        asked_at = note.until - DAY
        if note.about not in self._copies:
            self._keep(note.about, _Copy(asked_at, note.text, got_at=asked_at))

    async def apart(self, url: httpx.URL, ask: Ask) -> timedelta:
        """How far apart the host wants its requests (Crawl-delay; nothing: as configured).

        Raises FetchError (robots) when the address must not be asked.
        """
        copy = await self._known(url, ask)
        rules = copy.in_force(self._clock())
        if rules is None and copy.problem:
            raise FetchError(copy.problem)
        assert rules is not None  # only a problem keeps us from having them
        found = await verdict(rules, str(url))
        if not found.allowed:
            raise trouble(ProblemClass.ROBOTS, f"{shown(url)} is closed to programs by the robots.txt of its host")
        return found.apart

    async def _known(self, url: httpx.URL, ask: Ask) -> _Copy:
        key = origin(url)
        if copy := self._fresh(key):
            return copy
        lock = self._asking.setdefault(key, asyncio.Lock())
        try:
            async with lock:  # whoever comes meanwhile waits for the same answer
                return self._fresh(key) or self._noted(key, await self._asked(url, key, ask))
        finally:
            if not lock.locked():
                self._asking.pop(key, None)

    def _fresh(self, key: str) -> _Copy | None:
        copy = self._copies.get(key)
        if copy is None or not copy.is_fresh(self._clock()):
            return None
        self._copies.move_to_end(key)
        return copy

    async def _asked(self, url: httpx.URL, key: str, ask: Ask) -> _Copy:
        now = self._clock()
        try:
            rules = await self._fetched(url, ask)
        except FetchError as error:
            if error.problem.kind is ProblemClass.BLOCKED:  # the host is left alone: nothing was asked
                raise
            before = self._copies.get(key) or _Copy(now)
            return replace(before, asked_at=now, failing_since=before.failing_since or now, problem=error.problem)
        return _Copy(now, rules, got_at=now)

    async def _fetched(self, url: httpx.URL, ask: Ask) -> str:
        """The rules for us. Raises FetchError when they are not to be had."""
        here: httpx.URL = url.copy_with(raw_path=b"/robots.txt")
        asked: list[str] = []
        while True:
            asked.append(str(here))
            reply = await ask(here)
            if reply.status in COMPLETE:
                return await our_rules(reply.body)
            if reply.status >= 500 or reply.status == _BUSY:
                message = f"{shown(here)} answers {reply.status}, so nobody knows whether programs may read this site"
                raise trouble(ProblemClass.ROBOTS, message, advice=_NOT_HAD)
            location = reply.headers.get("location")
            if reply.status not in REDIRECTS or not location:
                return ""
            try:
                here = next_address(here, location, asked, self._redirects)
            except FetchError:
                return ""

    def _noted(self, key: str, copy: _Copy) -> _Copy:
        if copy.problem is None and copy.rules is not None and len(copy.rules) <= _MOST_NOTED:
            self._note(HostNote(NoteKind.ROBOTS, key, copy.asked_at + DAY, copy.rules))
        return self._keep(key, copy)

    def _keep(self, key: str, copy: _Copy) -> _Copy:
        """Remember it, and forget the longest unused ones beyond the bounds."""
        self._forget(key)
        self._copies[key] = copy
        self._characters += len(copy.rules or "")
        while len(self._copies) > _MOST_ORIGINS or (self._characters > _MOST_CHARACTERS and len(self._copies) > 1):
            self._forget(next(iter(self._copies)))
        return copy

    def _forget(self, key: str) -> None:
        if old := self._copies.pop(key, None):
            self._characters -= len(old.rules or "")


_NOT_HAD = (
    "Until it can be read, the site counts as closed (RFC 9309): it is tried again later. If it stays like this, tell "
    "the publisher, or, if you have the publisher's leave, set `robots: ignore` for this host under `hosts`."
)
