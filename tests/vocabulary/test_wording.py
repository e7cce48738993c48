"""Labels and matches in words."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
import yaml

from watcher.classify import load_vocabulary
from watcher.models.words import Action, ActorType, AnnouncementKind, Modality, Polarity, PublisherType, Verdict
from watcher.vocabulary import data_file
from watcher.vocabulary.wording import action_words, headline, label


@dataclass(frozen=True)
class Said:
    action: str
    modality: str
    actor_type: str
    target_action: str | None = None
    target_polarity: str | None = None


@pytest.mark.parametrize(
    ("said", "english", "spanish"),
    [
        (
            Said("suspend", "planned", "executive"),
            "The government plans to suspend: X",
            "El gobierno prevé suspender: X",
        ),
        (
            Said("call_for", "requested", "ngo", "reinstate", "prevent"),
            "An organisation asks to prevent the return of: X",
            "Una organización pide evitar el regreso de: X",
        ),
        (
            Said("block", "actual", "court", "terminate"),
            "A court blocks the end of: X",
            "Un tribunal bloquea el fin de: X",
        ),
        (
            Said("adopt", "past", "executive"),
            "Background: the government adopts: X",
            "Antecedente: el gobierno adopta: X",
        ),
    ],
)
def test_a_match_is_said_in_words_of_both_languages(said: Said, english: str, spanish: str) -> None:
    assert headline(said, "X") == english
    assert headline(said, "X", "es") == spanish


def test_the_status_of_every_shipped_policy_has_words_of_both_languages() -> None:
    statuses = {policy.status for policy in load_vocabulary().policies.values() if policy.status}
    raw = yaml.safe_load(data_file("wording.yaml").read_bytes())["labels"]["status"]
    assert statuses == set(raw)
    assert all(words["en"] and words["es"] for words in raw.values())


def test_every_combination_of_labels_has_words() -> None:
    for action in Action:
        for modality in Modality:
            for actor in ActorType:
                assert headline(Said(action, modality, actor), "X").endswith("X")
                assert headline(Said(action, modality, actor, Action.ADOPT), "X", "es").endswith("X")


@pytest.mark.parametrize(
    ("group", "values"),
    [
        ("action", Action),
        ("modality", Modality),
        ("actor_type", ActorType),
        ("announcement_kind", AnnouncementKind),
        ("verdict", Verdict),
        ("publisher_type", PublisherType),
        ("polarity", Polarity),
    ],
)
def test_every_label_of_every_closed_set_has_a_word_in_both_languages(group: str, values: type) -> None:
    for value in values:  # type: ignore[attr-defined]
        for language in ("en", "es"):
            assert label(group, value, language)


def test_an_unknown_language_is_answered_in_english() -> None:
    assert label("action", "suspend", "de") == label("action", "suspend", "en")
    assert headline(Said("suspend", "actual", "executive"), "X", "de") == "The government suspends: X"


def test_action_words_join_modality_and_action() -> None:
    assert action_words(Said("call_for", "requested", "ngo", "terminate", "promote")) == "asked for: ended"
