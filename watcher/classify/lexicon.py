"""The words of actions and operators, compiled for matching at a token: first word -> phrases that begin with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, NamedTuple

from watcher.classify.fold import fold
from watcher.classify.inflect import english, spanish
from watcher.classify.policyfile import read_yaml
from watcher.models.words import Action
from watcher.vocabulary import data_file

GAP: Final = "..."
WIDEST_GAP: Final = 6


@dataclass(frozen=True, slots=True)
class Cue:
    """What a word or phrase can mean. `kind` is "act" or the name of an operator; `part` says how it is used."""

    kind: str
    action: Action | None
    part: str
    """verb, move (the policy is the subject), noun or phrase."""
    form: str
    """The tag of `inflect`, or empty for nouns and phrases."""
    language: str


class Phrase(NamedTuple):
    """The words after the first one, all that they can mean, and the first meaning of each kind."""

    rest: tuple[str, ...]
    cues: tuple[Cue, ...]
    first: Mapping[str, Cue]


Phrases = Mapping[str, Sequence[Phrase]]
"""First word -> phrases, longest first, and of the same length the one without a gap."""


def _phrase(rest: tuple[str, ...], cues: tuple[Cue, ...]) -> Phrase:
    return Phrase(rest, cues, {cue.kind: cue for cue in reversed(cues)})


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The phrases of all languages, and small sets of words."""

    phrases: Phrases
    judgement: frozenset[str]
    breaks: frozenset[str]
    openers: frozenset[str]
    """The breaks behind which a clause begins."""
    _by_languages: dict[frozenset[str], Phrases] = field(default_factory=dict, compare=False)

    def meant_in(self, languages: frozenset[str]) -> Phrases:
        """The phrases with only the cues of these languages; worked out once per set of languages."""
        if languages not in self._by_languages:
            self._by_languages[languages] = _narrowed(self.phrases, languages)
        return self._by_languages[languages]


def _narrowed(phrases: Phrases, languages: frozenset[str]) -> Phrases:
    narrowed: dict[str, list[Phrase]] = {}
    for word, entries in phrases.items():
        for entry in entries:
            meant = tuple(cue for cue in entry.cues if cue.language in languages)
            if meant:
                kept = entry if len(meant) == len(entry.cues) else _phrase(entry.rest, meant)
                narrowed.setdefault(word, []).append(kept)
    return narrowed


@lru_cache(maxsize=1)
def load_lexicon() -> Lexicon:
    """The shipped lexicon (actions.yaml)."""
    raw = read_yaml(data_file("actions.yaml"))
    table: dict[tuple[str, ...], list[Cue]] = {}
    for words, cue in _cues(raw):
        table.setdefault(words, []).append(cue)
    phrases: dict[str, list[Phrase]] = {}
    for words, cues in table.items():
        phrases.setdefault(words[0], []).append(_phrase(words[1:], tuple(dict.fromkeys(cues))))
    for entries in phrases.values():
        entries.sort(key=lambda entry: (GAP in entry.rest) - 2 * sum(word != GAP for word in entry.rest))
    breaks = _words(raw["breaks"])
    return Lexicon(phrases, _words(raw["judgement"]), breaks, breaks - {"as"})


def _words(by_language: Mapping[str, Sequence[str]]) -> frozenset[str]:
    return frozenset(fold(str(word)).strip() for words in by_language.values() for word in words)


def _cues(raw: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], Cue]]:
    for name, languages in raw["actions"].items():
        for language, parts in languages.items():
            yield from _of_language("act", Action(name), language, parts)
    for name, languages in raw["operators"].items():
        for language, parts in languages.items():
            yield from _of_language(name, None, language, parts)


def _of_language(
    kind: str, action: Action | None, language: str, parts: Mapping[str, Sequence[str]]
) -> Iterator[tuple[tuple[str, ...], Cue]]:
    for verb in parts.get("verbs", ()):
        yield from _verb(kind, action, language, "verb", verb)
    for verb in parts.get("moves", ()):
        yield from _verb(kind, action, language, "move", verb)
    for part in ("nouns", "phrases"):
        for phrase in parts.get(part, ()):
            yield _split(phrase), Cue(kind, action, part[:-1], "", language)


def _split(phrase: str) -> tuple[str, ...]:
    return tuple(_token(word) for word in str(phrase).split())


def _token(word: str) -> str:
    return word if word == GAP else fold(word).strip()


def _verb(
    kind: str, action: Action | None, language: str, part: str, verb: str
) -> Iterator[tuple[tuple[str, ...], Cue]]:
    first, *rest = fold(str(verb).replace(GAP, "\x01")).split()
    tail = tuple(GAP if word == "\x01" else word for word in rest)
    if language == "en":
        for form, tag in english(first):
            yield (form, *tail), Cue(kind, action, part, tag, language)
        return
    reflexive = first.endswith("rse")
    for form, tag in spanish(first[:-2] if reflexive else first):
        cue = Cue(kind, action, part, tag, language)
        if reflexive and tag in ("pres", "past", "fut", "cond", "subj"):
            yield ("se", form, *tail), cue
        elif reflexive:
            yield (form + ("se" if tag == "base" else ""), *tail), cue
        else:
            yield (form, *tail), cue
