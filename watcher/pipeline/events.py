"""One announcement, one alert: which event an entry belongs to, and whether anybody still has to hear of it.

The store calls this inside the transaction that records the entry; everything here is decided from what it hands in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from watcher.alerts import followups
from watcher.events import act_marks, compare, in_order, lead, marks, news, place, take_print
from watcher.events.cluster import ORDER
from watcher.events.prints import LINKS
from watcher.models.alerts import Announcement, Delivery
from watcher.models.events import Around, Gather, Member, Placement, Print, Told
from watcher.models.words import PublisherType


@dataclass(frozen=True, slots=True)
class Gathering:
    """The rules of events (see `watcher.models.events.Gather`), with what the vocabulary and the catalog say.

    Both are asked when they are needed: the catalog may change, and an unchanged round needs no vocabulary.
    """

    parents: Callable[[], Mapping[str, str | None]]
    order: Callable[[], Sequence[PublisherType]] = tuple

    def in_order(self, prints: Sequence[Print]) -> Sequence[Print]:
        return in_order(prints, self.order() or ORDER)

    def place(self, new: Print, around: Around) -> Placement:
        return place(new, around, self.parents())

    def lead(self, members: Sequence[Member]) -> str:
        return lead(members, self.order() or ORDER)

    def settle(
        self, new: Member, made: Sequence[Delivery], members: Sequence[Member], told: Sequence[Told]
    ) -> tuple[Delivery, ...]:
        return tuple(self._settled(new, each, members, told) for each in made)

    def _settled(self, new: Member, made: Delivery, members: Sequence[Member], told: Sequence[Told]) -> Delivery:
        theirs = [each for each in told if (each.channel, each.address) == (made.channel, made.address)]
        heard = [each for each in theirs if each.arrives]
        if not heard or made.silence_id is not None:
            return followups.first(made, new.event_id)
        known = {each.print.entry_id: each.print for each in members}
        found = news(
            new.print,
            [known[each.entry_id] for each in theirs if each.entry_id in known],
            self.parents(),
            acts=followups.acts_of(made.payload),
            told=[act for each in heard for act in followups.acts_of(each.payload)],
        )
        root = heard[0]
        if found or _asks_for_it(made, heard):
            return followups.follow_up(
                made, new.event_id, root=root.delivery_id, news=found, sources=_since(new, heard, members)
            )
        first = known.get(root.entry_id, new.print)
        return followups.held(
            made, new.event_id, root=root.delivery_id, title=first.title, publisher=first.publisher_name
        )


def _asks_for_it(made: Delivery, heard: Sequence[Told]) -> bool:
    """Every entry is wanted, or a rule selects something of this announcement for the first time."""
    return made.every_entry or bool(set(made.rule_ids) - {rule for each in heard for rule in each.rule_ids})


def _since(new: Member, heard: Sequence[Told], members: Sequence[Member]) -> list[str]:
    """The publishers that reported it beside those that the address was told of."""
    told = {each.entry_id for each in heard}
    before = {each.print.publisher_name for each in members if each.print.entry_id in told}
    names = dict.fromkeys(each.print.publisher_name for each in (*members, new))
    return [name for name in names if name not in before]


def resembling(of: Sequence[Member], entry: Print, parents: Mapping[str, str | None]) -> list[str]:
    """The events of these reports, those most likely to be of the same announcement as the entry first."""
    said = [(compare(entry, each.print, parents), each) for each in of]
    said.sort(key=lambda each: (bool(each[0].against), -each[0].strength, abs(entry.at - each[1].print.at)))
    return list(dict.fromkeys(each.event_id for _, each in said))


def marked(taken: Print) -> Print:
    """A stored print with its marks again."""
    return replace(taken, marks=marks(taken), act_marks=act_marks(taken))


class HasEntries(Protocol):
    """The stored announcements, as far as forming events anew knows them; the newest first."""

    def announcements(self, since: datetime) -> Iterable[tuple[Announcement, bool]]: ...


class HasEvents(Protocol):
    def linked(self) -> Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]: ...

    def rebuild(self, prints: Sequence[Print], gather: Gather) -> int: ...


def rebuild(entries: HasEntries, events: HasEvents, gather: Gather, since: datetime) -> tuple[int, int]:
    """Form all events anew from the stored entries; returns how many entries were looked at, and how many events."""
    found: dict[datetime, list[Print]] = {}
    linked = events.linked()
    for announcement, _ in entries.announcements(since):
        taken = take_print(announcement)
        if taken:
            links, versions = linked.get(taken.entry_id, ((), ()))
            links = tuple(dict.fromkeys((*links, *taken.links)))[:LINKS]
            found.setdefault(announcement.first_seen, []).append(marked(replace(taken, links=links, versions=versions)))
    prints = [each for at in sorted(found) for each in gather.in_order(found[at])]
    return len(prints), events.rebuild(prints, gather)
