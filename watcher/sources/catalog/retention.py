"""The key of sources.yaml that says how long is kept what no policy was found in."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from watcher.models.catalog import Retention
from watcher.sources.catalog.mistakes import Mistakes
from watcher.sources.catalog.shape import RETENTION, with_durations
from watcher.sources.catalog.validate import option_values

_KEYS = tuple(field.name for field in fields(Retention))


def retention(data: Any, mistakes: Mistakes) -> Retention:
    """Its value; what is not given is as by default."""
    given = data.get(RETENTION) if isinstance(data, dict) else None
    if given is None:
        return Retention()
    if not isinstance(given, dict):
        mistakes.add((RETENTION,), "write keys and values below it, indented, such as `captures: 90d`")
        return Retention()
    shaped = with_durations(given, _KEYS, (RETENTION,), mistakes)
    if not option_values(Retention, shaped, (RETENTION,), mistakes):
        return Retention()
    return Retention(**{key: shaped[key] for key in _KEYS if key in shaped})
