"""Which words are names of policies, and which only look like them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from watcher.classify import Classifier


def policies(classifier: Classifier, text: str, title: str = "") -> set[str]:
    return {match.policy for match in classifier.classify(text=text, title=title).matches}


@pytest.mark.parametrize(
    ("text", "policy"),
    [
        ("MIGRANT PROTECTION PROTOCOLS end", "mpp"),
        ("the Migrant\n   Protection Protocols end", "mpp"),
        ("Los Protocolos de Proteccion a Migrantes siguen", "mpp"),
        ("They cite 42 U.S.C. § 265 again", "title-42"),
        ("They cite 42 USC 265 again", "title-42"),
        ("a rule at 84 Fed. Reg. 63,994", "aca"),
        ("under section 212(f) of the Immigration and Nationality Act", "entry-suspensions-212f"),
        ("In East Bay Sanctuary Covenant vs. Biden the panel agreed", "clp-rule"),
        ("#EndTitle42 now", "title-42"),
        ("agreements reached last year on asylum seekers seeking asylum who would be sent to Honduras", "aca-honduras"),
    ],
)
def test_a_name_is_found_in_every_spelling(classifier: Classifier, text: str, policy: str) -> None:
    assert policy in policies(classifier, text)


def test_an_acronym_means_what_the_document_defines(classifier: Classifier) -> None:
    bound = "The Medicare Prescription Payment Plan (MPP) starts. Migrants and asylum seekers may join the MPP."
    assert policies(classifier, bound) == set()
    ours = "The Migrant Protection Protocols (MPP) start. The MPP clerk lives in Toronto."
    assert policies(classifier, ours) == {"mpp"}


def test_an_acronym_before_its_brackets_is_defined_too(classifier: Classifier) -> None:
    assert policies(classifier, "The TPS (Toronto Police Service) helped a refugee from Haiti.") == set()


def test_an_acronym_without_definition_needs_its_context(classifier: Classifier) -> None:
    assert policies(classifier, "TPS for people from Haiti ends, USCIS says.") == {"tps"}
    assert policies(classifier, "Our TPS is 40 per second.") == set()


def test_a_nickname_counts_in_capitals_or_quotes_only(classifier: Classifier) -> None:
    assert policies(classifier, "They call it 'remain in Mexico' here.") == {"mpp"}
    assert policies(classifier, "They want to remain in Mexico for now.") == set()
    assert policies(classifier, "x", title="Thousands of Asylum Seekers Remain in Mexico After the Ruling") == set()


def test_the_longer_name_wins_and_the_family_is_kept(classifier: Classifier) -> None:
    assert policies(classifier, "Alternatives to Detention program for migrants") == {"electronic-monitoring"}
    assert policies(classifier, "the asylum agreement with Honduras and its Asylum Cooperative Agreement") >= {
        "aca",
        "aca-honduras",
    }


def test_words_of_links_and_navigation_lines_are_no_mentions(classifier: Classifier) -> None:
    assert policies(classifier, "See https://example.org/title-42-expulsions/asylum for more.") == set()
    assert policies(classifier, "Asylum Metering | Title 42 | MPP | TPS") == set()
    assert policies(classifier, "Text.", title="DHS ends asylum metering | News | Border desk") == {"metering"}


def test_a_shared_nickname_is_undecided_without_a_date_and_decided_with_one(classifier: Classifier) -> None:
    text = "Migrants fear the asylum ban."
    open_question = classifier.classify(text=text)
    assert open_question.matches == ()
    (undecided,) = open_question.undecided
    assert undecided.text == "asylum ban"
    assert len(undecided.candidates) > 2
    decided = classifier.classify(text=text, published_at=datetime(2019, 10, 1, tzinfo=UTC))
    assert [match.policy for match in decided.matches] == ["transit-ban-2019"] or decided.undecided


def test_a_president_decides_between_shared_nicknames(classifier: Classifier) -> None:
    text = "Asylum seekers: the invasion proclamation of 2025, the asylum ban of President Trump, is unlawful."
    assert "proclamation-10888" in policies(classifier, text)


def test_a_mention_quotes_its_place(classifier: Classifier) -> None:
    text = "El “Quédate en México” vuelve; the Migrant Protection Protocols too."
    for match in classifier.classify(text=text).matches:
        for mention in match.mentions:
            assert text[mention.start : mention.end] == mention.text
