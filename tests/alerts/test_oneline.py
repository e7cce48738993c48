"""One line of a text from outside."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.alerts.oneline import one_line, readable


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\r\nBcc: x@example.org", "a Bcc: x@example.org"),
        ("a\x0b\x0c\x85\u2028\u2029b", "a b"),
        ("a\x1b[31mred", "a [31mred"),
        ("abc\u202egnp.exe", "abc gnp.exe"),
        ("=?utf-8?q?a=0d=0aBcc=3a_x?=", "= ?utf-8?q?a=0d=0aBcc=3a_x?="),
        ("\ud800x\0y", "x y"),
        ("Título – «años» 移民", "Título – «años» 移民"),
        ("👩\u200d⚖️ rules", "👩\u200d⚖️ rules"),
    ],
)
def test_a_line_keeps_what_can_be_read_and_nothing_that_acts(text: str, line: str) -> None:
    assert one_line(text, 100) == line


def test_a_long_line_is_cut_at_a_word_and_says_so() -> None:
    assert one_line("one two three", 9) == "one two…"
    assert one_line("x" * 20, 9) == "xxxxxxxx…"


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=300), st.integers(2, 200))
def test_whatever_the_text_it_is_one_line_within_its_limit(text: str, limit: int) -> None:
    line = one_line(text, limit)
    assert len(line) <= limit
    assert len(line.splitlines()) <= 1
    assert "=?" not in line
    line.encode("utf-8")


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=300))
def test_readable_text_has_every_character_in_its_place(text: str) -> None:
    assert len(readable(text)) == len(text)
