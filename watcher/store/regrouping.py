"""What people decide about events: taken apart, put together, taken back; each act stands in a trail that only grows.

A decision is kept as pairs of entries, so that it outlives every new forming of events. Those that belong together are
each paired with the one that was seen first: it is placed first whenever events are formed anew.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, delete, select, update

from watcher.models.events import Gather, Hindrance, Link, Member, Print, Regrouped, Regrouping
from watcher.models.identity import event_id
from watcher.store.codec import dump_plain, load_plain
from watcher.store.engine import reading, writing
from watcher.store.eventrows import find, members_of
from watcher.store.placing import decided, found_event, lock, write_lead
from watcher.store.schema import entries, event_acts, event_decisions, event_entries, events

NOTHING = Regrouped(hindrance=Hindrance.NOTHING)
MISSING = Regrouped(hindrance=Hindrance.MISSING)
CHANGED = Regrouped(hindrance=Hindrance.CHANGED)


@dataclass(frozen=True, slots=True)
class Regroupings:
    """Splits and merges. Who makes one may say which event they looked at (`seen`); a later one is not overwritten."""

    _engine: Engine

    def split(self, entry_id: str, gather: Gather, *, by: str, now: datetime, seen: str | None = None) -> Regrouped:
        """Take an entry out of its event, for good: it gets one of its own."""
        with writing(self._engine) as connection:
            lock(connection)
            row = find(connection, entry_id)
            members = members_of(connection, row.id) if row is not None else []
            mine = [each for each in members if each.print.entry_id == entry_id]
            others = [each.print for each in members if each.print.entry_id != entry_id]
            if row is None or not mine:
                return MISSING
            if seen and seen != row.id:
                return CHANGED
            if not others:
                return NOTHING
            act = _Act(connection, Regrouping.SPLIT, by, now, row.id)
            own = event_id(f"{entry_id} {act.id}")
            _bind_again(act, entry_id, others, gather)
            act.decide(Link.APART, entry_id, [each.entry_id for each in others])
            found_event(connection, own, mine[0].print, None)
            return act.move([entry_id], own, gather)

    def merge(
        self, one: str, other: str, gather: Gather, *, by: str, now: datetime, seen: Collection[str] = ()
    ) -> Regrouped:
        """Put the event `other` into `one` (ids of events or of entries), for good.

        `seen` are the events that the person looked at: both must still be among them.
        """
        with writing(self._engine) as connection:
            lock(connection)
            stays, goes = find(connection, one), find(connection, other)
            if stays is None or goes is None:
                return CHANGED if {one, other} <= set(seen) else MISSING
            if stays.id == goes.id:
                return NOTHING
            if seen and not {stays.id, goes.id} <= set(seen):
                return CHANGED
            act = _Act(connection, Regrouping.MERGE, by, now, goes.id, goes.reaction_to)
            here, there = members_of(connection, stays.id), members_of(connection, goes.id)
            act.decide_together([each.print for each in (*here, *there)], gather)
            for one_apart, others in _apart(connection, here, there):
                act.decide(Link.SAME, one_apart, others)
            connection.execute(update(events).where(events.c.id == stays.id).values(reaction_to=None))
            return act.move([each.print.entry_id for each in there], stays.id, gather)

    def undo(self, act_id: str, gather: Gather, *, by: str, now: datetime) -> Regrouped:
        """Take a split or a merge back, unless somebody moved its entries after it."""
        with writing(self._engine) as connection:
            lock(connection)
            done = connection.execute(select(event_acts).where(event_acts.c.id == act_id)).first()
            if done is None or done.act == Regrouping.UNDO:
                return MISSING
            before = load_plain(done.moved)
            moved = [each[0] for each in before]
            if _is_undone(connection, act_id) or not _are_all_in(connection, moved, done.went_to):
                return CHANGED
            is_there = find(connection, done.came_from) is not None
            if is_there is (done.act == Regrouping.MERGE):  # what a merge took away must not be there, and the reverse
                return CHANGED
            act = _Act(connection, Regrouping.UNDO, by, now, done.went_to, undoes=act_id)
            if done.act == Regrouping.MERGE:
                _found_again(connection, done, moved)
            made = act.move(moved, done.came_from, gather)
            _say_again(connection, before)
            return made

    def apart_and_together(self) -> list[tuple[Link, str, str]]:
        """All pairs that people decided about, the oldest first, with what was taken back."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(event_decisions).order_by(event_decisions.c.seq))
            return [(Link(row.link), row.entry_id, row.other_id) for row in rows]


