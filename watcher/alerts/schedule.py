"""When an alert is due, and why then: at once, with the next digest, or when the recipient's quiet hours are over.

Pure, and asked twice: when the alert is made, and again when it would be sent, because clocks and delays may have moved
it into quiet hours since. Times of the day are local ones: one that does not exist (clocks go forward) is the first
moment after the gap, one that exists twice is its first occurrence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache

from watcher.models import cron
from watcher.models.alerts import Burst, Gathering, Timing, Waits, WaitsFor
from watcher.models.catalog import Digest, Group, How, Quiet, Recipient, zone

CLOSE = 3
"""More immediate alerts than this, within the wait of the recipient's group, go as one message."""
AT_ONCE = 5
"""The same for channels that group unasked."""
_GROUPED = ("email",)


@dataclass(frozen=True, slots=True)
class Period:
    """One turn of a digest: since when it is due, and its name, which is the same whatever the zone's rules become."""

    since: datetime
    name: str


def timing(hows: Iterable[How | Digest], recipient: Recipient, *, urgent: bool, now: datetime) -> Timing:
    """When an alert that these rules made goes to a recipient: the soonest of what they say, outside quiet hours.

    `urgent` says that it meets the urgent exception of the recipient's quiet hours; a digest is never urgent.
    """
    digests = [how for how in hows if isinstance(how, Digest)]
    if any(not isinstance(how, Digest) for how in hows) or not digests:
        return _immediate(recipient, urgent=urgent, now=now)
    return min((_with_digest(digest, recipient, now) for digest in digests), key=lambda each: each.due_at)


def held_until(quiet: Quiet | None, now: datetime) -> datetime | None:
    """The end of the quiet hours that `now` lies in; None outside of them."""
    if quiet is None:
        return None
    place = zone(quiet.timezone)
    ends, starts = _daily(quiet.end), _daily(quiet.start)
    began, ended = starts.last_until(now, place), ends.last_until(now, place)
    return ends.next_after(now, place) if began > ended else None


def period(digest: str, now: datetime) -> Period:
    """The turn of a digest (its `key`) that `now` belongs to: the last one that has become due."""
    of = read_key(digest)
    place = zone(of.timezone)
    since = _cron(of.digest).last_until(now, place)
    return Period(since, f"{since.astimezone(place):%Y-%m-%dT%H:%M} {of.timezone}")


def key(digest: Digest) -> str:
    """A digest's schedule in one text, as it is kept with what waits for it."""
    return f"{' '.join(digest.digest.lower().split())} {digest.timezone}"


def read_key(text: str) -> Digest:
    """The schedule that a key means."""
    expression, _, timezone = text.rpartition(" ")
    return Digest(expression, timezone)


def gathering(recipients: Mapping[str, Recipient], now: datetime) -> Gathering:
    """How what is due at `now` is held and put together, for the store that claims it."""

    def again(recipient_id: str, digest: str | None, urgent: bool) -> Timing:
        recipient = recipients.get(recipient_id) or Recipient(recipient_id, "")
        return timing([read_key(digest) if digest else How.IMMEDIATE], recipient, urgent=urgent, now=now)

    quiet = {each.id: until for each in recipients.values() if (until := held_until(each.quiet, now))}
    bursts = {each.id: burst for each in recipients.values() if (burst := _burst(each))}
    return Gathering(
        quiet={
            name: Timing(until, held=True, waits_for=(_quiet(recipients[name], until),))
            for name, until in quiet.items()
        },
        bursts=bursts,
        again=again,
        period=lambda digest: period(digest, now).name,
    )


def most_in_full(recipient: Recipient) -> int:
    """How many alerts of one message are told in full."""
    return (recipient.group or Group()).most


def _burst(recipient: Recipient) -> Burst | None:
    if recipient.group:
        return Burst(more_than=CLOSE, wait=recipient.group.wait)
    return Burst(more_than=AT_ONCE) if recipient.channel in _GROUPED else None


def _immediate(recipient: Recipient, *, urgent: bool, now: datetime) -> Timing:
    until = None if urgent else held_until(recipient.quiet, now)
    if until is not None:
        return Timing(until, held=True, waits_for=(_quiet(recipient, until),), urgent=False)
    wait = recipient.group.wait if recipient.group else timedelta(0)
    return Timing(now + wait, waits_for=(WaitsFor(Waits.GROUP, now + wait),) if wait else (), urgent=urgent)


def _with_digest(digest: Digest, recipient: Recipient, now: datetime) -> Timing:
    place = zone(digest.timezone)
    due = _cron(digest.digest).next_after(now, place)
    reasons: tuple[WaitsFor, ...] = (WaitsFor(Waits.DIGEST, due, digest.timezone),)
    until = held_until(recipient.quiet, due)
    if until is not None:
        reasons = (*reasons, _quiet(recipient, until))
    return Timing(until or due, waits_for=reasons, digest=key(digest))


def _quiet(recipient: Recipient, until: datetime) -> WaitsFor:
    timezone = recipient.quiet.timezone if recipient.quiet else "UTC"
    return WaitsFor(Waits.QUIET, until, timezone, recipient.id)


@cache
def _cron(expression: str) -> cron.Cron:
    return cron.parse(expression)


def _daily(at: time) -> cron.Cron:
    return _cron(f"{at.minute} {at.hour} * * *")
