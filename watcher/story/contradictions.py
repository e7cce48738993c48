"""Where sources contradict each other: it is shown, and nobody's word is hidden."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import combinations

from watcher.models.story import Conflict, Contradiction, Step
from watcher.story.states import Telling
from watcher.story.steps import REVERSALS, Said

AROUND = timedelta(days=14)
"""How far a denial reaches, or the word of the body that acts that something is only planned."""
MISREAD = timedelta(days=3)
"""How long after a plan somebody who says that it is done is taken to have misread it."""
Refuted = tuple[Telling, Telling]


def only_planned(told: Sequence[Telling]) -> list[Refuted]:
    """Second-hand words that something is done, each with the word of the body that acts that it is planned."""
    plans: dict[Step | None, list[Telling]] = defaultdict(list)
    done: dict[Said, list[Telling]] = defaultdict(list)
    for each in (each for each in told if each.primary):
        if each.said.is_plan:
            plans[each.said.of].append(each)
        else:
            done[each.said].append(each)
    found = []
    for act in told:
        if act.primary or act.said.denied or act.said.of is not None:
            continue
        plan = next(
            (plan for plan in plans[act.said.step] if _together(plan, act) and not _may_follow(act, plan)), None
        )
        if plan is not None and not any(_together(each, act) for each in done[act.said]):
            found.append((act, plan))
    return found


def _may_follow(act: Telling, plan: Telling) -> bool:
    """Whether it may be the plan carried out, and not the plan misread."""
    same = bool(act.report.event) and act.report.event == plan.report.event
    return not same and act.report.at - plan.report.at > MISREAD


def _together(one: Telling, other: Telling) -> bool:
    same = bool(one.report.event) and one.report.event == other.report.event
    return same or abs(one.report.at - other.report.at) <= AROUND


def contradictions(told: Sequence[Telling], refuted: Sequence[Refuted]) -> tuple[Contradiction, ...]:
    """Every contradiction once, in order of time."""
    found = [
        *(Contradiction(Conflict.ONLY_PLANNED, act.said.step, act.report, plan.report) for act, plan in refuted),
        *_denials(told),
        *_opposites(told),
    ]
    return tuple(sorted(found, key=lambda each: (each.one.at, each.conflict, each.one.match, each.other.match)))


def _denials(told: Sequence[Telling]) -> Iterator[Contradiction]:
    """The newest denial of each report, by another entry."""
    denials = defaultdict(list)
    for each in told:
        if each.said.denied:
            denials[replace(each.said, denied=False)].append(each)
    for act in told:
        against = (no for no in reversed(denials.get(act.said, ())) if no.report.entry != act.report.entry)
        if no := next((no for no in against if _together(no, act)), None):
            yield Contradiction(Conflict.DENIED, act.said.step, act.report, no.report)


def _opposites(told: Sequence[Telling]) -> Iterator[Contradiction]:
    """What two publishers say of one announcement, or on one day; a publisher that says both tells what happened.

    Of each publisher the first word counts, so that one who publishes thousands in a day costs no more than others.
    """
    at_once: dict[str, dict[tuple[Said, str], Telling]] = defaultdict(dict)
    for each in told:
        for name in filter(None, (each.day, each.report.event)):
            at_once[name].setdefault((each.said, each.report.publisher.id), each)
    pairs = (pair for words in at_once.values() for pair in combinations(words.values(), 2))
    for one, other in dict.fromkeys(pair for pair in pairs if _opposed(*pair)):
        step = one.said.step if one.said.step in REVERSALS else other.said.step
        yield Contradiction(Conflict.OPPOSITE, step, one.report, other.report)


def _opposed(one: Telling, other: Telling) -> bool:
    mine, theirs = one.said, other.said
    if (mine.axis, mine.of) != (theirs.axis, theirs.of) or mine.denied or theirs.denied:
        return False
    if one.report.publisher.id == other.report.publisher.id:
        return False
    return theirs.step in REVERSALS.get(mine.step, ()) or mine.step in REVERSALS.get(theirs.step, ())
