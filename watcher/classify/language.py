"""Which of our languages a text is written in, by its small words."""

from __future__ import annotations

from collections import Counter

_WORDS = {
    "en": "the of and to in that for with is was were are has have from this which by on their would will not",
    "es": "el la los las de que y en del por con para una un se al su lo como mas pero sus es fue son ha",
    "fr": "le les des du et est dans pour une qui sur au aux avec par ce cette sont ont ete nous vous leur",
}
_OWNERS: dict[str, list[str]] = {}
for _language, _words in _WORDS.items():
    for _word in _words.split():
        _OWNERS.setdefault(_word, []).append(_language)
SHARE = 0.2
"""A second language counts from this share of the small words of the first."""


def languages_of(folded: str) -> tuple[str, ...]:
    """Languages of a folded text, the strongest first; empty where no small word of ours stands."""
    counts = _counts(folded)
    if not counts:
        return ()
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    most = ranked[0][1]
    return tuple(language for language, count in ranked if count >= SHARE * most and (count > 2 or count == most))


def sentence_languages(folded: str) -> frozenset[str]:
    """Languages whose words may be meant in one sentence; English and Spanish where nothing tells."""
    counts = _counts(folded)
    most = max(counts.values(), default=0.0)
    return frozenset(language for language, count in counts.items() if count >= 0.6 * most) or frozenset(("en", "es"))


def _counts(folded: str) -> dict[str, float]:
    counts: dict[str, float] = {}
    seen = Counter(filter(_OWNERS.__contains__, folded.split()))
    for word, times in seen.items():
        owners = _OWNERS[word]
        for language in owners:
            counts[language] = counts.get(language, 0.0) + times / len(owners)
    return counts
