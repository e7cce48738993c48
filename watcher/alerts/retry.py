"""When a message that was not taken is sent again, and when we give up: pure schedules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from random import Random

LONGEST_WISH = timedelta(hours=24)
"""A Retry-After beyond this counts as this: no receiver can silence its alerts for longer at a time."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """The waits between attempts, the first one after attempt 1; each is varied by up to `jitter` of itself."""

    waits: tuple[timedelta, ...]
    jitter: float = 0.2

    @property
    def attempts(self) -> int:
        """How often a message is sent before it is dead."""
        return len(self.waits) + 1


def next_attempt(
    schedule: Schedule, attempt: int, now: datetime, retry_after: timedelta | None, rng: Random
) -> datetime | None:
    """When to try again after attempt number `attempt` (from 1) failed at `now`; None: it was the last.

    The receiver's wish (RFC 9110 section 10.2.3) makes the wait longer, never shorter.
    """
    if attempt > len(schedule.waits):
        return None
    wait = schedule.waits[max(attempt, 1) - 1] * rng.uniform(1 - schedule.jitter, 1 + schedule.jitter)
    return now + max(wait, min(retry_after or timedelta(0), LONGEST_WISH))


def _doubling(first: timedelta, longest: timedelta, total: timedelta) -> Iterator[timedelta]:
    """Waits that double up to `longest`, as many as fit into `total`."""
    waits = accumulate(range(1000), lambda wait, _: min(wait * 2, longest), initial=first)
    spent = timedelta(0)
    for wait in waits:
        spent += wait
        if spent > total:
            return
        yield wait


_S, _M, _H = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)

WEBHOOK = Schedule((5 * _S, 5 * _M, 30 * _M, 2 * _H, 5 * _H, 10 * _H, 14 * _H, 20 * _H, 24 * _H))
"""10 attempts over about 75 h: the schedule that Standard Webhooks 1.0 proposes."""
MAIL = Schedule(tuple(_doubling(5 * _M, 4 * _H, timedelta(days=5))))
"""From 5 minutes to 4 hours, for 5 days: RFC 5321 section 4.5.4.1 asks for 4 to 5 days."""
LOCAL = Schedule((_S, 10 * _S, _M, 10 * _M, _H), jitter=0.0)
"""For what lies on this machine: it works within the hour, or a person has to look."""
