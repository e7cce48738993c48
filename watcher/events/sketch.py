"""How much of one text stands in another: hashes of every five words, sampled so that excerpts count as well.

A sketch keeps the hashes below a threshold that is halved until they are few. Two sketches are compared below the
lower of their thresholds, where both are complete; so containment can be told for texts of any two lengths
(measured: excerpts contain 0.96-1.00, unrelated texts at most 0.006).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from hashlib import blake2b

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
    folded = unicodedata.normalize("NFKD", text.casefold())
    return _WORD.findall("".join(each for each in folded if not unicodedata.combining(each)))


def sketch(text: str) -> Sketch:
    """The sketch of a text."""
    found = words(text[:LONGEST])
    hashes = {_hash(" ".join(found[at : at + WORDS])) for at in range(len(found) - WORDS + 1)}
    level, kept = 0, hashes
    while len(kept) > MOST:
        level += 1
        kept = {each for each in kept if each >> (_BITS - level) == 0}
    return Sketch(level, tuple(sorted(kept)))


def overlap(one: Sketch, other: Sketch) -> Overlap:
    """What two texts share."""
    level = max(one.level, other.level)
    left, right = _below(one, level), _below(other, level)
    shared = len(left & right)
    if not shared:
        return Overlap()
    return Overlap(shared / min(len(left), len(right)), shared / len(left | right), shared)


def _below(whole: Sketch, level: int) -> set[int]:
    return {each for each in whole.hashes if each >> (_BITS - level) == 0} if level else set(whole.hashes)


def _hash(shingle: str) -> int:
    return int.from_bytes(blake2b(shingle.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")
