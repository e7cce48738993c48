"""The texts and the vocabulary that the classifier is measured with: made up, and the same in every run."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

LENGTH = 3000
"""Characters of one document."""
ADVERSARIAL = 200_000

_SUBJECTS = [
    "The city council",
    "A spokesperson for the harbor",
    "Our teachers",
    "The weather service",
    "Two local farmers",
    "The committee on roads",
    "Visitors to the museum",
    "An engineer from the water company",
    "The library",
    "Most voters",
]
_VERBS = [
    "will repair",
    "has opened",
    "described",
    "is going to study",
    "sold",
    "welcomed",
    "could not find",
    "paid for",
    "visited",
]
_OBJECTS = [
    "the old bridge near the station",
    "a report of 48 pages on clean water",
    "several schools in the valley",
    "the winter festival, which draws many families",
    "new rules for parking",
    "the garden behind the town hall",
    "a plan for cheaper bus tickets",
    "the results of the September count",
    "solar panels on the roof of the market",
]
_ENDS = [
    "after a long debate",
    "in the spring of next year",
    "without any further delay",
    "as the mayor had promised",
    "for the first time since the flood",
    "with money from the state",
    "before the end of the month",
]
_ODD = (
    "“We are glad,” the director said — “it took years.”",
    "The café’s owner, José Muñoz, didn’t agree.",
    "It cost €3 million – twice as much as expected…",
)
_NAMED = (
    "The administration announced on Monday that it will end the Migrant Protection Protocols.",
    "A federal judge blocked the termination of Temporary Protected Status for Haiti.",
    "“Title 42 must not return,” the coalition said in a letter to the president.",
    "DHS plans to suspend the Asylum Cooperative Agreements (ACA) with Guatemala.",
    "Advocates urged Congress to protect DACA recipients before the hearing.",
    "The Remain in Mexico policy was reinstated last year, officials confirmed.",
    "The Safe Third Country Agreement between the United States and Canada was expanded to the whole border.",
)


def plain(number: int, *, ascii_only: bool = False) -> list[tuple[str, str]]:
    """Documents that name no policy; with typographic marks and accents unless `ascii_only`."""
    return _documents(number, () if ascii_only else _ODD, odd=0.15)


def about_policies(number: int) -> list[tuple[str, str]]:
    """Documents in which about one sentence in ten names a policy, as in the press releases of our sources."""
    return _documents(number, (*_NAMED, *_ODD), odd=0.14)


def _documents(number: int, odd_ones: Sequence[str], odd: float) -> list[tuple[str, str]]:
    chance = random.Random(number)
    return [_document(chance, odd_ones, odd) for _ in range(number)]


def _document(chance: random.Random, odd_ones: Sequence[str], odd: float) -> tuple[str, str]:
    title, *sentences = (_sentence(chance, odd_ones, odd) for _ in range(LENGTH // 60))
    paragraphs = [" ".join(sentences[first : first + 4]) for first in range(0, len(sentences), 4)]
    return title, "\n\n".join(paragraphs)[:LENGTH]


def _sentence(chance: random.Random, odd_ones: Sequence[str], odd: float) -> str:
    if odd_ones and chance.random() < odd:
        return chance.choice(odd_ones)
    return " ".join(chance.choice(words) for words in (_SUBJECTS, _VERBS, _OBJECTS, _ENDS)) + "."


_PIECES = {
    "one long word": "a",
    "one long accented word": "é",
    "a name, again and again": "Title 42 ",
    "acronyms in brackets": "MPP (ACA) TPS ",
    "a shared nickname": "asylum ban ",
    "a nickname in capitals": "Remain in Mexico ",
    "nested quotes": '“‘"(“The ‘order ',
    "quoted names": "“‘Title 42’ ",
    "must must must": "must ",
    "one endless sentence": "the government said that it will end Title 42, ",
    "many short sentences": "The administration ended Title 42 today. ",
    "a list of demands": "- end Title 42\n",
    "a long address": "https://title-42-",
    "only blanks": " ",
    "only line breaks": "\n",
    "only dashes": "-",
    "only full stops": ".",
    "rows of full stops": f"{'.' * 2000}a Title 42 ",
    "full stops before brackets": ".) (a Title 42 ",
    "zero-width characters": "\u200b",
    "zero-width inside a name": "Ti\u200btle 42 ",
    "combining accents": "e\u0301",
    "combining accents and names": "Título 42 e\u0301\u0301 ",
    "no letter of ours": "日本語",
}


def adversarial() -> Mapping[str, str]:
    """Texts of 200,000 characters that look for work that grows faster than the text."""
    return {name: (piece * (ADVERSARIAL // len(piece) + 1))[:ADVERSARIAL] for name, piece in _PIECES.items()}


def policy_file(names: int) -> str:
    """A policy file with that many made-up names of three words."""
    chance = random.Random(1)
    parts = [_syllables(chance) for _ in range(names * 3)]
    made_up = [" ".join(parts[first : first + 3]) for first in range(0, len(parts), 3)]
    head = ["id: made-up", "name: Made-up policy", "names: {en: Made-up policy}", 'summary: "A policy nobody made."']
    more = ["kind: programme", "jurisdiction: US", 'introduced: "2001-01-01"', "match:", "  en:"]
    return "\n".join([*head, *more, *(f"    - {name} programme" for name in made_up), ""])


def _syllables(chance: random.Random) -> str:
    return "".join(chance.choice("bcdfglmnprst") + chance.choice("aeiou") for _ in range(chance.randint(2, 4)))
