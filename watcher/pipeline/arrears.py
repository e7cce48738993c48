"""What the database did not take because it was away: written as soon as it is back.

Without this a source whose record failed would wait for the end of its lease, and so would an alert that was sent and
whose result could not be recorded; it would then be sent a second time.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from watcher.alerts import refusals
from watcher.models.alerts import AttemptResult
from watcher.models.checks import ClaimedSource
from watcher.store import Store

T = TypeVar("T")

FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(minutes=15)


@dataclass
class Arrears:
    """What one process still has to write. Any of it may be written twice: the fences pass over what is stale."""

    claims: list[ClaimedSource] = field(default_factory=list)
    """Sources that were taken and not checked."""
    checked: list[tuple[ClaimedSource, datetime]] = field(default_factory=list)
    """Sources whose check could not be recorded, and when they are to be checked again."""
    source_leases: list[datetime] = field(default_factory=list)
    """Ends of leases that were asked for and not answered: nobody knows whether those sources are taken."""
    results: list[AttemptResult] = field(default_factory=list)
    """How attempts ended that could not be recorded."""
    delivery_leases: list[datetime] = field(default_factory=list)
    """Like `source_leases`, of deliveries: none of them was sent."""
    _in_a_row: Counter[str] = field(default_factory=Counter)
    _writing: threading.Lock = field(default_factory=threading.Lock)

    @property
    def is_empty(self) -> bool:
        return not (self.claims or self.checked or self.source_leases or self.results or self.delivery_leases)

    def not_recorded(self, claims: Iterable[ClaimedSource], now: datetime) -> None:
        """Their checks came to nothing; each is due again after a while, longer every time."""
        for claimed in claims:
            self._in_a_row[claimed.source.id] += 1
            self.checked.append((claimed, now + again_after(self._in_a_row[claimed.source.id])))

    def recorded(self, source_id: str) -> None:
        """A check of it was recorded: the next failure is the first again."""
        self._in_a_row.pop(source_id, None)

    def settle(self, store: Store, now: datetime) -> None:
        """Write all of it. Blocks. Raises StoreError; what is left then is written the next time."""
        with self._writing:
            _write(self.results, lambda results: store.deliveries.finish(results, refusals.judge))
            _write(self.delivery_leases, lambda ends: store.deliveries.release_leases(ends, now))
            _write(self.claims, store.sources.release)
            _write(self.checked, store.sources.put_off)
            _write(self.source_leases, store.sources.release_leases)


def again_after(times: int) -> timedelta:
    """How long a source is left alone whose check could not be recorded so many times in a row.

    A disk may be full for days; the publishers are not to be asked every second all the while.
    """
    return min(FIRST_WAIT * (1 << min(times - 1, 16)), LONGEST_WAIT)


def _write(left: list[T], write: Callable[[Sequence[T]], None]) -> None:
    taken = tuple(left)
    if taken:
        write(taken)
        del left[: len(taken)]  # others may have been added behind them meanwhile
