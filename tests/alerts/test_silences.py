"""What silences hold, and what they let through."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.alerts.samples import NOW, announcement, match
from tests.alerts.test_rules import routed, rule
from watcher.alerts.silences import route_past, wrong_with
from watcher.models.alerts import Announcement, Delivery
from watcher.models.catalog import Criteria
from watcher.models.silences import Silence, described

MPP, PACR = match(), match("pacr-harp")
HOUR = timedelta(hours=1)


def silence(called: str = "s", *, begins: timedelta = -HOUR, ends: timedelta = HOUR, **criteria: Any) -> Silence:
    return Silence(called, Criteria(**criteria), "ana", "known", NOW + begins, NOW + ends)


def told(about: Announcement, *silences: Silence) -> tuple[Delivery, ...]:
    return route_past(about, silences, lambda each: routed(each, rule()), parents={"pacr-harp": "removal"}, now=NOW)


def test_without_silences_every_alert_is_as_it_was() -> None:
    assert told(announcement(MPP)) == routed(announcement(MPP), rule())


def test_what_a_silence_holds_keeps_its_id_and_names_the_silence() -> None:
    loud, held = routed(announcement(MPP), rule()), told(announcement(MPP), silence(policies=("mpp",)))
    assert [each.id for each in held] == [each.id for each in loud]
    assert {each.silence_id for each in held} == {"s"}


def test_an_alert_with_something_else_in_it_goes_out_with_the_rest() -> None:
    sent = told(announcement(MPP, PACR), silence(policies=("mpp",)))
    assert {each.silence_id for each in sent} == {None}
    assert [said["policy"]["id"] for said in sent[0].payload["data"]["matches"]] == ["pacr-harp"]


def test_a_silence_of_a_policy_holds_its_children_too() -> None:
    assert {each.silence_id for each in told(announcement(PACR), silence(policies=("removal",)))} == {"s"}


def test_all_conditions_of_a_silence_must_hold() -> None:
    missed = silence(policies=("mpp",), sources=("another",))
    assert {each.silence_id for each in told(announcement(MPP), missed)} == {None}


@pytest.mark.parametrize(("begins", "ends"), [(HOUR, 2 * HOUR), (-2 * HOUR, -HOUR), (-HOUR, timedelta(0))])
def test_a_silence_holds_only_while_it_lasts(begins: timedelta, ends: timedelta) -> None:
    each = silence(begins=begins, ends=ends, policies=("mpp",))
    assert {delivery.silence_id for delivery in told(announcement(MPP), each)} == {None}


def test_the_first_silence_that_holds_a_match_is_named() -> None:
    held = told(
        announcement(MPP), silence("a", sources=("x",)), silence("b", policies=("mpp",)), silence("c", min_score=0.0)
    )
    assert {each.silence_id for each in held} == {"b"}


def test_a_silence_needs_a_condition_and_an_end_within_a_year() -> None:
    one = Criteria(policies=("mpp",))
    assert wrong_with(one, NOW + HOUR, NOW) is None
    assert "every alert" in str(wrong_with(Criteria(), NOW + HOUR, NOW))
    assert "before it begins" in str(wrong_with(one, NOW, NOW))
    assert "longer than a year" in str(wrong_with(one, NOW + timedelta(days=400), NOW))


def test_criteria_are_said_as_they_are_written() -> None:
    assert described(Criteria(policies=("mpp", "title-42"), min_score=0.5)) == "policies: mpp, title-42; min_score: 0.5"
