"""Many checks under way: hosts side by side, the sources of one host one after the other."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from urllib.parse import urlsplit

from watcher.models.checks import CheckRecord, CheckSummary, ClaimedSource
from watcher.pipeline.record import Recorder

Check = Callable[[ClaimedSource], Awaitable[CheckRecord]]
Tell = Callable[[CheckSummary], None]


class Rounds:
    """Takes claimed sources and checks them, one lane per host, so that no host keeps another waiting.

    `tell` hears of each recorded check. `free` is how many more sources may be claimed: a source is claimed only
    when its turn is near, so that its lease covers the waiting.
    """

    def __init__(self, check: Check, recorder: Recorder, tell: Tell, *, at_once: int = 64, queued: int = 256) -> None:
        self._check = check
        self._recorder = recorder
        self._tell = tell
        self._room = asyncio.Semaphore(at_once)
        self._queued = queued
        self._lanes: dict[str, deque[ClaimedSource]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._under_way = 0
        self._failure: BaseException | None = None

    @property
    def free(self) -> int:
        return max(self._queued - self._under_way, 0)

    @property
    def under_way(self) -> int:
        """Sources that were taken and are not recorded yet."""
        return self._under_way

    def take(self, claims: Sequence[ClaimedSource]) -> None:
        """Start, or queue behind others of the same host."""
        for claimed in claims:
            self._under_way += 1
            host = urlsplit(claimed.source.url).netloc
            if host in self._lanes:
                self._lanes[host].append(claimed)
                continue
            self._lanes[host] = deque([claimed])
            task = asyncio.create_task(self._run_lane(host))
            self._tasks.add(task)
            task.add_done_callback(self._lane_ended)

    async def finish(self) -> None:
        """Wait until everything that was taken is recorded. Raises what went wrong with the store, if anything did."""
        while self._tasks:
            await asyncio.wait(self._tasks)
        self.raise_failure()

    def raise_failure(self) -> None:
        """Raise the first failure that was not a source's fault (the store's), once."""
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure

    async def stop(self, grace_seconds: float) -> list[ClaimedSource]:
        """Drop what waits, give what runs `grace_seconds` to end; returns the claims that were given up."""
        given_up = [claimed for lane in self._lanes.values() for claimed in lane]
        for lane in self._lanes.values():
            lane.clear()
        self._under_way -= len(given_up)
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=grace_seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        return given_up

    async def _run_lane(self, host: str) -> None:
        lane = self._lanes[host]
        try:
            while lane:
                async with self._room:
                    await self._check_one(lane.popleft())
        finally:
            self._under_way -= len(lane)
            del self._lanes[host]

    async def _check_one(self, claimed: ClaimedSource) -> None:
        try:
            summary = await self._recorder.add(await self._check(claimed))
        finally:
            self._under_way -= 1
        if summary is not None:
            self._tell(summary)

    def _lane_ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None and self._failure is None:
            self._failure = error
