"""Incidents in words."""

from __future__ import annotations

import pytest

from watcher.models.incidents import IncidentKind
from watcher.vocabulary import troubles


@pytest.mark.parametrize("language", troubles.LANGUAGES)
@pytest.mark.parametrize("kind", list(IncidentKind))
def test_every_kind_has_words_in_every_language(kind: IncidentKind, language: str) -> None:
    assert troubles.label(kind, language)
    assert "{" not in troubles.headline(kind, "KIND news", language)
    assert troubles.advice(kind, language).endswith(".")


@pytest.mark.parametrize("kind", [kind for kind in IncidentKind if kind is not IncidentKind.NO_NETWORK])
def test_a_headline_names_the_source(kind: IncidentKind) -> None:
    assert "KIND news" in troubles.headline(kind, "KIND news", "es")


def test_what_is_not_translated_is_english() -> None:
    assert troubles.label("moved", "fr") == "moved"
