"""One card for each entry: the match that leads it stands where the order puts it, the others of the entry with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice

from sqlalchemy import select

from watcher.models.views import Order
from watcher.store.bitmaps import Bitmaps, Bits
from watcher.store.fitting import Asked
from watcher.store.schema import matches

_AT_ONCE = 50
"""Matches whose entries are looked up together: a page has some 30 cards."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a list was left: the leading match of the last card."""

    weight: int
    seq: int


def leading(asked: Asked, fitting: Bits, order: Order, after: Place | None) -> Iterator[list[int]]:
    """For each entry the `seq` of its matches that fit, the leading one first; the entries in the order."""
    bits = asked.view.bitmaps
    places = bits.in_order(_left(bits, fitting, order, after), order)
    while some := list(islice(places, _AT_ONCE)):
        theirs = _of_same_entries(asked, fitting, some)
        for place in some:
            card = sorted(theirs[bits.entry_seqs[place]], key=partial(_rank, bits, order), reverse=True)
            if card[0] == place:
                yield [bits.seqs[each] for each in card]


def _rank(bits: Bitmaps, order: Order, place: int) -> tuple[int, int]:
    return (0 if order is Order.NEWEST else bits.importance[place]), place


def _left(bits: Bitmaps, fitting: Bits, order: Order, after: Place | None) -> Bits:
    """Those that stand after the place."""
    if after is None:
        return fitting
    older = (1 << bits.place(after.seq)) - 1
    if order is Order.NEWEST:
        return fitting & older
    same = bits.weights.get(after.weight, 0) & older
    for weight, lighter in bits.weights.items():
        if weight < after.weight:
            same |= lighter
    return fitting & same


def _of_same_entries(asked: Asked, fitting: Bits, places: Collection[int]) -> dict[int, list[int]]:
    """Entry -> those of its matches that fit."""
    bits = asked.view.bitmaps
    wanted = {bits.entry_seqs[place] for place in places}
    query = select(matches.c.seq).where(matches.c.entry_seq.in_(wanted))
    theirs = {bits.find(seq) for seq in asked.connection.scalars(query)} | set(places)
    found: dict[int, list[int]] = defaultdict(list)
    for place in theirs:
        if place is not None and fitting >> place & 1:
            found[bits.entry_seqs[place]].append(place)
    return found
