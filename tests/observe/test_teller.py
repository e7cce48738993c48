"""A person at the terminal hears of everything once."""

from __future__ import annotations

from watcher.errors import Problem, ProblemClass
from watcher.models.checks import CheckOutcome, CheckSummary
from watcher.models.keeping import Pruned
from watcher.observe.teller import Teller

FAILED = CheckSummary("a", CheckOutcome.FAILED, problem=Problem(ProblemClass.TIMEOUT, "no answer", "Wait."))
READ = CheckSummary("a", CheckOutcome.READ, new_entries=1)
UNCHANGED = CheckSummary("a", CheckOutcome.UNCHANGED)


def told(*summaries: CheckSummary) -> list[str]:
    said: list[str] = []
    teller = Teller(said.append)
    for summary in summaries:
        teller.checked(summary)
    return said


def test_a_source_that_keeps_failing_is_told_of_once() -> None:
    assert told(FAILED, FAILED, FAILED) == ["a: not read: no answer. Wait."]


def test_a_source_that_can_be_read_again_is_told_of_and_fails_anew() -> None:
    assert told(FAILED, UNCHANGED, FAILED) == [
        "a: not read: no answer. Wait.",
        "a: read again",
        "a: not read: no answer. Wait.",
    ]


def test_news_are_always_told_of_and_an_unchanged_source_never() -> None:
    assert told(UNCHANGED, READ, READ) == ["a: 1 new entry, 0 matches, 0 alerts"] * 2


def test_pruning_is_told_of_when_something_went() -> None:
    said: list[str] = []
    Teller(said.append).pruned(Pruned())
    Teller(said.append).pruned(Pruned(texts=2))
    assert said == ["pruned 2 texts and 0 captures without a match"]
