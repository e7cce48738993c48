"""The languages of the pages."""

from __future__ import annotations

import re

import pytest

from tests.web import said
from watcher.web.strings import LANGUAGES, Say, catalogue, negotiate


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "en"])
def test_every_text_of_the_pages_is_translated_and_nothing_else(language: str) -> None:
    assert set(catalogue(language)) == said.in_templates() | said.in_modules() | said.in_searches()


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "en"])
def test_a_translation_uses_the_same_values(language: str) -> None:
    for english, other in catalogue(language).items():
        assert sorted(re.findall(r"\{\w+\}", english)) == sorted(re.findall(r"\{\w+\}", other)), english


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
