"""Which event a new entry belongs to: the one whose report it resembles most, unless people said otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from watcher.events.alike import Likeness, compare, reacts
from watcher.models.events import Around, Member, Placement, Print
from watcher.models.words import PublisherType

ORDER = (
    *(PublisherType.EXECUTIVE, PublisherType.LEGISLATURE, PublisherType.SUBNATIONAL_GOVERNMENT, PublisherType.COURT),
    *(PublisherType.INTERNATIONAL_ORGANISATION, PublisherType.NGO, PublisherType.RESEARCH, PublisherType.MEDIA),
    PublisherType.OTHER,
)
"""Whose report leads an event, where the operators do not say otherwise."""


def in_order(prints: Sequence[Print], order: Sequence[PublisherType] = ORDER) -> list[Print]:
    """By time, then the primary source first: the order in which entries that came together are placed."""
    return sorted(prints, key=lambda each: (each.at, _rank(each, order), each.entry_id))


def lead(members: Sequence[Member], order: Sequence[PublisherType] = ORDER) -> str:
    """The id of the entry that speaks for an event: of the primary source, whichever came first."""
    first = min(members, key=lambda each: (_rank(each.print, order), each.print.at, each.print.entry_id))
    return first.print.entry_id


def place(new: Print, around: Around, parents: Mapping[str, str | None]) -> Placement:
    """The event of a new entry; deterministic: the same entry among the same ones always has the same place."""
    asked = [member for member in around.members if member.print.entry_id in around.same]
    if asked:
        chosen = min(asked, key=lambda each: each.event_id)
        return Placement(chosen.event_id, chosen.print.entry_id, "a person put them together")
    shut = {member.event_id for member in around.members if member.print.entry_id in around.apart}
    free = [member for member in around.members if member.event_id not in shut]
    found = [(member, compare(new, member.print, parents)) for member in free]
    best = _best(found)
    if best:
        member, likeness = best
        return Placement(member.event_id, member.print.entry_id, likeness.why)
    return Placement(
        reaction_to=_nearest(new, [member for member, said in found if said.reaction]),
        reacted_by=tuple(sorted({member.event_id for member in free if reacts(member.print, new, parents)})),
    )


def _best(found: Sequence[tuple[Member, Likeness]]) -> tuple[Member, Likeness] | None:
    """The strongest likeness, of events in which nothing speaks against it more than half of the time."""
    for_it: dict[str, int] = {}
    for member, said in found:
        for_it[member.event_id] = for_it.get(member.event_id, 0) + (1 if said.same else -1 if said.against else 0)
    same = [
        (member, said) for member, said in found if said.same and (for_it[member.event_id] >= 0 or said.strength >= 3)
    ]
    return max(same, key=lambda each: (each[1].strength, -each[0].print.at.timestamp(), each[0].event_id), default=None)


def _nearest(new: Print, members: Sequence[Member]) -> str | None:
    nearest = min(members, key=lambda each: (abs(new.at - each.print.at), each.event_id), default=None)
    return nearest.event_id if nearest else None


def _rank(each: Print, order: Sequence[PublisherType]) -> int:
    return order.index(each.publisher_type) if each.publisher_type in order else len(order)
