"""What a page links to, and where it says that it stands in another language, speak for one announcement."""

from __future__ import annotations

from dataclasses import replace

from tests.events.saying import PARENTS, match, said
from watcher.events import compare, marks
from watcher.events.prints import LINKS
from watcher.models.events import Print
from watcher.models.words import Action, ActorType, PublisherType

ACT = "https://www.agency.example/en/releases/2026-14?utm_source=x"
LINKED = ("https://agency.example/releases/2026-14/",)
OPINION = match(action=Action.COMMENT, actor_type=ActorType.NGO)


def agency() -> Print:
    return said("agency", "Notice", "The program ends.", url=ACT, publisher_type=PublisherType.EXECUTIVE)


def test_a_link_joins_the_same_act_after_days_and_the_reason_names_both() -> None:
    plain = said("wire", "Border program scrapped", "Washington drops it.", hours=90)
    linked = said("wire", "Border program scrapped", "Washington drops it.", hours=90, links=LINKED)
    assert not compare(plain, agency(), PARENTS).same
    found = compare(linked, agency(), PARENTS)
    assert found.same
    assert found.why.startswith("Wire links to the announcement of Agency")
    assert compare(agency(), linked, PARENTS).why == found.why
    assert set(marks(linked)) & set(marks(agency()))


def test_a_link_alone_joins_neither_a_reaction_nor_a_report_of_something_else() -> None:
    react = said("ngo", "Our statement", "We regret it.", match(action=Action.CALL_FOR), hours=5, links=LINKED)
    opinion = said("ngo", "Our statement", "We regret it.", OPINION, hours=5, links=LINKED)
    for each in (react, opinion):
        found = compare(each, agency(), PARENTS)
        assert (found.same, found.reaction) == (False, True)
    for other in (match("title-42"), match(action=Action.REINSTATE), match(action=Action.AMEND)):
        assert not compare(said("wire", "News", "It was said.", other, hours=5, links=LINKED), agency(), PARENTS).same
    late = said("wire", "Scrapped", "Washington drops it.", hours=24 * 8, links=LINKED)
    assert not compare(late, agency(), PARENTS).same


def test_what_a_page_names_as_itself_in_another_language_is_it() -> None:
    other = {"url": "https://agency.example/comunicados/14", "language": "es", "versions": LINKED}
    spanish = said(
        "agency", "Se publica una nota", "Nada más que esto.", match(action=Action.REPORT), hours=96, **other
    )
    spanish = replace(spanish, entry_id="es")
    found = compare(spanish, agency(), PARENTS)
    assert found.same
    assert "its page names the other as itself in another language" in found.why
    assert compare(agency(), spanish, PARENTS).why == found.why
    stranger = replace(spanish, publisher_id="copycat")
    assert not compare(stranger, agency(), PARENTS).same
    assert not compare(replace(spanish, language="en"), agency(), PARENTS).same


def test_links_are_few_and_none_leads_to_the_entry_itself_or_to_a_front_page() -> None:
    many = tuple(f"https://site{n}.example/a" for n in range(200))
    own = ("https://wire.example/news/wire#top", "https://wire.example/")
    taken = said("wire", "News", "It was said.", links=(*own, *many))
    assert len(taken.links) == LINKS
    assert not any(each.startswith("wire.example") for each in taken.links)
