"""When refusals of an address end a subscription: on several days, for what is about the reader, and not before."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import pytest

from tests.alerts.samples import NOW
from watcher.alerts.refusals import judge
from watcher.models.subscriptions import Judgement, Refusal

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def after(refusals: Iterable[tuple[timedelta, str]]) -> Judgement:
    """The last judgement when these come one after the other; none before may have ended it."""
    judged = Judgement(())
    for when, status in refusals:
        assert not judged.over
        judged = judge(judged.remembered, Refusal(NOW + when, status))
    return judged


@pytest.mark.parametrize("status", ["5.1.1", "5.1.2", "5.1.10"])
def test_nobody_of_that_name_is_believed_on_the_third_day(status: str) -> None:
    assert not after([(0 * DAY, status), (DAY, status)]).over
    said = after([(0 * DAY, status), (DAY, status), (2 * DAY, status)]).over
    assert "on 3 days" in said
    assert f"{NOW:%Y-%m-%d}" in said


def test_many_refusals_on_one_day_are_one() -> None:
    judged = after((each * HOUR / 10, "5.1.1") for each in range(20))
    assert (len(judged.remembered), judged.over) == (1, "")


def test_what_a_weekly_digest_meets_in_three_weeks_ends_it() -> None:
    assert after([(0 * DAY, "5.1.1"), (7 * DAY, "5.1.1"), (14 * DAY, "5.1.1")]).over


def test_a_refusal_without_a_reason_is_believed_after_a_month() -> None:
    assert not after((each * DAY, "550") for each in range(30)).over
    assert after((each * DAY, "550") for each in range(31)).over
    assert not after((each * 40 * DAY, "550") for each in range(9)).over


def test_what_servers_refuse_by_their_policy_says_nothing_of_the_reader() -> None:
    assert after((each * DAY, "5.7.1") for each in range(400)) == Judgement(())


def test_what_is_remembered_has_a_bound() -> None:
    judged = Judgement(())
    for each in range(300):
        judged = judge(judged.remembered, Refusal(NOW + each * HOUR * 25, f"5.2.{each}"))
    assert len(judged.remembered) == 100
