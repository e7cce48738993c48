"""The marks under which entries are looked up: two that report one announcement nearly always share one."""

from __future__ import annotations

from hashlib import blake2b

from watcher.events.families import OPINIONS, family, is_act
from watcher.models.events import Print

RATE = 4
"""Of a text the hashes below 2^64 / 2^RATE are marks: one in sixteen."""
FEWEST, MOST = 4, 16
LINKS = 12
"""Of what a text links to: what it is about stands near its beginning."""


def marks(of: Print) -> tuple[int, ...]:
    """Signed numbers of 64 bits: samples of the text, the address and what it links to, and document numbers."""
    names = [f"address {each}" for each in (of.address, *of.versions, *of.links[:LINKS]) if each]
    names += [f"number {each}" for each in of.facts.numbers[:4]]
    return tuple(dict.fromkeys((*map(_signed, _of_text(of)), *map(_mark, names))))


def act_marks(of: Print) -> tuple[int, ...]:
    """One for each policy that something happens to, and one for opinions about each: many entries share them."""
    found = {f"act {act.policy}" for act in of.acts if is_act(act) or family(act) not in OPINIONS}
    found |= {f"opinion {act.policy}" for act in of.acts[:1] if family(act) in OPINIONS}
    return tuple(sorted(map(_mark, found)))


def _of_text(of: Print) -> tuple[int, ...]:
    """The lowest hashes; `hashes` are in their order."""
    few = sum(each >> (64 - RATE) == 0 for each in of.sketch.hashes[: MOST + 1])
    return of.sketch.hashes[: min(max(few, FEWEST), MOST)]


def _mark(name: str) -> int:
    return _signed(int.from_bytes(blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big"))


def _signed(unsigned: int) -> int:
    """As databases keep it."""
    return unsigned - 2**64 if unsigned >= 2**63 else unsigned
