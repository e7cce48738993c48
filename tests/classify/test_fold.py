"""Folding and the way back to the original offsets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.classify.fold import Offsets, fold, spaced

ANY_TEXT = st.text(st.characters(), max_size=80)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Protección", "proteccion"),
        ("Title‑42  expulsions", "title 42 expulsions"),
        ("Migrant\nProtection", "migrant protection"),
        ("“Remain in Mexico,”", '"remain in mexico,"'),
        ("Leaders’ Summit", "leaders' summit"),
        ("soft\u00adhyphen and zero\u200bwidth", "softhyphen and zerowidth"),
        ("Straße ﬁnal İstanbul", "strasse final istanbul"),
        ("42 U.S.C. § 265", "42 u.s.c. ~ 265"),
    ],
)
def test_spellings_that_look_alike_fold_to_one_form(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(ANY_TEXT)
def test_the_folded_text_is_ascii_and_never_has_two_blanks_in_a_row(text: str) -> None:
    folded = fold(text)
    assert folded.isascii()
    assert "  " not in folded


@given(ANY_TEXT)
def test_every_folded_character_leads_back_to_a_character_that_folds_to_it(text: str) -> None:
    folded = fold(text)
    offsets = Offsets(text)
    for index, character in enumerate(folded):
        original = offsets.original(index)
        assert 0 <= original < len(text)
        assert character == " " or character in fold(text[original])


@given(ANY_TEXT)
def test_original_positions_never_go_backwards(text: str) -> None:
    offsets = Offsets(text)
    positions = [offsets.original(index) for index in range(len(fold(text)))]
    assert positions == sorted(positions)


@given(ANY_TEXT, st.integers(0, 80))
def test_the_way_there_and_back_again_ends_at_the_same_character(text: str, index: int) -> None:
    folded = fold(text)
    if index >= len(folded) or folded[index] == " " or len(fold(text[Offsets(text).original(index)])) != 1:
        return
    offsets = Offsets(text)
    start = offsets.original(index)
    assert offsets.folded_span(start, start + 1)[0] == index


@given(st.text(st.sampled_from("ab \n-\u00a0é“—日…\u200b\u0301"), max_size=40))
def test_offsets_with_the_spaced_text_at_hand_are_those_without(text: str) -> None:
    plain, quick = Offsets(text), Offsets(text, spaced(text))
    places = range(len(fold(text)))
    assert [quick.original(index) for index in places] == [plain.original(index) for index in places]
