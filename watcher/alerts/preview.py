"""What a rule would have sent: the rule held against stored announcements, before anybody is alerted by it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from watcher.alerts.rules import explain
from watcher.models.alerts import Announcement
from watcher.models.catalog import Recipient, Rule
from watcher.models.matches import Match

MOST = 2000
"""Entries that a preview looks at, the newest ones."""


@dataclass(frozen=True, slots=True)
class Taken:
    """An entry that the rule takes, with the matches. `backfill`: it was there at its source's first check."""

    entry_id: str
    title: str
    publisher: str
    first_seen: datetime
    matches: tuple[Match, ...]
    backfill: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """What the rule takes of the entries with matches that were looked at, newest first.

    `recipients` is how many addresses it sends to now. `cut`: there were more entries than are looked at.
    """

    rule: Rule
    taken: tuple[Taken, ...]
    looked_at: int
    recipients: int
    cut: bool

    @property
    def news(self) -> tuple[Taken, ...]:
        """Those that would have alerted: what a source had at its first check alerts nobody."""
        return tuple(each for each in self.taken if not each.backfill)

    @property
    def alerts(self) -> int:
        """How many deliveries it would have made: one per entry and address."""
        return len(self.news) * self.recipients


def preview(
    rule: Rule,
    before: Sequence[Rule],
    announcements: Iterable[tuple[Announcement, bool]],
    recipients: Mapping[str, Recipient],
    *,
    parents: Mapping[str, str | None],
    addresses: Callable[[Recipient], Sequence[str]],
) -> Preview:
    """Hold the rule against announcements (with whether each is backfill), newest first. Pure.

    `before` are the rules that stand before it: what one of them takes with `stop: true` does not reach it.
    """
    taken, looked_at, cut = [], 0, False
    for announcement, backfill in announcements:
        if looked_at == MOST:
            cut = True
            break
        looked_at += 1
        answer = explain(announcement, [*before, rule], parents=parents)[-1]
        if answer.taken:
            taken.append(_taken(announcement, answer.taken, backfill))
    sent_to = {(name, address) for name in rule.send if name in recipients for address in addresses(recipients[name])}
    return Preview(rule, tuple(taken), looked_at, len(sent_to), cut)


def _taken(announcement: Announcement, matches: tuple[Match, ...], backfill: bool) -> Taken:
    return Taken(
        entry_id=announcement.entry_id,
        title=announcement.title,
        publisher=announcement.publisher_name,
        first_seen=announcement.first_seen,
        matches=matches,
        backfill=backfill,
    )
