"""Sources: which are due, who has taken them, and how they are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, and_, bindparam, case, func, or_, select, update

from watcher.models.catalog import Publisher
from watcher.models.checks import CheckOutcome, ClaimedSource, LateDocument
from watcher.models.documents import Validators
from watcher.models.incidents import Habits
from watcher.models.views import SourceHealth
from watcher.models.words import PublisherType
from watcher.store.codec import HABITS, LATE, SOURCE, load_plain
from watcher.store.engine import reading, writing
from watcher.store.incidents import open_ones
from watcher.store.schema import entries, is_scan, matches, publishers, sources

_SCANS_SHOWN = 5
_WATCHED = and_(sources.c.enabled, sources.c.retired_at.is_(None))
_RELEASE = (
    update(sources)
    .where(sources.c.id == bindparam("source"), sources.c.fence == bindparam("claim"))
    .values(lease_until=None)
)
_PUT_OFF = _RELEASE.values(next_check_at=bindparam("due"))
_RELEASE_ALL = (
    update(sources).where(sources.c.lease_until.is_not(None)).values(lease_until=None, fence=sources.c.fence + 1)
)


@dataclass(frozen=True, slots=True)
class Sources:
    """The things we watch, with what their checks left behind."""

    _engine: Engine

    def claim_due(
        self,
        now: datetime,
        *,
        lease: timedelta,
        limit: int,
        only: Collection[str] | None = None,
        host: str | None = None,
        ignore_schedule: bool = False,
    ) -> list[ClaimedSource]:
        """Take up to `limit` due sources for a check, longest due first; nobody else gets them for `lease`.

        Each claim raises the source's fence, so that a check whose lease ran out can no longer record anything.
        `only` restricts to these ids, `host` to the sources of one host; `ignore_schedule` takes sources that are not
        due yet; a lease that another one holds is respected in any case.
        """
        wanted = _claimable(now, only, ignore_schedule)
        if host is not None:
            wanted = and_(wanted, _on(host))
        longest_due = select(sources.c.id).where(wanted).order_by(sources.c.next_check_at, sources.c.id)
        # a CTE: PostgreSQL may run a plain subquery more than once, and then take more than `limit`
        chosen = longest_due.limit(max(limit, 0)).with_for_update(skip_locked=True).cte("chosen")
        claim = (
            update(sources)
            .where(sources.c.id.in_(select(chosen.c.id)))
            .values(fence=sources.c.fence + 1, lease_until=now + lease)
            .returning(sources)
        )
        with writing(self._engine) as connection:
            rows = connection.execute(claim).all()
            known = _publishers(connection)
            waiting = _pages_waiting(connection, now) if rows else {}
            troubles = open_ones(connection) if rows else {}
        rows = sorted(rows, key=lambda row: (row.next_check_at, row.id))
        claims = (_claimed(row, known[row.publisher_id], waiting.get(row.id, 0)) for row in rows)
        return [replace(each, incident=troubles.get(each.source.id)) for each in claims]

    def enabled_ids(self) -> list[str]:
        """The ids of all sources that are watched: enabled and not retired."""
        with reading(self._engine) as connection:
            return list(connection.scalars(select(sources.c.id).where(_WATCHED).order_by(sources.c.id)))

    def next_due_at(self) -> datetime | None:
        """When the next source can be claimed (in the past: now); None when nothing is watched."""
        free = case(
            (sources.c.lease_until > sources.c.next_check_at, sources.c.lease_until), else_=sources.c.next_check_at
        )
        with reading(self._engine) as connection:
            earliest: datetime | None = connection.scalar(select(func.min(free)).where(_WATCHED))
        return earliest

    def due_hosts(self, now: datetime, *, limit: int) -> list[str]:
        """Up to `limit` hosts that have a source to be claimed now, longest due first."""
        due = select(sources.c.host).where(_claimable(now, None, ignore_schedule=False)).group_by(sources.c.host)
        with reading(self._engine) as connection:
            hosts = connection.scalars(due.order_by(func.min(sources.c.next_check_at)).limit(limit))
            return [host or "" for host in hosts]

    def release_host(self, host: str) -> None:
        """Give back every lease on sources of this host: for who knows that its holder is dead or shut out.

        The fence refuses what a holder that was only asleep might still want to record.
        """
        with writing(self._engine) as connection:
            connection.execute(_RELEASE_ALL.where(_on(host)))

    def release(self, claims: Iterable[ClaimedSource]) -> None:
        """Give sources back without a check; they are due as before. Claims that were lost are passed over."""
        rows = [{"source": claim.source.id, "claim": claim.fence} for claim in claims]
        if not rows:
            return
        with writing(self._engine) as connection:
            connection.execute(_RELEASE, rows)

    def put_off(self, claims: Iterable[tuple[ClaimedSource, datetime]]) -> None:
        """Give sources back whose check came to nothing, each due at that moment. Lost claims are passed over."""
        rows = [{"source": claim.source.id, "claim": claim.fence, "due": due} for claim, due in claims]
        if not rows:
            return
        with writing(self._engine) as connection:
            connection.execute(_PUT_OFF, rows)

    def release_leases(self, ends: Collection[datetime]) -> None:
        """Give back the leases that end at exactly these moments: for who asked for them and got no answer."""
        with writing(self._engine) as connection:
            connection.execute(_RELEASE_ALL.where(sources.c.lease_until.in_(ends)))

    def release_all(self) -> None:
        """Give back every lease, whoever holds it: for a daemon that starts, and so knows that no other one lives.

        The fence refuses what a former holder might still want to record.
        """
        with writing(self._engine) as connection:
            connection.execute(_RELEASE_ALL)

    def hurry(self, source_id: str, now: datetime) -> bool:
        """Make a source due now; False when it is not watched."""
        due = update(sources).where(sources.c.id == source_id, _WATCHED).values(next_check_at=now)
        with writing(self._engine) as connection:
            return connection.execute(due).rowcount > 0

    def health(self, ids: Collection[str] | None = None) -> list[SourceHealth]:
        """How the sources are, by id; without `ids` all of them, retired ones included."""
        query = select(sources).order_by(sources.c.id)
        with reading(self._engine) as connection:
            rows = connection.execute(query if ids is None else query.where(sources.c.id.in_(ids))).all()
            known = _publishers(connection)
            seen = _entries_seen(connection, ids)
            found = _matches_found(connection, ids)
            scans = _scans(connection, ids)
            newest_scans = {source: _newest_scans(connection, source) for source in scans}
            troubles = open_ones(connection, ids)
        healths = (_health(row, known[row.publisher_id], seen.get(row.id), found.get(row.id, 0)) for row in rows)
        return [
            replace(
                health,
                scans=scans.get(health.source.id, 0),
                newest_scans=newest_scans.get(health.source.id, ()),
                incident=troubles.get(health.source.id),
            )
            for health in healths
        ]


def _claimable(now: datetime, only: Collection[str] | None, ignore_schedule: bool) -> ColumnElement[bool]:
    free = or_(sources.c.lease_until.is_(None), sources.c.lease_until <= now)
    wanted = and_(_WATCHED, free)
    if not ignore_schedule:
        wanted = and_(wanted, sources.c.next_check_at <= now)
    return wanted if only is None else and_(wanted, sources.c.id.in_(only))


def _on(host: str) -> ColumnElement[bool]:
    """Rows that an older release wrote beside this one have no host yet; they share the empty one."""
    return sources.c.host == host if host else or_(sources.c.host == "", sources.c.host.is_(None))


def _publishers(connection: Connection) -> dict[str, Publisher]:
    return {row.id: read_publisher(row) for row in connection.execute(select(publishers))}


def read_publisher(row: Any) -> Publisher:
    """A row of `publishers` as a value."""
    return Publisher(row.id, row.name, PublisherType(row.type), row.country)


def _pages_waiting(connection: Connection, now: datetime) -> dict[str, int]:
    query = select(entries.c.source_id, func.count()).where(entries.c.page_due_at <= now)
    return _by_id(connection.execute(query.group_by(entries.c.source_id)).all())


def _matches_found(connection: Connection, ids: Collection[str] | None) -> dict[str, int]:
    query = select(matches.c.source_id, func.count()).where(matches.c.current)
    if ids is not None:
        query = query.where(matches.c.source_id.in_(ids))
    return _by_id(connection.execute(query.group_by(matches.c.source_id)).all())


def _scans(connection: Connection, ids: Collection[str] | None) -> dict[str, int]:
    query = select(entries.c.source_id, func.count()).where(is_scan)
    if ids is not None:
        query = query.where(entries.c.source_id.in_(ids))
    return _by_id(connection.execute(query.group_by(entries.c.source_id)).all())


def _newest_scans(connection: Connection, source_id: str) -> tuple[tuple[str, str], ...]:
    query = select(entries.c.id, entries.c.title).where(is_scan, entries.c.source_id == source_id)
    rows = connection.execute(query.order_by(entries.c.seq.desc()).limit(_SCANS_SHOWN))
    return tuple((row.id, row.title) for row in rows)


def _by_id(rows: Sequence[Any]) -> dict[str, int]:
    return {row[0]: row[1] for row in rows}


def _entries_seen(connection: Connection, ids: Collection[str] | None) -> dict[str, tuple[int, datetime]]:
    query = select(entries.c.source_id, func.count(), func.max(entries.c.first_seen)).group_by(entries.c.source_id)
    if ids is not None:
        query = query.where(entries.c.source_id.in_(ids))
    return {row[0]: (row[1], row[2]) for row in connection.execute(query)}


def _claimed(row: Any, publisher: Publisher, waiting: int) -> ClaimedSource:
    return ClaimedSource(
        source=SOURCE.load(row.config),
        publisher=publisher,
        fence=row.fence,
        validators=Validators(row.etag, row.last_modified),
        body_sha256=row.body_sha256,
        failures=row.failures,
        first_read_at=row.first_read_at,
        pages_waiting=waiting,
        last_news_at=row.last_news_at,
        last_success_at=row.last_success_at,
        memory=row.memory,
        cursor=tuple(load_plain(row.cursor)) if row.cursor else (),
        late=_late(row),
        habits=_habits(row),
    )


def _habits(row: Any) -> Habits:
    return HABITS.load(row.habits) if row.habits else Habits()


def _late(row: Any) -> tuple[LateDocument, ...]:
    return LATE.load(row.late) if row.late else ()


def _health(row: Any, publisher: Publisher, seen: tuple[int, datetime] | None, found: int) -> SourceHealth:
    retired = row.retired_at is not None
    return SourceHealth(
        source=SOURCE.load(row.config),
        publisher=publisher,
        retired=retired,
        last_check_at=row.last_check_at,
        last_outcome=CheckOutcome(row.last_outcome) if row.last_outcome else None,
        last_success_at=row.last_success_at,
        failures=row.failures,
        failing_since=row.failing_since,
        problem_kind=row.problem_kind,
        problem=row.problem,
        advice=row.advice,
        next_check_at=row.next_check_at if row.enabled and not retired else None,
        entries=seen[0] if seen else 0,
        matches=found,
        newest_entry_at=seen[1] if seen else None,
        gap=_habits(row).gap,
        late=_late(row),
    )
