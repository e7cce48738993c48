"""When mail servers' refusals of an address end the subscription that asked for mails to it: the policy.

A refusal for good (RFC 5321 section 4.2.1: 5yz) is believed when it is repeated on other days. "There is nobody of
that name" is believed sooner than what may be about us or a server's bad week, and what servers refuse by a policy of
theirs (RFC 3463 section 3.8: our address is listed, mails look like spam) says nothing of the reader at all. A mail
that is taken makes all of them forgotten; the store does that.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from watcher.models.subscriptions import Judgement, Refusal


@dataclass(frozen=True, slots=True)
class Enough:
    """On how many days (UTC) an address must have been refused, and how long after the first time."""

    days: int
    over: timedelta


NOBODY = Enough(3, timedelta(days=2))
"""The server says that there is no such address."""
WHATEVER = Enough(10, timedelta(days=30))
"""It refuses the address for another reason, or for none that it tells."""
_NOBODY = ("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10")
"""No such mailbox, no such system, no such syntax, moved away (RFC 3463 section 3.2), takes no mail (RFC 7505)."""
_POLICY = "5.7."
_REMEMBERED = 100
"""Far more days and statuses than the slower of the two needs."""


def judge(before: Sequence[Refusal], latest: Refusal) -> Judgement:
    """What is remembered of refusals when another one comes, and why no more mails go, or ""."""
    if latest.status.startswith(_POLICY):
        return Judgement(tuple(before))
    known = any((each.at.date(), each.status) == (latest.at.date(), latest.status) for each in before)
    remembered = tuple(before) if known else (*before, latest)[-_REMEMBERED:]
    nobody = [each for each in remembered if each.status in _NOBODY]
    over = _why(nobody, latest, NOBODY) or _why(remembered, latest, WHATEVER)
    return Judgement(remembered, over)


def _why(refusals: Sequence[Refusal], latest: Refusal, enough: Enough) -> str:
    days = _days(refusals)
    if len(days) < enough.days or latest.at - refusals[0].at < enough.over:
        return ""
    return (
        f"the subscription is over: mail servers refused the address for good on {len(days)} days"
        f" since {days[0]} and took nothing meanwhile"
    )


def _days(refusals: Iterable[Refusal]) -> list[str]:
    return sorted({f"{each.at:%Y-%m-%d}" for each in refusals})
