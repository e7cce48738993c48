"""What the story of a policy is told from: its newest acts, with the announcements they belong to, and its chorus."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, func, select

from watcher.models.catalog import Publisher
from watcher.models.story import Report, Voice, Wording
from watcher.models.words import Action, Modality, PublisherType, Verdict
from watcher.store.engine import reading
from watcher.store.matches import ROWS, read_match_row
from watcher.store.schema import entries, event_entries, matches, publishers, revisions, sources

_TOLD = [each.value for each in Verdict if each is not Verdict.DISMISSED]
_REPORTS = ROWS.add_columns(event_entries.c.event_id, matches.c.entry_seq).outerjoin(
    event_entries, event_entries.c.entry_seq == matches.c.entry_seq
)


@dataclass(frozen=True, slots=True)
class Stories:
    """The matches of one policy as its story reads them; what people dismissed is left out."""

    _engine: Engine

    def reports(
        self, policy: str, actions: Collection[Action], modalities: Collection[Modality], most: int
    ) -> list[Report]:
        """The newest matches of the policy with one of these actions and modalities, the newest first.

        The cost goes by `most` and not by the number of stored matches: they are chosen from an index alone.
        """
        newest = newest_of(policy, actions, modalities, most).subquery()
        query = _REPORTS.where(matches.c.seq.in_(select(newest.c.seq))).order_by(matches.c.seq.desc())
        with reading(self._engine) as connection:
            return list(map(_report, connection.execute(query)))

    def wordings(
        self, policy: str, actions: Collection[Action], modalities: Collection[Modality], most: int, longest: int
    ) -> list[Wording]:
        """The texts of the entries with the newest of these matches, all their states, up to `longest` characters."""
        reports = self.reports(policy, actions, modalities, most)
        named = list({each.entry for each in reports})
        text = func.substr(revisions.c.text, 1, longest).label("text")
        states = select(entries.c.id, revisions.c.number, revisions.c.recorded_at, text).join(
            entries, entries.c.seq == revisions.c.entry_seq
        )
        acts = (matches.c.current, matches.c.action.in_([each.value for each in actions]), entries.c.id.in_(named))
        others = select(entries.c.id).join(matches, matches.c.entry_seq == entries.c.seq).where(*acts)
        several = others.group_by(entries.c.id).having(func.count(matches.c.policy.distinct()) > 1)
        with reading(self._engine) as connection:
            shared = set(connection.scalars(several))
            said = defaultdict(list)
            for row in connection.execute(states.where(entries.c.id.in_(named))):
                said[row.id].append(row)
        return [
            Wording(each, each.at if row.number == 1 else row.recorded_at, row.text, each.entry not in shared)
            for each in reports
            for row in said[each.entry]
        ]

    def voices(self, policy: str, actions: Collection[Action]) -> list[Voice]:
        """How often each publisher spoke of the policy with these actions."""
        spoken = select(matches.c.source_id, matches.c.action, func.count().label("count")).where(_of(policy, actions))
        each = spoken.group_by(matches.c.source_id, matches.c.action).subquery()
        whole = func.sum(each.c["count"]).label("count")
        query = (
            select(publishers, each.c.action, whole)
            .join(sources, sources.c.id == each.c.source_id)
            .join(publishers, publishers.c.id == sources.c.publisher_id)
            .group_by(*publishers.c, each.c.action)
        )
        with reading(self._engine) as connection:
            return [_voice(row) for row in connection.execute(query)]


def newest_of(policy: str, actions: Collection[Action], modalities: Collection[Modality], most: int) -> Select[Any]:
    """The numbers of the newest matches that fit. `+ 0` keeps planners from walking all matches in their order."""
    fitting = (_of(policy, actions), matches.c.modality.in_([each.value for each in modalities]))
    return select(matches.c.seq).where(*fitting).order_by((matches.c.seq + 0).desc()).limit(most)


def _of(policy: str, actions: Collection[Action]) -> ColumnElement[bool]:
    return (
        matches.c.current
        & (matches.c.policy == policy)
        & matches.c.verdict.in_(_TOLD)
        & matches.c.action.in_([each.value for each in actions])
    )


def _report(row: Any) -> Report:
    found = read_match_row(row)
    match = found.match
    return Report(
        match=found.id,
        entry=found.entry_id,
        event=row.event_id or "",
        at=min(found.published or found.first_seen, found.first_seen),
        action=match.action,
        modality=match.modality,
        target=match.target_action,
        actor=match.actor_type,
        score=match.score,
        quote=match.evidence.text,
        publisher=found.publisher,
        title=found.title,
        url=found.url,
        seq=row.entry_seq,
        verdict=found.verdict,
    )


def _voice(row: Any) -> Voice:
    publisher = Publisher(row.id, row.name, PublisherType(row.type), row.country)
    return Voice(publisher, Action(row.action), int(row.count))
