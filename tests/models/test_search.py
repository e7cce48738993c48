"""The search language: what is understood, and what is said about the rest."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.errors import SearchError
from watcher.models.search import MESSAGES, MOST_TERMS, All, Any, Node, Not, Term, Text, parse

UNDERSTOOD: dict[str, Node | None] = {
    "": None,
    "  ": None,
    "wall": Text("wall"),
    "border wall": All((Text("border"), Text("wall"))),
    "border AND wall": All((Text("border"), Text("wall"))),
    '"border wall"': Text("border wall"),
    "a OR b c": Any((Text("a"), All((Text("b"), Text("c"))))),
    "a (b OR c)": All((Text("a"), Any((Text("b"), Text("c"))))),
    "a NOT b": All((Text("a"), Not(Text("b")))),
    'a -"b c"': All((Text("a"), Not(Text("b c")))),
    "policy:mpp OR publisher:kind": Any((Term("policy", "mpp"), Term("publisher", "kind"))),
    'publisher:"kind"': Term("publisher", "kind"),
    "and or not": All((Text("and"), Text("or"), Text("not"))),
    '"AND"': Text("AND"),
    "title:42 http://x.org/a-b": All((Text("title:42"), Text("http://x.org/a-b"))),
}
REFUSED = {
    'say "a': "quote",
    "a AND": "end",
    "NOT": "end",
    "OR a": "or",
    "a AND AND b": "and",
    "(a": "opened",
    "a)": "closed",
    "()": "close",
    "policy:": "field",
    "policy: mpp": "field",
    "(" * 30 + "a" + ")" * 30: "deep",
    "a " * (MOST_TERMS + 1): "many",
}


def test_what_is_typed_is_understood() -> None:
    assert {typed: parse(typed) for typed in UNDERSTOOD} == UNDERSTOOD


@pytest.mark.parametrize(("typed", "kind"), REFUSED.items())
def test_what_is_no_search_is_said_with_what_to_write(typed: str, kind: str) -> None:
    with pytest.raises(SearchError) as raised:
        parse(typed)
    assert raised.value.text == MESSAGES[kind]
    assert "{" not in str(raised.value)


@given(st.lists(st.sampled_from([*'ab "()-:\0\ud800', "AND ", "OR ", "NOT ", "policy:"]), max_size=40))
def test_whatever_is_typed_gives_a_tree_or_a_message(pieces: list[str]) -> None:
    with suppress(SearchError):
        parse("".join(pieces))
