"""A field of an entry cut into pieces, so that mentions and evidence can be shown in place, overlapping or not.

Pure: offsets in, pieces out. The pieces of a field in their order are the field, character by character, so a
template can only show what was stored.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol, TypeVar

from watcher.models.matches import Field, Match


class Stretch(Protocol):
    """Anything with a start and an end."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


S = TypeVar("S", bound=Stretch)


@dataclass(frozen=True, slots=True)
class Spot:
    """One mention in reading order: the `number`-th of its policy, counted from 1."""

    policy: str
    number: int
    field: Field
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters that are marked alike: `spots` cover them, widest first; `starts` begin here and have their anchor."""

    text: str
    spots: tuple[Spot, ...] = ()
    starts: tuple[Spot, ...] = ()
    evidence: bool = False

    @property
    def spot(self) -> Spot | None:
        """The mention whose colour the piece has: the narrowest one that covers it."""
        return self.spots[-1] if self.spots else None


def spots(matches: Iterable[Match]) -> tuple[Spot, ...]:
    """All mentions of an entry's matches, once each, in reading order (title first), numbered within their policy."""
    places = {(m.policy, s.field, s.start, s.end) for m in matches for s in m.mentions}
    counts: dict[str, int] = {}
    ordered = []
    for policy, field, start, end in sorted(places, key=lambda p: (p[1] != "title", p[2], -p[3], p[0])):
        counts[policy] = counts.get(policy, 0) + 1
        ordered.append(Spot(policy, counts[policy], field, start, end))
    return tuple(ordered)


def pieces(text: str, field: Field, marked: Sequence[Spot], matches: Sequence[Match]) -> tuple[Piece, ...]:
    """The field's text in pieces that never overlap; spans that do not lie within it are left out."""
    here = [spot for spot in marked if spot.field == field and _within(spot, text)]
    proofs = [match.evidence for match in matches if match.evidence.field == field and _within(match.evidence, text)]
    cuts = sorted({0, len(text), *_edges(here), *_edges(proofs)})
    stretches = zip(pairwise(cuts), _over(here, cuts), _over(proofs, cuts), strict=True)
    return tuple(
        Piece(
            text=text[start:end],
            spots=over,
            starts=tuple(spot for spot in over if spot.start == start),
            evidence=bool(proof),
        )
        for (start, end), over, proof in stretches
    )


def _within(span: Stretch, text: str) -> bool:
    return 0 <= span.start < span.end <= len(text)


def _edges(spans: Iterable[Stretch]) -> Iterator[int]:
    for span in spans:
        yield span.start
        yield span.end


def _over(spans: Iterable[S], cuts: Sequence[int]) -> Iterator[tuple[S, ...]]:
    """For each stretch between two cuts the spans over it, widest first; one pass keeps hostile texts cheap."""
    waiting = deque(sorted(spans, key=lambda span: (span.start, -span.end)))
    over: list[S] = []
    for start, _ in pairwise(cuts):
        over = [span for span in over if span.end > start]
        while waiting and waiting[0].start <= start:
            over.append(waiting.popleft())
        yield tuple(over)


def paragraphs(marked: Iterable[Piece]) -> list[list[Piece]]:
    """The pieces again, cut at line breaks; empty lines only part paragraphs."""
    lines: list[list[Piece]] = [[]]
    for piece in marked:
        for number, line in enumerate(piece.text.split("\n")):
            if number:
                lines.append([])
            if line:
                lines[-1].append(Piece(line, piece.spots, piece.starts if number == 0 else (), piece.evidence))
    return [line for line in lines if any(piece.text.strip() for piece in line)]


def quote(match: Match, *, room: int = 320) -> tuple[Piece, ...]:
    """The evidence of a match with its mentions marked, cut to about `room` characters around the first mention."""
    proof = match.evidence
    inside = [
        Spot(match.policy, 1, m.field, m.start - proof.start, m.end - proof.start)
        for m in match.mentions
        if m.field == proof.field and proof.start <= m.start and m.end <= proof.end
    ]
    moved = [Spot(s.policy, s.number, "text", s.start, s.end) for s in inside]
    whole = pieces(proof.text, "text", moved, ())
    if len(proof.text) <= room:
        return whole
    return _window(whole, max(0, (moved[0].start if moved else 0) - room // 3), room)


def _window(whole: Sequence[Piece], start: int, room: int) -> tuple[Piece, ...]:
    """The pieces between `start` and `start + room`, with dots where something was left out."""
    shown, at = [], 0
    for piece in whole:
        low, high = max(start - at, 0), min(start + room - at, len(piece.text))
        if low < high:
            shown.append(Piece(piece.text[low:high], piece.spots, (), piece.evidence))
        at += len(piece.text)
    before = (Piece("… "),) if start > 0 else ()
    after = (Piece(" …"),) if start + room < at else ()
    return (*before, *shown, *after)
