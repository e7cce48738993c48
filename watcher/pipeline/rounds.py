"""Many checks under way: hosts side by side, the sources of one host one after the other."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from watcher.models.checks import CheckRecord, CheckSummary, ClaimedSource
from watcher.models.hosts import host_of
from watcher.pipeline.record import Recorder

Check = Callable[[ClaimedSource], Awaitable[CheckRecord]]
Tell = Callable[[CheckSummary], None]


class Rounds:
    """Takes claimed sources and checks them, one lane per host, so that no host keeps another waiting.

    `tell` hears of each recorded check. `free` is how many more sources may be claimed: a source is claimed only
    when its turn is near, so that its lease covers the waiting. Sources whose last check failed have at most half of
    the `at_once` places: a hundred servers that let us hang for a minute keep nobody else waiting.
    """

    def __init__(self, check: Check, recorder: Recorder, tell: Tell, *, at_once: int = 128, queued: int = 256) -> None:
        self._check = check
        self._recorder = recorder
        self._tell = tell
        self._room = asyncio.Semaphore(at_once)
        self._doubtful = asyncio.Semaphore(max(at_once // 2, 1))
        self._queued = queued
        self._lanes: dict[str, deque[ClaimedSource]] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._under_way = 0
        self._failure: BaseException | None = None
        self._unrecorded: list[ClaimedSource] = []

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
            host = host_of(claimed.source.url)
            if host in self._lanes:
                self._lanes[host].append(claimed)
                continue
            self._lanes[host] = deque([claimed])
            self._tasks[host] = asyncio.create_task(self._run_lane(host))
            self._tasks[host].add_done_callback(self._lane_ended)

    async def finish(self) -> None:
        """Wait until everything that was taken is recorded. Raises what went wrong with the store, if anything did."""
        while self._tasks:
            await asyncio.wait(self._tasks.values())
        self.raise_failure()

    async def finish_host(self, host: str) -> None:
        """Wait until everything that was taken of one host is recorded. Raises what went wrong with the store."""
        while host in self._tasks:
            await asyncio.wait({self._tasks[host]})
        self.raise_failure()

    def raise_failure(self) -> None:
        """Raise the first failure that was not a source's fault (the store's), once."""
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure

    def unrecorded(self) -> list[ClaimedSource]:
        """The claims that came to nothing since the last call: their check, or one they waited for, was not recorded.

        Some may have been recorded after all (the answer was lost, not the record): then the claim is used up, and
        giving it back does nothing.
        """
        unrecorded, self._unrecorded = self._unrecorded, []
        return unrecorded

    async def stop(self, grace_seconds: float) -> list[ClaimedSource]:
        """Drop what waits, give what runs `grace_seconds` to end; returns the claims that came to nothing."""
        given_up = [claimed for lane in self._lanes.values() for claimed in lane]
        for lane in self._lanes.values():
            lane.clear()
        self._under_way -= len(given_up)
        if self._tasks:
            _, late = await asyncio.wait(self._tasks.values(), timeout=grace_seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        return [*given_up, *self.unrecorded()]

    async def _run_lane(self, host: str) -> None:
        lane = self._lanes[host]
        try:
            while lane:
                async with self._place(lane[0]):
                    if lane:  # emptied, perhaps, while this one waited for its place
                        await self._check_one(lane.popleft())
        finally:
            self._unrecorded += lane
            self._under_way -= len(lane)
            del self._lanes[host], self._tasks[host]

    @asynccontextmanager
    async def _place(self, claimed: ClaimedSource) -> AsyncIterator[None]:
        async with AsyncExitStack() as places:
            if claimed.failures:
                await places.enter_async_context(self._doubtful)
            await places.enter_async_context(self._room)
            yield

    async def _check_one(self, claimed: ClaimedSource) -> None:
        try:
            summary = await self._recorder.add(await self._check(claimed))
        except BaseException:  # the store's failure, or a cancellation
            self._unrecorded.append(claimed)
            raise
        finally:
            self._under_way -= 1
        if summary is not None:
            self._tell(summary)

    def _lane_ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None and self._failure is None:
            self._failure = error
