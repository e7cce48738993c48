"""What silences hold: the matches that meet one are recorded for whom they concern, and sent to nobody."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from watcher.alerts.criteria import Subject, failing, given
from watcher.models.alerts import Announcement, Delivery
from watcher.models.catalog import Criteria
from watcher.models.identity import match_id
from watcher.models.matches import Match
from watcher.models.silences import Silence

LONGEST = timedelta(days=366)
"""A silence that lasts for years is a rule that should be changed."""


def wrong_with(criteria: Criteria, expires_at: datetime, now: datetime) -> str | None:
    """Why a silence cannot be made, or None."""
    if not any(given(criteria)):
        return "say at least one thing that must hold; a silence without any would hold every alert"
    if expires_at <= now:
        return "it would be over before it begins; choose an end in the future"
    if expires_at - now > LONGEST:
        return "it would last longer than a year; change the rule in sources.yaml instead"
    return None


def held_matches(
    announcement: Announcement, silences: Sequence[Silence], *, parents: Mapping[str, str | None], now: datetime
) -> dict[Match, Silence]:
    """The matches that a silence holds at `now`, each with the first silence that does."""
    subject = Subject(announcement, parents)
    in_force = [silence for silence in silences if silence.holds_at(now)]
    held: dict[Match, Silence] = {}
    for match in announcement.matches:
        for silence in in_force:
            if failing(silence.criteria, match, subject) is None:
                held[match] = silence
                break
    return held


def route_past(
    announcement: Announcement,
    silences: Sequence[Silence],
    route: Callable[[Announcement], tuple[Delivery, ...]],
    *,
    parents: Mapping[str, str | None],
    now: datetime,
) -> tuple[Delivery, ...]:
    """The deliveries that `route` makes: those about what no silence holds to be sent, the others as silenced.

    An alert of which only some matches are held goes out with the rest. Pure: ids are what they are without silences.
    """
    held = held_matches(announcement, silences, parents=parents, now=now)
    if not held:
        return route(announcement)
    loud = tuple(match for match in announcement.matches if match not in held)
    sent = route(replace(announcement, matches=loud)) if loud else ()
    told = {delivery.id for delivery in sent}
    by_match = {match_id(announcement.entry_id, match): silence for match, silence in held.items()}
    return (
        *sent,
        *(_silenced(delivery, by_match) for delivery in route(announcement) if delivery.id not in told),
    )


def _silenced(delivery: Delivery, by_match: Mapping[str, Silence]) -> Delivery:
    said = [match["id"] for match in delivery.payload["data"]["matches"]]
    holding = next((by_match[each] for each in said if each in by_match), next(iter(by_match.values())))
    return replace(delivery, silence_id=holding.id)
