"""How a check ended, as the record that is committed: unchanged, read, or failed; and when the next one is due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from watcher.errors import FetchError, ParseError, Problem, ProblemClass
from watcher.models.catalog import Interval
from watcher.models.checks import CheckOutcome, CheckRecord, EntryRecord, PageFailure, TextState
from watcher.models.documents import Document, NotModified
from watcher.models.entries import Reading
from watcher.pipeline import schedule
from watcher.pipeline.visit import Found, Visit


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
        next_check_at=_next(visit, now, claimed.last_news_at, (answer.fresh_for,)),
        validators=answer.validators,
        body_sha256=claimed.body_sha256,
        status=answer.status if isinstance(answer, Document) else 304,
    )


def read_completely(
    visit: Visit,
    answer: Document | NotModified,
    reading: Reading,
    entries: tuple[EntryRecord, ...],
    *,
    stuck: Sequence[Found],
) -> CheckRecord:
    """The document was understood; it may still have brought nothing new.

    `stuck` are stored entries that still have no page: their failure is recorded, and they hurry the next check.
    """
    now = visit.tools.clock()
    claimed = visit.claimed
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
        next_check_at=min((next_check_at, *_pages_due(entries, stuck))),
        validators=answer.validators,
        body_sha256=document.sha256 if document else claimed.body_sha256,
        status=document.status if document else 304,
        problem=_cut(reading),
        document=document if entries else None,
        entries=entries,
        page_failures=_page_failures(stuck),
        entries_seen=len(reading.entries) + reading.left_over,
        left_over=reading.left_over,
        backfill=visit.is_backfill,
    )


def failed(visit: Visit, error: FetchError | ParseError) -> CheckRecord:
    """Nothing is lost: the validators stay as they were, so the next check asks for the same again."""
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


def _cut(reading: Reading) -> Problem | None:
    """A cap is never silent."""
    if not reading.left_over:
        return None
    total = len(reading.entries) + reading.left_over
    return Problem(
        ProblemClass.INCOMPLETE,
        f"took the newest {len(reading.entries)} of {total} entries of one document",
        "Older entries were left out; if they matter, watch an archive page of this source as well.",
    )


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


def _pages_due(entries: tuple[EntryRecord, ...], stuck: Sequence[Found]) -> list[datetime]:
    due = [*(each.page_due_at for each in entries), *(each.page_due_at for each in stuck)]
    return [at for at in due if at is not None]
