"""What the checks learn of a source's ways: its rhythm, the length of its list, where it lives, what it skipped."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from watcher.models.catalog import Source
from watcher.models.checks import CheckOutcome, CheckRecord
from watcher.models.incidents import Doubt, Gap, Habits
from watcher.pipeline import rhythm
from watcher.pipeline.diagnosis import site_of

_LOWS = 30
"""Days of which the shortest list is remembered: a list that empties every weekend has shown it by then."""
_LATEST = 5
_MOST_READS = 100
_RESTLESS = 10
"""Documents that differed and brought nothing, before standing still is remarkable: a build date, a counter."""
_STILL = timedelta(days=3)
_A_HABIT = timedelta(days=3)
"""A list that is short for a weekend and then as before does so again; one that was broken for longer was repaired."""
_GAP_SHOWN = timedelta(days=30)
_A_FEW = 2
"""A list of one entry is replaced with every announcement; that says nothing."""


def of(known: Habits, source: Source) -> Habits:
    """The habits as they hold for the source's address: of another address only the rhythm is kept."""
    if known.url == source.url:
        return known
    return Habits(url=source.url, news_at=known.news_at if known.url else None, gaps=known.gaps)


def learn(known: Habits, record: CheckRecord, doubt: Doubt | None) -> Habits:
    """The habits after a good check; from a document that is doubtful (`doubt`) nothing is learnt but the news."""
    after = _news(known, record)
    after = replace(
        after,
        reads=min(known.reads + 1, _MOST_READS),
        good_at=record.started_at,
        failing=None,
        listed=doubt,
        gap=_gap(known, record),
    )
    if doubt is not None:
        return after
    return _ways(_stirred(after, known, record), known, record)


def stands_still(known: Habits, now: datetime) -> bool:
    """The bytes do not change any more, although they changed all the time before."""
    return known.stirs >= _RESTLESS and known.changed_at is not None and now - known.changed_at >= _STILL


def gap_in_words(gap: Gap) -> str:
    """What may have been missed."""
    return (
        f"entries may have been missed between {gap.since:%Y-%m-%d %H:%M} and {gap.until:%Y-%m-%d %H:%M} UTC: "
        "everything in the list was replaced meanwhile; look at the source's archive"
    )


def _news(known: Habits, record: CheckRecord) -> Habits:
    """The rhythm. A first reading brings its own history: the dates of publication of what it lists."""
    if not record.entries:
        return known if known.news_at else replace(known, news_at=record.started_at)
    if record.backfill or known.news_at is None:
        days = [each.entry.published for each in record.entries if each.entry.published]
        newest = max(days, default=record.started_at)
        return replace(
            known,
            news_at=min(newest, record.started_at),
            gaps=rhythm.gaps_between(each.date() for each in days) or known.gaps,
        )
    gaps = rhythm.with_news(known.gaps, known.news_at, record.started_at)
    return replace(known, news_at=record.started_at, gaps=gaps)


def _stirred(after: Habits, known: Habits, record: CheckRecord) -> Habits:
    """Whether the bytes differed from those before; what was not parsed did not."""
    if record.outcome is CheckOutcome.UNCHANGED or record.answer is None:
        return after
    stirs = known.stirs + 1 if known.changed_at and not record.entries else known.stirs
    return replace(after, changed_at=record.started_at, stirs=min(stirs, _MOST_READS))


def _ways(after: Habits, known: Habits, record: CheckRecord) -> Habits:
    if record.listed is None or record.answer is None:
        return after
    answer, entries = record.answer, _shortest(known, record)
    latest = sorted({*known.latest, *_dates(record)}, reverse=True)[:_LATEST]
    return replace(
        after,
        lows=_with_low(known.lows, record.started_at.date(), entries),
        latest=tuple(latest),
        site=known.site or site_of(answer.final_url),
        html=answer.media_type in ("text/html", "application/xhtml+xml"),
    )


def _shortest(known: Habits, record: CheckRecord) -> int:
    """What the list has now, or had in a doubt that soon went away by itself: that was a habit, the next time none."""
    assert record.listed
    doubt, now = known.listed, record.listed.entries
    if doubt is None or doubt.entries is None or record.started_at - doubt.since > _A_HABIT:
        return now
    return min(now, doubt.entries)


def _dates(record: CheckRecord) -> list[datetime]:
    limit = record.started_at + timedelta(days=1)  # what is announced for next month is not the newest
    found = [each.entry.published for each in record.entries]
    return [each for each in found if each is not None and each <= limit]


def _with_low(lows: tuple[tuple[date, int], ...], day: date, entries: int) -> tuple[tuple[date, int], ...]:
    *before, last = lows or ((day, entries),)
    if last[0] == day:
        return (*before, (day, min(last[1], entries)))
    return (*before, last, (day, entries))[-_LOWS:]


def _gap(known: Habits, record: CheckRecord) -> Gap | None:
    """A list in which nothing is left of what was known, with dates that are all newer: something may be missing."""
    listed, before = record.listed, known.good_at
    if listed is None or before is None or not known.latest or listed.oldest is None or record.backfill:
        return _still_shown(known.gap, record.started_at)
    replaced = len(record.entries) >= listed.entries >= _A_FEW and listed.oldest > known.latest[0]
    return Gap(before, record.started_at) if replaced else _still_shown(known.gap, record.started_at)


def _still_shown(gap: Gap | None, now: datetime) -> Gap | None:
    return gap if gap and now - gap.until < _GAP_SHOWN else None
