"""From judgements to incidents: the answer is examined in the child, the operators' alerts are made, all is recorded.

What is decided here about one source goes into its check's record; the network's incident is written by itself.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol
from urllib.parse import urlsplit

from watcher.errors import ParseError, Problem, ProblemClass
from watcher.models.catalog import Publisher, Source
from watcher.models.checks import CheckOutcome, CheckRecord, ClaimedSource
from watcher.models.identity import incident_id
from watcher.models.incidents import Examined, Gap, Incident, IncidentChange, IncidentKind
from watcher.models.views import SourceHealth
from watcher.pipeline import health
from watcher.pipeline.diagnosis import says_nothing_of_the_network, says_nothing_of_the_source
from watcher.pipeline.network import Network, Result, heard
from watcher.pipeline.tools import Tools

log = logging.getLogger(__name__)


class HasIncidents(Protocol):
    """The store's drawer of incidents, as far as this module knows it."""

    def change(self, change: IncidentChange, now: datetime) -> IncidentChange: ...

    def of_network(self) -> Incident | None: ...


class Lookout:
    """Judges the checks of one process. `told` hears of what changes outside of checks."""

    def __init__(
        self,
        store: HasIncidents,
        tools: Tools,
        told: Callable[[IncidentChange], None] = lambda change: None,
    ) -> None:
        self._store = store
        self._tools = tools
        self._told = told
        self._started_at = tools.clock()
        self._network = Network()
        self._incident: Incident | None = None
        """The network's."""
        self._looked = False

    async def judged(self, claimed: ClaimedSource, record: CheckRecord) -> CheckRecord:
        """The record with what follows from it for the source's health."""
        await self._hear(claimed, record)
        case = health.Case(
            source=claimed.source,
            habits=claimed.habits,
            open=claimed.incident,
            record=record,
            examined=await self._examined(claimed.source, record),
            network_down=self._network.down_since is not None,
        )
        judgement = health.judge(case)
        return replace(
            record,
            habits=judgement.habits,
            keep_answer=judgement.keep_answer,
            incident=self._with_deliveries(judgement.change, claimed.source, claimed.publisher, record.finished_at),
            problem=record.problem or _missed(judgement.habits.gap, record),
        )

    async def look_after(self, sources: Sequence[SourceHealth]) -> None:
        """Open incidents about sources that are due and never get their turn; take over the network's incident."""
        await self._know_network(refresh=True)
        now = self._tools.clock()
        for each in sources:
            if each.retired or not each.source.enabled or each.incident or each.next_check_at is None:
                continue
            incident = health.neglected(each.source, each.next_check_at, self._started_at, now)
            if incident:
                await self._change(IncidentChange(opened=incident), each.source, each.publisher, now)

    # ---- the network

    async def _hear(self, claimed: ClaimedSource, record: CheckRecord) -> None:
        await self._know_network()
        if says_nothing_of_the_network(claimed.source, record):
            return
        nothing = record.outcome is CheckOutcome.FAILED and says_nothing_of_the_source(record)
        host = urlsplit(claimed.source.url).netloc
        result = Result(host, record.started_at, not nothing, claimed.failures > 0)
        self._network = heard(self._network, result)
        if (self._network.down_since is None) != (self._incident is None):
            await self._change_network(record.finished_at)

    async def _change_network(self, now: datetime) -> None:
        since, incident = self._network.down_since, self._incident
        if since is not None:
            self._incident = no_network(since, len(self._network.failing), now)
            await self._change(IncidentChange(opened=self._incident), None, None, now)
        elif incident is not None:
            self._incident = None
            await self._change(IncidentChange(closed=replace(incident, closed_at=now)), None, None, now)

    async def _know_network(self, *, refresh: bool = False) -> None:
        """What another process, or this one before it was started again, found out."""
        if self._looked and not refresh:
            return
        self._looked = True
        self._incident = await asyncio.to_thread(self._store.of_network)
        if self._incident is not None and self._network.down_since is None:
            self._network = Network(down_since=self._incident.since)

    async def _change(
        self, change: IncidentChange, source: Source | None, publisher: Publisher | None, now: datetime
    ) -> None:
        whole = self._with_deliveries(change, source, publisher, now)
        assert whole
        happened = await asyncio.to_thread(self._store.change, whole, now)
        if happened.opened or happened.closed:
            self._told(happened)

    # ---- one source

    async def _examined(self, source: Source, record: CheckRecord) -> Examined | None:
        """What an answer that cannot be read says of itself. A document that breaks its reader too says nothing."""
        if record.outcome is not CheckOutcome.FAILED or record.answer is None:
            return None
        answer = record.answer
        arguments = {
            "body": answer.body,
            "url": answer.final_url,
            "charset": answer.charset,
            "is_listing": source.kind == "listing",
        }
        try:
            return await self._tools.sandbox("watcher.pipeline.examination:examine_answer", arguments, Examined)
        except ParseError as error:
            log.info("incident.not_examined", extra={"source": source.id, "why": str(error)})
            return None

    def _with_deliveries(
        self, change: IncidentChange | None, source: Source | None, publisher: Publisher | None, now: datetime
    ) -> IncidentChange | None:
        """The operators hear of what opens; of what closes when nothing takes its place."""
        said = (change.opened or change.closed) if change else None
        if change is None or said is None:
            return change
        return replace(change, deliveries=tuple(self._tools.tell_operators(said, source, publisher, now)))


def no_network(since: datetime, hosts: int, now: datetime) -> Incident:
    """The one incident instead of one for every source."""
    message = f"no network since {since:%Y-%m-%d %H:%M} UTC: {hosts} hosts fail one after the other, none answers"
    kind = IncidentKind.NO_NETWORK
    return Incident(incident_id(None, kind, now), None, kind, since, now, message)


def _missed(gap: Gap | None, record: CheckRecord) -> Problem | None:
    """What rolled out of a list between two checks is said with the check that saw it."""
    if gap is None or gap.until != record.started_at:
        return None
    return Problem(
        ProblemClass.INCOMPLETE,
        "everything in the list is new: entries may have been missed "
        f"between {gap.since:%Y-%m-%d %H:%M} and {gap.until:%Y-%m-%d %H:%M} UTC",
        "Look at the archive of this source for that time; a shorter `every` leaves smaller gaps.",
    )
