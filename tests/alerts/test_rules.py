"""Who hears of an announcement, and why not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.alerts.samples import NOW, announcement, match, policy, recipient
from watcher.alerts.channels.base import addresses
from watcher.alerts.payload import Links
from watcher.alerts.rules import Answer, explain, route
from watcher.models.alerts import Announcement, Delivery
from watcher.models.catalog import Criteria, Recipient, Rule
from watcher.models.words import Action, ActorType, AnnouncementKind, Modality, PublisherType

PARENTS = {"pacr-harp": "expedited-removal", "expedited-removal": None, "round": "about", "about": "round"}
DESK = recipient("email", called="desk", to=("a@example.org", "b@example.org"))
HOOK = recipient("webhook", called="hook", url="https://receiver.example/in", secret="${HOOK}")


def routed(about: Announcement, *rules: Rule, recipients: tuple[Recipient, ...] = (DESK, HOOK)) -> tuple[Delivery, ...]:
    return route(
        about,
        rules,
        {each.id: each for each in recipients},
        parents=PARENTS,
        policies={"mpp": policy()},
        addresses=addresses,
        links=Links("https://watcher.example"),
        now=NOW,
    )


def answer(about: Announcement, *rules: Rule) -> Answer:
    return explain(about, rules, parents=PARENTS)[-1]


def rule(called: str = "r", send: tuple[str, ...] = ("desk",), exclude: Criteria | None = None, **when: Any) -> Rule:
    return Rule(called, send, when=Criteria(**when), exclude=exclude)


def test_a_rule_without_conditions_takes_every_match() -> None:
    about = announcement(match(), match(action=Action.SUSPEND))
    assert answer(about, rule()).taken == about.matches


@pytest.mark.parametrize(
    ("key", "meets", "fails"),
    [
        ("policies", ("title-42", "mpp"), ("title-42",)),
        ("publishers", ("dhs",), ("kind",)),
        ("publisher_types", (PublisherType.EXECUTIVE,), (PublisherType.NGO,)),
        ("sources", ("dhs-news",), ("kind-news",)),
        ("languages", ("es", "en"), ("es",)),
        ("actions", (Action.TERMINATE,), (Action.ADOPT,)),
        ("modalities", (Modality.ACTUAL,), (Modality.PLANNED, Modality.PAST)),
        ("announcement_kinds", (AnnouncementKind.OFFICIAL_ACTION,), (AnnouncementKind.ADVOCACY_CALL,)),
        ("actor_types", (ActorType.EXECUTIVE,), (ActorType.COURT,)),
        ("words", ("protocols (mpp)",), ("protocol",)),
        ("min_score", 0.9, 0.91),
    ],
)
def test_each_condition_takes_what_meets_it_and_names_itself_when_it_refuses(key: str, meets: Any, fails: Any) -> None:
    about = announcement()
    assert answer(about, rule(**{key: meets})).taken == about.matches
    refusing = answer(about, rule(**{key: fails}))
    assert (refusing.taken, [refusal.condition for refusal in refusing.refused]) == ((), [key])


def test_all_conditions_of_a_rule_must_hold() -> None:
    both = rule(policies=("mpp",), actions=(Action.ADOPT,))
    assert answer(announcement(), both).refused[0].condition == "actions"


def test_a_policy_stands_for_its_children_and_not_for_its_parent() -> None:
    child = announcement(match("pacr-harp"))
    assert answer(child, rule(policies=("expedited-removal",))).taken
    parent = announcement(match("expedited-removal"))
    assert not answer(parent, rule(policies=("pacr-harp",))).taken


def test_a_circle_among_parents_ends() -> None:
    assert not answer(announcement(match("round")), rule(policies=("mpp",))).taken


def test_a_regional_language_is_its_language() -> None:
    assert answer(announcement(language="en-US"), rule(languages=("en",))).taken
    assert not answer(announcement(language=None), rule(languages=("en",))).taken


def test_words_are_whole_words_whatever_their_accents_and_case() -> None:
    about = announcement(title="Decisión sobre ASILO", text="La Niña\nespera")
    about = replace(about, matches=(match(text="x Migrant Protection Protocols"),))
    for word in ("decision", "asilo", "nina  espera", "NIÑA"):
        assert answer(about, rule(words=(word,))).taken, word
    for word in ("asil", "ilo", "espera nina", "", "."):
        assert not answer(about, rule(words=(word,))).taken, word


def test_not_takes_back_what_when_took() -> None:
    one, other = match(), match(action=Action.SUSPEND)
    found = answer(announcement(one, other), rule(exclude=Criteria(actions=(Action.SUSPEND,))))
    assert found.taken == (one,)
    assert [(refusal.match, refusal.condition) for refusal in found.refused] == [(other, "not")]


def test_not_holds_only_when_all_its_keys_do() -> None:
    half = Criteria(actions=(Action.TERMINATE,), sources=("another",))
    assert answer(announcement(), rule(exclude=half)).taken


def test_an_empty_not_excludes_nothing() -> None:
    assert answer(announcement(), rule(exclude=Criteria())).taken


def test_what_a_stopping_rule_took_is_not_seen_by_later_rules() -> None:
    one, other = match(), match(action=Action.SUSPEND)
    first = replace(rule("first", actions=(Action.TERMINATE,)), stop=True)
    later = answer(announcement(one, other), first, rule("later"))
    assert later.taken == (other,)
    assert [(refusal.condition, refusal.by) for refusal in later.refused] == [("stop", "first")]


def test_each_address_of_a_recipient_has_a_delivery_of_its_own() -> None:
    deliveries = routed(announcement(), rule(send=("desk", "hook")))
    assert [(each.recipient_id, each.channel, each.address) for each in deliveries] == [
        ("desk", "email", "a@example.org"),
        ("desk", "email", "b@example.org"),
        ("hook", "webhook", "https://receiver.example/in"),
    ]
    assert len({each.id for each in deliveries}) == 3
    assert all(each.due_at == NOW for each in deliveries)


def test_the_same_alert_to_the_same_address_always_has_the_same_id() -> None:
    again = routed(announcement(match(action=Action.SUSPEND)), rule("another"))
    assert [each.id for each in again] == [each.id for each in routed(announcement(), rule())]


def test_a_new_revision_is_another_delivery() -> None:
    first, second = routed(announcement(), rule()), routed(announcement(revision=2), rule())
    assert not {each.id for each in first} & {each.id for each in second}


def test_a_recipient_of_several_rules_hears_once_with_everything_they_took() -> None:
    one, other, none = match(), match(action=Action.SUSPEND), match(action=Action.MENTION)
    rules = (
        rule("second-act", actions=(Action.SUSPEND,)),
        rule("first-act", actions=(Action.TERMINATE,)),
        rule("for-others", send=("hook",)),
    )
    mails = [each for each in routed(announcement(one, none, other), *rules) if each.channel == "email"]
    assert len(mails) == 2
    assert mails[0].rule_ids == ("second-act", "first-act")
    assert [each["action"] for each in mails[0].payload["data"]["matches"]] == ["terminate", "suspend"]
    assert [each["id"] for each in mails[0].payload["data"]["rules"]] == ["second-act", "first-act"]


def test_an_announcement_that_no_rule_takes_makes_no_delivery() -> None:
    assert routed(announcement(), rule(actions=(Action.ADOPT,))) == ()
    assert routed(announcement()) == ()


def test_a_rule_that_names_an_unknown_recipient_still_serves_the_others() -> None:
    assert {each.recipient_id for each in routed(announcement(), rule(send=("gone", "hook")))} == {"hook"}


def test_an_address_written_twice_hears_once() -> None:
    twice = recipient("email", called="desk", to=("a@example.org", "a@example.org"))
    assert len(routed(announcement(), rule(), recipients=(twice,))) == 1
