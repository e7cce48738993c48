"""What holds for every text: offsets, indifference to text without policy words, and parts that add up."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from watcher.classify import Classifier
from watcher.classify.fold import Offsets, fold
from watcher.models.matches import Classification, Mention, Span, Undecided

SENTENCES = (
    "The administration announced on Monday that it will end the Migrant Protection Protocols.",
    "A federal judge blocked the termination of Temporary Protected Status for Haiti.",
    "Advocates urged Congress to restore the Remain in Mexico policy.",
    "El gobierno anunció el fin del programa Quédate en México.",
    "The Safe Third Country Agreement between the United States and Canada was expanded.",
    "“Title 42 must not return,” the coalition said.",
)
PLAIN = (
    "The weather was mild all week, and the market opened at nine.",
    "Two bridges near the old mill were painted green.",
    "El mercado abrió a las nueve y llovió toda la tarde.",
    "Nobody knew who had left the bicycle by the fountain…",
    "• bread\n• cheese — and “good” olives",
)
PIECES = (*SENTENCES, *PLAIN, "MPP", "(ACA)", "asylum ban", "Title 42", "\u200b", "\u0301", "\ud800", "\n\n", "…", "ß")
named = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=3).map("\n\n".join)
plain = st.lists(st.sampled_from(PLAIN), max_size=6).map("\n\n".join)
anything = st.one_of(
    st.text(max_size=300),
    st.text(st.characters(), max_size=60),  # lone surrogates included
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=8)), max_size=12).map("".join),
    st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join),
)
quick = settings(max_examples=120, deadline=None)


def _places(found: Classification, shift: int = 0) -> set[tuple[str, int, int, str]]:
    return {
        (match.policy, mention.start + shift, mention.end + shift, mention.text)
        for match in found.matches
        for mention in match.mentions
    }


def _mentions(found: Classification) -> list[Mention]:
    return [mention for match in found.matches for mention in match.mentions]


@quick
@given(text=anything, title=anything)
def test_every_offset_holds_and_no_input_raises(classifier: Classifier, text: str, title: str) -> None:
    found = classifier.classify(text=text, title=title)
    fields = {"text": text, "title": title}
    spans: list[Mention | Span | Undecided] = [*_mentions(found), *found.undecided]
    spans.extend(match.evidence for match in found.matches)
    for span in spans:
        assert fields[span.field][span.start : span.end] == span.text
        assert span.text
    assert all(0 <= match.score <= 1 for match in found.matches)


@quick
@given(text=anything, title=anything)
def test_the_same_text_gives_the_same_result(classifier: Classifier, text: str, title: str) -> None:
    assert classifier.classify(text=text, title=title) == classifier.classify(text=text, title=title)


@quick
@given(text=anything)
@example(text="a  \u200b b")
@example(text="…\u0301ﬁ –  Ti\u00adtle")
@example(text="`\x00\x1f\u2003-\n")
@example(text=" \u00ae\r0")
@example(text="a \u0483 b")
def test_every_folded_character_leads_back_into_the_text(text: str) -> None:
    folded, offsets = fold(text), Offsets(text)
    places = [offsets.original(index) for index in range(len(folded))]
    assert places == sorted(places)
    assert all(0 <= place < len(text) for place in places)
    for index, character in enumerate(folded):
        if character.isalnum() and text[places[index]].isascii():
            assert text[places[index]].lower() == character


@quick
@given(before=plain, text=named, after=plain)
def test_text_without_policy_words_around_changes_no_mention(
    classifier: Classifier, before: str, text: str, after: str
) -> None:
    alone = classifier.classify(text=text)
    start = f"{before}\n\n" if before else ""
    among = classifier.classify(text=f"{start}{text}\n\n{after}")
    assert _places(among) == _places(alone, shift=len(start))


@quick
@given(first=named, second=named, between=st.lists(st.sampled_from(PLAIN), min_size=15, max_size=18).map("\n\n".join))
def test_two_texts_put_together_give_the_mentions_of_both(
    classifier: Classifier, first: str, second: str, between: str
) -> None:
    """The plain text between them is wider than the window in which context counts."""
    middle = f"\n\n{between}\n\n"
    both = classifier.classify(text=f"{first}{middle}{second}")
    shift = len(first) + len(middle)
    parts = _places(classifier.classify(text=first)) | _places(classifier.classify(text=second), shift)
    assert _places(both) == parts


@pytest.mark.parametrize("text", ["", " ", "\x00", "\ud800", "\U0010ffff", "\ufeff", "\u0301", "\n" * 5000])
def test_degenerate_texts_give_an_empty_result(classifier: Classifier, text: str) -> None:
    assert classifier.classify(text=text, title=text).matches == ()
