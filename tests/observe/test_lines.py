"""What the person at the terminal reads."""

from __future__ import annotations

from watcher.errors import Problem, ProblemClass
from watcher.models.alerts import DeliveryState
from watcher.models.checks import CheckOutcome, CheckSummary
from watcher.models.views import Counts
from watcher.observe.lines import check_line, delivery_line, minute_line


def test_a_first_check_says_that_nobody_was_alerted() -> None:
    summary = CheckSummary("whitehouse-actions", CheckOutcome.READ, new_entries=30, matches=2, backfill=True)
    assert check_line(summary) == "whitehouse-actions: 30 entries, 2 matches stored as backfill; alerts from now on"


def test_a_check_with_news_says_what_it_brought() -> None:
    summary = CheckSummary("kind-news", CheckOutcome.READ, new_entries=1, new_revisions=2, matches=1, deliveries=3)
    assert check_line(summary) == "kind-news: 1 new entry, 2 revisions, 1 match, 3 alerts"


def test_a_failed_check_says_what_happened_and_what_to_do() -> None:
    problem = Problem(ProblemClass.TIMEOUT, "https://a.example/: no answer in 60 s", "It is tried again later.")
    summary = CheckSummary("a", CheckOutcome.FAILED, problem=problem)
    assert check_line(summary) == "a: not read: https://a.example/: no answer in 60 s. It is tried again later."


def test_the_minute_line_says_how_everything_is() -> None:
    deliveries = {DeliveryState.WAITING: 1, DeliveryState.RETRYING: 2, DeliveryState.DEAD: 1}
    line = minute_line(Counts(43, 2, 1200, 17, 5, deliveries), checks=40, failed=2, under_way=3)
    for part in ("40 checks (2 failed)", "41 of 43 sources well", "1,200 entries", "3 alerts waiting", "1 alert not"):
        assert part in line
    assert "\n" not in line


def test_what_is_given_up_is_said() -> None:
    assert "1 given up" in delivery_line(delivered=0, retrying=0, dead=1, disabled=0)
