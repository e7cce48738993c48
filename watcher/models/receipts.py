"""What a receipt reports: the figures of some time of watching."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from watcher.models.alerts import DeliveryState


@dataclass(frozen=True, slots=True)
class Figures:
    """What happened between two moments. `blind` says for how long which source had an incident ("": the network)."""

    since: datetime
    until: datetime
    sources: int
    """Enabled ones, at the end."""
    checks: int
    failed: int
    blind: tuple[tuple[str, timedelta], ...]
    matches: int
    """New ones; what a source had at its first check is not counted."""
    alerts: Mapping[DeliveryState, int]

    @property
    def undelivered(self) -> int:
        """Alerts that came to an end without having arrived, or are still on their way."""
        arrived = (DeliveryState.DELIVERED, DeliveryState.SILENCED)
        return sum(number for state, number in self.alerts.items() if state not in arrived)