class _Act:
    """One act under way: its decisions, and what it moves."""

    def __init__(
        self,
        connection: Connection,
        what: Regrouping,
        by: str,
        now: datetime,
        came_from: str,
        reaction_to: str | None = None,
        undoes: str | None = None,
    ) -> None:
        self.id = secrets.token_hex(8)
        self.connection, self._what, self._by, self._now = connection, what, by, now
        self._came_from, self._reaction_to, self._undoes = came_from, reaction_to, undoes

    def decide(self, link: Link, entry: str, others: Sequence[str]) -> None:
        rows = [
            {
                "link": link.value,
                "entry_id": entry,
                "other_id": other,
                "by": self._by,
                "at": self._now,
                "act_id": self.id,
            }
            for other in others
            if other != entry
        ]
        if rows:
            self.connection.execute(event_decisions.insert(), rows)

    def decide_together(self, prints: Sequence[Print], gather: Gather) -> None:
        """Each with the one that is placed first when events are formed anew."""
        first = _first(self.connection, prints, gather)
        self.decide(Link.SAME, first, [each.entry_id for each in prints])

    def move(self, moved: Sequence[str], to: str, gather: Gather) -> Regrouped:
        """Write the act and carry it out; an event without entries is gone."""
        connection, theirs = self.connection, event_entries.c.entry_id.in_(moved)
        rows = connection.execute(
            select(event_entries.c.entry_id, event_entries.c.near, event_entries.c.why).where(theirs)
        ).all()
        before = {row.entry_id: (row.near, row.why) for row in rows}
        self._write(to, [(entry, *before[entry]) for entry in moved])
        connection.execute(update(event_entries).where(theirs).values(event_id=to))
        if self._what is Regrouping.MERGE:  # the others keep the reason for which they are beside the first of them
            founders = update(event_entries).where(theirs, event_entries.c.why == "")
            connection.execute(founders.values(why=f"put together by {self._by}"))
        if self._what is Regrouping.SPLIT:
            connection.execute(update(event_entries).where(theirs).values(near="", why=""))
        for own in (to, self._came_from):
            self._tidy(own, to, gather)
        return Regrouped(self.id, to, tuple(moved))

    def _write(self, to: str, moved: Sequence[tuple[str, str, str]]) -> None:
        row = {
            "id": self.id,
            "act": self._what.value,
            "by": self._by,
            "at": self._now,
            "came_from": self._came_from,
            "went_to": to,
            "reaction_to": self._reaction_to,
            "moved": dump_plain(moved),
            "undoes": self._undoes,
        }
        self.connection.execute(event_acts.insert(), row)

    def _tidy(self, own: str, to: str, gather: Gather) -> None:
        members = members_of(self.connection, own)
        if members:
            write_lead(self.connection, own, gather, members)
            return
        reacting = update(events).where(events.c.reaction_to == own)
        self.connection.execute(reacting.where(events.c.id != to).values(reaction_to=to))
        self.connection.execute(reacting.values(reaction_to=None))
        self.connection.execute(delete(events).where(events.c.id == own))


def _first(connection: Connection, prints: Sequence[Print], gather: Gather) -> str:
    """The one that was seen first; of those that were seen at once the one that is placed first."""
    seen = select(entries.c.id, entries.c.first_seen).where(entries.c.id.in_([each.entry_id for each in prints]))
    at = {row.id: row.first_seen for row in connection.execute(seen)}
    earliest = min(at.values())
    return gather.in_order([each for each in prints if at.get(each.entry_id) == earliest])[0].entry_id


def _bind_again(act: _Act, leaves: str, others: Sequence[Print], gather: Gather) -> None:
    """Those that were put together by way of the one that leaves stay together without it."""
    said = decided(act.connection, leaves)
    bound = [each for each in others if said.get(each.entry_id) is Link.SAME]
    if len(bound) > 1:
        act.decide_together(bound, gather)


def _apart(connection: Connection, here: Sequence[Member], there: Sequence[Member]) -> Iterable[tuple[str, list[str]]]:
    """The pairs between two events that somebody parted earlier."""
    ours, theirs = ({each.print.entry_id for each in side} for side in (here, there))
    query = select(event_decisions.c.entry_id).where(
        event_decisions.c.link == Link.APART.value, event_decisions.c.entry_id.in_(ours | theirs)
    )
    for entry in sorted({row.entry_id for row in connection.execute(query)}):
        across = theirs if entry in ours else ours
        said = decided(connection, entry)
        others = sorted(other for other, link in said.items() if link is Link.APART and other in across)
        if others:
            yield entry, others


def _is_undone(connection: Connection, act_id: str) -> bool:
    return connection.scalar(select(event_acts.c.seq).where(event_acts.c.undoes == act_id)) is not None


def _are_all_in(connection: Connection, moved: Sequence[str], own: str) -> bool:
    where = select(event_entries.c.event_id).where(event_entries.c.entry_id.in_(moved))
    found = list(connection.scalars(where))
    return len(found) == len(moved) and set(found) == {own}


def _found_again(connection: Connection, done: Any, moved: Sequence[str]) -> None:
    """The event that went into another one."""
    at = done.at  # put right when its entries are back
    row = {"id": done.came_from, "lead": moved[0], "first_at": at, "last_at": at}
    to = done.reaction_to if done.reaction_to and find(connection, done.reaction_to) is not None else None
    connection.execute(events.insert(), {**row, "reaction_to": to})


def _say_again(connection: Connection, before: Sequence[Sequence[str]]) -> None:
    for entry, near, why in before:
        theirs = update(event_entries).where(event_entries.c.entry_id == entry)
        connection.execute(theirs.values(near=near, why=why))
