"""Nicknames that several policies share ("asylum ban"): decided by context, date and president, or not at all."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from functools import lru_cache

from watcher.classify.vocabulary import Vocabulary
from watcher.models.policies import Policy

_FRESH = timedelta(days=400)
_AHEAD = timedelta(days=150)
"""A policy is proposed and talked about before it begins."""
_TERMS = {
    "trump": ((date(2017, 1, 20), date(2021, 1, 19)), (date(2025, 1, 20), date(2029, 1, 19))),
    "biden": ((date(2021, 1, 20), date(2025, 1, 19)),),
}


def decide(
    candidates: Sequence[str],
    vocabulary: Vocabulary,
    named: Collection[str],
    published: date | None,
    presidents: Sequence[str],
) -> str | None:
    """The one policy that a shared nickname means here, or None.

    `named` are policies that the document names without doubt, `presidents` those that it speaks of.
    """
    remaining = list(dict.fromkeys(candidates))
    by_name = [policy for policy in remaining if policy in named]
    for narrowed in (
        by_name,
        _by_president(remaining, vocabulary, presidents),
        _by_date(remaining, vocabulary, published),
    ):
        if narrowed:
            remaining = [policy for policy in remaining if policy in narrowed] or remaining
        if len(remaining) == 1:
            return remaining[0]
    return None


def _by_date(candidates: Sequence[str], vocabulary: Vocabulary, published: date | None) -> list[str]:
    """Those that began in the year before the text, or are about to."""
    if published is None:
        return []
    starts = {policy: introduced(vocabulary.policies[policy]) for policy in candidates}
    return [policy for policy, start in starts.items() if start is not None and -_AHEAD <= published - start <= _FRESH]


def presidents_in(folded: str) -> tuple[str, ...]:
    """The presidents whom a folded text names."""
    return tuple(name for name in _TERMS if re.search(rf"\b{name}\b", folded))


def _by_president(candidates: Sequence[str], vocabulary: Vocabulary, presidents: Sequence[str]) -> list[str]:
    """Those made under the only president whom the text names."""
    if len(presidents) != 1:
        return []
    return [policy for policy in candidates if _made_under(presidents[0], vocabulary.policies[policy])]


def _made_under(president: str, policy: Policy) -> bool:
    start = introduced(policy)
    return start is not None and any(first <= start <= last for first, last in _TERMS[president])


def introduced(policy: Policy) -> date | None:
    """The day a policy began, where the vocabulary knows the day."""
    return _day(policy.introduced)


@lru_cache(maxsize=4096)
def _day(on: str) -> date | None:
    try:
        return date.fromisoformat(on)
    except ValueError:
        return None
