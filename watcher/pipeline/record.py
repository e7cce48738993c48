"""Records of checks on their way to the store: those that are ready together share a transaction.

One commit costs 6 to 20 ms of disk time with `synchronous=FULL`; a thousand unchanged sources must not cost a
thousand of them. A check's own entries, matches, deliveries and validators are never split.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from watcher.models.checks import CheckRecord, CheckSummary

Commit = Callable[[Sequence[CheckRecord]], Sequence[CheckSummary]]


class Recorder:
    """Commits records in groups. `add` returns when the record is on disk."""

    def __init__(self, commit: Commit, *, gather_seconds: float = 0.05, most: int = 200) -> None:
        self._commit = commit
        self._gather_seconds = gather_seconds
        self._most = most
        self._waiting: list[tuple[CheckRecord, asyncio.Future[CheckSummary | None]]] = []
        self._worker: asyncio.Task[None] | None = None

    async def add(self, record: CheckRecord) -> CheckSummary | None:
        """Commit a record; None when somebody else has taken the source over meanwhile (a stale fence)."""
        done: asyncio.Future[CheckSummary | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((record, done))
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work())
        return await done

    async def _work(self) -> None:
        while self._waiting:
            await asyncio.sleep(self._gather_seconds)
            group, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
            await self._commit_group(group)

    async def _commit_group(self, group: list[tuple[CheckRecord, asyncio.Future[CheckSummary | None]]]) -> None:
        try:
            summaries = await asyncio.to_thread(self._commit, [record for record, _ in group])
        except Exception as error:
            for _, done in group:
                if not done.done():
                    done.set_exception(error)
            return
        by_source = {summary.source_id: summary for summary in summaries}
        for record, done in group:
            if not done.done():
                done.set_result(by_source.get(record.source_id))
