"""Telling the story: matches and dated events in, states, where things stand, contradictions and the chorus out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date

from watcher.models.policies import PolicyEvent
from watcher.models.story import Axis, Report, Speaker, State, Story, Voice
from watcher.models.words import Action
from watcher.story.contradictions import contradictions, only_planned
from watcher.story.now import now, with_blocks
from watcher.story.reading import tellings
from watcher.story.states import background_state, gathered

CHORUS = frozenset({Action.CALL_FOR, Action.COMMENT, Action.COMMEMORATE, Action.REPORT})
"""What is counted and never is a state."""


def tell(
    policy: str,
    reports: Iterable[Report],
    background: Sequence[PolicyEvent] = (),
    voices: Collection[Voice] = (),
    *,
    today: date,
    parties: Collection[str] = (),
    cut: bool = False,
) -> Story:
    """The story of a policy. The same values give the same story, in whatever order they come.

    `parties` are the countries whose bodies can act, if known. `background` are the dated events of the vocabulary,
    those after `today` left out. `voices` may name a publisher and action more than once. Dismissed matches and those
    that are no act of somebody who can act give no state.
    """
    told = tellings(set(reports), parties)
    refuted = only_planned(told)
    untrue = {act for act, _ in refuted}
    acts = [each for each in told if not each.said.denied and each not in untrue]
    dated = (background_state(event, number) for number, event in enumerate(background) if event.on[:10] <= str(today))
    states = sorted((*gathered(acts), *filter(None, dated)), key=_order)
    blocked = with_blocks(states)
    return Story(
        policy=policy,
        states=blocked,
        now=now(blocked),
        contradictions=contradictions(told, refuted),
        chorus=chorus(voices),
        cut=cut,
    )


def _order(state: State) -> tuple[str, bool, str, str]:
    """By day; on one day the government before the courts, who answer it; then what was said first."""
    said_at = min((each.at.isoformat() for each in state.sources), default="")
    return state.on, state.axis is Axis.COURTS, said_at, state.id


def chorus(voices: Iterable[Voice]) -> tuple[Speaker, ...]:
    """Who speaks, the most frequent first."""
    spoken: dict[str, Counter[Action]] = defaultdict(Counter)
    known = {}
    for voice in voices:
        spoken[voice.publisher.id][voice.action] += voice.count
        known[voice.publisher.id] = voice.publisher
    speakers = (
        Speaker(known[one], sum(said.values()), tuple(sorted(said.items(), key=lambda pair: (-pair[1], pair[0]))))
        for one, said in spoken.items()
    )
    return tuple(sorted(speakers, key=lambda each: (-each.count, each.publisher.id)))
