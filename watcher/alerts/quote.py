"""The words that prove a match, as a quotation: the evidence with a little of what stands around it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from watcher.models.matches import Match, Mention

CONTEXT = 120
"""Characters shown before and after the evidence, where the paragraph has them."""
LONGEST = 700
"""Characters of evidence that are shown; of longer evidence, those around its first mention."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A piece of a field: `field[start:start + len(text)] == text`. `marks` are (start, end) of mentions in `text`.

    `opens` and `closes` say that the quotation begins and ends where its paragraph does: no ellipsis there.
    """

    field: str
    start: int
    text: str
    marks: tuple[tuple[int, int], ...]
    opens: bool
    closes: bool


def quote(match: Match, *, title: str, text: str) -> Quote:
    """The evidence of a match in its surroundings. Evidence that is not where it says is quoted alone, unmarked."""
    evidence = match.evidence
    field = title if evidence.field == "title" else text
    if field[evidence.start : evidence.end] != evidence.text:
        return Quote(evidence.field, evidence.start, evidence.text, (), True, True)
    mentions = [m for m in match.mentions if m.field == evidence.field]
    start, end = _shortened(evidence.start, evidence.end, mentions)
    first, last = _paragraph(field, start, end)
    start, end = _before(field, first, start), _after(field, end, last)
    return Quote(
        field=evidence.field,
        start=start,
        text=field[start:end],
        marks=tuple(_merged((m.start - start, m.end - start) for m in mentions if start <= m.start and m.end <= end)),
        opens=start == first,
        closes=end == last,
    )


def _shortened(start: int, end: int, mentions: Iterable[Mention]) -> tuple[int, int]:
    if end - start <= LONGEST:
        return start, end
    first = next((m.start for m in mentions if start <= m.start < end), start)
    begin = min(max(start, first - LONGEST // 3), end - LONGEST)
    return begin, begin + LONGEST


def _paragraph(field: str, start: int, end: int) -> tuple[int, int]:
    """The borders of the line or lines that the evidence stands on, without the white space at their ends."""
    first = field.rfind("\n", 0, start) + 1
    last = field.find("\n", end)
    whole = field[first : len(field) if last < 0 else last]
    return (
        min(start, first + len(whole) - len(whole.lstrip())),
        max(end, first + len(whole.rstrip())),
    )


def _before(field: str, first: int, start: int) -> int:
    """Where the context before the evidence begins: at a word, at most CONTEXT characters earlier."""
    if start - first <= CONTEXT:
        return first
    word = re.search(r"(?<=\s)\S", field[start - CONTEXT : start])
    return start - CONTEXT + word.start() if word else start


def _after(field: str, end: int, last: int) -> int:
    """Where the context after the evidence ends: after a word, at most CONTEXT characters later."""
    if last - end <= CONTEXT:
        return last
    space = re.search(r"\s\S*\Z", field[end : end + CONTEXT])
    return end + space.start() if space else end


def _merged(marks: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Marks in reading order; overlapping ones (a name within a name) become one."""
    begin, stop = -1, -1
    for start, end in sorted(marks):
        if start <= stop:
            stop = max(stop, end)
            continue
        if stop > 0:
            yield begin, stop
        begin, stop = start, end
    if stop > 0:
        yield begin, stop
