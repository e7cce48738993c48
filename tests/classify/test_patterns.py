"""Names that are taken apart."""

from __future__ import annotations

import time

import pytest

from watcher.classify.citations import spellings
from watcher.classify.patterns import REACH, compile_pattern


def test_a_pattern_ends_at_the_nearest_last_word() -> None:
    pattern = compile_pattern("detained|detains <60> custody")
    text = "were detained by officers in custody and custody again"
    assert pattern.anchors == ("detained", "detains")
    assert pattern.end_at(text, text.index("detained")) == text.index(" and")


def test_a_pattern_does_not_reach_beyond_its_gap() -> None:
    pattern = compile_pattern("detained <10> custody")
    assert pattern.end_at("detained for a very long time in custody", 0) is None


def test_words_stand_alone_in_a_pattern() -> None:
    pattern = compile_pattern("program <30> cuba")
    assert pattern.end_at("program for cubans", 0) is None
    assert pattern.end_at("program for haiti, cuba", 0) is not None


@pytest.mark.parametrize("source", ["a <201> b", "a <9>", "<9> b", "a <1> b <1> c <1> d <1> e <1> f"])
def test_a_pattern_that_could_be_slow_or_says_nothing_is_refused(source: str) -> None:
    with pytest.raises(ValueError, match=r"gap|at most"):
        compile_pattern(source)


def test_a_pattern_costs_no_more_than_its_reach() -> None:
    pattern = compile_pattern("a <200> a <200> a <200> z")
    text = "a " * 5_000
    started = time.process_time()
    for start in range(0, 2_000, 2):
        pattern.end_at(text, start)
    assert time.process_time() - started < 2
    assert REACH <= 500


@pytest.mark.parametrize(
    ("citation", "variant"),
    [
        ("42 U.S.C. 265", "42 usc ~265"),
        ("8 CFR 208.33", "8 c.f.r. ~ 208.33"),
        ("84 FR 63994", "84 fed. reg. 63,994"),
        ("Texas v. Biden", "texas vs biden"),
        ("INA 244", "section 244 of the immigration and nationality act"),
    ],
)
def test_a_citation_is_known_in_the_spellings_writers_use(citation: str, variant: str) -> None:
    assert variant in spellings(citation)
