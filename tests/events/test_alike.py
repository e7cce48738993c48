"""Two entries report one announcement, or they do not, and the reason is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.events.saying import PARENTS, match, said
from watcher.events import compare
from watcher.models.events import Print
from watcher.models.matches import Match
from watcher.models.words import Action, ActorType, Modality, PublisherType

TEXT = (
    "The Secretary today signed a memorandum that ends the program at the border, with effect from June 21, 2026. "
    "Nobody will be newly enrolled. People who wait may come to one of six ports of entry, where officers take them in "
    "and move their cases to a court near their family. The memorandum replaces all earlier guidance on the program."
)


def agency() -> Print:
    return said("agency", "Department ends the program", TEXT, publisher_type=PublisherType.EXECUTIVE)


def test_a_reprint_and_an_excerpt_are_the_same_announcement_and_say_how_much_they_share() -> None:
    reprint = said("gazette", "From the Department", f"Released today. {TEXT} All rights reserved.", hours=3)
    excerpt = said("radio", "In brief", TEXT[: len(TEXT) // 2], hours=5)
    for copy in (reprint, excerpt):
        found = compare(copy, agency(), PARENTS)
        assert found.same
        assert "contained" in found.why


def test_the_same_act_in_other_words_is_the_same_announcement() -> None:
    wire = said("wire", "US scraps border program", "Washington is dropping it on 21 June, officials said.", hours=3)
    found = compare(wire, agency(), PARENTS)
    assert found.same
    assert "executive terminate mpp" in found.why
    assert "2026-06-21" in found.why
    assert "3 h apart" in found.why


def test_a_version_in_spanish_joins() -> None:
    spanish = said("agency", "El Departamento pone fin", "Rige desde el 21 de junio de 2026.", hours=20, language="es")
    assert compare(replace(spanish, entry_id="es", address=""), agency(), PARENTS).same


@pytest.mark.parametrize(
    ("other", "against"),
    [
        (match("title-42"), "title-42 is not mpp"),
        (match(action=Action.REINSTATE), "reinstate is not terminate"),
        (match(action=Action.COMMENT, actor_type=ActorType.NGO), "one is an act, one an opinion"),
        (match(modality=Modality.NEGATED), "one denies it"),
    ],
)
def test_another_policy_the_opposite_and_an_opinion_are_other_announcements(other: Match, against: str) -> None:
    found = compare(said("wire", "News of the day", "It was said today.", other, hours=2), agency(), PARENTS)
    assert not found.same
    assert against in found.against


def test_a_form_letter_about_another_country_is_another_announcement() -> None:
    letter = "The Department has ended protection for {}. Work permits end on {}, 2026; notices are sent by mail."
    tps = match("tps")
    one = said("agency", "TPS for Haiti ends", letter.format("Haiti", "August 2"), tps)
    other = said("agency", "TPS for Nepal ends", letter.format("Nepal", "August 2"), tps, hours=1)
    found = compare(replace(other, entry_id="b", address="b"), one, PARENTS)
    assert not found.same
    assert found.against == "NP is not HT"


def test_last_years_anniversary_is_another_one() -> None:
    act = match(action=Action.COMMEMORATE, actor_type=ActorType.NGO)
    one = said("ngo", "We remember", TEXT, act)
    other = replace(one, entry_id="b", at=one.at + timedelta(days=365))
    assert compare(other, one, PARENTS).against == "365 days apart"


def test_an_opinion_about_an_act_is_linked_as_a_reaction() -> None:
    comment = match(action=Action.COMMENT, actor_type=ActorType.NGO)
    welcome = said("ngo", "We welcome it", "It ends today.", comment, match(), hours=2)
    found = compare(welcome, agency(), PARENTS)
    assert (found.same, found.reaction) == (False, True)


def test_two_courts_are_two_rulings() -> None:
    ruling = match(action=Action.BLOCK, actor_type=ActorType.COURT)
    one = said("wire", "Ninth Circuit blocks the program", "The Ninth Circuit ruled.", ruling)
    other = said("radio", "Fifth Circuit blocks the program", "The Fifth Circuit ruled.", ruling, hours=2)
    assert compare(other, one, PARENTS).against == "ca5 is not ca9"


def test_comparing_is_symmetric() -> None:
    wire = said("wire", "US scraps border program", "Washington drops it on 21 June.", hours=3)
    one, other = compare(wire, agency(), PARENTS), compare(agency(), wire, PARENTS)
    assert (one.same, one.strength, one.why) == (other.same, other.strength, other.why)
