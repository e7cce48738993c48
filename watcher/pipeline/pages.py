"""Fetching the pages of entries that carry only a teaser, while the time of the check lasts."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from watcher.errors import FetchError, ParseError, Problem, ProblemClass
from watcher.models.checks import TextState
from watcher.models.documents import Document, Extracted, NotModified
from watcher.pipeline import schedule
from watcher.pipeline.titles import titled
from watcher.pipeline.visit import Found, Visit

ACCEPT = "text/html, application/xhtml+xml;q=0.9, application/pdf;q=0.8, */*;q=0.1"


async def with_pages(visit: Visit, entries: Sequence[Found]) -> tuple[Found, ...]:
    """The same entries, those that wait for their page with its text: as many as the check has time and leave for.

    One after the other: they mostly live on one host. What is not reached keeps waiting, and is due at once.
    """
    left = visit.tools.pages_per_check
    done: list[Found] = []
    for each in entries:
        if each.text_state is not TextState.WAITING:
            done.append(each)
        elif left and _seconds_left(visit) > 0:
            left -= 1
            done.append(await _with_page(visit, each))
        else:
            done.append(replace(each, page_due_at=visit.started_at))
    return tuple(done)


async def _with_page(visit: Visit, each: Found) -> Found:
    try:
        async with asyncio.timeout(_seconds_left(visit)):
            page = await _fetch_page(visit, each)
            extracted = await _extract(visit, page)
    except TimeoutError:
        return replace(each, page_due_at=visit.started_at)
    except (FetchError, ParseError) as error:
        return _failed(each, error, visit.tools.clock())
    state = TextState.SCAN if extracted.scan else TextState.PAGE
    text, entry = _fuller(extracted.text, each.entry.text), titled(each.entry, extracted.title)
    entry = replace(entry, links=extracted.links + entry.links, versions=extracted.versions + entry.versions)
    return replace(each, entry=entry, said=each.entry, text=text, text_state=state, page=page)


async def _fetch_page(visit: Visit, each: Found) -> Document:
    assert each.entry.url is not None
    page = await visit.tools.fetch(each.entry.url, accept=ACCEPT, ca_file=visit.ca_file(each.entry.url))
    if isinstance(page, NotModified):
        raise FetchError(
            Problem(
                ProblemClass.UNEXPECTED,
                f"{each.entry.url}: the server says that nothing changed, though nothing was asked for",
                "Nothing to do: the page is asked for again later.",
            ),
            status=304,
        )
    return page


async def _extract(visit: Visit, page: Document) -> Extracted:
    arguments = {
        "body": page.body,
        "url": page.final_url,
        "media_type": page.media_type,
        "charset": page.charset,
        "selector": str(visit.claimed.source.options.get("text", "")),
    }
    return await visit.tools.sandbox("watcher.pipeline.reading:read_page", arguments, Extracted)


def _failed(each: Found, error: FetchError | ParseError, now: datetime) -> Found:
    attempts = (each.known.page_attempts if each.known else 0) + 1
    return replace(
        each,
        text_state=TextState.MISSING,
        page_error=f"{error.problem.message}. {error.problem.advice}",
        page_attempts=attempts,
        page_due_at=schedule.page_retry(now, attempts, error.retry_after if isinstance(error, FetchError) else None),
    )


def _fuller(page: str, teaser: str) -> str:
    """A page that gives less than its own teaser was not understood: both are kept, nothing is missed."""
    return page if len(page) >= len(teaser) else f"{teaser}\n\n{page}".strip()


def _seconds_left(visit: Visit) -> float:
    return visit.deadline - asyncio.get_running_loop().time()
