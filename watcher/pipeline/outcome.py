"""How a check ended, as the record that is committed: unchanged, read, or failed; and when the next one is due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from watcher.errors import FetchError, ParseError, Problem, ProblemClass
from watcher.models.catalog import Interval
from watcher.models.checks import (
    CheckOutcome,
    CheckRecord,
    ClaimedSource,
    EntryRecord,
    LateDocument,
    PageFailure,
    TextState,
)
from watcher.models.documents import Document, NotModified, RefusedError, Validators
from watcher.models.entries import Reading
from watcher.models.incidents import Listed
from watcher.pipeline import schedule
from watcher.pipeline.documents import FAILURES_IN_A_ROW, Gathered
from watcher.pipeline.visit import Found, Visit

FURTHER_RETRY = timedelta(minutes=10)
"""After a further document of a source failed, it is asked for again this much later."""


def unchanged(visit: Visit, answer: Document | NotModified) -> CheckRecord:
    """Nothing to parse; only that we were there is stored, and newer validators where there are any."""
    now = visit.tools.clock()
    claimed = visit.claimed
    return CheckRecord(
        source_id=claimed.source.id,
        fence=claimed.fence,
        started_at=visit.started_at,
        finished_at=now,
        outcome=CheckOutcome.UNCHANGED,
        next_check_at=min(
            (_next(visit, now, claimed.last_news_at, (answer.fresh_for,)), *(each.due_at for each in claimed.late))
        ),
        validators=answer.validators,
        body_sha256=claimed.body_sha256,
        status=answer.status if isinstance(answer, Document) else 304,
        answer=answer if isinstance(answer, Document) else None,
        problem=_behind(claimed.late),
        memory=claimed.memory,
        cursor=claimed.cursor,
        late=claimed.late,
    )


def read_completely(
    visit: Visit,
    answer: Document | NotModified,
    gathered: Gathered,
    entries: tuple[EntryRecord, ...],
    *,
    stuck: Sequence[Found],
) -> CheckRecord:
    """The document was understood; it may still have brought nothing new.

    `stuck` are stored entries that still have no page: their failure is recorded, and they hurry the next check.
    Of a document with more entries than a check takes, nothing is remembered that would keep the rest from being read.
    """
    now = visit.tools.clock()
    claimed, reading = visit.claimed, gathered.reading
    document = answer if isinstance(answer, Document) else None
    next_check_at = _next(
        visit, now, visit.started_at if entries else claimed.last_news_at, (answer.fresh_for, reading.ttl)
    )
    return CheckRecord(
        source_id=claimed.source.id,
        fence=claimed.fence,
        started_at=visit.started_at,
        finished_at=now,
        outcome=CheckOutcome.READ,
        next_check_at=min((next_check_at, *_work_left(visit, gathered, entries, stuck))),
        validators=Validators() if gathered.is_cut or reading.again else answer.validators,
        body_sha256=_body_sha256(claimed, document, gathered),
        status=document.status if document else 304,
        problem=gathered.problem or _behind(gathered.late) or _cut(reading) or _noted(reading),
        document=document if entries else None,
        answer=document if gathered.parsed else None,
        listed=_listed(gathered),
        memory=gathered.memory,
        cursor=gathered.cursor,
        late=gathered.late,
        entries=entries,
        page_failures=_page_failures(stuck),
        entries_seen=len(reading.entries) + reading.left_over,
        left_over=reading.left_over,
        backfill=visit.is_backfill,
        to_be_continued=gathered.is_cut or _goes_on(visit, gathered),
    )


def failed(visit: Visit, error: FetchError | ParseError, answer: Document | None = None) -> CheckRecord:
    """Nothing is lost: the validators stay as they were, so the next check asks for the same again.

    `answer` is the document that could not be read, where one came.
    """
    now = visit.tools.clock()
    claimed = visit.claimed
    failures = claimed.failures + 1
    return CheckRecord(
        source_id=claimed.source.id,
        fence=claimed.fence,
        started_at=visit.started_at,
        finished_at=now,
        outcome=CheckOutcome.FAILED,
        next_check_at=schedule.after_failure(
            _every(visit),
            now,
            failures=failures,
            retry_after=error.retry_after if isinstance(error, FetchError) else None,
            jitter=visit.tools.jitter(),
        ).at,
        validators=claimed.validators,
        body_sha256=claimed.body_sha256,
        status=error.status if isinstance(error, FetchError) else None,
        problem=error.problem,
        answer=answer,
        refusal=error.answer if isinstance(error, RefusedError) else None,
        memory=claimed.memory,
        cursor=claimed.cursor,
        late=claimed.late,
    )


def out_of_time(visit: Visit) -> FetchError:
    """The time of a check was over before its documents were there and read."""
    seconds = visit.tools.time_limit.total_seconds()
    return FetchError(
        Problem(
            ProblemClass.TIMEOUT,
            f"{visit.claimed.source.url}: not fetched and read within {seconds:g} s",
            "It is tried again. If many sources say this, the machine that runs watcher is too busy or too slow.",
        )
    )


def as_problem(defect: Exception) -> ParseError:
    """A mistake of ours met on one source, as that source's failure: the others go on, and people see it."""
    return ParseError(
        Problem(
            ProblemClass.UNREADABLE,
            f"watcher itself failed on this source ({type(defect).__name__}: {defect})",
            "This is a defect of watcher: report it with the log lines of this check. The source is tried again.",
        )
    )


