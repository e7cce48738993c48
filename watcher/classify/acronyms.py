"""What an acronym stands for where the document itself says so: "full name (ACR)" or "ACR (full name)"."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence

from watcher.classify.fieldtext import FieldText, Found
from watcher.classify.fold import fold
from watcher.classify.wordsets import words
from watcher.models.matches import Field

_SMALL = words("a al and de del el en for in la las los of on or para por the to y")
_REACH = 160
"""Characters before a bracket that a full name may take."""


class Definitions:
    """The definitions of a document, looked for once per acronym."""

    def __init__(self, fields: Mapping[Field, FieldText], named: Sequence[Found]) -> None:
        self._fields = fields
        self._ends: dict[tuple[str, Field], list[tuple[int, int]]] = {}
        for hit in named:
            self._ends.setdefault((hit.policy, hit.field), []).append((hit.end, hit.start))
        for places in self._ends.values():
            places.sort()
        self._known: dict[tuple[str, str], bool | None] = {}

    def of(self, acronym: str, policy: str) -> bool | None:
        """True: the document defines it as this policy; False: as something else; None: it does not define it."""
        key = (acronym, policy)
        if key not in self._known:
            self._known[key] = self._look_up(acronym, policy)
        return self._known[key]

    def _look_up(self, acronym: str, policy: str) -> bool | None:
        answer: bool | None = None
        for field in self._fields.values():
            for start, end in _definition_spans(field.text, acronym):
                if self._names_policy(field.field, start, end, policy):
                    return True
                if answer is None and _spells(field.text[start:end], acronym):
                    answer = False
        return answer

    def _names_policy(self, field: Field, start: int, end: int, policy: str) -> bool:
        places = self._ends.get((policy, field), [])
        nearest = places[bisect_right(places, (end, end)) - 1] if places else (-1, -1)
        return end - 25 <= nearest[0] <= end and start <= nearest[1]


def _definition_spans(text: str, acronym: str) -> list[tuple[int, int]]:
    """Where the full name of an acronym would stand: before its bracket, or in the bracket after it."""
    if "(" not in text and "[" not in text:
        return []
    name = re.escape(acronym)
    before = re.finditer(rf"[(\[][\s\"'“‘«]*(?:the |or |el |la |o )?[\"'“‘«]?{name}s?\b", text)
    # the name first, the border after it: the search then leaps from one such letter to the next
    inside = re.finditer(rf"{name}(?<!\w{name})[”\"]?\s?\(([^()\n]{{8,120}})\)", text)
    spans = [(max(found.start() - _REACH, 0), found.start()) for found in before]
    return spans + [found.span(1) for found in inside]


def _spells(words: str, acronym: str) -> bool:
    """Whether the initials of the last words spell the acronym, small words counted or not."""
    letters = fold(acronym)
    plain = re.findall(r"[a-z0-9]+", fold(words))
    for candidates in (plain, [word for word in plain if word not in _SMALL]):
        for part in (candidates[-len(letters) :], candidates[: len(letters)]):
            if "".join(word[0] for word in part) == letters:
                return True
    return False
