"""What watcher does for its own sake every minute: canary, receipt, and word of recipients that cannot be reached."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from watcher.alerts import notices
from watcher.models import cron
from watcher.models.alerts import Delivery
from watcher.models.catalog import Catalog, Periodic, Recipient, zone
from watcher.models.incidents import Incident, IncidentChange
from watcher.models.receipts import Figures
from watcher.models.views import AddressRecord
from watcher.pipeline import undelivered

LATE = timedelta(hours=24)
"""A canary that fell into a time when watcher stood still is sent afterwards, unless it is older."""
VERY_LATE = timedelta(days=6)
"""The same for a receipt."""
_WINDOWS = (timedelta(minutes=2), timedelta(hours=1), timedelta(days=1), timedelta(days=8), timedelta(days=32))
_A_WEEK = timedelta(days=7)
STUCK = timedelta(minutes=15)
"""What is due for longer has nobody who sends it."""


class HasOutbox(Protocol):
    def add(self, made: Sequence[Delivery], now: datetime) -> int: ...

    def address_records(self) -> Sequence[AddressRecord]: ...


class HasIncidents(Protocol):
    def change(self, change: IncidentChange, now: datetime) -> IncidentChange: ...

    def of_recipients(self) -> dict[str, Incident]: ...


class HasAll(Protocol):
    """The store, as far as this module knows it."""

    @property
    def deliveries(self) -> HasOutbox: ...

    @property
    def incidents(self) -> HasIncidents: ...

    def figures(self, since: datetime, until: datetime) -> Figures: ...


Tell = Callable[[notices.Notice, Sequence[Recipient], datetime], tuple[Delivery, ...]]
TellOf = Callable[[Incident, Sequence[str], datetime], Sequence[Delivery]]


class Upkeep:
    """Remembers only what is done already, so that it is not asked again: ids make doing it twice harmless."""

    def __init__(
        self,
        store: HasAll,
        *,
        tell: Tell,
        tell_of: TellOf,
        addresses: Callable[[Recipient], Sequence[str]],
        told: Callable[[IncidentChange], None] = lambda change: None,
    ) -> None:
        self._store = store
        self._tell = tell
        self._tell_of = tell_of
        self._addresses = addresses
        self._told = told
        self._done: dict[str, tuple[datetime, tuple[str, ...]]] = {}

    def tend(self, catalog: Catalog, now: datetime) -> int:
        """Do what is due; returns how many deliveries were made. Blocks: run it in a thread. Raises StoreError."""
        made = self._say("canary", catalog, catalog.canary, now) + self._say("receipt", catalog, catalog.receipt, now)
        return made + self._look_at_recipients(catalog, now)

    def _say(self, what: str, catalog: Catalog, periodic: Periodic | None, now: datetime) -> int:
        if periodic is None:
            return 0
        due = latest(periodic, now)
        recipients = _recipients(catalog, periodic)
        done = (due or now, tuple(recipient.id for recipient in recipients))
        if due is None or now - due > (LATE if what == "canary" else VERY_LATE) or self._done.get(what) == done:
            return 0
        notice = notices.canary(due) if what == "canary" else self._receipt(periodic, due)
        made = self._store.deliveries.add(self._tell(notice, recipients, now), now)
        self._done[what] = done
        return made

    def _receipt(self, periodic: Periodic, due: datetime) -> notices.Notice:
        since = latest(periodic, due - timedelta(seconds=1)) or due - _A_WEEK
        return notices.receipt(self._store.figures(since, due))

    def _look_at_recipients(self, catalog: Catalog, now: datetime) -> int:
        recipients = {recipient.id: recipient for recipient in catalog.recipients}
        addresses = {name: tuple(self._addresses(recipient)) for name, recipient in recipients.items()}
        open_ = self._store.incidents.of_recipients()
        made = 0
        for change in undelivered.judge(self._store.deliveries.address_records(), addresses, open_, now):
            incident = change.opened or change.closed
            assert incident is not None
            operators = undelivered.another_way(incident.recipient_id or "", catalog.operators, recipients)
            whole = replace(change, deliveries=tuple(self._tell_of(incident, operators, now)))
            happened = self._store.incidents.change(whole, now)
            if happened.opened or happened.closed:
                self._told(happened)
                made += len(whole.deliveries)
        return made


def latest(periodic: Periodic, now: datetime) -> datetime | None:
    """The last moment (UTC) at which it was due, `now` included; None when that is more than a month ago."""
    expression, timezone = cron.parse(periodic.at), zone(periodic.timezone)
    for window in _WINDOWS:
        due = expression.next_after(now - window, timezone)
        if due > now:
            continue
        while (following := expression.next_after(due, timezone)) <= now:
            due = following
        return due
    return None


def is_well(*, ticking: bool, database_writable: bool, next_due_at: datetime | None, now: datetime) -> bool:
    """Whether the heartbeat may beat: sources are checked, results can be stored, and alerts do not pile up."""
    stuck = next_due_at is not None and now - next_due_at > STUCK
    return ticking and database_writable and not stuck


def _recipients(catalog: Catalog, periodic: Periodic) -> list[Recipient]:
    by_id = {recipient.id: recipient for recipient in catalog.recipients}
    return [by_id[name] for name in dict.fromkeys(periodic.to or catalog.operators) if name in by_id]
