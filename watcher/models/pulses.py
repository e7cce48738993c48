"""The pulse of a process: who it is, what it does, when it was heard of last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Pulse:
    """One process at work. `name` is unique, `role` is scheduler, worker or web."""

    name: str
    role: str
    started_at: datetime
    seen_at: datetime
