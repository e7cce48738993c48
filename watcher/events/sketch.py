"""How much of one text stands in another: hashes of every five words, sampled so that excerpts count as well.

A sketch keeps the hashes below a threshold that is halved until they are few. Two sketches are compared below the
lower of their thresholds, where both are complete; so containment can be told for texts of any two lengths
(measured: excerpts contain 0.96-1.00, unrelated texts at most 0.006).
"""

from __future__ import annotations

import re
import sys
from array import array
from bisect import bisect_left
from dataclasses import dataclass
from hashlib import blake2b

from watcher.events.accents import without_accents
from watcher.models.events import Sketch

WORDS = 5
MOST = 512
"""Hashes kept: a text of 500 words whole, one of 2,000 words to a quarter."""
LONGEST = 400_000
"""Characters that are looked at."""
_BITS = 64
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Overlap:
    """`contained` is the share of the shorter text that stands in the longer one, `alike` what both share of all."""

    contained: float = 0.0
    alike: float = 0.0
    shared: int = 0


def words(text: str) -> list[str]:
    """The words, without case and accents."""
    return _WORD.findall(without_accents(text.casefold()))


def sketch(text: str) -> Sketch:
    """The sketch of a text."""
    found = words(text[:LONGEST])
    hashes = _hashes([word.encode("utf-8", "surrogatepass") for word in found])
    level, kept = 0, hashes
    while len(kept) > MOST:
        level += 1
        kept = {each for each in kept if each >> (_BITS - level) == 0}
    return Sketch(level, tuple(sorted(kept)))


def overlap(one: Sketch, other: Sketch) -> Overlap:
    """What two texts share."""
    level = max(one.level, other.level)
    left, right = _below(one, level), _below(other, level)
    shared = len(set(left).intersection(right))
    if not shared:
        return Overlap()
    return Overlap(shared / min(len(left), len(right)), shared / (len(left) + len(right) - shared), shared)


def _below(whole: Sketch, level: int) -> tuple[int, ...]:
    """They are in their order, and each is there once."""
    return whole.hashes[: bisect_left(whole.hashes, 1 << (_BITS - level))] if level else whole.hashes


def _hashes(words: list[bytes]) -> set[int]:
    """Of every five words that stand together."""
    found = array("Q")
    sequences = (b" ".join(words[at : at + WORDS]) for at in range(len(words) - WORDS + 1))
    found.frombytes(b"".join([blake2b(each, digest_size=8).digest() for each in sequences]))
    if sys.byteorder == "little":
        found.byteswap()
    return set(found)
