"""Quotations: the source's own words, in place, with the mention marked."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.alerts.samples import TEXT, TITLE, match
from watcher.alerts.quote import CONTEXT, LONGEST, quote
from watcher.models.matches import Mention, Span

EVIDENCE = "It will end the Migrant Protection Protocols (MPP) at once"


def test_a_short_paragraph_is_quoted_whole_with_its_mention_marked() -> None:
    found = quote(match(evidence=EVIDENCE), title=TITLE, text=TEXT)
    assert found.text == TEXT.split("\n")[1]
    assert (found.opens, found.closes) == (True, True)
    assert [found.text[start:end] for start, end in found.marks] == ["Migrant Protection Protocols"]


def test_a_quotation_from_the_title_is_the_title() -> None:
    found = quote(match(field="title"), title=TITLE, text=TEXT)
    assert (found.field, found.text) == ("title", TITLE)


def test_context_ends_at_words_and_says_that_the_paragraph_goes_on() -> None:
    text = f"{'before ' * 60}the Migrant Protection Protocols {'behind ' * 60}"
    found = quote(match(text=text), title="", text=text)
    assert (found.opens, found.closes) == (False, False)
    assert found.text.startswith("before ")
    assert found.text.endswith(" behind")
    assert len(found.text) <= len("Migrant Protection Protocols") + 2 * CONTEXT


def test_very_long_evidence_is_shortened_around_its_first_mention() -> None:
    text = f"{'x' * 40 + ' '}" * 200 + "the Migrant Protection Protocols" + " more words" * 200
    found = quote(match(text=text, evidence=text), title="", text=text)
    assert len(found.text) <= LONGEST + 2 * CONTEXT
    assert [found.text[start:end] for start, end in found.marks] == ["Migrant Protection Protocols"]


def test_a_name_within_a_name_is_one_mark() -> None:
    mentions = tuple(
        Mention("text", TEXT.index(w), TEXT.index(w) + len(w), w, "en") for w in ("Protection", TEXT[59:87])
    )
    found = quote(match(evidence=EVIDENCE, mentions=mentions), title=TITLE, text=TEXT)
    assert [found.text[start:end] for start, end in found.marks] == ["Migrant Protection Protocols"]


def test_evidence_that_is_not_where_it_says_is_quoted_alone() -> None:
    stray = match(evidence=EVIDENCE)
    found = quote(stray, title=TITLE, text="another text")
    assert (found.text, found.marks) == (EVIDENCE, ())


@given(st.text(max_size=400), st.data())
def test_whatever_the_text_a_quotation_is_a_piece_of_it_and_marks_are_the_mentions(
    text: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    first = data.draw(st.integers(start, end))
    last = data.draw(st.integers(first, end))
    proof = replace(
        match(),
        evidence=Span("text", start, end, text[start:end]),
        mentions=(Mention("text", first, last, text[first:last], "en"),),
    )
    found = quote(proof, title="", text=text)
    assert text[found.start : found.start + len(found.text)] == found.text
    assert text[start:end] in found.text
    if last > first:
        assert [found.text[a:b] for a, b in found.marks] == [text[first:last]]
