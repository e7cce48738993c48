"""Sketches tell how much of one text stands in another, whatever their lengths."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from watcher.events.sketch import MOST, overlap, sketch

WORDS = [f"word{number}" for number in range(3000)]


def text(seed: int, length: int) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=length))


def test_an_excerpt_is_contained_in_a_text_of_any_length() -> None:
    for length in (100, 600, 5000, 40_000):
        whole = text(length, length)
        part = " ".join(whole.split()[length // 4 : length // 2])
        assert overlap(sketch(part), sketch(whole)).contained > 0.9


def test_unrelated_texts_share_nothing() -> None:
    assert overlap(sketch(text(1, 2000)), sketch(text(2, 2000))).contained < 0.01


def test_case_accents_and_punctuation_do_not_count() -> None:
    one, other = sketch("La Secretaría firmó hoy un memorando."), sketch("la secretaria firmo HOY, un memorando")
    assert one == other


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_has_a_sketch_and_comparing_is_symmetric(one: str, other: str) -> None:
    first, second = sketch(one), sketch(other)
    assert len(first.hashes) <= MOST
    assert overlap(first, second) == overlap(second, first)
    assert overlap(first, first).contained in (0.0, 1.0)
