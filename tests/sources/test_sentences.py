"""What counts in a sentence: its words and the numbers that name something, not when, how often and how it is set."""

from __future__ import annotations

import pytest

from watcher.sources.sentences import folded, split


@pytest.mark.parametrize(
    "said",
    [
        "20 views",
        "1,234 shares",
        "Updated 3 minutes ago",
        "Updated today at 5:00 PM",
        "Last updated: November 24, 2026",
        "Page last reviewed on Nov. 3, 2026 at 5:04 p.m. EST",
        "Última actualización: 3 de mayo de 2026",
        "Publicado el 3 de mayo de 2026",
        "Dernière mise à jour le 1er mai 2026",
        "Hace 3 horas",
        "2026",
        "Share",
        "—",
        "",
    ],
)
def test_what_says_nothing_is_empty(said: str) -> None:
    assert folded(said) == ""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("© 2025 The Agency. All rights reserved.", "© 2026 The Agency. All rights reserved."),
        ("12,345 people enrolled as of 3:45 pm EST", "12,400 people enrolled as of 9:05 am"),
        ("The court meets on May 2, 2026.", "The court meets on Wednesday, 14 October 2027."),
        ("Visitors today: 7", "Visitors today: 1,204,331"),
        ("Posted 1 minute ago by the press office", "Posted 3 hours ago by the press office"),
        ("“Don’t” go – now…", '"Don\'t" go - now...'),
        ("El programa terminó", "El Programa termino."),
        ("This version is of 2026-11-23T10:00", "This version is of 2026-11-24T11:30"),
        ("Read by 5k people", "Read by 1.2M people"),
    ],
)
def test_dates_clocks_counters_and_setting_do_not_count(before: str, after: str) -> None:
    assert folded(before) == folded(after) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Title 42 ends", "Title 8 ends"),
        ("El Título 42 termina", "El Título 8 termina"),
        ("8 CFR 208.13 is amended", "8 CFR 208.16 is amended"),
        ("Applicants file Form I-589", "Applicants file Form I-765"),
        ("Proclamation 10888 is revoked", "Proclamation 10949 is revoked"),
        ("Section 212(f) applies", "Section 235(b) applies"),
        ("See 84 FR 33829 for the rule", "See 86 FR 10000 for the rule"),
        ("They may enter", "They must enter"),
        ("They may enter", "They may not enter"),
        ("Nationals of Haiti are exempt", "Nationals of Cuba are exempt"),
    ],
)
def test_words_and_numbers_that_name_something_count(one: str, other: str) -> None:
    assert folded(one) != folded(other)


def test_numbers_count_where_they_are_asked_for() -> None:
    assert folded("Apply by June 1, 2026.", numbers=True) != folded("Apply by July 1, 2026.", numbers=True)


def test_may_is_a_verb_without_a_number() -> None:
    assert "may" in folded("They may apply for asylum")


def test_a_paragraph_is_split_at_its_sentences() -> None:
    assert split("MPP ended. ¿Qué sigue? “Nothing,” she said! It cost 3.50 today.") == [
        "MPP ended.",
        "¿Qué sigue?",
        "“Nothing,” she said!",
        "It cost 3.50 today.",
    ]


@pytest.mark.parametrize("said", ["1." * 100_000, "-" * 200_000, "updated " * 50_000, "a-1 " * 50_000, "\ue000" * 9])
def test_folding_takes_linear_time(said: str) -> None:
    assert isinstance(folded(said), str)
