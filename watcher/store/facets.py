"""Facets: for each filter its values, and how many matches each would list; told no further than people care."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import reduce
from operator import and_

from watcher.models.views import MatchQuery
from watcher.store.bitmaps import Bits
from watcher.store.fitting import COLUMNS, Asked, Owner

COUNTED = 1000
"""Totals and counts are told up to here; beyond, nobody cares."""
FACETS = ("policy", "action", "modality", "publisher_type", "publisher", "source", "language", "verdict")

Tallies = list[tuple[str, int]]


def facets(asked: Asked, query: MatchQuery) -> dict[str, Tallies]:
    """Facet -> its values with their counts, each counted as if its own filter were not set, the most first.

    A count of 1,001 means more than 1,000.
    """
    conditions, owners = asked.conditions(query), asked.owners()
    counted: dict[tuple[str, Bits], Counter[str]] = {}
    answer = {}
    for name in FACETS:
        free = reduce(and_, (bits for of, bits in conditions.items() if of != name), asked.view.bitmaps.current)
        key = COLUMNS.get(name, "source_id"), free
        if key not in counted:
            counted[key] = _count(asked, *key)
        answer[name] = _listed(_by_owner(name, counted[key], owners) if name in _OF_OWNERS else counted[key])
    return answer


_OF_OWNERS = ("publisher", "publisher_type")


def _count(asked: Asked, column: str, fitting: Bits) -> Counter[str]:
    values = asked.view.bitmaps.of.get(column, {})
    return Counter({value: (bits & fitting).bit_count() for value, bits in values.items()})


def _by_owner(name: str, counted: Mapping[str, int], owners: Mapping[str, Owner]) -> Counter[str]:
    found: Counter[str] = Counter()
    for source, number in counted.items():
        found[getattr(owners[source], name)] += number
    return found


def _listed(found: Counter[str]) -> Tallies:
    some = ((value, min(number, COUNTED + 1)) for value, number in found.items() if number)
    return sorted(some, key=lambda pair: (-pair[1], pair[0]))
