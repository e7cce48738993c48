"""Publishers as they are: when they publish over months, and what their feeds and pages show at any moment."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from random import Random

from watcher.models.documents import Document, Validators

DAY = timedelta(days=1)
CLOSED = frozenset(
    {date(2025, 11, 11), date(2025, 11, 27), date(2025, 11, 28), date(2026, 1, 19)}
    | {date(2025, 12, day) for day in (24, 25, 26, 31)}
    | {date(2026, 1, day) for day in (1, 2)}
)
"""Federal holidays, and the days around them on which press offices are empty."""

Timeline = tuple[datetime, ...]


# --- when they publish -------------------------------------------------------------------------------------------


def _office_hour(day: date, rng: Random) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=13, minutes=rng.randrange(600))


def _days(start: datetime, end: datetime) -> list[date]:
    return [(start + n * DAY).date() for n in range((end - start).days)]


def _works(day: date) -> bool:
    return day.weekday() < 5 and day not in CLOSED


def ministry(start: datetime, end: datetime, rng: Random) -> Timeline:
    """Several a day, on working days."""
    busy = rng.uniform(1, 5)
    return _each_day(start, end, rng, lambda day: _poisson(busy if _works(day) else 0.03, rng))


def agency(start: datetime, end: datetime, rng: Random) -> Timeline:
    """Some days one, never at weekends."""
    share = rng.uniform(0.2, 0.6)
    return _each_day(start, end, rng, lambda day: int(_works(day) and rng.random() < share))


def weekly(start: datetime, end: datetime, rng: Random) -> Timeline:
    """A newsletter on one day of the week, sometimes a day late, not in holidays."""
    weekday = rng.randrange(5)
    return _each_day(start, end, rng, lambda day: int(day.weekday() == weekday and day not in CLOSED))


def charity(start: datetime, end: datetime, rng: Random) -> Timeline:
    """At random, a few a week to a few a month."""
    rate = rng.uniform(0.08, 0.5)
    closed = (date(2025, 12, 23), date(2026, 1, 2))
    return _each_day(start, end, rng, lambda day: 0 if closed[0] <= day <= closed[1] else _poisson(rate, rng))


def campaigner(start: datetime, end: datetime, rng: Random) -> Timeline:
    """Quiet for a week or two, then ten statements in three days."""
    hot: set[date] = set()
    day = start.date() + timedelta(days=rng.randrange(10))
    while day < end.date():
        hot |= {day + timedelta(days=n) for n in range(rng.randrange(1, 4))}
        day += timedelta(days=rng.randrange(6, 18))
    return _each_day(start, end, rng, lambda day: rng.randrange(1, 6) if day in hot else 0)


def court(start: datetime, end: datetime, rng: Random) -> Timeline:
    """Opinions on two days of the week, and weeks of recess."""
    recess = {week for week in range(60) if rng.random() < 0.15}
    return _each_day(
        start,
        end,
        rng,
        lambda day: (
            rng.randrange(1, 4) if _works(day) and day.weekday() in (1, 3) and day.isocalendar()[1] not in recess else 0
        ),
    )


def research(start: datetime, end: datetime, rng: Random) -> Timeline:
    """Every two to five weeks a report."""
    moments, day = [], start + rng.randrange(20) * DAY
    while day < end:
        moments.append(_office_hour(day.date(), rng))
        day += rng.randrange(12, 36) * DAY
    return tuple(moments)


def newsroom(start: datetime, end: datetime, rng: Random) -> Timeline:
    """Around the clock."""
    return _each_day(start, end, rng, lambda day: _poisson(20 if day.weekday() < 5 else 8, rng), whole_day=True)


PATTERNS: tuple[Callable[[datetime, datetime, Random], Timeline], ...] = (
    *(ministry, ministry, agency, agency, weekly, charity, charity, charity, campaigner, court, research, newsroom),
)
"""Their shares in a watch list like the shipped one."""


def _each_day(
    start: datetime, end: datetime, rng: Random, count: Callable[[date], int], *, whole_day: bool = False
) -> Timeline:
    moments: list[datetime] = []
    for day in _days(start, end):
        for _ in range(count(day)):
            at = _office_hour(day, rng)
            moments.append(at.replace(hour=rng.randrange(24)) if whole_day else at)
    return tuple(sorted(moments))


def _poisson(rate: float, rng: Random) -> int:
    count, left = 0, rng.expovariate(1)
    while left < rate:
        count, left = count + 1, left + rng.expovariate(1)
    return count


# --- what they show ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Outlet:
    """A feed or a page over the timeline of a publisher; the newest `window` entries. `stirs`: a build date changes."""

    name: str
    kind: str
    timeline: Timeline
    window: int = 15
    stirs: bool = False

    @property
    def url(self) -> str:
        return f"https://www.{self.name}.example.org/{'feed' if self.kind == 'feed' else 'news'}"

    def shown(self, at: datetime) -> Sequence[datetime]:
        """The entries, newest first."""
        return [moment for moment in self.timeline if moment <= at][-self.window :][::-1]

    def answer(self, at: datetime) -> Document:
        """What the address gives when all is well."""
        return self.document(self.body(self.shown(at), at), at)

    def empty(self, at: datetime) -> Document:
        """The same without an entry."""
        return self.document(self.body((), at), at)

    def short(self, at: datetime) -> Document:
        """Only the newest three."""
        return self.document(self.body(self.shown(at)[:3], at), at)

    def old(self, at: datetime) -> Document:
        """The state from before the newest five entries."""
        moment = self.shown(at)[4] - timedelta(seconds=1)
        return self.document(self.body(self.shown(moment), moment), moment)

    def silent(self, began: datetime, at: datetime) -> Document:
        """Nothing new since then; a build date goes on."""
        return self.document(self.body(self.shown(began), at), at)

    def body(self, moments: Sequence[datetime], at: datetime) -> str:
        return self.feed(moments, at) if self.kind == "feed" else self.page(moments)

    def feed(self, moments: Sequence[datetime], at: datetime) -> str:
        built = f"<lastBuildDate>{format_datetime(at)}</lastBuildDate>" if self.stirs else ""
        items = "".join(
            f"<item><guid isPermaLink='false'>{m:%Y%m%d%H%M%S%f}</guid><title>Statement of {m:%d %B}</title>"
            f"<link>https://www.{self.name}.example.org/{m:%Y%m%d%H%M%S}</link>"
            f"<pubDate>{format_datetime(m)}</pubDate><description>What was said that day.</description></item>"
            for m in moments
        )
        return f"<rss version='2.0'><channel><title>{self.name}</title>{built}{items}</channel></rss>"

    def page(self, moments: Sequence[datetime], *, redesigned: bool = False) -> str:
        row = _REDESIGNED_ROW if redesigned else _ROW
        rows = "".join(row.format(at=f"{m:%Y%m%d%H%M%S}", day=f"{m:%Y-%m-%d}", said=f"{m:%d %B}") for m in moments)
        lists = f"<section class='stories'>{rows}</section>" if redesigned else f"<ul class='news'>{rows}</ul>"
        return (
            f"<!doctype html><html lang='en'><head><title>News | {self.name}</title></head><body><nav><ul>"
            f"<li><a href='/about'>About us</a></li><li><a href='/contact'>Contact</a></li></ul></nav>"
            f"<main><h1>News</h1>"
            f"{lists}</main><footer><p>{self.name}, 1 Main Street</p></footer></body></html>"
        )

    def document(self, body: str, at: datetime, *, final_url: str = "", html: bool = False) -> Document:
        raw = body.encode()
        return Document(
            url=self.url,
            final_url=final_url or self.url,
            status=200,
            headers=(),
            media_type="text/html" if html or self.kind == "listing" else "application/rss+xml",
            charset="utf-8",
            body=raw,
            sha256=hashlib.sha256(raw).hexdigest(),
            fetched_at=at,
            redirects=(self.url,) if final_url else (),
            validators=Validators(),
        )


_ROW = (
    "<li class='item'><h3><a href='/{at}'>Statement of {said} on people who seek protection</a></h3>"
    "<time datetime='{day}'>{day}</time><p>What the office said on that day, in a sentence or two.</p></li>"
)
_REDESIGNED_ROW = (
    "<article class='story'><h2 class='story-title'>"
    "<a href='/{at}'>Statement of {said} on people who seek protection</a>"
    "</h2><span class='when'><time datetime='{day}'>{day}</time></span>"
    "<div class='teaser'>What the office said on that day, in a sentence or two.</div></article>"
)
