"""The order in which entries of one check arrive does not matter, and people's word counts."""

from __future__ import annotations

import random
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.events.saying import PARENTS, match, said
from watcher.events import in_order, lead, place
from watcher.models.events import Around, Member, Print
from watcher.models.words import Action, PublisherType

PRINTS = [
    said("wire", "US ends the program", "It ends on June 21.", hours=1),
    said("agency", "Department ends the program", "It ends on June 21.", publisher_type=PublisherType.EXECUTIVE),
    said("radio", "Program over", "Listeners heard that it ends on June 21.", hours=4),
    said("other", "Title 42 ends", "It ends on June 21.", match("title-42"), hours=2),
    said("back", "Program returns", "It starts on June 21.", match(action=Action.REINSTATE), hours=3),
]


def clustered(prints: list[Print]) -> dict[str, str]:
    members: list[Member] = []
    for new in in_order(prints):
        found = place(new, Around(tuple(members)), PARENTS)
        members.append(Member(found.event_id or new.entry_id, new, found.why))
    return {each.print.entry_id: each.event_id for each in members}


@given(st.randoms(use_true_random=False))
def test_any_order_of_arrival_gives_the_same_events(chance: random.Random) -> None:
    shuffled = list(PRINTS)
    chance.shuffle(shuffled)
    assert clustered(shuffled) == clustered(PRINTS)


def test_three_reports_are_one_event_and_the_others_are_not() -> None:
    found = clustered(PRINTS)
    assert found["wire"] == found["agency"] == found["radio"]
    assert len(set(found.values())) == 3


def test_the_primary_source_leads_whichever_came_first() -> None:
    members = [Member("e", each) for each in PRINTS[:3]]
    assert lead(members) == "agency"
    assert lead(members, [PublisherType.MEDIA]) == "wire"


def test_what_people_decided_counts_more_than_likeness() -> None:
    wire, agency, radio, other, _ = PRINTS
    members = (Member("one", agency), Member("two", other))
    assert place(wire, Around(members), PARENTS).event_id == "one"
    assert place(wire, Around(members, apart=frozenset({"agency"})), PARENTS).event_id is None
    assert place(wire, Around(members, same=frozenset({"other"})), PARENTS).event_id == "two"
    assert place(replace(radio, acts=other.acts), Around(members), PARENTS).event_id == "two"
