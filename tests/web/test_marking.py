"""Mentions and evidence in place."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.web.planted import ENDED, REPORTED, TEXT, TITLE, found
from watcher.models.words import Action
from watcher.web import marking
from watcher.web.marking import Piece, Spot


def test_the_pieces_of_a_text_are_the_text() -> None:
    spots = marking.spots([ENDED, REPORTED])
    assert "".join(p.text for p in marking.pieces(TEXT, "text", spots, [ENDED, REPORTED])) == TEXT


def test_mentions_are_numbered_in_reading_order_title_first() -> None:
    numbered = [(s.policy, s.number, s.field) for s in marking.spots([REPORTED, ENDED])]
    assert numbered == [("mpp", 1, "title"), ("mpp", 2, "text"), ("title-42", 1, "text"), ("mpp", 3, "text")]


def test_a_mention_that_several_matches_share_is_marked_once() -> None:
    twice = [ENDED, replace(ENDED, action=Action.REPORT)]
    assert len(marking.spots(twice)) == len(ENDED.mentions)


def test_the_narrower_of_two_overlapping_mentions_gives_the_colour() -> None:
    wide, narrow = Spot("aca", 1, "text", 0, 20), Spot("aca-guatemala", 1, "text", 5, 10)
    first, second, third = marking.pieces("a" * 20, "text", [wide, narrow], [])
    assert [piece.spot for piece in (first, second, third)] == [wide, narrow, wide]
    assert [piece.starts for piece in (first, second, third)] == [(wide,), (narrow,), ()]


def test_a_span_that_lies_outside_of_the_text_marks_nothing() -> None:
    outside = [Spot("mpp", 1, "text", -1, 2), Spot("mpp", 2, "text", 2, 99), Spot("mpp", 3, "text", 2, 2)]
    assert marking.pieces("abc", "text", outside, []) == (Piece("abc"),)


def test_an_empty_field_has_no_pieces() -> None:
    assert marking.pieces("", "title", (), ()) == ()


def test_line_breaks_part_paragraphs_and_keep_the_marks() -> None:
    spots = [Spot("mpp", 1, "text", 2, 8)]
    lines = marking.paragraphs(marking.pieces("a bb\n\n cc d", "text", spots, []))
    assert [[(p.text, bool(p.spot), len(p.starts)) for p in line] for line in lines] == [
        [("a ", False, 0), ("bb", True, 1)],
        [(" c", True, 0), ("c d", False, 0)],
    ]


def test_a_long_quote_is_cut_around_its_mention() -> None:
    text = "before " * 100 + "Title 42" + " after" * 100
    match = found("title-42", "Title 42", text)
    shown = marking.quote(match, room=100)
    assert [p.text for p in shown if p.spot] == ["Title 42"]
    assert shown[0].text.startswith("…")
    assert shown[-1].text.endswith("…")
    assert sum(len(p.text) for p in shown) < 110


def test_a_text_that_is_nothing_but_mentions_is_marked_whole() -> None:
    text = "Title 42 " * 20_000
    spots = [Spot("title-42", n, "text", n * 9, n * 9 + 8) for n in range(20_000)]
    pieces = marking.pieces(text, "text", spots, [])
    assert "".join(piece.text for piece in pieces) == text
    assert [piece.spot for piece in pieces[::2]] == spots


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(-5, 70), st.integers(-5, 70)), max_size=12))
def test_whatever_the_spans_nothing_is_lost_or_doubled(text: str, spans: list[tuple[int, int]]) -> None:
    spots = [Spot("p", n, "text", start, end) for n, (start, end) in enumerate(spans)]
    cut = marking.pieces(text, "text", spots, [])
    assert "".join(piece.text for piece in cut) == text
    inside = [spot for spot in spots if 0 <= spot.start < spot.end <= len(text)]
    for spot in inside:
        assert "".join(p.text for p in cut if spot in p.spots) == text[spot.start : spot.end]
        assert sum(spot in p.starts for p in cut) == 1


def test_a_mention_in_the_title_is_marked_in_the_title() -> None:
    spots = marking.spots([ENDED])
    marked = [p.text for p in marking.pieces(TITLE, "title", spots, [ENDED]) if p.spot]
    assert marked == ["Migrant Protection Protocols"]
