"""Watching: what is due is claimed, checked and recorded; what is due in the outbox is sent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from datetime import timedelta

from watcher.errors import StoreError
from watcher.models.checks import CheckRecord, CheckSummary, ClaimedSource
from watcher.models.events import Gather
from watcher.models.incidents import IncidentChange
from watcher.pipeline.arrears import Arrears
from watcher.pipeline.check import check_source
from watcher.pipeline.deliver import Courier, DeliverySummary, deliver_due
from watcher.pipeline.incidents import Lookout
from watcher.pipeline.record import Recorder
from watcher.pipeline.rounds import Rounds
from watcher.pipeline.tools import Tools
from watcher.store import Store

CHECK_LEASE = timedelta(minutes=15)
"""Covers a check (60 s) and the wait behind other sources of its host."""


class Watch:
    """The checks and deliveries of one process.

    `tell` hears of every check that was recorded, `tell_of_incident` of incidents that no check decides; `gather`
    forms events of the entries (None: every entry rings for itself).
    """

    def __init__(
        self,
        store: Store,
        tools: Tools,
        courier: Callable[[], Courier],
        tell: Callable[[CheckSummary], None],
        *,
        tell_of_incident: Callable[[IncidentChange], None] = lambda change: None,
        gather: Gather | None = None,
        at_once: int = 128,
    ) -> None:
        self._store = store
        self._tools = tools
        self._courier = courier
        self._stopping = asyncio.Event()
        self._news = asyncio.Event()
        self._tell = tell
        self._arrears = Arrears()
        self._heard: list[CheckSummary] | None = None
        self._lookout = Lookout(store.incidents, tools, tell_of_incident)
        self._rounds = Rounds(
            self._check, Recorder(lambda records: store.checks.record(records, gather)), self._hear, at_once=at_once
        )

    @property
    def under_way(self) -> int:
        """Sources that are being checked or wait for their turn."""
        return self._rounds.under_way

    async def start_due(self) -> int:
        """Claim what is due and begin to check it; returns how many sources that were."""
        self._rounds.raise_failure()
        await self.settle()
        due_at = await asyncio.to_thread(self._store.sources.next_due_at)
        if due_at is None or due_at > self._tools.clock() or not self._rounds.free:
            return 0
        return len(await self._claim())

    async def check(self, only: Collection[str] | None = None) -> list[CheckSummary]:
        """Check these sources (None: all that are enabled) now, each once, whatever the schedule says.

        A source that somebody else is checking at this moment is left to them.
        """
        heard = self._heard = []
        left = set(await asyncio.to_thread(self._store.sources.enabled_ids) if only is None else only)
        while left and (claims := await self._claim(only=left, ignore_schedule=True)):
            left -= {claimed.source.id for claimed in claims}
            await self._rounds.finish()
        self._heard = None
        return heard

    async def check_host(self, host: str, *, limit: int) -> int:
        """Check up to `limit` due sources of one host, one after the other; returns how many. Raises StoreError.

        For workers that share the hosts among them: who calls it has the host for itself.
        """
        claims = await self._claim(host=host, limit=limit)
        await self._rounds.finish_host(host)
        return len(claims)

    async def deliver(self) -> DeliverySummary:
        """Send what is due, and what becomes due meanwhile; returns when nothing is due or under way any more."""
        await self.settle()
        return await deliver_due(
            self._store, self._courier(), stop=self._stopping, news=self._news, arrears=self._arrears
        )

    async def settle(self) -> None:
        """Write what the database did not take while it was away: sources and alerts are not kept until their leases
        end. Does nothing where all was taken. Raises StoreError."""
        now = self._tools.clock()
        self._arrears.not_recorded(self._rounds.unrecorded(), now)
        if not self._arrears.is_empty:
            await asyncio.to_thread(self._arrears.settle, self._store, now)

    async def look_after_sources(self) -> None:
        """Find sources that are due and never get their turn. Once in a while is enough."""
        await self._lookout.look_after(await asyncio.to_thread(self._store.sources.health))

    async def stop(self, grace_seconds: float) -> None:
        """Begin nothing more, give running checks a moment to end, and hand back what was claimed and not begun."""
        self._stopping.set()
        self._arrears.claims += await self._rounds.stop(grace_seconds)
        await self.settle()

    async def _claim(
        self,
        *,
        only: Collection[str] | None = None,
        host: str | None = None,
        limit: int | None = None,
        ignore_schedule: bool = False,
    ) -> Sequence[ClaimedSource]:
        await self.settle()
        room = self._rounds.free if limit is None else min(limit, self._rounds.free)
        taking = asyncio.create_task(
            asyncio.to_thread(self._take, only=only, host=host, limit=room, ignore_schedule=ignore_schedule)
        )
        try:
            await asyncio.shield(taking)
        finally:  # cancelled while the thread claims: what it takes must not stay leased to nobody
            claims = await taking
            self._rounds.take(claims)
        return claims

    def _take(
        self, *, only: Collection[str] | None, host: str | None, limit: int, ignore_schedule: bool
    ) -> Sequence[ClaimedSource]:
        now = self._tools.clock()
        try:
            return self._store.sources.claim_due(
                now, lease=CHECK_LEASE, limit=limit, only=only, host=host, ignore_schedule=ignore_schedule
            )
        except StoreError:  # committed, perhaps, and only the answer was lost
            self._arrears.source_leases.append(now + CHECK_LEASE)
            raise

    async def _check(self, claimed: ClaimedSource) -> CheckRecord:
        return await self._lookout.judged(claimed, await check_source(claimed, self._tools))

    def _hear(self, summary: CheckSummary) -> None:
        self._arrears.recorded(summary.source_id)
        if summary.deliveries:
            self._news.set()
        if self._heard is not None:
            self._heard.append(summary)
        self._tell(summary)
