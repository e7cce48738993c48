"""What happens to a policy, how real it is, who does it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from watcher.classify import Classifier
from watcher.models.matches import Match
from watcher.models.words import PublisherType


def main(classifier: Classifier, text: str, **more: object) -> Match:
    return classifier.classify(text=text, **more).matches[0]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("DHS today rescinded the Migrant Protection Protocols.", "terminate actual executive"),
        ("The United States intends to suspend the Asylum Cooperative Agreements.", "suspend planned executive"),
        ("Will the White House end Title 42 expulsions?", "terminate hypothetical executive"),
        ("The agency has not ended Title 42 expulsions.", "terminate negated executive"),
        ("DHS reportedly wants to revive the Migrant Protection Protocols.", "reinstate reported executive"),
        ("The Migrant Protection Protocols were announced in 2018.", "adopt past executive"),
        ("El Gobierno reanudará los vuelos de expulsión.", "reinstate planned executive"),
        ("El Título 42 terminaría si el juez lo permite.", "terminate hypothetical executive"),
        ("La Corte Suprema permitió la deportación expedita.", "allow actual court"),
        ("DHS finalized the Circumvention of Lawful Pathways rule.", "adopt actual executive"),
        ("DHS finalizó el programa de parole humanitario CHNV.", "terminate actual executive"),
        ("Title 42 expulsions at the border ended on May 11.", "terminate actual executive"),
        ("CDC announced on Friday that the Title 42 expulsions will be lifted.", "terminate planned executive"),
        ("The President is keeping his promise to restore Remain in Mexico.", "reinstate actual executive"),
        ("USCIS lifted the hold on asylum decisions.", "terminate actual executive"),
        ("The lawsuit against the asylum fee was dismissed.", "allow actual court"),
        ("The proposed rule would lengthen the wait for an asylum EAD.", "propose actual executive"),
        (
            "Ecuador has set an example by granting Temporary Protected Status to Venezuelans.",
            "mention actual executive",
        ),
        ("El próximo 11 de mayo termina el Título 42.", "terminate planned executive"),
        ("Un juez impidió que se levante el Título 42.", "block actual court"),
    ],
)
def test_action_modality_and_actor(classifier: Classifier, text: str, labels: str) -> None:
    match = main(classifier, text)
    assert f"{match.action} {match.modality} {match.actor_type}" == labels


def test_the_quote_does_not_begin_in_the_headline_that_is_repeated_above(classifier: Classifier) -> None:
    text = "DHS rescinds guidance on metering at ports of entry\nThe Department has rescinded its guidance on metering."
    match = main(classifier, text, title="Statement by the Department")
    assert "\n" not in match.evidence.text


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("Judge Gee denied the administration's bid to end the Flores Settlement Agreement.", "terminate"),
        ("The appeals panel refused to pause the order that keeps TPS for Haiti alive.", None),
    ],
)
def test_a_court_that_refuses_an_ending_blocks_it(classifier: Classifier, text: str, target: str | None) -> None:
    match = main(classifier, text)
    assert (match.action, match.modality, match.target_action) == ("block", "actual", target)


@pytest.mark.parametrize(
    ("text", "target", "polarity"),
    [
        ("KIND urges the President to end the Asylum Cooperation Agreements.", "terminate", "promote"),
        ("We ask the government to prevent the return of Remain in Mexico.", "reinstate", "prevent"),
        ("Exigimos no firmar el acuerdo de tercer país seguro.", "adopt", "prevent"),
        ("Congress must lift the suspension of the U.S. Refugee Admissions Program.", "reinstate", "promote"),
    ],
)
def test_a_demand_says_what_is_demanded(classifier: Classifier, text: str, target: str, polarity: str) -> None:
    match = main(classifier, text)
    assert (match.action, match.modality) == ("call_for", "requested")
    assert (match.target_action, match.target_polarity) == (target, polarity)


@pytest.mark.parametrize(
    ("text", "action", "target"),
    [
        ("The judge enjoined the rescission of the Migrant Protection Protocols.", "block", "terminate"),
        ("The Supreme Court stayed an injunction against third-country removals.", "allow", None),
        ("The panel lifted its stay of the ruling against Proclamation 10888.", "block", None),
        ("La Corte avaló el fin del TPS para Haití.", "allow", "terminate"),
    ],
)
def test_courts_block_and_allow_policies_and_their_endings(
    classifier: Classifier, text: str, action: str, target: str | None
) -> None:
    match = main(classifier, text)
    assert (match.action, match.target_action, match.actor_type) == (action, target, "court")


def test_two_joined_verbs_are_two_matches_in_the_order_of_the_text(classifier: Classifier) -> None:
    found = classifier.classify(text="The Asylum Cooperative Agreements will be suspended and terminated.").matches
    assert [match.action for match in found] == ["suspend", "terminate"]


def test_a_list_item_takes_the_verb_that_introduces_the_list(classifier: Classifier) -> None:
    text = "The coalition urges the President to:\n\n• Restore asylum at ports of entry;\n\n• End Title 42 expulsions."
    match = main(classifier, text)
    assert (match.action, match.target_action) == ("call_for", "terminate")


def test_the_publisher_speaks_where_nobody_is_named(classifier: Classifier) -> None:
    text = "The Migrant Protection Protocols must end."
    assert main(classifier, text, publisher_type=PublisherType.LEGISLATURE).actor_type == "legislature"
    assert main(classifier, text, publisher_type=PublisherType.NGO).actor_type == "ngo"


def test_an_act_that_the_vocabulary_dates_long_before_the_text_is_background(classifier: Classifier) -> None:
    text = "The administration ended CBP One."
    assert main(classifier, text, published_at=datetime(2025, 1, 25, tzinfo=UTC)).modality == "actual"
    assert main(classifier, text, published_at=datetime(2025, 12, 1, tzinfo=UTC)).modality == "past"


def test_the_main_match_is_the_one_nearest_to_the_headline(classifier: Classifier) -> None:
    found = classifier.classify(
        title="Groups Urge Biden to End Title 42",
        text="Title 42 expulsions began in 2020. The judge blocked the end of Title 42 expulsions.",
    )
    assert found.matches[0].action == "call_for"


def test_evidence_quotes_the_words_that_say_so(classifier: Classifier) -> None:
    match = main(classifier, "On Monday DHS rescinded the Migrant Protection Protocols, officials said.")
    assert match.evidence.text == "rescinded the Migrant Protection Protocols"
