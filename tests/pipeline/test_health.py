"""Whether something is wrong with a source: decisions on records and habits, as tables."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.errors import Problem, ProblemClass
from watcher.models.catalog import Source
from watcher.models.checks import CheckOutcome, CheckRecord, EntryRecord, TextState
from watcher.models.documents import Document, Validators
from watcher.models.entries import Entry
from watcher.models.incidents import Examined, Habits, Incident, IncidentKind, Listed, Repair
from watcher.models.matches import Classification
from watcher.pipeline import health
from watcher.pipeline.health import Case, Judgement, judge

START = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
URL = "https://news.agency.gob.mx/feed"
TIMEOUT = Problem(ProblemClass.TIMEOUT, f"{URL}: no answer in time", "")
NO_FEED = Problem(ProblemClass.UNEXPECTED, f"{URL} is a web page, not a feed.", "")


def document(url: str = URL, media_type: str = "application/rss+xml", body: bytes = b"<rss/>") -> Document:
    digest = hashlib.sha256(body).hexdigest()
    return Document(url, url, 200, (), media_type, None, body, digest, START, (), Validators())


def entry(at: datetime) -> EntryRecord:
    said = Entry(f"{at:%s}", None, "", "", False, at)
    return EntryRecord(
        said.key, 1, said, "", "", TextState.SOURCE, Classification((), None, None, (), (), ""), (), False
    )


@dataclass
class Told:
    """A source whose checks are told one after the other; `now` goes on by `every`."""

    source: Source = field(default_factory=lambda: Source("news", "agency", "feed", URL))
    now: datetime = START
    every: timedelta = HOUR
    habits: Habits = field(default_factory=Habits)
    incident: Incident | None = None
    network_down: bool = False
    last: Judgement | None = None

    def read(self, entries: int = 10, *new: datetime, times: int = 1, **changes: Any) -> Told:
        """A document with so many entries, of which these are new."""
        shown = sorted({*self.habits.latest, *new})[-entries:] if entries else []
        listed = Listed(entries, max(shown, default=None), min(shown, default=None))
        records = tuple(map(entry, new))
        for _ in range(times):
            self._judge(
                CheckOutcome.READ, None, {"entries": records, "listed": listed, "answer": document(), **changes}
            )
        return self

    def unchanged(self, times: int = 1) -> Told:
        for _ in range(times):
            self._judge(CheckOutcome.UNCHANGED)
        return self

    def fails(
        self, problem: Problem = TIMEOUT, times: int = 1, examined: Examined | None = None, **changes: Any
    ) -> Told:
        for _ in range(times):
            self._judge(CheckOutcome.FAILED, examined, {"problem": problem, "status": None, **changes})
        return self

    def well(self, days: int = 30) -> Told:
        """Read for so long, with news every day at noon."""
        for _ in range(days):
            self.now = self.now.replace(hour=12) + DAY
            self.read(10, self.now)
        return self

    def _judge(
        self, outcome: CheckOutcome, examined: Examined | None = None, changes: Mapping[str, Any] | None = None
    ) -> None:
        record = CheckRecord("news", 1, self.now, self.now, outcome, self.now + HOUR, Validators(), None, 200)
        record = replace(record, **(changes or {}))
        case = Case(self.source, self.habits, self.incident, record, examined, self.network_down)
        self.last = judge(case)
        self.habits = self.last.habits
        if self.last.closed:
            self.incident = None
        self.incident = self.last.opened or self.incident
        self.now += self.every

    @property
    def kind(self) -> IncidentKind | None:
        return self.incident.kind if self.incident else None


# --- failures ----------------------------------------------------------------------------------------------------


def test_three_failed_checks_are_no_incident_and_four_are_one() -> None:
    told = Told().well().fails(times=3)
    assert told.kind is None
    began = told.now - 3 * HOUR
    told.fails()
    assert told.kind is IncidentKind.FAILING
    assert told.incident
    assert told.incident.since == began
    assert told.incident.message == TIMEOUT.message


def test_an_incident_opens_once_and_closes_by_itself() -> None:
    told = Told().well().fails(times=4)
    opened = told.incident
    told.fails(times=20)
    assert told.incident == opened
    told.unchanged()
    assert told.incident is None
    assert told.last
    assert told.last.closed
    assert told.last.closed.id == opened.id if opened else False
    told.unchanged()
    assert told.last.change is None


def test_a_minute_of_failures_is_no_incident_however_often_it_is_looked() -> None:
    told = Told(every=timedelta(seconds=30)).well().fails(times=50)
    assert told.kind is None
    told.every = HOUR
    assert told.fails(times=2).kind is IncidentKind.FAILING


def test_a_good_check_in_between_begins_the_count_anew() -> None:
    told = Told().well()
    for _ in range(10):
        told.fails(times=3).unchanged()
    assert told.kind is None


def test_failures_of_several_sorts_in_a_row_are_an_incident_too() -> None:
    gone = Problem(ProblemClass.GONE, "404", "")
    assert Told().well().fails().fails(gone).fails().fails(gone).kind is IncidentKind.GONE


HTML = document(media_type="text/html")
MOVED = replace(HTML, final_url="https://parked.example.com/", redirects=(URL,))
LONG = "This article is about pages that were not found. " * 60


@pytest.mark.parametrize(
    ("problem", "answer", "examined", "kind"),
    [
        (TIMEOUT, None, None, IncidentKind.FAILING),
        (Problem(ProblemClass.NAME_NOT_FOUND, "", ""), None, None, IncidentKind.FAILING),
        (Problem(ProblemClass.UNEXPECTED, "500", ""), None, None, IncidentKind.FAILING),
        (Problem(ProblemClass.BLOCKED, "403", ""), None, None, IncidentKind.BLOCKED),
        (Problem(ProblemClass.ROBOTS, "robots.txt", ""), None, None, IncidentKind.BLOCKED),
        (Problem(ProblemClass.GONE, "410", ""), None, None, IncidentKind.GONE),
        (Problem(ProblemClass.MOVED, "circle", ""), None, None, IncidentKind.MOVED),
        (NO_FEED, HTML, None, IncidentKind.UNREADABLE),
        (NO_FEED, HTML, Examined(html=False), IncidentKind.UNREADABLE),
        (NO_FEED, HTML, Examined(True, "News", "Something"), IncidentKind.UNREADABLE),
        (NO_FEED, HTML, Examined(True, "Just a moment...", ""), IncidentKind.BLOCKED),
        (NO_FEED, HTML, Examined(True, "Acceso denegado", ""), IncidentKind.BLOCKED),
        (NO_FEED, HTML, Examined(True, "News", "Please complete the CAPTCHA."), IncidentKind.BLOCKED),
        (NO_FEED, HTML, Examined(True, "Page not found", "", ("https://a.example/f",)), IncidentKind.GONE),
        (NO_FEED, HTML, Examined(True, "Página no encontrada", ""), IncidentKind.GONE),
        (NO_FEED, HTML, Examined(True, "News", LONG), IncidentKind.UNREADABLE),
        (NO_FEED, HTML, Examined(True, "News", "", ("https://a.example/f",)), IncidentKind.MOVED),
        (NO_FEED, MOVED, Examined(True, "Welcome", "This domain is for sale"), IncidentKind.MOVED),
    ],
)
def test_a_failure_is_called_by_what_can_be_done_about_it(
    problem: Problem, answer: Document | None, examined: Examined | None, kind: IncidentKind
) -> None:
    told = Told().well().fails(problem, 4, examined, answer=answer)
    assert told.kind is kind
    assert told.incident
    assert told.incident.evidence == (answer.sha256 if answer else None)


PAGE: dict[str, Any] = {"answer": document(media_type="text/html")}
LIST = (Repair("options", "{entry: article}", "finds 12 entries"),)


@pytest.mark.parametrize(
    ("kind_of_source", "repairs", "kind"),
    [
        ("listing", LIST, IncidentKind.REDESIGNED),
        ("listing", (), IncidentKind.EMPTY),
        ("page", (), IncidentKind.REDESIGNED),
    ],
)
def test_a_page_without_what_the_selectors_look_for_was_redesigned_or_is_empty(
    kind_of_source: str, repairs: tuple[Repair, ...], kind: IncidentKind
) -> None:
    told = Told(Source("news", "agency", kind_of_source, URL))
    for _ in range(10):
        told.read(10, told.now, **PAGE)
    told.fails(Problem(ProblemClass.UNEXPECTED, "no entry", ""), 4, Examined(True, "News", "", (), repairs), **PAGE)
    assert told.kind is kind
    assert told.incident
    assert told.incident.repairs == repairs


def test_a_page_that_names_the_feed_proposes_it() -> None:
    feeds = ("https://news.agency.gob.mx/rss.xml", URL)
    told = Told().well().fails(NO_FEED, 4, Examined(True, "Feeds", "", feeds), answer=HTML)
    assert told.incident
    assert told.incident.repairs == (Repair("url", feeds[0]),)


def test_nothing_is_proposed_from_a_page_that_blocks_us() -> None:
    examined = Examined(True, "Just a moment...", "", ("https://evil.example/feed",))
    told = Told().well().fails(NO_FEED, 4, examined, answer=MOVED)
    assert told.incident
    assert told.incident.repairs == ()


def test_another_trouble_takes_the_place_of_the_one_that_is_open() -> None:
    told = Told().well().fails(times=4)
    gone = Problem(ProblemClass.GONE, "404", "")
    assert told.fails(gone, times=3).kind is IncidentKind.FAILING
    assert told.fails(gone).kind is IncidentKind.GONE
    assert told.last
    assert told.last.closed
    assert told.last.closed.kind is IncidentKind.FAILING


def test_a_failing_server_does_not_take_the_place_of_a_trouble_that_says_more() -> None:
    told = Told().well().fails(Problem(ProblemClass.GONE, "404", ""), times=4).fails(times=10)
    assert told.kind is IncidentKind.GONE


def test_without_a_network_nothing_is_said_of_the_sources() -> None:
    told = Told(network_down=True).well().fails(times=20)
    assert told.kind is None
    told.network_down = False
    assert told.fails(times=3).kind is None


def test_a_server_that_answers_is_judged_also_without_a_network() -> None:
    told = Told(network_down=True).well().fails(Problem(ProblemClass.GONE, "404", ""), times=4, status=404)
    assert told.kind is IncidentKind.GONE


# --- documents ---------------------------------------------------------------------------------------------------


def test_an_empty_list_is_an_incident_when_it_lasts() -> None:
    told = Told().well().read(0, times=2)
    assert told.kind is None
    assert told.read(0).kind is IncidentKind.EMPTY
    assert told.read(10).kind is None


def test_the_same_empty_bytes_again_say_the_same_again() -> None:
    assert Told().well().read(0).unchanged(times=2).kind is IncidentKind.EMPTY


def test_the_first_empty_answer_is_kept_as_evidence() -> None:
    told = Told().well().read(0)
    assert told.last
    assert told.last.keep_answer
    told.unchanged(times=2)
    assert told.incident
    assert told.incident.evidence == document().sha256


def test_a_list_that_empties_every_weekend_alarms_once() -> None:
    told = Told().well()
    told.read(0, times=24)
    assert told.kind is IncidentKind.EMPTY
    told.well(5)
    assert told.read(0, times=24).kind is None


def test_a_list_that_was_broken_for_a_week_and_repaired_alarms_again() -> None:
    told = Told().well().read(0, times=24 * 5)
    told.well(5)
    assert told.read(0, times=24).kind is IncidentKind.EMPTY


def test_a_source_that_nobody_knows_yet_may_be_empty() -> None:
    assert Told().read(0, times=50).kind is None


def test_half_of_the_least_that_was_ever_listed_is_a_shrunk_list() -> None:
    assert Told().well().read(5, times=72).kind is None
    told = Told().well().read(4, times=24)
    assert told.kind is None
    assert told.read(4, times=2).kind is IncidentKind.SHRUNK


def test_a_short_list_that_brings_news_is_alive() -> None:
    told = Told().well()
    for _ in range(72):
        told.read(3, told.now)
    assert told.kind is None


def test_a_redirect_to_another_site_is_a_move_with_the_new_address() -> None:
    away = replace(document(), final_url="https://agency.example.org/feed", redirects=(URL,))
    told = Told().well().read(10, answer=away)
    assert told.kind is None
    told.read(10, answer=away)
    assert told.kind is IncidentKind.MOVED
    assert told.incident
    assert told.incident.repairs == (Repair("url", "https://agency.example.org/feed", "finds 10 entries"),)
    assert told.read(10).kind is None


def test_a_redirect_within_the_site_is_none() -> None:
    within = replace(document(), final_url="https://www.agency.gob.mx/en/feed", redirects=(URL,))
    assert Told().well().read(10, answer=within, times=20).kind is None


def test_another_address_in_the_configuration_is_a_new_beginning() -> None:
    told = Told().well().read(0, times=3)
    told.source = replace(told.source, url="https://agency.example.org/feed")
    moved = replace(document(), final_url="https://agency.example.org/feed")
    told.read(10, answer=moved)
    assert told.kind is None
    assert told.habits.site == "example.org"
    assert len(told.habits.gaps) > 10


def test_an_old_copy_is_frozen_and_one_entry_taken_back_is_not() -> None:
    told = Told().well()
    newest = told.habits.latest
    one_back = Listed(10, newest[1], newest[-1])
    assert told.read(10, listed=one_back, times=48).kind is None
    old = Listed(10, newest[3], newest[-1])
    told.read(10, listed=old, times=20)
    assert told.kind is None
    assert told.read(10, listed=old, times=6).kind is IncidentKind.FROZEN


# --- silence -----------------------------------------------------------------------------------------------------


def test_a_daily_source_is_silent_after_a_week() -> None:
    told = Told().well().unchanged(times=7 * 24)
    assert told.kind is None
    told.unchanged(times=2)
    assert told.kind is IncidentKind.SILENT
    assert told.incident
    assert told.incident.message == "nothing new for 7 days (usual gap: up to 1 day)"


def test_news_ends_a_silence() -> None:
    told = Told().well().unchanged(times=8 * 24).read(10, START + 60 * DAY)
    assert told.kind is None


def test_what_people_expect_stands_above_what_was_learnt() -> None:
    told = Told(Source("news", "agency", "feed", URL, expect=2 * DAY)).well().unchanged(times=50)
    assert told.kind is IncidentKind.SILENT
    told = Told(Source("news", "agency", "feed", URL, expect=60 * DAY)).well().unchanged(times=50 * 24)
    assert told.kind is None


def test_a_source_that_was_dead_when_it_was_added_is_silent_at_once() -> None:
    told = Told()
    days = [START - (400 + n) * DAY for n in range(10)]
    told.read(10, *days, backfill=True, listed=Listed(10, days[0], days[-1]))
    assert told.kind is IncidentKind.SILENT


def test_bytes_that_changed_all_the_time_and_stand_still_are_frozen() -> None:
    told = Told().well().read(10, times=20)
    told.unchanged(times=9 * 24)
    assert told.kind is IncidentKind.FROZEN


def test_silent_and_frozen_do_not_take_turns() -> None:
    told = Told().well().unchanged(times=8 * 24)
    opened = told.incident
    told.read(10, times=50).unchanged(times=8 * 24)
    assert told.incident == opened


# --- gaps --------------------------------------------------------------------------------------------------------


def test_a_list_that_was_replaced_as_a_whole_may_have_lost_entries() -> None:
    told = Told().well()
    before = told.now - HOUR
    told.now += 20 * DAY
    new = [told.now - n * HOUR for n in range(10)]
    told.read(10, *new, listed=Listed(10, new[0], new[-1]))
    assert told.habits.gap
    assert told.habits.gap.since == before
    assert told.habits.gap.until == told.now - HOUR


def test_the_end_of_an_incident_says_what_may_be_missing() -> None:
    told = Told(every=DAY).well().fails(times=20)
    new = [told.now - n * HOUR for n in range(10)]
    told.read(10, *new, listed=Listed(10, new[0], new[-1]))
    assert told.last
    assert told.last.closed
    assert told.last.closed.note.startswith("entries may have been missed between 2026-04-30 12:00 and ")


def test_a_list_that_still_has_something_known_has_lost_nothing() -> None:
    told = Told().well()
    told.now += 20 * DAY
    told.read(10, told.now)
    assert told.habits.gap is None


# --- neglect -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("due", "started", "neglected"),
    [(30 * HOUR, 48 * HOUR, True), (20 * HOUR, 48 * HOUR, False), (30 * HOUR, HOUR, False)],
)
def test_a_source_that_never_gets_its_turn_is_found_once_we_ran_for_a_day(
    due: timedelta, started: timedelta, neglected: bool
) -> None:
    source = Source("news", "agency", "feed", URL)
    found = health.neglected(source, START - due, START - started, START)
    assert (found is not None) is neglected


# --- whatever comes ----------------------------------------------------------------------------------------------

_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("read"), st.integers(0, 12), st.booleans()),
        st.tuples(st.just("unchanged"), st.just(0), st.just(False)),
        st.tuples(st.just("fails"), st.integers(0, 3), st.just(False)),
    ),
    max_size=60,
)
_PROBLEMS = [TIMEOUT, Problem(ProblemClass.GONE, "", ""), Problem(ProblemClass.BLOCKED, "", ""), NO_FEED]


@given(_STEPS, st.sampled_from([HOUR / 4, 6 * HOUR, 2 * DAY]))
def test_whatever_comes_one_incident_is_open_at_a_time_and_each_opens_and_closes_once(
    steps: list[tuple[str, int, bool]], every: timedelta
) -> None:
    told, opened, closed = Told(every=every), [], []
    for what, number, news in steps:
        before = told.incident
        if what == "read":
            told.read(number, *([told.now] if news and number else []))
        elif what == "unchanged":
            told.unchanged()
        else:
            told.fails(_PROBLEMS[number])
        assert told.last
        if told.last.opened:
            opened.append(told.last.opened.id)
            assert told.last.closed == before
        if told.last.closed:
            closed.append(told.last.closed.id)
            assert before
            assert told.last.closed.id == before.id
    assert len(set(opened)) == len(opened)
    assert opened[: len(closed)] == closed


@given(_STEPS)
def test_whatever_came_a_week_of_good_checks_with_news_ends_every_incident(steps: list[tuple[str, int, bool]]) -> None:
    told = Told()
    for what, number, news in steps:
        if what == "read":
            told.read(number, *([told.now] if news and number else []))
        elif what == "unchanged":
            told.unchanged()
        else:
            told.fails(_PROBLEMS[number])
    for _ in range(7):
        told.now += DAY
        told.read(10, told.now, listed=Listed(10, told.now, told.now - 9 * DAY))
    assert told.incident is None
