"""What becomes a state, on whose word, and what never does."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from random import Random

import pytest

from tests.story.saying import COURT, DHS, KIND, TODAY, WIRE, confirmed, said, steps, story
from watcher.classify import load_vocabulary
from watcher.models.catalog import Publisher
from watcher.models.policies import PolicyEvent
from watcher.models.story import Axis, Conflict, Standing, Voice
from watcher.models.words import Action, ActorType, Modality, PublisherType, Verdict
from watcher.story import CHORUS, tell


def test_a_plan_to_end_is_announced_and_not_ended() -> None:
    told = story(said(DHS, "2021-02-02", Action.TERMINATE, Modality.PLANNED))
    assert steps(told) == ["announced:ended"]
    assert told.now.government is None
    assert told.now.plan is told.states[0]


def test_an_ending_is_called_reported_until_a_person_confirms_it() -> None:
    ending = said(DHS, "2021-06-01", Action.TERMINATE)
    assert story(ending).states[0].as_reported
    assert not story(confirmed(ending)).states[0].as_reported
    assert not story(said(DHS, "2021-06-01", Action.SUSPEND)).states[0].as_reported


@pytest.mark.parametrize("action", sorted(CHORUS))
def test_the_chorus_never_makes_a_state_whoever_sings(action: Action) -> None:
    assert story(*(said(DHS, "2021-06-01", action, actor=actor) for actor in ActorType)).states == ()


@pytest.mark.parametrize(
    "modality", [Modality.REQUESTED, Modality.REPORTED, Modality.HYPOTHETICAL, Modality.NEGATED, Modality.PAST]
)
def test_what_is_asked_for_possible_denied_or_remembered_is_no_state(modality: Modality) -> None:
    assert story(said(DHS, "2021-06-01", Action.TERMINATE, modality)).states == ()
    assert story(said(COURT, "2021-06-01", Action.BLOCK, modality)).states == ()


def test_only_who_can_act_acts() -> None:
    cannot = [each for each in ActorType if each not in (ActorType.EXECUTIVE, ActorType.LEGISLATURE)]
    assert story(*(said(KIND, "2021-06-01", Action.TERMINATE, actor=actor) for actor in cannot)).states == ()
    by_government = replace(said(DHS, "2021-06-01", Action.BLOCK), actor=ActorType.EXECUTIVE)
    assert story(by_government).states == ()


def test_a_court_that_blocks_an_ending_leaves_the_government_s_act_and_holds_it_up() -> None:
    told = story(
        said(DHS, "2021-06-01", Action.TERMINATE), said(COURT, "2021-08-13", Action.BLOCK, target=Action.TERMINATE)
    )
    assert steps(told) == ["ended"]
    assert steps(told, Axis.COURTS) == ["blocked:ended"]
    assert told.now.blocked_by is told.states[1]


def test_a_court_that_lets_the_ending_happen_after_all_lifts_the_block() -> None:
    told = story(
        said(DHS, "2021-06-01", Action.TERMINATE),
        said(COURT, "2021-08-13", Action.BLOCK, target=Action.TERMINATE),
        said(COURT, "2022-06-30", Action.ALLOW, target=Action.TERMINATE),
    )
    assert told.now.blocked_by is None
    assert steps(told, Axis.COURTS) == ["blocked:ended", "allowed:ended"]


def test_a_block_of_the_first_ending_does_not_hold_up_the_second() -> None:
    told = story(
        said(DHS, "2021-06-01", Action.TERMINATE),
        said(COURT, "2021-08-13", Action.BLOCK, target=Action.TERMINATE),
        said(DHS, "2021-10-29", Action.TERMINATE),
    )
    assert [bool(each.blocked_by) for each in told.on(Axis.GOVERNMENT)] == [True, False]


def test_the_word_of_others_is_marked_with_their_names_and_weighs_less() -> None:
    alone = story(said(KIND, "2020-12-17", Action.ADOPT)).states[0]
    assert (alone.standing, alone.reported_by) == (Standing.REPORTED, ("KIND",))
    raised = story(said(KIND, "2020-12-17", Action.ADOPT), said(DHS, "2020-12-15", Action.ADOPT)).states
    assert len(raised) == 1
    assert (raised[0].standing, raised[0].reported_by, raised[0].on) == (Standing.PRIMARY, (), "2020-12-15")
    assert raised[0].confidence > alone.confidence
    assert raised[0].sources[0].publisher is DHS


def test_a_government_tells_of_its_own_acts_only_and_of_an_agreement_both_do() -> None:
    foreign = Publisher("sre", "Foreign Ministry", PublisherType.EXECUTIVE, "MX")
    ending = said(foreign, "2021-06-01", Action.TERMINATE)

    def standing(*parties: str) -> Standing:
        return tell("mpp", [ending], today=TODAY, parties=parties).states[0].standing

    assert standing("US") is Standing.REPORTED
    assert standing("US", "MX") is standing() is Standing.PRIMARY
    ending = replace(ending, publisher=replace(foreign, country=None))
    assert standing("US") is Standing.PRIMARY


def test_a_court_of_another_country_reports_and_who_sues_comes_from_anywhere() -> None:
    court, ngo = replace(COURT, country="CA"), replace(KIND, country="CA")
    blocked = said(court, "2021-06-01", Action.BLOCK)
    sued = said(ngo, "2021-06-01", Action.CHALLENGE, actor=ActorType.NGO)
    told = tell("mpp", [blocked, sued], today=TODAY, parties={"US"})
    assert {each.step: each.standing for each in told.states} == {
        "blocked": Standing.REPORTED,
        "challenged": Standing.PRIMARY,
    }


@pytest.mark.parametrize(
    ("policy", "parties"),
    [
        ("mpp", {"US"}),
        ("aca-el-salvador", {"US", "SV"}),
        ("aca", {"US", "SV", "GT", "HN"}),
        ("uk-rwanda", {"GB", "RW"}),
        ("stca-us-canada", {"US", "CA"}),
        ("mexico-comar", {"MX"}),
        ("dublin", {"EU"}),
    ],
)
def test_the_countries_that_can_act_are_those_of_the_policy(policy: str, parties: set[str]) -> None:
    assert load_vocabulary().policies[policy].parties == parties


def test_a_thousand_who_only_repeat_it_do_not_make_it_certain() -> None:
    many = [replace(said(KIND, "2020-12-17", Action.ADOPT), publisher=replace(KIND, id=f"ngo-{n}")) for n in range(99)]
    assert story(*many).states[0].confidence == 0.85


def test_one_publisher_that_says_it_twice_counts_once() -> None:
    once, twice = said(KIND, "2020-12-17", Action.ADOPT), said(KIND, "2020-12-18", Action.ADOPT)
    assert story(once, twice).states[0].confidence == story(once).states[0].confidence


def test_reports_of_one_announcement_are_one_state_however_late_they_come() -> None:
    told = story(
        said(DHS, "2021-06-01", Action.TERMINATE, event="e"), said(KIND, "2021-08-01", Action.TERMINATE, event="e")
    )
    assert [len(each.sources) for each in told.states] == [2]


def test_what_happens_again_after_something_else_is_a_state_of_its_own() -> None:
    told = story(
        said(DHS, "2021-06-01", Action.SUSPEND),
        said(DHS, "2021-06-03", Action.REINSTATE),
        said(DHS, "2021-06-05", Action.SUSPEND),
    )
    assert steps(told) == ["suspended", "brought-back", "suspended"]


def test_two_acts_of_one_entry_do_not_part_the_reports_of_each() -> None:
    both = (Action.SUSPEND, Action.TERMINATE)
    told = story(
        *(said(DHS, "2021-06-01", action, entry="a") for action in both),
        *(said(WIRE, "2021-06-02", action, entry="b") for action in both),
    )
    assert [len(each.sources) for each in told.states] == [2, 2]


def test_an_entry_that_says_done_and_planned_is_read_as_planned() -> None:
    told = story(
        said(DHS, "2021-06-01", Action.TERMINATE, entry="a"),
        said(DHS, "2021-06-01", Action.TERMINATE, Modality.PLANNED, entry="a"),
    )
    assert steps(told) == ["announced:ended"]


def test_a_rule_that_is_made_and_takes_effect_later_is_both() -> None:
    told = story(
        said(DHS, "2021-06-01", Action.ADOPT, entry="a"),
        said(DHS, "2021-06-01", Action.IMPLEMENT, Modality.PLANNED, entry="a"),
    )
    assert sorted(steps(told)) == ["announced", "announced:in-force"]


def test_others_who_only_name_an_ending_do_not_tell_it() -> None:
    assert story(said(KIND, "2023-05-11", Action.TERMINATE, quote="El fin del Título 42")).states == ()
    assert story(said(DHS, "2023-05-11", Action.TERMINATE, quote="End of the Title 42 order")).states


@pytest.mark.parametrize(
    ("title", "quote", "told"),
    [
        ("Biden vows: Title 42 is over", "Title 42 is over", ["announced:ended"]),
        ("Biden promises to end MPP", "end MPP", ["announced:ended"]),
        ("Biden promete que termina MPP", "termina MPP", ["announced:ended"]),
        ("MPP finally ends", "MPP finally ends", []),
        ("Por fin termina MPP", "termina MPP", []),
        ("Government ends MPP", "ends MPP", ["ended"]),
        ("A statement", "finally ended MPP", ["ended"]),
    ],
)
def test_a_headline_of_others_that_promises_or_rejoices_ends_nothing(title: str, quote: str, told: list[str]) -> None:
    assert steps(story(said(WIRE, "2021-06-01", Action.TERMINATE, title=title, quote=quote))) == told
    assert steps(story(confirmed(said(WIRE, "2021-06-01", Action.TERMINATE, title=title, quote=quote)))) == ["ended"]


@pytest.mark.parametrize(
    ("quote", "told"),
    [
        ("refused to stay the ruling that blocks the expansion", []),
        ("se negó a levantar el bloqueo", []),
        ("vacated the rule and denied a stay", ["struck-down"]),
        ("blocked the expansion", ["blocked"]),
    ],
)
def test_a_court_that_refuses_to_change_anything_blocks_nothing_new(quote: str, told: list[str]) -> None:
    assert steps(story(said(COURT, "2021-06-01", Action.BLOCK, quote=quote)), Axis.COURTS) == told


def test_a_report_that_is_done_where_the_government_says_planned_is_a_contradiction_and_no_state() -> None:
    told = story(
        said(WIRE, "2021-02-11", Action.TERMINATE), said(DHS, "2021-02-12", Action.TERMINATE, Modality.PLANNED)
    )
    assert steps(told) == ["announced:ended"]
    assert [each.conflict for each in told.contradictions] == [Conflict.ONLY_PLANNED]
    assert told.contradictions[0].one.publisher is WIRE


def test_a_plan_that_others_report_as_done_days_later_may_have_been_carried_out() -> None:
    told = story(
        said(DHS, "2026-06-10", Action.IMPLEMENT, Modality.PLANNED), said(WIRE, "2026-06-21", Action.IMPLEMENT)
    )
    assert steps(told) == ["announced:in-force", "in-force"]
    assert told.contradictions == ()
    assert told.now.plan is None


def test_a_denial_is_shown_beside_the_state() -> None:
    told = story(
        said(WIRE, "2021-06-01", Action.TERMINATE), said(DHS, "2021-06-02", Action.TERMINATE, Modality.NEGATED)
    )
    assert steps(told) == ["ended"]
    assert [(each.conflict, each.other.publisher) for each in told.contradictions] == [(Conflict.DENIED, DHS)]


def test_two_who_say_the_opposite_on_one_day_contradict_each_other() -> None:
    told = story(said(WIRE, "2021-06-01", Action.TERMINATE), said(KIND, "2021-06-01", Action.EXTEND))
    assert [each.conflict for each in told.contradictions] == [Conflict.OPPOSITE]


def test_what_was_dismissed_is_not_told() -> None:
    assert story(replace(said(DHS, "2021-06-01", Action.TERMINATE), verdict=Verdict.DISMISSED)).states == ()


@pytest.mark.parametrize(
    ("action", "quote", "step"),
    [
        (Action.BLOCK, "vacated the rule", "struck-down"),
        (Action.BLOCK, "anuló la regla", "struck-down"),
        (Action.BLOCK, "blocked the rule", "blocked"),
        (Action.ALLOW, "upheld the rule", "upheld"),
        (Action.ALLOW, "avaló la regla", "upheld"),
        (Action.ALLOW, "lifted the injunction", "allowed"),
    ],
)
def test_the_words_of_a_ruling_tell_a_block_from_a_striking_down(action: Action, quote: str, step: str) -> None:
    assert steps(story(said(COURT, "2025-05-01", action, quote=quote)), Axis.COURTS) == [step]


def test_who_goes_to_court_challenges_and_does_not_block() -> None:
    told = story(said(KIND, "2025-05-01", Action.CHALLENGE, actor=ActorType.NGO))
    assert steps(told, Axis.COURTS) == ["challenged"]
    assert told.states[0].standing is Standing.PRIMARY


def test_the_story_is_the_same_in_whatever_order_the_reports_come() -> None:
    reports = [
        said(publisher, f"2025-0{1 + n % 3}-{1 + n % 28:02}", action, modality, event=f"e{n % 7}", entry=f"n{n % 11}")
        for n, (publisher, action, modality) in enumerate(
            (publisher, action, modality)
            for publisher in (DHS, KIND, WIRE, COURT)
            for action in (Action.ADOPT, Action.SUSPEND, Action.TERMINATE, Action.REINSTATE, Action.BLOCK)
            for modality in (Modality.ACTUAL, Modality.PLANNED, Modality.NEGATED)
        )
    ]
    told = story(*reports)
    assert len(told.states) > 10
    assert told.contradictions
    for seed in range(20):
        Random(seed).shuffle(reports)
        assert story(*reports) == told


def test_an_older_report_that_comes_later_changes_the_day_and_not_the_name() -> None:
    known = said(KIND, "2021-06-03", Action.TERMINATE)
    older = said(DHS, "2021-06-01", Action.TERMINATE)
    (before,), (after,) = story(known).states, story(known, older).states
    assert (before.on, after.on) == ("2021-06-03", "2021-06-01")
    assert after.id == before.id
    assert after.sources[0] == older


def test_a_report_keeps_its_state_s_name_when_it_is_read_anew() -> None:
    first, second = said(KIND, "2021-06-03", Action.TERMINATE), said(DHS, "2021-06-04", Action.TERMINATE)
    again = replace(first, match="another", quote="in other words", score=0.5)
    assert story(again, second).states[0].id == story(first, second).states[0].id


def test_announcements_that_are_joined_keep_the_older_name_and_parted_ones_too() -> None:
    first = said(KIND, "2021-06-01", Action.TERMINATE, event="a")
    second = said(DHS, "2021-09-01", Action.TERMINATE, event="b")
    apart = story(first, second).states
    joined = story(first, replace(second, event="a")).states
    assert [each.id for each in joined] == [apart[0].id]
    assert len({each.id for each in apart}) == 2


def test_no_two_states_have_one_name() -> None:
    entry = [
        said(COURT, "2021-06-01", action, target=target, entry="e")
        for action in (Action.BLOCK, Action.ALLOW)
        for target in (None, Action.TERMINATE, Action.REINSTATE)
    ]
    plans = [said(DHS, "2021-06-01", action, Modality.PLANNED, entry="e") for action in (Action.EXTEND, Action.SUSPEND)]
    states = story(*entry, *plans).states
    assert len({each.id for each in states}) == len(states) > 5


def test_dated_events_are_marked_and_those_to_come_are_left_out() -> None:
    def event(on: str, action: Action, actor: ActorType, target: Action | None = None) -> PolicyEvent:
        return PolicyEvent(on, action, Modality.ACTUAL, actor, "what", "https://example.org", "weak", target)

    events = [
        event("2021-06", Action.TERMINATE, ActorType.EXECUTIVE),
        event("2021-08-13", Action.BLOCK, ActorType.COURT, Action.TERMINATE),
        event("2021-09-01", Action.COMMENT, ActorType.NGO),
        event("2030-01-01", Action.REINSTATE, ActorType.EXECUTIVE),
    ]
    told = tell("mpp", [], events, today=TODAY)
    assert [(each.on, each.standing) for each in told.states] == [
        ("2021-06", Standing.BACKGROUND),
        ("2021-08-13", Standing.BACKGROUND),
    ]
    assert told.now.blocked_by is told.states[1]
    assert told.states[0].as_reported
    assert (told.states[0].quote, told.states[0].link, told.states[0].confidence) == (
        "what",
        "https://example.org",
        0.6,
    )
    assert tell("mpp", [], events, today=date(2030, 1, 1)).now.government != told.now.government


def test_who_speaks_most_comes_first() -> None:
    voices = [Voice(WIRE, Action.REPORT, 2), Voice(KIND, Action.CALL_FOR, 2), Voice(KIND, Action.COMMENT, 1)]
    told = tell("mpp", [], voices=voices, today=TODAY)
    assert [(each.publisher.id, each.count) for each in told.chorus] == [("kind", 3), ("wire", 2)]
    assert told.chorus[0].actions == ((Action.CALL_FOR, 2), (Action.COMMENT, 1))
