"""Days in texts, and deadlines that move."""

from __future__ import annotations

from datetime import UTC, date, datetime
from random import Random

import pytest

from tests.story.saying import DHS, KIND, TODAY, said
from watcher.models.story import Due, Report, Wording
from watcher.models.words import Action, Modality
from watcher.story import appointments
from watcher.story.dates import days

RULE = "DHS-2026-0012"


@pytest.mark.parametrize(
    ("text", "due", "on"),
    [
        ("This rule is effective June 21, 2026.", Due.EFFECTIVE, "2026-06-21"),
        ("The rule takes effect on June 21.", Due.EFFECTIVE, "2026-06-21"),
        ("The order will terminate on May 23, 2026.", Due.EFFECTIVE, "2026-05-23"),
        ("Comments must be received by July 5, 2026.", Due.COMMENTS, "2026-07-05"),
        ("Written comments must be submitted on or before July 5, 2026.", Due.COMMENTS, "2026-07-05"),
        ("The comment period closes on 5 July 2026.", Due.COMMENTS, "2026-07-05"),
        ("La regla entra en vigor el 21 de junio de 2026.", Due.EFFECTIVE, "2026-06-21"),
        ("Los comentarios se reciben hasta el 5 de julio de 2026.", Due.COMMENTS, "2026-07-05"),
        ("El TPS terminará el 2 de septiembre.", Due.EFFECTIVE, "2026-09-02"),
    ],
)
def test_a_day_is_read_with_what_it_is_for(text: str, due: Due, on: str) -> None:
    assert [(each[0], each[1].isoformat()) for each in days(text, date(2026, 5, 1))] == [(due, on)]


@pytest.mark.parametrize(
    "text",
    [
        "On June 21, 2026 the Secretary met the press.",
        "Published May 3, 2026. Effective immediately, the order is void.",
        "The effective date is not known. It was signed on June 1, 2026.",
        "It takes effect on February 31, 2026.",
    ],
)
def test_other_days_are_left_alone(text: str) -> None:
    assert days(text, date(2026, 5, 1)) == []


def wording(report: Report, text: str, on: str = "", *, alone: bool = True) -> Wording:
    """A text of that report, as it was published or, on that day, changed."""
    at = datetime.fromisoformat(on).replace(tzinfo=UTC) if on else report.at
    return Wording(report, at, text, alone)


def test_a_deadline_that_moves_keeps_its_key_and_counts_its_moves() -> None:
    first = said(DHS, "2026-05-01", Action.PROPOSE, event="a")
    later = said(DHS, "2026-06-20", Action.PROPOSE, event="b")
    told = [
        wording(first, f"Docket {RULE}. Comments must be received by July 5, 2026."),
        wording(later, f"Docket {RULE}. Comments must now be received by August 5, 2026."),
    ]
    (before,) = appointments(told[:1], today=TODAY)
    (after,) = appointments(told, today=TODAY)
    assert (before.key, before.on, before.moved) == (RULE, date(2026, 7, 5), 0)
    assert (after.key, after.on, after.moved, after.changed_at) == (RULE, date(2026, 8, 5), 1, later.at)


def test_a_text_that_is_changed_moves_its_day_and_one_that_repeats_it_does_not() -> None:
    report = said(DHS, "2026-05-01", Action.ADOPT, event="a")
    told = [
        wording(report, "It takes effect on June 21, 2026."),
        wording(report, "It takes effect on June 21, 2026. Corrected.", "2026-05-02"),
        wording(report, "It takes effect on July 1, 2026.", "2026-05-03"),
    ]
    (day,) = appointments(told, today=TODAY)
    assert (day.key, day.on, day.moved, day.changed_at.day) == ("a", date(2026, 7, 1), 1, 3)


def test_the_day_of_the_body_that_acts_counts_and_nobody_else_s() -> None:
    told = [
        wording(said(DHS, "2026-05-01", Action.ADOPT, event="a"), "It takes effect on June 21, 2026."),
        wording(said(KIND, "2026-05-02", Action.ADOPT, event="a"), "It takes effect on June 30, 2026."),
    ]
    (day,) = appointments(told, today=TODAY)
    assert (day.on, day.moved, day.report.publisher) == (date(2026, 6, 21), 0, DHS)


def test_a_text_about_several_policies_gives_only_the_day_beside_the_act() -> None:
    report = said(DHS, "2026-05-01", Action.ADOPT, quote="issued the rule")
    text = (
        "Another rule takes effect on March 1, 2026. DHS issued the rule today. It takes effect on June 21, 2026. Good."
    )
    assert [each.on.month for each in appointments([wording(report, text, alone=False)], today=TODAY)] == [6]
    assert [each.on.month for each in appointments([wording(report, text)], today=TODAY)] == [3]


def test_what_is_asked_for_or_denied_and_what_is_long_past_has_no_day() -> None:
    text = "It takes effect on June 21, 2026."
    asked = said(KIND, "2026-05-01", Action.CALL_FOR, Modality.REQUESTED)
    denied = said(DHS, "2026-05-01", Action.ADOPT, Modality.NEGATED)
    assert appointments([wording(asked, text), wording(denied, text)], today=TODAY) == ()
    made = wording(said(DHS, "2026-05-01", Action.ADOPT), text)
    assert appointments([made], today=date(2030, 1, 1)) == ()


def test_the_calendar_is_the_same_in_whatever_order_the_texts_come() -> None:
    told = [
        wording(
            said(DHS, f"2026-0{1 + n % 5}-01", Action.ADOPT, event=f"e{n % 3}"), f"Effective June {1 + n % 9}, 2026."
        )
        for n in range(30)
    ]
    expected = appointments(told, today=TODAY)
    assert len(expected) == 3
    for seed in range(10):
        Random(seed).shuffle(told)
        assert appointments(told, today=TODAY) == expected
