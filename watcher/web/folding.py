"""Cards of the inbox folded by announcement: reports of one event are one card, the one that leads on top."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from watcher.models.events import Report, Reports
from watcher.models.views import MatchRow

Card = tuple[MatchRow, ...]


@dataclass(frozen=True, slots=True)
class Folded:
    """What is shown as one: a card, further cards of the same announcement, and reports that are not on this page.

    `left_out` counts reports beyond those that are named.
    """

    card: Card
    beneath: tuple[Card, ...] = ()
    elsewhere: tuple[Report, ...] = ()
    left_out: int = 0

    @property
    def more(self) -> int:
        """How many further reports there are."""
        return len(self.beneath) + len(self.elsewhere) + self.left_out


def unfolded(cards: Sequence[Card]) -> list[Folded]:
    """Each by itself."""
    return [Folded(card) for card in cards]


def fold(cards: Sequence[Card], reports: Mapping[str, Reports]) -> list[Folded]:
    """In the order of the cards: an announcement stands where its first card stood."""
    groups: dict[str, list[Card]] = {}
    for card in cards:
        entry = card[0].entry_id
        groups.setdefault(reports[entry].event_id if entry in reports else entry, []).append(card)
    return [_folded(group, reports.get(group[0][0].entry_id)) for group in groups.values()]


def _folded(group: Sequence[Card], event: Reports | None) -> Folded:
    if event is None:
        return Folded(group[0])
    top = next((card for card in group if card[0].entry_id == event.lead), group[0])
    shown = {card[0].entry_id for card in group}
    elsewhere = tuple(each for each in event.few if each.entry_id not in shown)
    beneath = tuple(card for card in group if card is not top)
    return Folded(top, beneath, elsewhere, event.entries - len(group) - len(elsewhere))
