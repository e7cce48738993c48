"""A further report rings only when it says something that was not told."""

from __future__ import annotations

from tests.events.saying import PARENTS, match, said
from watcher.events import news
from watcher.models.events import Act, News, NewsKind, Print
from watcher.models.words import Action, ActorType, Modality, PublisherType

ENDS = Act("mpp", Action.TERMINATE, Modality.ACTUAL, ActorType.EXECUTIVE)
FIRST = said("wire", "US ends the program", "Officials said so. It covers Haiti.")


def brought(new: Print, acts: tuple[Act, ...] = (ENDS,), told: tuple[Act, ...] = (ENDS,)) -> list[NewsKind]:
    return [each.kind for each in news(new, [FIRST], PARENTS, acts=acts, told=told)]


def test_the_same_in_other_words_is_no_news() -> None:
    assert brought(said("radio", "The program is over", "It was ended, they said. Haiti is covered.")) == []


def test_an_official_source_after_unofficial_ones_is_news() -> None:
    official = said("agency", "The program ends", "It ends.", publisher_type=PublisherType.EXECUTIVE)
    found = news(official, [FIRST], PARENTS, acts=[ENDS], told=[ENDS])
    assert found == (News(NewsKind.OFFICIAL, "Agency"),)
    assert news(official, [official], PARENTS, acts=[ENDS], told=[ENDS]) == ()


def test_a_date_that_lies_ahead_a_country_a_court_and_a_number_are_news() -> None:
    assert brought(said("radio", "Update", "It takes effect on June 21.")) == [NewsKind.EFFECTIVE]
    assert brought(said("radio", "Update", "It also covers Nepal.")) == [NewsKind.COUNTRY]
    assert brought(said("radio", "Update", "The Ninth Circuit was told.")) == [NewsKind.COURT]
    assert brought(said("radio", "Update", "Case No. 3:26-cv-01234 is pending.")) == [NewsKind.NUMBER]


def test_history_is_no_news() -> None:
    assert brought(said("radio", "Update", "It began on January 25, 2019.")) == []


def test_another_act_is_news_and_so_is_one_that_was_only_planned() -> None:
    again = said("radio", "Update", "It was said.", match())
    other = Act("title-42", Action.ADOPT, Modality.ACTUAL, ActorType.EXECUTIVE)
    planned = Act("mpp", Action.TERMINATE, Modality.PLANNED, ActorType.EXECUTIVE)
    assert brought(again, acts=(ENDS, other)) == [NewsKind.ACT]
    assert brought(again, told=(planned,)) == [NewsKind.ACT]
