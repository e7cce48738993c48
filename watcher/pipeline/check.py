"""One check of one source, from the conditional request to the record that is committed in one transaction.

fetch -> read -> what is new? -> the pages of teasers -> classify -> route -> CheckRecord
"""

from __future__ import annotations

import asyncio
import logging

from watcher.errors import FetchError, ParseError
from watcher.models.checks import CheckRecord, ClaimedSource, KnownEntry, TextState
from watcher.models.documents import Document, NotModified
from watcher.models.entries import Entry, Reading
from watcher.models.identity import content_sha256
from watcher.pipeline.announce import classify_and_route
from watcher.pipeline.outcome import as_problem, failed, read_completely, unchanged
from watcher.pipeline.pages import with_pages
from watcher.pipeline.tools import Tools
from watcher.pipeline.visit import Found, Visit, found

log = logging.getLogger(__name__)


async def check_source(claimed: ClaimedSource, tools: Tools) -> CheckRecord:
    """Visit a source once. What a source does wrong is not raised: it is a record too.

    Until the record is committed (`store.checks.record`), nothing has happened.
    """
    deadline = asyncio.get_running_loop().time() + tools.time_limit.total_seconds()
    visit = Visit(claimed, tools, started_at=tools.clock(), deadline=deadline)
    try:
        answer = await _fetch(visit)
        if _says_what_we_know(answer, claimed) and not claimed.pages_waiting:
            return unchanged(visit, answer)
        reading = await _read(visit, answer)
        news = [*await _what_is_new(visit, reading), *await _what_waits(visit)]
        complete = await with_pages(visit, news)
        worth_storing = [each for each in complete if not _is_stuck(each)]
        entries = await asyncio.to_thread(classify_and_route, visit, worth_storing)
    except (FetchError, ParseError) as error:
        return failed(visit, error)
    except Exception as defect:
        log.exception("check.defect", extra={"source": claimed.source.id})
        return failed(visit, as_problem(defect))
    return read_completely(visit, answer, reading, entries, stuck=[each for each in complete if _is_stuck(each)])


async def _fetch(visit: Visit) -> Document | NotModified:
    source = visit.claimed.source
    accept = visit.tools.kinds[source.kind].accept
    return await visit.tools.fetch(source.url, visit.claimed.validators, accept=accept)


def _says_what_we_know(answer: Document | NotModified, claimed: ClaimedSource) -> bool:
    return isinstance(answer, NotModified) or answer.sha256 == claimed.body_sha256


async def _read(visit: Visit, answer: Document | NotModified) -> Reading:
    if isinstance(answer, NotModified) or answer.sha256 == visit.claimed.body_sha256:
        return Reading(entries=())
    source = visit.claimed.source
    arguments = {
        "kind": source.kind,
        "body": answer.body,
        "url": answer.final_url,
        "media_type": answer.media_type,
        "charset": answer.charset,
        "options": dict(source.options),
        "limit": visit.tools.entries_per_check,
        "now": visit.started_at.isoformat(),
    }
    return await visit.tools.sandbox("watcher.pipeline.reading:read_source", arguments, Reading)


async def _what_is_new(visit: Visit, reading: Reading) -> list[Found]:
    """Entries that are not stored, or say something else than they did. (The INSERT has the last word on "new".)"""
    if not reading.entries:
        return []
    keys = [entry.key for entry in reading.entries]
    known = await asyncio.to_thread(visit.tools.memory.known, visit.claimed.source.id, keys)
    return [found(entry, known.get(entry.key)) for entry in reading.entries if _is_news(entry, known.get(entry.key))]


def _is_news(entry: Entry, known: KnownEntry | None) -> bool:
    return known is None or known.content_sha256 != content_sha256(entry)


async def _what_waits(visit: Visit) -> list[Found]:
    """Stored entries whose page is due: not reached last time, or not readable then."""
    if not visit.claimed.pages_waiting:
        return []
    tools, source = visit.tools, visit.claimed.source
    pages = await asyncio.to_thread(tools.memory.waiting_pages, source.id, visit.started_at, tools.pages_per_check)
    return [found(page.entry, page.known, is_waiting=True) for page in pages]


def _is_stuck(each: Found) -> bool:
    """It waited for its page and still does: it says nothing new."""
    return each.is_waiting and each.text_state is not TextState.PAGE
