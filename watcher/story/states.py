"""From acts to states: reports of one act become one state, with the words of all who say so."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import prod

from watcher.models.policies import PolicyEvent
from watcher.models.story import Report, Standing, State
from watcher.models.words import ActorType, PublisherType, Verdict
from watcher.story.steps import Said, read

NEAR = timedelta(days=7)
"""Reports of the same act on the same axis are of one act when they are no further apart and nothing came between."""
SECOND_HAND, MOST_SECOND_HAND = 0.6, 0.85
"""What the word of somebody else counts, and how sure any number of them can make us."""
_BACKGROUND = {"seen": 0.9, "weak": 0.6}
_RECALLED = 0.4
_OF_A_STATE = frozenset({PublisherType.EXECUTIVE, PublisherType.LEGISLATURE, PublisherType.COURT})
_GOVERNING = frozenset({ActorType.EXECUTIVE, ActorType.LEGISLATURE})


@dataclass(frozen=True, slots=True)
class Telling:
    """A report, what it says in the words of the story, and whether its publisher tells of its own act."""

    report: Report
    said: Said
    primary: bool

    @property
    def day(self) -> str:
        """The ISO date of the report."""
        return self.report.at.date().isoformat()

    @property
    def order(self) -> tuple[str, str, str]:
        """By time; the ids make it the same every time."""
        return self.report.at.isoformat(), self.report.entry, self.report.match


def is_primary(report: Report, parties: Collection[str]) -> bool:
    """Whether the publisher tells of its own act: `parties` are the countries whose bodies can act, if known.

    Mexico's foreign ministry that tells of an American memorandum reports it as anybody else does.
    """
    publisher, actor = report.publisher, report.actor
    if publisher.type not in _OF_A_STATE:
        return publisher.type.value == actor.value
    if parties and publisher.country and publisher.country not in parties:
        return False
    return actor is ActorType.COURT if publisher.type is PublisherType.COURT else actor in _GOVERNING


def gathered(acts: Sequence[Telling]) -> list[State]:
    """The states that these acts, in order of time, make."""
    groups: list[list[Telling]] = []
    of_event: dict[tuple[str, Said], list[Telling]] = {}
    for act in acts:
        group = of_event.get((act.report.event, act.said)) or _near(groups, act)
        if group is None:
            groups.append(group := [])
        group.append(act)
        if act.report.event:
            of_event.setdefault((act.report.event, act.said), group)
    return list(map(_state, groups))


def _near(groups: Sequence[list[Telling]], act: Telling) -> list[Telling] | None:
    """The last group that says the same, if it lies close by and nothing else happened on the axis in between."""
    for group in reversed(groups):
        said, last = group[0].said, group[-1].report
        if said == act.said:
            return group if act.report.at - last.at <= NEAR else None
        if said.axis is act.said.axis and not said.is_plan and _came_between(groups, group[0], act):
            return None
    return None


def _came_between(groups: Sequence[list[Telling]], other: Telling, act: Telling) -> bool:
    """Whether something happened after the last report that says what `act` says, and before it."""
    if other.report.entry == act.report.entry:
        return False
    last = next((group[-1].report.at for group in reversed(groups) if group[0].said == act.said), None)
    return last is not None and last < other.report.at


def _state(group: Sequence[Telling]) -> State:
    sources = sorted(group, key=lambda each: (not each.primary, *each.order))
    first, said = sources[0].report, sources[0].said
    standing = _standing(group)
    return State(
        id=_name(said, min(group, key=lambda each: (each.report.seq, each.report.entry)).report),
        axis=said.axis,
        step=said.step,
        of=said.of,
        on=min(each.day for each in group),
        standing=standing,
        confidence=_confidence(group, standing),
        event=first.event,
        quote=first.quote,
        link=first.url or "",
        sources=tuple(each.report for each in sources),
        reported_by=_names(sources) if standing is Standing.REPORTED else (),
    )


def _name(said: Said, founding: Report) -> str:
    """What names a state: feed readers show one that is renamed twice, so nothing that comes later may change it."""
    return "-".join(filter(None, (said.axis, said.step, said.of, founding.entry)))


def _standing(group: Iterable[Telling]) -> Standing:
    if any(each.report.verdict is Verdict.CONFIRMED for each in group):
        return Standing.CONFIRMED
    return Standing.PRIMARY if any(each.primary for each in group) else Standing.REPORTED


def _confidence(group: Iterable[Telling], standing: Standing) -> float:
    """1 when a person confirmed it; else what remains when each publisher's doubt is taken together."""
    if standing is Standing.CONFIRMED:
        return 1.0
    sure: dict[str, float] = {}
    for each in group:
        word = each.report.score * (1 if each.primary else SECOND_HAND)
        sure[each.report.publisher.id] = max(word, sure.get(each.report.publisher.id, 0.0))
    together = 1 - prod(1 - word for word in sure.values())
    return round(together if standing is Standing.PRIMARY else min(together, MOST_SECOND_HAND), 2)


def _names(sources: Iterable[Telling]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.report.publisher.name for each in sources))


def background_state(event: PolicyEvent, number: int) -> State | None:
    """A dated event of the vocabulary as a state; None when it is no act of anybody who can act."""
    said = read(event.action, event.modality, event.target, event.actor_type, event.what)
    if said is None or said.denied:
        return None
    return State(
        id=f"{said.axis}-background-{number}",
        axis=said.axis,
        step=said.step,
        of=said.of,
        on=event.on,
        standing=Standing.BACKGROUND,
        confidence=_BACKGROUND.get(event.confidence, _RECALLED),
        event="",
        quote=event.what,
        link=event.source,
    )
