"""Ninety healthy days of many sources on a fake clock: the decisions alone, without network, parser or database."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random

from tests.campaigns.publishers import DAY, PATTERNS, Outlet, Timeline
from watcher.errors import Problem, ProblemClass
from watcher.models.catalog import Interval, Source
from watcher.models.checks import CheckOutcome, CheckRecord, EntryRecord, TextState
from watcher.models.documents import Document, Validators
from watcher.models.entries import Entry
from watcher.models.incidents import Habits, Incident, Listed
from watcher.models.matches import Classification
from watcher.pipeline import schedule
from watcher.pipeline.health import Case, judge

START = datetime(2025, 10, 20, tzinfo=UTC)
DAYS = 90
"""To the middle of January: Thanksgiving, Christmas and New Year lie in them."""
BEFORE = 150 * DAY
EVERY = {
    "feed": Interval(timedelta(minutes=15), timedelta(hours=6)),
    "listing": Interval(timedelta(minutes=30), timedelta(hours=12)),
}
SLOW = Problem(ProblemClass.TIMEOUT, "no answer in time", "It is tried again.")
EMPTY_TEXT = Classification((), None, None, (), (), "test")


@dataclass
class Healthy:
    """One source that is well: now and then a check fails, an answer is empty, an entry is taken back."""

    outlet: Outlet
    rng: Random
    now: datetime = START
    habits: Habits = field(default_factory=Habits)
    incident: Incident | None = None
    seen: frozenset[datetime] = frozenset()
    failures: int = 0
    opened: list[Incident] = field(default_factory=list)
    checks: int = 0
    body: object = None

    def live(self, until: datetime) -> None:
        while self.now < until:
            record = self._check()
            judgement = judge(Case(self._source, self.habits, self.incident, record))
            self.habits = judgement.habits
            self._note(judgement.opened, judgement.closed)
            self.checks += 1
            self.now = record.next_check_at

    @property
    def _source(self) -> Source:
        return Source(self.outlet.name, "office", self.outlet.kind, self.outlet.url)

    def _note(self, opened: Incident | None, closed: Incident | None) -> None:
        self.incident = opened or (None if closed else self.incident)
        if opened:
            self.opened.append(opened)

    def _check(self) -> CheckRecord:
        if self.rng.random() < 0.01 or self._is_maintained():
            return self._failed()
        self.failures = 0
        shown = self._shown()
        if (shown, self.outlet.stirs and self.now) == self.body:
            return self._record(CheckOutcome.UNCHANGED)
        self.body = (shown, self.outlet.stirs and self.now)
        new = [moment for moment in shown if moment not in self.seen]
        first = not self.seen
        self.seen |= set(shown)
        return replace(
            self._record(CheckOutcome.READ, bool(new)),
            entries=tuple(map(_entry, new)),
            listed=Listed(len(shown), max(shown, default=None), min(shown, default=None)),
            answer=self._answer,
            backfill=first,
        )

    def _shown(self) -> tuple[datetime, ...]:
        shown = tuple(self.outlet.shown(self.now))
        if self.rng.random() < 0.0005:
            return ()  # the content system is rebuilding the page
        if shown and shown[0].minute % 40 == 0 and self.now - shown[0] > 3 * timedelta(hours=1):
            return shown[1:]  # the newest one was taken back
        return shown

    def _is_maintained(self) -> bool:
        """On one night of the week, for an hour."""
        return self.now.weekday() == len(self.outlet.name) % 7 and self.now.hour == 4

    def _failed(self) -> CheckRecord:
        self.failures += 1
        record = self._record(CheckOutcome.FAILED)
        at = schedule.after_failure(
            EVERY[self.outlet.kind], self.now, failures=self.failures, retry_after=None, jitter=self.rng.uniform(-1, 1)
        ).at
        return replace(record, problem=SLOW, next_check_at=at)

    def _record(self, outcome: CheckOutcome, news: bool = False) -> CheckRecord:
        at = schedule.after_success(
            EVERY[self.outlet.kind],
            self.now,
            last_news_at=self.now if news else self.habits.news_at,
            wishes=(),
            jitter=self.rng.uniform(-1, 1),
        ).at
        return CheckRecord(self.outlet.name, 1, self.now, self.now, outcome, at, Validators(), None, 200)

    @property
    def _answer(self) -> Document:
        return self.outlet.document("", self.now)


def _entry(moment: datetime) -> EntryRecord:
    key = f"{moment:%Y%m%d%H%M%S%f}"
    entry = Entry(key, None, "", "", False, moment)
    return EntryRecord(key, 1, entry, "", "", TextState.SOURCE, EMPTY_TEXT, (), False)


def live_through(sources: int, seed: int) -> tuple[list[Healthy], Counter[str]]:
    """All of them for the ninety days; the incidents that opened are all false. Counted by kind and pattern."""
    false: Counter[str] = Counter()
    lives = []
    for number in range(sources):
        rng = Random(seed * 10_000 + number)
        pattern = PATTERNS[number % len(PATTERNS)]
        life = Healthy(_outlet(number, pattern(START - BEFORE, START + DAYS * DAY, rng), rng), rng)
        life.live(START + DAYS * DAY)
        lives.append(life)
        false.update(f"{incident.kind} of a {pattern.__name__}" for incident in life.opened)
    return lives, false


def _outlet(number: int, timeline: Timeline, rng: Random) -> Outlet:
    kind = "feed" if rng.random() < 0.7 else "listing"
    return Outlet(f"office-{number}", kind, timeline, rng.choice((5, 10, 10, 20, 50)), stirs=rng.random() < 0.3)
