"""What changed between revisions, sentence by sentence; and the bars of a policy."""

from __future__ import annotations

from datetime import date

from watcher.models.views import MonthTally
from watcher.models.words import Action
from watcher.web.chart import HEIGHT, draw, first_month
from watcher.web.diffing import compared


def test_changed_sentences_stand_with_their_neighbours() -> None:
    before = "One stays. Two goes. Three stays. Four stays. Five stays."
    after = "One stays. Two came. Three stays. Four stays. Five stays."
    assert [(line.kind, line.text) for line in compared(before, after)] == [
        ("same", "One stays."),
        ("removed", "Two goes."),
        ("added", "Two came."),
        ("same", "Three stays."),
    ]
    assert compared(before, before) == ()


def test_a_column_is_as_high_as_its_numbers_and_only_two_years_are_drawn() -> None:
    tallies = [
        MonthTally("2020-01", Action.ADOPT, 9),
        MonthTally("2026-05", Action.ADOPT, 3),
        MonthTally("2026-05", Action.BLOCK, 1),
        MonthTally("2026-04", Action.ADOPT, 2),
    ]
    chart = draw(tallies, date(2026, 5, 31))
    assert (chart.months[0], chart.months[-1], chart.highest) == ("2024-06", "2026-05", 4)
    assert first_month(date(2026, 12, 1)) == date(2025, 1, 1)
    assert [bar.height for bar in chart.bars] == [HEIGHT / 2, HEIGHT * 3 / 4, HEIGHT / 4]
    assert chart.rows == (("2026-04", (2, 0), 2), ("2026-05", (3, 1), 4))
