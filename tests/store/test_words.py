"""Full-text search: the same answers on both databases, whatever is written and whatever is asked."""

from __future__ import annotations

import random
import re
import unicodedata
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.store.building import NOW, entry, entry_record, found, match
from watcher.errors import SearchError
from watcher.models.views import MatchQuery
from watcher.store import Store
from watcher.store.words import fold

TEXTS = {
    "es": "Protección de los niños: ¡Título 42 — ya no!",
    "en": "Title 42 ends. The asylum ban is blocked; expelled families may return.",
    "quote": "He said \"remain in Mexico\" (MPP), and O'Brien's ruling",
    "de": "Straße und Maßnahmen, ﬁnal №5",
    "ja": "難民認定の新しい方針 is new",
    "hi": "शरण नीति",
    "dots": "U.S.C. § 1158(b)(2)(A) and 8 C.F.R. 208.13 http://example.org/a-b_c",
    "new": "emoji 🎉 party, Adlam 𞤀𞤁 letters, ꟊ newer than Unicode 6",
    "or": "and or not near AND OR NOT NEAR",
}


@given(st.text(st.one_of(st.characters(), st.sampled_from("aesSkKİıſßé\u0301\u0345 .’"))))
def test_folding_runs_of_foreign_letters_gives_what_folding_the_whole_text_gives(raw: str) -> None:
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", raw).casefold())
    whole = "".join(each for each in apart if not unicodedata.combining(each)).lower()

    assert fold(raw).split() == re.findall(r"[^\W_]{1,100}", whole)


@pytest.fixture
def library(store: Store) -> Store:
    found(store, *(entry_record(entry(key, title=f"About {key}", text=text), match()) for key, text in TEXTS.items()))
    return store


def search(store: Store, words: str) -> set[str]:
    return {row.title.removeprefix("About ") for row in store.matches.search(MatchQuery(words=words)).rows}


ANSWERS: dict[str, set[str]] = {
    "proteccion": {"es"},
    "PROTECCIÓN": {"es"},
    "42": {"es", "en"},
    "título 42": {"es"},
    "title 42": {"en"},
    '"42 ends"': {"en"},
    '"ends 42"': set(),
    '"title 42" returns': set(),
    '"title 42" return': {"en"},
    "expel": set(),
    '"remain in mexico"': {"quote"},
    "o'brien": {"quote"},
    "strasse": {"de"},
    "final": {"de"},
    "難民認定の新しい方針": {"ja"},
    "नीति": {"hi"},
    "1158(b)": {"dots"},
    '"c.f.r. 208.13"': {"dots"},
    "a-b_c": {"dots"},
    "𞤀𞤁": {"new"},
    "ꟊ": {"new"},
    "or not": {"or"},
    "NEAR(and or)": {"or"},
    "about ja": {"ja"},
    "strasse OR नीति": {"de", "hi"},
    "42 -ends": {"es"},
    "42 NOT ends": {"es"},
    "NOT 42": {"quote", "de", "ja", "hi", "dots", "new", "or"},
    '42 ("ya no" OR families)': {"es", "en"},
    '-"title 42" ends': set(),
    "policy:mpp final": {"de"},
    "policy:MPP final": {"de"},
    "policy:aca OR final": {"de"},
    "publisher:kind 42 families": {"en"},
    "NOT publisher:kind": set(),
    "42*": {"es", "en"},
    "-42": {"quote", "de", "ja", "hi", "dots", "new", "or"},
    "title:42": {"en"},
    "   ": set(TEXTS),
    '"!?"': set(TEXTS),
}


def test_words_and_phrases_are_found(library: Store) -> None:
    assert {words: search(library, words) for words in ANSWERS} == ANSWERS


def test_common_words_are_found_like_rare_ones(library: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("watcher.store.words.COMMON", 0)
    assert {words: search(library, words) for words in ANSWERS} == ANSWERS


def test_a_new_revision_is_found_by_its_new_words_only(store: Store) -> None:
    found(store, entry_record(entry("1", text="old words"), match()))
    found(store, entry_record(entry("1", text="new words"), match(), revision=2), now=NOW)
    assert search(store, "old") == set()
    assert len(store.matches.search(MatchQuery(words="new words")).rows) == 1


def test_a_phrase_is_found_far_down_a_long_text(store: Store) -> None:
    text = "the " * 20_000 + "remain in mexico " + "the " * 10
    found(
        store, entry_record(entry("1", text=text), match()), entry_record(entry("2", text="mexico in remain"), match())
    )
    assert len(store.matches.search(MatchQuery(words='"remain in mexico the"')).rows) == 1


def test_a_text_of_a_million_different_words_is_stored(store: Store) -> None:
    text = " ".join(f"{number:x}" for number in range(300_000)) + " ünd" * 100
    found(store, entry_record(entry("1", text=text), match()))
    assert len(store.matches.search(MatchQuery(words="1f 2f")).rows) == 1


def test_no_query_fails_in_the_database(library: Store) -> None:
    rng = random.Random(42)
    pieces = ['"', "'", "(", ")", "*", "-", "&", "|", "!", ":", "\\", "\0", "\ud800", "%", "_", "AND", "42", "<->", "é"]
    hostile = ["".join(rng.choices([*pieces, " "], k=12)) for _ in range(60)]
    hostile += ["word " * 20_000, '"' + "word " * 20_000 + '"', " ".join(map(str, range(5000))), "x" * 100_000]
    for words in hostile:
        with suppress(SearchError):
            search(library, words)


def test_a_percent_sign_is_no_wildcard(library: Store) -> None:
    assert search(library, '"title % ends"') == set()
    assert search(library, '"title _2 ends"') == set()


@given(st.text())
def test_folding_leaves_words_with_one_space_between_them(text: str) -> None:
    folded = fold(text)
    assert folded == " ".join(folded.split())
    assert all(word.isalnum() for word in folded.split())


@given(st.text())
def test_folded_text_stays_as_it_is(text: str) -> None:
    assert fold(fold(text)) == fold(text)