def _listed(gathered: Gathered) -> Listed | None:
    """What the first document lists; None when it was not parsed, or only leads to others."""
    reading = gathered.reading
    if not gathered.parsed or (reading.more and not reading.entries):
        return None
    dates = [entry.published for entry in reading.entries if entry.published]
    return Listed(len(reading.entries) + reading.left_over, max(dates, default=None), min(dates, default=None))


def _body_sha256(claimed: ClaimedSource, document: Document | None, gathered: Gathered) -> str | None:
    if gathered.is_cut or gathered.reading.again:
        return None
    return document.sha256 if document else claimed.body_sha256


def _goes_on(visit: Visit, gathered: Gathered) -> bool:
    """A first reading of many documents is backfill to its last one; a failure ends it, or nothing would ever ring."""
    return visit.is_backfill and bool(gathered.cursor) and gathered.problem is None


def _cut(reading: Reading) -> Problem | None:
    """A cap is never silent."""
    if not reading.still_new:
        return None
    total = len(reading.entries) + reading.left_over
    return Problem(
        ProblemClass.INCOMPLETE,
        f"took {len(reading.entries)} of {total} entries of one document, {reading.still_new} new ones are left over",
        "Nothing to do: the next checks take the others.",
    )


def _behind(late: Sequence[LateDocument]) -> Problem | None:
    """A source of many documents can be read, and some of them cannot."""
    if not late:
        return None
    first = min(late, key=lambda each: each.due_at)
    return Problem(
        ProblemClass.INCOMPLETE,
        f"{len(late)} of its further documents cannot be read, such as {first.url} ({first.attempts} times)",
        f"{first.error} Each is tried again: this one at {first.due_at:%Y-%m-%d %H:%M} UTC. The others are read.",
    )


def _noted(reading: Reading) -> Problem | None:
    """What a kind passed over on purpose is not silent either."""
    if not reading.note:
        return None
    return Problem(ProblemClass.INCOMPLETE, reading.note, "If some of it matters, change the options of this source.")


def _next(visit: Visit, now: datetime, last_news_at: datetime | None, wishes: tuple[timedelta | None, ...]) -> datetime:
    return schedule.after_success(
        _every(visit), now, last_news_at=last_news_at, wishes=wishes, jitter=visit.tools.jitter()
    ).at


def _every(visit: Visit) -> Interval:
    source = visit.claimed.source
    return source.every or visit.tools.kinds[source.kind].every


def _page_failures(stuck: Sequence[Found]) -> tuple[PageFailure, ...]:
    return tuple(
        PageFailure(each.known.entry_id, each.page_error, each.page_attempts, each.page_due_at)
        for each in stuck
        if each.known and each.text_state is TextState.MISSING
    )


def _work_left(
    visit: Visit, gathered: Gathered, entries: tuple[EntryRecord, ...], stuck: Sequence[Found]
) -> list[datetime]:
    """When what this check did not get to is due: further documents at once, or after a pause when one failed."""
    pages = _pages_due(entries, stuck)
    pages += [each.due_at for each in gathered.late]
    if not gathered.cursor:
        return pages
    return [*pages, visit.started_at + (FURTHER_RETRY if gathered.problem or _is_stopped(gathered) else timedelta(0))]


def _is_stopped(gathered: Gathered) -> bool:
    """One document after the other failed: the host is left alone for a moment."""
    return len(gathered.late) >= FAILURES_IN_A_ROW


def _pages_due(entries: tuple[EntryRecord, ...], stuck: Sequence[Found]) -> list[datetime]:
    due = [*(each.page_due_at for each in entries), *(each.page_due_at for each in stuck)]
    return [at for at in due if at is not None]
