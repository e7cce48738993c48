"""A moment in a message: day and time where its reader is, and the zone by name."""

from __future__ import annotations

from datetime import datetime, tzinfo

from watcher.models.catalog import zone_name


def shown(at: datetime, place: tzinfo) -> str:
    """ "2026-03-14 09:30 EDT"."""
    local = at.astimezone(place)
    return f"{local:%Y-%m-%d %H:%M} {zone_name(local)}".rstrip()
