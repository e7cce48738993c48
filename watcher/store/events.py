"""Events, to be looked at and formed anew: which entries report one announcement, and what stands around them.

Where a new entry belongs is decided in `placing`; what people decide about it is in `regrouping`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    and_,
    delete,
    func,
    literal,
    or_,
    select,
    tuple_,
    union_all,
)

from watcher.models.events import (
    Event,
    EventRow,
    EventView,
    Gather,
    Member,
    Print,
    Regrouping,
    RegroupingNote,
    Report,
    Reports,
)
from watcher.store.candidates import candidates
from watcher.store.chunks import chunks
from watcher.store.codec import PRINT, load_plain
from watcher.store.engine import reading, writing
from watcher.store.eventrows import find, loaded, member_of, members_of, print_of
from watcher.store.placing import Desk, lock, place
from watcher.store.schema import entries, event_acts, event_decisions, event_entries, event_marks, events

Marked = Callable[[Print], Print]
"""A stored print with its marks again, which are not stored in it."""


@dataclass(frozen=True, slots=True)
class Events:
    """The announcements behind the entries."""

    _engine: Engine

    def listing(self, *, limit: int = 50, before: datetime | None = None, least: int = 1) -> list[Event]:
        """Events with at least so many entries, those with the newest reports first."""
        query = select(events).order_by(events.c.last_at.desc(), events.c.id).limit(limit)
        if least > 1:
            query = query.where(least <= _HOW_MANY)
        if before:
            query = query.where(events.c.last_at < before)
        with reading(self._engine) as connection:
            return [_event(connection, row) for row in connection.execute(query).all()]

    def show(self, name: str) -> Event | None:
        """The event of this id, or the one that the entry of this id belongs to."""
        with reading(self._engine) as connection:
            row = find(connection, name)
            return _event(connection, row) if row is not None else None

    def view(self, name: str, *, most: int = 40) -> EventView | None:
        """The event of this id or of this entry, with what stands around it; of its members the lead, that entry and
        the first `most`."""
        with reading(self._engine) as connection:
            row = find(connection, name)
            return _view(connection, row, name, most) if row is not None else None

    def rows(self, *, limit: int = 50, after: str | None = None, least: int = 1) -> list[EventRow]:
        """Events with at least so many entries, those with the newest reports first, from behind the event `after`."""
        query = _ROWS.order_by(events.c.last_at.desc(), events.c.id.desc()).limit(limit)
        if least > 1:
            query = query.where(least <= _HOW_MANY)
        if after:
            last = select(events.c.last_at).where(events.c.id == after).scalar_subquery()
            query = query.where(tuple_(events.c.last_at, events.c.id) < tuple_(last, literal(after)))
        with reading(self._engine) as connection:
            return [_as_row(row) for row in connection.execute(query)]

    def resembling(self, entry_id: str, marked: Marked) -> list[Member]:
        """Reports of other events that may be of the same announcement as this entry."""
        with reading(self._engine) as connection:
            query = select(event_entries)
            row = connection.execute(query.where(event_entries.c.entry_id == entry_id)).first()
            if row is None:
                return []
            near = candidates(connection, marked(member_of(row).print), row.entry_seq)
            return [each for each in near if each.event_id != row.event_id]

    def reports(self, entry_ids: Collection[str], *, few: int = 6) -> dict[str, Reports]:
        """Entry id -> the reports of its event, of entries that do not stand alone; four short queries for a page."""
        with reading(self._engine) as connection:
            return _reports_of(connection, list(entry_ids), few) if entry_ids else {}

    def some(self, event_ids: Sequence[str]) -> list[EventRow]:
        """These events, in this order; those that are not there are left out."""
        with reading(self._engine) as connection:
            return _some(connection, event_ids)

    def linked(self) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
        """Entry id -> what it links to and where it stands in other languages, as its document said when it was read:
        only prints keep that."""
        query = select(event_entries.c.print).execution_options(yield_per=1000)
        with reading(self._engine) as connection:
            prints = (PRINT.load(row.print) for row in connection.execute(query))
            return {each.entry_id: (each.links, each.versions) for each in prints if each.links or each.versions}

    def rebuild(self, prints: Sequence[Print], gather: Gather) -> int:
        """Form all events anew from these prints, obeying what people decided; returns how many there are.

        Nobody is alerted by it. The prints come in the order in which their entries were seen.
        """
        with writing(self._engine) as connection:
            lock(connection)
            for table in (event_marks, event_entries, events):
                connection.execute(delete(table))
            for chunk in chunks(prints):
                found = select(entries.c.id, entries.c.seq).where(entries.c.id.in_([each.entry_id for each in chunk]))
                seqs = {row.id: row.seq for row in connection.execute(found)}
                desk = Desk.of(connection, gather, seqs)
                for each in chunk:
                    if each.entry_id in seqs:
                        place(desk, each, seqs[each.entry_id])
            return int(connection.scalar(select(func.count()).select_from(events)) or 0)


def _event(connection: Connection, row: Any, members: Sequence[Member] | None = None) -> Event:
    return Event(
        id=row.id,
        lead=row.lead,
        first_at=row.first_at,
        last_at=row.last_at,
        members=tuple(members_of(connection, row.id) if members is None else members),
        reaction_to=row.reaction_to,
        reactions=tuple(connection.scalars(select(events.c.id).where(events.c.reaction_to == row.id))),
    )


_HOW_MANY = select(func.count()).where(event_entries.c.event_id == events.c.id).correlate(events).scalar_subquery()
_ROWS = select(events, event_entries.c.print, event_entries.c.sketch, _HOW_MANY.label("entries")).join(
    event_entries, event_entries.c.entry_id == events.c.lead
)
_MOST_REACTIONS, _MOST_NOTES = 20, 10


def _as_row(row: Any) -> EventRow:
    lead = print_of(row.print, row.sketch)
    return EventRow(
        id=row.id,
        lead=row.lead,
        title=lead.title,
        publisher_name=lead.publisher_name,
        publisher_type=lead.publisher_type,
        at=lead.at,
        entries=row.entries,
        first_at=row.first_at,
        last_at=row.last_at,
    )


def _reports_of(connection: Connection, entry_ids: Sequence[str], few: int) -> dict[str, Reports]:
    """How many there are is counted in an index alone, and few prints are read: an event may have 500 reports."""
    own, of = event_entries.c.event_id, event_entries.c
    mine = {
        row.entry_id: row.event_id
        for row in connection.execute(select(of.entry_id, own).where(of.entry_id.in_(entry_ids)))
    }
    counted = select(own, func.count().label("entries")).where(own.in_(set(mine.values()))).group_by(own)
    several = {row.event_id: row.entries for row in connection.execute(counted.having(func.count() > 1))}
    if not several:
        return {}
    some = [select(own, of.entry_id, of.print).where(own == each).limit(few).subquery() for each in several]
    first: dict[str, list[Report]] = {}
    for row in connection.execute(union_all(*(select(each) for each in some))):
        said = load_plain(row.print)
        first.setdefault(row.event_id, []).append(Report(row.entry_id, said["title"], said["publisher_name"]))
    leads = connection.execute(select(events.c.id, events.c.lead).where(events.c.id.in_(several)))
    made = {row.id: Reports(row.id, row.lead, several[row.id], tuple(first[row.id])) for row in leads}
    return {entry: made[event] for entry, event in mine.items() if event in made}


def _some(connection: Connection, event_ids: Sequence[str]) -> list[EventRow]:
    if not event_ids:
        return []
    found = {row.id: _as_row(row) for row in connection.execute(_ROWS.where(events.c.id.in_(event_ids)))}
    return [found[each] for each in event_ids if each in found]


def _view(connection: Connection, row: Any, name: str, most: int) -> EventView:
    here = event_entries.c.event_id == row.id
    first = select(event_entries.c.entry_id).where(here).order_by(event_entries.c.entry_seq).limit(most)
    shown = {*connection.scalars(first), row.lead, name}
    newest = select(events.c.id).where(events.c.reaction_to == row.id).order_by(events.c.last_at.desc())
    reactions = list(connection.scalars(newest.limit(_MOST_REACTIONS)))
    to = _some(connection, [row.reaction_to] if row.reaction_to else [])
    return EventView(
        event=_event(connection, row, loaded(connection, and_(here, event_entries.c.entry_id.in_(shown)))),
        entries=connection.scalar(select(func.count()).select_from(event_entries).where(here)) or 0,
        reaction_to=to[0] if to else None,
        reactions=tuple(_some(connection, reactions)),
        notes=tuple(_notes(connection, row.lead if name == row.id else name)),
    )


def _notes(connection: Connection, entry: str) -> list[RegroupingNote]:
    theirs = or_(event_decisions.c.entry_id == entry, event_decisions.c.other_id == entry)
    acts = select(event_decisions.c.act_id).where(theirs)
    undone = event_acts.alias("undone")
    query = (
        select(event_acts, undone.c.by.label("undone_by"))
        .join(undone, undone.c.undoes == event_acts.c.id, isouter=True)
        .where(event_acts.c.id.in_(acts))
        .order_by(event_acts.c.seq.desc())
        .limit(_MOST_NOTES)
    )
    return [_note(connection, row) for row in connection.execute(query).all()]


def _note(connection: Connection, row: Any) -> RegroupingNote:
    moved = tuple(str(each[0]) for each in load_plain(row.moved))
    title = connection.scalar(select(entries.c.title).where(entries.c.id == moved[0]))
    return RegroupingNote(row.id, Regrouping(row.act), row.by, row.at, moved, title or "", row.undone_by or "")
