"""When a source is checked next, and why: a pure function of what the last check said and what the clock says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zlib import crc32

from watcher.models.catalog import Interval

LONGEST_WAIT = timedelta(hours=24)
"""No server's wish and no row of failures keeps a source unwatched for longer."""

FULL_FETCH_EVERY = timedelta(hours=24)
"""How often a source's document is fetched whole, whatever its validators say."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

QUIET_SHARE = 10
"""A source is asked again after a tenth of the silence so far, within its bounds."""


@dataclass(frozen=True, slots=True)
class NextCheck:
    """When, and the reason in a few words."""

    at: datetime
    reason: str


def after_success(
    every: Interval,
    now: datetime,
    *,
    last_news_at: datetime | None,
    wishes: tuple[timedelta | None, ...],
    jitter: float,
) -> NextCheck:
    """The next check after a good one.

    `wishes` are the server's (Cache-Control, Expires, the feed's ttl): they lengthen the wait, never shorten it.
    `jitter` is a number from -1 to 1; it moves the time by up to a tenth, so that sources do not march in step.
    """
    rhythm = every.min if last_news_at is None else (now - last_news_at) / QUIET_SHARE
    wait = min(max(rhythm, every.min), every.max)
    wish = max((wish for wish in wishes if wish is not None), default=timedelta(0))
    if wish > wait:
        return NextCheck(now + min(wish, LONGEST_WAIT), "the server asks for a longer pause")
    return NextCheck(now + _jittered(wait, jitter), "its own rhythm")


def after_failure(
    every: Interval, now: datetime, *, failures: int, retry_after: timedelta | None, jitter: float
) -> NextCheck:
    """The next check after a failed one: the wait doubles with each failure in a row, up to a day; never for good.

    `failures` counts this one too. The server's Retry-After (RFC 9110 section 10.2.3) lengthens the wait.
    """
    doubled = min(every.min * 2 ** min(failures, 12), max(LONGEST_WAIT, every.min))
    if retry_after is not None and retry_after > doubled:
        return NextCheck(now + min(retry_after, LONGEST_WAIT), "the server asks to be left alone until then")
    return NextCheck(now + _jittered(doubled, jitter), f"failed {failures} in a row")


def page_retry(now: datetime, attempts: int, retry_after: timedelta | None = None) -> datetime | None:
    """When a page is tried again after `attempts` failures: 10 min, 30 min, 90 min, ...; None after the sixth.

    The server's Retry-After lengthens the wait.
    """
    if attempts >= 6:
        return None
    wait = max(timedelta(minutes=10 * 3 ** (attempts - 1)), retry_after or timedelta())
    return now + min(wait, LONGEST_WAIT)


def document_retry(now: datetime, attempts: int) -> datetime:
    """When a further document is tried again after `attempts` failures: 10 min, 30 min, ..., then daily, for good."""
    return now + min(timedelta(minutes=10 * 3 ** min(attempts - 1, 8)), LONGEST_WAIT)


def is_full_fetch_due(source_id: str, last_success_at: datetime | None, now: datetime) -> bool:
    """Whether to ask for everything, validators or not: some servers go on saying "not modified" when it is.

    True for the first good check of each day of the source, which begins at a time of its own, so that full fetches
    spread over the day; and after a clock that jumped either way.
    """
    if last_success_at is None:
        return True
    offset = timedelta(seconds=crc32(source_id.encode()) % int(FULL_FETCH_EVERY.total_seconds()))
    return (now - EPOCH - offset) // FULL_FETCH_EVERY != (last_success_at - EPOCH - offset) // FULL_FETCH_EVERY


def _jittered(wait: timedelta, jitter: float) -> timedelta:
    return wait + wait * 0.1 * jitter
