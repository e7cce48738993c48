"""Trying a source: the real check on a memory that knows nothing; what it returns is shown and thrown away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from watcher.models.catalog import Publisher, Source
from watcher.models.checks import Alike, CheckRecord, ClaimedSource, KnownEntry, WaitingPage
from watcher.models.documents import Validators
from watcher.pipeline.check import check_source
from watcher.pipeline.tools import Memory, Tools


class NothingKnown(Memory):
    """The memory of a source that was never checked."""

    def known(self, source_id: str, keys: Sequence[str]) -> Mapping[str, KnownEntry]:
        return {}

    def keys(self, source_id: str) -> Sequence[str]:
        return []

    def alike(self, source_id: str, contents: Sequence[str]) -> Sequence[Alike]:
        return []

    def waiting_pages(self, source_id: str, now: datetime, limit: int) -> Sequence[WaitingPage]:
        return []


async def try_source(source: Source, publisher: Publisher, tools: Tools) -> CheckRecord:
    """What a check of this source would store, and whom it would alert if everything in it were news.

    `tools` must have been made with NothingKnown as their memory.
    """
    claimed = ClaimedSource(
        source=source,
        publisher=publisher,
        fence=0,
        validators=Validators(),
        body_sha256=None,
        failures=0,
        first_read_at=tools.clock(),
        pages_waiting=0,
    )
    return await check_source(claimed, tools)
