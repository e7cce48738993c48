"""One check of one source, from the conditional request to the record that is committed in one transaction.

fetch -> read -> what is new? -> the pages of teasers -> classify -> route -> CheckRecord
"""

from __future__ import annotations

import asyncio
import logging

from watcher.errors import FetchError, ParseError
from watcher.models.checks import CheckRecord, ClaimedSource, TextState
from watcher.models.documents import Document, NotModified
from watcher.pipeline.announce import classify_and_route
from watcher.pipeline.documents import due_again, fetch_first, gather, says_what_we_know
from watcher.pipeline.outcome import as_problem, failed, out_of_time, read_completely, unchanged
from watcher.pipeline.pages import with_pages
from watcher.pipeline.tools import Tools
from watcher.pipeline.visit import Found, Visit, found

BEYOND_DEADLINE = 1.0
"""Seconds after the deadline in which what has a limit of its own may end with a better explanation."""

log = logging.getLogger(__name__)


async def check_source(claimed: ClaimedSource, tools: Tools) -> CheckRecord:
    """Visit a source once. What a source does wrong is not raised: it is a record too.

    Until the record is committed (`store.checks.record`), nothing has happened.
    """
    deadline = asyncio.get_running_loop().time() + tools.time_limit.total_seconds()
    visit = Visit(claimed, tools, started_at=tools.clock(), deadline=deadline)
    answer: Document | NotModified | None = None
    try:
        async with asyncio.timeout_at(deadline + BEYOND_DEADLINE):
            answer = await fetch_first(visit)
            if says_what_we_know(answer, claimed) and not _has_unfinished_work(visit):
                return unchanged(visit, answer)
            gathered = await gather(visit, answer)
        complete = await with_pages(visit, [*gathered.news, *await _what_waits(visit)])
        worth_storing = [each for each in complete if not _is_stuck(each)]
        entries = await asyncio.to_thread(classify_and_route, visit, worth_storing)
    except FetchError as error:
        return failed(visit, error)
    except ParseError as error:
        return failed(visit, error, answer if isinstance(answer, Document) else None)
    except TimeoutError:
        return failed(visit, out_of_time(visit))
    except Exception as defect:
        log.exception("check.defect", extra={"source": claimed.source.id})
        return failed(visit, as_problem(defect))
    return read_completely(visit, answer, gathered, entries, stuck=[each for each in complete if _is_stuck(each)])


def _has_unfinished_work(visit: Visit) -> bool:
    """Pages or further documents that the last checks did not get to, or that are due to be tried again."""
    claimed = visit.claimed
    return bool(claimed.pages_waiting or claimed.cursor or due_again(claimed, visit.started_at))


async def _what_waits(visit: Visit) -> list[Found]:
    """Stored entries whose page is due: not reached last time, or not readable then."""
    if not visit.claimed.pages_waiting:
        return []
    tools, source = visit.tools, visit.claimed.source
    pages = await asyncio.to_thread(tools.memory.waiting_pages, source.id, visit.started_at, tools.pages_per_check)
    return [found(page.entry, page.known, is_waiting=True) for page in pages]


def _is_stuck(each: Found) -> bool:
    """It waited for its page and still does: it says nothing new."""
    return each.is_waiting and each.text_state not in (TextState.PAGE, TextState.SCAN)
