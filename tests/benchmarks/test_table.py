"""The tables of the benchmarks say what was measured, also where a program did not get there."""

from __future__ import annotations

from benchmarks import table
from benchmarks.rounds import Round

LIMIT = Round("bare httpx loop", 200, "unchanged", 0.5, 0.6, 400.0, 800.0, 0, 200)
OURS = Round("watcher", 200, "unchanged", 1.0, 1.2, 200.0, 500.0, 0, 200)


def test_a_row_has_the_rates_and_the_ratio_to_the_bare_loop() -> None:
    row = next(line for line in table.rounds([LIMIT, OURS]).splitlines() if line.startswith("| watcher"))

    assert row == "| watcher | 200 | unchanged | 200 | 500 | 1.0 | 1.2 | 0 / 200 | 2.0 |"


def test_the_fastest_stands_first_and_unchanged_rounds_before_first_ones() -> None:
    first = Round("watcher", 200, "first", 5.0, 6.0, 40.0, None, 200, 0)

    rows = table.rounds([first, OURS, LIMIT]).splitlines()[2:]

    assert [row.split(" | ")[0] for row in rows] == ["| bare httpx loop", "| watcher", "| watcher"]
    assert "first" in rows[2]


def test_a_program_that_did_not_finish_is_a_row_that_says_so() -> None:
    slow = Round("a | b", 5000, "first", failed="did not finish in 600 s")

    rows = table.rounds([slow]).splitlines()

    assert "did not finish in 600 s" in rows[-1]
    assert len({line.replace("a | b", "").count("|") for line in rows}) == 1


def test_nested_figures_are_one_row_for_each_name() -> None:
    text = table.figures({"daemon": {"mib": 80.5, "cpu": {"start": 1.2}}})

    assert text.splitlines()[-1] == "| daemon | mib 80.5, cpu start 1.2 |"
