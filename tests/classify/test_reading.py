"""What happens to a policy, how real it is, who does it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from watcher.classify import Classifier
from watcher.models.matches import Match
from watcher.models.words import PublisherType


def main(classifier: Classifier, text: str, **more: object) -> Match:
    return classifier.classify(text=text, **more).matches[0]  # type: ignore[arg-type]


def labels_of(classifier: Classifier, text: str) -> str:
    """Action, modality and actor of the main match."""
    match = main(classifier, text)
    return f"{match.action} {match.modality} {match.actor_type}"


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
        ("Both governments agreed to continue cooperation under the Root Causes Strategy.", "mention actual unknown"),
        ("The leaders discussed the implementation of the Los Angeles Declaration.", "mention actual unknown"),
        (
            "The two sides will implement new measures pursuant to the Los Angeles Declaration.",
            "mention actual unknown",
        ),
        ("The department will no longer be enforcing the Title 42 order.", "terminate planned executive"),
        ("Congress must fund the ports, finish the wall and reinstate Remain in Mexico.", "call_for requested ngo"),
        ("We cannot end Title 42 at the border yet, Senator Ruiz said.", "call_for requested legislature"),
        ("Garza: Restore Remain in Mexico", "call_for requested legislature"),
        ("Senators demand answers on the CBP One app.", "comment actual legislature"),
        ("People with Temporary Protected Status may stay for another year.", "mention actual unknown"),
        ("TPS for South Sudan extended", "extend actual executive"),
        ("The Secretary extends the designation of Haiti for Temporary Protected Status.", "extend actual executive"),
        ("The circuit court ruled that the agency may keep using expedited removal.", "allow actual court"),
        ("A panel held that Proclamation 10888 cannot override the statute.", "block actual court"),
        ("The judge extended the order that halts third-country removals.", "block actual court"),
        ("Defendants are hereby enjoined from expanding expedited removal.", "block actual court"),
        (
            "DHS appealed from the order vacating the Circumvention of Lawful Pathways rule.",
            "challenge actual executive",
        ),
        ("The Justice Department dropped its appeal in the CHNV case.", "mention actual unknown"),
        ("The Senate voted 51 to 49 against an amendment to end Title 42.", "terminate negated legislature"),
        ("Sen. Marco Rubio introduces a bill to end Title 42 expulsions.", "propose actual legislature"),
        (
            "An Illinois law ended immigration detention in county jails today.",
            "terminate actual subnational_government",
        ),
        ("México no ha aceptado ninguna reinstalación del programa Quédate en México.", "reinstate negated executive"),
        ("Estados Unidos dejó de aplicar CBP One en la frontera.", "terminate actual executive"),
        ("Abogados presentaron una demanda para frenar el Acuerdo de Tercer País Seguro.", "challenge actual ngo"),
        ("USCIS publicó una regla propuesta que modificaría la tarifa anual de asilo.", "propose actual executive"),
    ],
)
def test_action_modality_and_actor(classifier: Classifier, text: str, labels: str) -> None:
    assert labels_of(classifier, text) == labels


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


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("Remain in Mexico was announced in 2018. It was terminated on Tuesday.", "terminate actual executive"),
        ("MPP sends asylum seekers to Mexico. The department has not withdrawn it.", "terminate negated executive"),
        (
            "He came through the CBP One app.\n\nIn April the agency cancelled this program.",
            "terminate actual executive",
        ),
        ("CBP One era una aplicación. Al quitar esta aplicación, bajan los cruces.", "terminate actual executive"),
        (
            "Lawmakers spoke about the CBP One app. It is unclear whether it was terminated.",
            "mention actual legislature",
        ),
        ("Aid groups criticized the Migrant Protection Protocols. It was terminated on Tuesday.", "comment actual ngo"),
    ],
)
def test_the_next_sentence_may_tell_it_of_the_program(classifier: Classifier, text: str, labels: str) -> None:
    assert labels_of(classifier, text) == labels


def test_a_month_long_gone_makes_an_act_background(classifier: Classifier) -> None:
    published = datetime(2021, 10, 6, tzinfo=UTC)
    text = "In February, ICE expanded its Intensive Supervision Appearance Program."
    assert main(classifier, text, published_at=published).modality == "past"
    assert main(classifier, text.replace("February", "October"), published_at=published).modality == "actual"


def test_the_title_of_a_president_s_remarks_says_who_speaks_whoever_else_it_names(classifier: Classifier) -> None:
    title = "Readout of President Biden's Meeting with Senator Ruiz and Members of Congress on DACA"
    match = main(classifier, "They spoke about workers and Temporary Protected Status (TPS).", title=title)
    assert match.actor_type == "executive"


def test_what_is_asked_within_a_spanish_question_is_no_act(classifier: Classifier) -> None:
    text = (
        "¿Puede descartar que Estados Unidos firme un acuerdo de tercer país seguro?, ya que lo pidió. " + "Sí. " * 120
    )
    assert main(classifier, text, title="Conferencia de prensa del presidente").action == "mention"


def test_a_country_that_acts_tells_which_agreement_is_meant(classifier: Classifier) -> None:
    found = classifier.classify(text="Honduras puso en marcha el Acuerdo de Cooperación de Asilo.").matches
    assert {match.policy for match in found} == {"aca", "aca-honduras"}
    both = classifier.classify(text="Honduras y Guatemala firmaron el Acuerdo de Cooperación de Asilo.").matches
    assert {match.policy for match in both} == {"aca"}


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        (
            "The court kept in place an order that bars the agency from Title 42 expulsions.",
            "block actual court",
        ),
        ("A judge refused to stop ICE from deporting people to third countries.", "allow actual court"),
        (
            "The court dismissed an appeal by advocates who argued that metering of asylum seekers is illegal.",
            "allow actual court",
        ),
        ("The judge ruled that DHS violated the law by ending the Migrant Protection Protocols.", "block actual court"),
        ("The court held that the third-country transit ban was issued without notice.", "block actual court"),
        (
            "If it loses, the Justice Department could ask the court to let it end Title 42 expulsions.",
            "challenge hypothetical executive",
        ),
    ],
)
def test_what_a_court_stops_refuses_and_finds_wanting_is_its_ruling(
    classifier: Classifier, text: str, labels: str
) -> None:
    assert labels_of(classifier, text) == labels


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        (
            "Groups wrote to express dismay at the decision to set the refugee ceiling at 7,500.",
            "comment actual ngo",
        ),
        ("México no ha aceptado y no aceptará el programa Quédate en México.", "adopt negated executive"),
        (
            "The ministry denied on Monday that it has signed an asylum cooperative agreement.",
            "adopt negated executive",
        ),
        (
            "A career diplomat, she previously served in Peru and helped to draft the Los Angeles Declaration.",
            "mention actual unknown",
        ),
        ("Her work on metering of asylum seekers has appeared in three law reviews.", "mention actual unknown"),
        (
            "Senators Mark Hill and Ana Roe introduced a bill that would codify the Central American Minors program.",
            "propose actual legislature",
        ),
        (
            "DHS will end the Migrant Protection Protocols, said officials who spoke on condition of anonymity.",
            "terminate reported executive",
        ),
        ("Auditors reviewed case files on family separations at the border.", "mention actual unknown"),
        (
            "The United States is far from the pace needed to reach the refugee ceiling.",
            "mention actual unknown",
        ),
        (
            "Costa Rica estudia prorrogar el funcionamiento de las Oficinas de Movilidad Segura.",
            "extend planned executive",
        ),
    ],
)
def test_what_is_denied_weighed_leaked_or_told_of_a_life_is_not_done(
    classifier: Classifier, text: str, labels: str
) -> None:
    assert labels_of(classifier, text) == labels


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        (
            "This final rule amends the form on which officers record a credible fear screening.",
            "amend actual executive",
        ),
        ("The agency intends to publish a proposed rule on the one-year filing deadline.", "propose planned executive"),
        ("Agents may again use expedited removal in the interior.", "reinstate actual executive"),
        (
            "Canada agreed to apply the Safe Third Country Agreement to the entire border.",
            "expand actual executive",
        ),
        ("El Senado aprobó un aumento al presupuesto de la COMAR.", "expand actual legislature"),
        ("The Texas attorney general sued over Title 42 expulsions.", "challenge actual subnational_government"),
        (
            "New data obtained by researchers show that ICE was using its Intensive Supervision Appearance Program.",
            "report actual ngo",
        ),
        (
            "DHS extended the designation of Sudan for Temporary Protected Status from May 3, 2025, to May 2, 2026.",
            "extend actual executive",
        ),
    ],
)
def test_acts_are_found_in_the_words_of_notices_and_reports(classifier: Classifier, text: str, labels: str) -> None:
    assert labels_of(classifier, text) == labels


def test_a_later_sentence_may_demand_what_the_first_one_only_regrets(classifier: Classifier) -> None:
    text = (
        "UNHCR is deeply concerned by the return of Title 42 expulsions. Many people are in danger. "
        "We urge the government to end this policy."
    )
    match = main(classifier, text)
    assert (match.action, match.target_action, match.actor_type) == (
        "call_for",
        "terminate",
        "international_organisation",
    )


def test_a_later_sentence_that_judges_an_act_demands_nothing(classifier: Classifier) -> None:
    text = "Sen. Ruiz spoke about the Title 42 restrictions. Rescinding this policy now would make things worse."
    assert main(classifier, text).action != "call_for"


def test_an_anniversary_with_a_demand_is_a_call(classifier: Classifier) -> None:
    text = "Two years ago today, Title 42 expulsions began. Advocates call on Congress to end Title 42 for good."
    assert classifier.classify(text=text).announcement_kind == "advocacy_call"


def test_figures_under_a_headline_of_figures_are_a_report(classifier: Classifier) -> None:
    text = "CBP released operational statistics for March. It processed 44,000 people with CBP One appointments."
    match = main(classifier, text)
    assert (match.action, match.actor_type) == ("report", "executive")
