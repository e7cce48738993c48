"""Facts are spelled the same in both languages."""

from __future__ import annotations

from datetime import date

import pytest

from watcher.events.facts import facts

ON = date(2026, 6, 3)


@pytest.mark.parametrize(
    ("english", "spanish"),
    [
        ("It takes effect on June 21, 2026.", "Entra en vigor el 21 de junio de 2026."),
        ("It ends on January 5.", "Termina el 5 de enero."),
        ("Nationals of Haiti and Hondurans", "Nacionales de Haití y hondureños"),
        ("the Ninth Circuit", "el Noveno Circuito"),
        ("the Supreme Court", "la Corte Suprema"),
        ("the Northern District of California", "el Distrito Norte de California"),
        ("Executive Order 14165", "Orden Ejecutiva 14165"),
        ("70,000 people and 60 days", "70.000 personas y 60 días"),
        ("1.5 million people, 40 percent", "1,5 millones de personas, 40 por ciento"),
        ("a fee of $550", "una tarifa de $550"),
    ],
)
def test_both_languages_say_the_same(english: str, spanish: str) -> None:
    said = facts(english, ON)
    assert said == facts(spanish, ON)
    assert said != facts("", ON)


def test_a_date_without_a_year_is_the_nearest_one_and_the_day_itself_is_none() -> None:
    assert facts("It starts on January 5. June 3, 2026.", ON).dates == ("2026-01-05",)


def test_dockets_and_federal_register_documents_are_found() -> None:
    found = facts("Case No. 3:26-cv-01234; FR Doc. 2026-11223; 91 FR 12345; H.R. 29", ON).numbers
    assert set(found) == {"docket 2601234", "fr 202611223", "fr 91fr12345", "bill hr29"}


def test_a_judge_in_a_city_is_a_court_and_has_a_name() -> None:
    found = facts("U.S. District Judge Dana Roe in Boston ruled.", ON)
    assert found.courts == ("d massachusetts",)
    assert found.names == ("roe",)


def test_the_home_countries_are_facts_only_where_it_is_asked_for() -> None:
    assert facts("at the border with Mexico", ON).countries == ()
    assert facts("at the border with Mexico", ON, keep_home=True).countries == ("MX",)


@pytest.mark.parametrize(
    ("said", "court"), [("the Nınth Circuit", "ca9"), ("the Mıddle Dıstrict of Florida", "md florida")]
)
def test_a_dotless_i_is_an_i(said: str, court: str) -> None:
    assert facts(said, ON).courts == (court,)
