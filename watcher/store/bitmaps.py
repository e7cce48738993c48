"""The matches as bits: one place for each match, one number for each value, whose bits are the places that have it.

So what fits a query is a few ANDs, a count is one `bit_count`, and all counts of all filters of 100,000 matches are
exact after some milliseconds. A hundred thousand matches take some 12 KB for each value that a late one has.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date
from functools import reduce
from itertools import compress
from operator import or_
from typing import Any, TypeVar

from watcher.models.views import Order

VALUES = ("policy", "action", "modality", "language", "verdict", "source_id", "assignee")
"""The columns whose values have bits; so has `weight`."""
COLUMNS = ("seq", "entry_seq", "first_seen", "current", "weight", *VALUES)
"""What is read of a match."""
_BY_PLACE = ("seqs", "entry_seqs", "days", "importance")
_FEW = 50
_DIGITS = bytes.maketrans(b"\0\1", b"01")

K = TypeVar("K")
Bits = int
"""A set of places: bit 0 is the match with the lowest `seq`."""


@dataclass(frozen=True, slots=True)
class Bitmaps:
    """All matches at one moment, also those that are no longer current; never changed: `changed` makes another."""

    seqs: array[int] = field(default_factory=lambda: array("q"))
    """Ascending; the other arrays go by the same places."""
    entry_seqs: array[int] = field(default_factory=lambda: array("q"))
    days: array[int] = field(default_factory=lambda: array("i"))
    """When each was first seen: the day (UTC) as `date.toordinal` counts."""
    importance: array[int] = field(default_factory=lambda: array("i"))
    """The weight of each; `weights` has the same the other way round."""
    current: Bits = 0
    of: Mapping[str, Mapping[str, Bits]] = field(default_factory=dict)
    """Column -> value -> who has it."""
    weights: Mapping[int, Bits] = field(default_factory=dict)

    def place(self, seq: int) -> int:
        """Where the match stands; where it would, when it is not there."""
        return bisect_left(self.seqs, seq)

    def find(self, seq: int) -> int | None:
        """Where the match stands, or None."""
        place = self.place(seq)
        return place if place < len(self.seqs) and self.seqs[place] == seq else None

    def with_value(self, column: str, value: str) -> Bits:
        """Who has the value in the column; nobody has one that is unknown."""
        return self.of.get(column, {}).get(value, 0)

    def seen(self, since: date, until: date) -> Bits:
        """Who was first seen on one of these days, both included."""
        first, last = since.toordinal(), until.toordinal()
        return from_flags(bytes(first <= day <= last for day in self.days))

    def of_entries(self, entry_seqs: Collection[int]) -> Bits:
        """Who belongs to one of these entries; quick with a set."""
        return from_flags(bytes(map(entry_seqs.__contains__, self.entry_seqs)))

    def in_order(self, bits: Bits, order: Order) -> Iterator[int]:
        """These places as a list shows them: the newest first, or the weightiest and of those the newest."""
        if order is Order.NEWEST:
            yield from from_above(bits)
            return
        for weight in sorted(self.weights, reverse=True):
            yield from from_above(bits & self.weights[weight])

    def changed(self, rows: Collection[Sequence[Any]]) -> Bitmaps:
        """The same with these rows of `matches` (`COLUMNS`) as they are now, new ones and known ones."""
        if not rows:
            return self
        told = dict(zip(COLUMNS, zip(*rows, strict=True), strict=True))
        roomy = replace(self, **{name: getattr(self, name)[:] for name in _BY_PLACE})._with_room(sorted(told["seq"]))
        return roomy._filled(list(map(roomy.place, told["seq"])), told)

    def _with_room(self, seqs: Sequence[int]) -> Bitmaps:
        """A place for each: at the end, unless it was committed after one with a higher number."""
        if not self.seqs or seqs[0] > self.seqs[-1]:
            for name in _BY_PLACE:
                getattr(self, name).extend(seqs if name == "seqs" else [0] * len(seqs))
            return self
        roomy = self
        for seq in seqs:
            if roomy.find(seq) is None:
                place = roomy.place(seq)
                for name in _BY_PLACE:
                    getattr(roomy, name).insert(place, seq if name == "seqs" else 0)
                roomy = roomy._moved(place)
        return roomy

    def _moved(self, place: int) -> Bitmaps:
        return replace(
            self,
            current=_opened(self.current, place),
            of={name: _all_opened(values, place) for name, values in self.of.items()},
            weights=_all_opened(self.weights, place),
        )

    def _filled(self, places: Sequence[int], told: Mapping[str, Sequence[Any]]) -> Bitmaps:
        for place, entry_seq, seen, weight in zip(
            places, told["entry_seq"], told["first_seen"], told["weight"], strict=True
        ):
            self.entry_seqs[place] = entry_seq
            self.days[place] = seen.astimezone(UTC).toordinal()
            self.importance[place] = weight
        size = len(self.seqs)
        others = ~from_places(places, size)
        current = from_places(list(compress(places, told["current"])), size)
        now = {name: _by_value(places, told[name]) for name in (*VALUES, "weight")}
        return replace(
            self,
            current=self.current & others | current,
            of={name: _merged(self.of.get(name, {}), others, now[name], size) for name in VALUES},
            weights=_merged(self.weights, others, now["weight"], size),
        )


def from_places(places: Collection[int], size: int) -> Bits:
    """The set of these places, all below `size`."""
    if len(places) < _FEW:
        return reduce(or_, (1 << place for place in places), 0)
    flags = bytearray(size)
    for place in places:
        flags[place] = 1
    return from_flags(flags)


def from_flags(flags: bytes | bytearray) -> Bits:
    """The set of the places at which there is a 1; elsewhere there are zeros."""
    return int(flags[::-1].translate(_DIGITS), 2) if flags else 0


def from_above(bits: Bits) -> Iterator[int]:
    """The places of a set, the highest first."""
    while bits:
        place = bits.bit_length() - 1
        yield place
        bits ^= 1 << place


def _opened(bits: Bits, place: int) -> Bits:
    """The same set when everything from this place on moves up by one."""
    above = bits >> place
    return above << place + 1 | bits ^ above << place


def _all_opened(values: Mapping[K, Bits], place: int) -> dict[K, Bits]:
    return {value: _opened(bits, place) for value, bits in values.items()}


def _by_value(places: Sequence[int], values: Sequence[Any]) -> dict[Any, list[int]]:
    found: dict[Any, list[int]] = defaultdict(list)
    for place, value in zip(places, values, strict=True):
        if value is not None:
            found[value].append(place)
    return found


def _merged(known: Mapping[K, Bits], others: Bits, now: Mapping[K, list[int]], size: int) -> dict[K, Bits]:
    """What the others have, and what these have now; values that nobody has any more are left out."""
    kept = {value: left for value, bits in known.items() if (left := bits & others)}
    for value, places in now.items():
        kept[value] = kept.get(value, 0) | from_places(places, size)
    return kept
