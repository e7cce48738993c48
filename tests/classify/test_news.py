"""News or background, and what kind of document it is."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from watcher.classify import Classifier
from watcher.classify.times import date_in, speaks_of_past
from watcher.models.words import PublisherType


@pytest.mark.parametrize(
    ("head", "dated"),
    [
        ("Press release\n\nDecember 17, 2020\n\nText", date(2020, 12, 17)),
        ("02/02/2021 09:25 PM EST\n\nText", date(2021, 2, 2)),
        ("17 de mayo de 2023\nTexto", date(2023, 5, 17)),
        ("The long sentence of this press release tells what was said on the day of June 4, 2024 in Washington.", None),
        ("No date at all", None),
    ],
)
def test_the_date_of_a_document_stands_in_its_dateline(head: str, dated: date | None) -> None:
    assert date_in(head) == dated


@pytest.mark.parametrize(
    ("sentence", "dated", "past"),
    [
        ("the policy was announced in 2018", None, True),
        ("the policy was announced in 2018", date(2018, 12, 20), False),
        ("the rule is delayed until 2026", date(2024, 1, 1), False),
        ("former president trump began it", None, True),
        ("the trump administration ended it", date(2022, 5, 1), True),
        ("the trump administration ended it", date(2025, 5, 1), False),
    ],
)
def test_years_and_presidents_tell_what_is_past(sentence: str, dated: date | None, past: bool) -> None:
    assert speaks_of_past(sentence, dated) is past


def test_what_a_press_conference_retells_of_another_government_is_background(classifier: Classifier) -> None:
    text = "PREGUNTA: ¿Qué opina? PRESIDENTA: El presidente Trump quitó la aplicación CBP One."
    title = "Versión estenográfica. Conferencia de prensa de la presidenta"
    found = classifier.classify(text=text, title=title, published_at=datetime(2025, 2, 1, tzinfo=UTC))
    assert (found.matches[0].action, found.matches[0].modality) == ("terminate", "past")


@pytest.mark.parametrize(
    ("title", "text", "publisher", "kind"),
    [
        (
            "Judge Blocks End of Title 42",
            "A court order keeps Title 42 expulsions at the border.",
            None,
            "court_decision",
        ),
        (
            "DHS Ends the Migrant Protection Protocols",
            "The program is over.",
            PublisherType.EXECUTIVE,
            "official_action",
        ),
        ("KIND Urges Biden to End MPP", "MPP sends asylum seekers to danger.", PublisherType.NGO, "advocacy_call"),
        ("White House Plans to Lift Title 42", "Title 42 for migrants ends in May.", None, "planned_action"),
        (
            "What to Know About Title 42",
            "A guide to Title 42 for asylum seekers.",
            PublisherType.NGO,
            "analysis_report",
        ),
        ("Staff news", "She once led the Migrant Protection Protocols desk.", PublisherType.NGO, "passing_mention"),
    ],
)
def test_the_kind_of_a_document(
    classifier: Classifier, title: str, text: str, publisher: PublisherType | None, kind: str
) -> None:
    found = classifier.classify(text=text, title=title, publisher_type=publisher)
    assert found.announcement_kind == kind


def test_a_description_that_holds_for_some_weeks_needs_a_text_of_those_weeks(classifier: Classifier) -> None:
    text = "The senator condemned the President's executive action on the border."
    in_time = classifier.classify(text=text, published_at=datetime(2024, 6, 5, tzinfo=UTC))
    assert [match.policy for match in in_time.matches] == ["securing-the-border-2024"]
    assert classifier.classify(text=text, published_at=datetime(2022, 6, 5, tzinfo=UTC)).matches == ()
    assert classifier.classify(text=text).matches == ()


def test_a_text_from_years_before_a_policy_does_not_name_it(classifier: Classifier) -> None:
    text = "An executive order on securing our borders: the travel ban for Muslims and immigrants."
    assert classifier.classify(text=text, published_at=datetime(2007, 1, 1, tzinfo=UTC)).matches == ()


def test_a_match_in_the_title_by_the_government_scores_more_than_one_in_passing(classifier: Classifier) -> None:
    news = classifier.classify(title="DHS ends MPP", text="The Migrant Protection Protocols end today.")
    passing = classifier.classify(text="The seminar covers asylum, TPS and family petitions.")
    assert news.matches[0].score >= 0.8 > 0.5 > passing.matches[0].score
