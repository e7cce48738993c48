"""The languages of the pages."""

from __future__ import annotations

import re

import pytest

from tests.translations import translated
from tests.web import said
from watcher.web.strings import LANGUAGES, Say, negotiate

OTHERS = [code for code in LANGUAGES if code != "en"]


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_of_the_pages_is_translated_and_nothing_else(language: str) -> None:
    there = translated(language)
    assert set(there) == said.everything(), "make translations"
    assert [english for english, texts in there.items() if not all(texts)] == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_uses_the_same_values(language: str) -> None:
    for english, texts in translated(language).items():
        assert {values(text) for text in texts} <= {values(text) for text in english}, english


def values(text: str) -> tuple[str, ...]:
    return tuple(sorted(re.findall(r"\{\w+\}", text)))


def test_no_text_stands_alone_and_for_one_of_many() -> None:
    alone = {texts[0] for texts in said.everything() if len(texts) == 1}
    assert not {texts[0] for texts in said.everything() if len(texts) > 1} & alone, "gettext keeps one of the two"


@pytest.mark.parametrize(("n", "said_"), [(1, "Hace 1 minuto"), (2, "2 minutos"), (0, "0 minutos")])
def test_a_number_chooses_between_one_and_many(n: int, said_: str) -> None:
    assert Say("es").count("{n} minute", "{n} minutes", n) in said_


@pytest.mark.parametrize(
    ("asked", "kept", "accepts", "language"),
    [
        (None, None, "", "en"),
        ("es", "en", "en", "es"),
        (None, "es", "en", "es"),
        ("xx", None, "es-MX,es;q=0.9,en;q=0.8", "es"),
        (None, None, "fr, en;q=0.5, es;q=0.7", "es"),
        (None, None, "es;q=0, en;q=0.1", "en"),
        (None, None, "es;q=much", "en"),
    ],
)
def test_the_language_is_the_one_asked_for_then_kept_then_accepted(
    asked: str | None, kept: str | None, accepts: str, language: str
) -> None:
    assert negotiate(asked, kept, accepts) == language


def test_a_value_with_braces_is_only_shown() -> None:
    assert Say("en")("“{words}”", words="{0.__class__}") == "“{0.__class__}”"
