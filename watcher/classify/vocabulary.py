"""The vocabulary in memory: policies, every name they go by, and one automaton that finds all names at once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import IntEnum
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final

import ahocorasick_rs

from watcher.classify.citations import spellings
from watcher.classify.fold import fold
from watcher.classify.news import known_until
from watcher.classify.patterns import Pattern, compile_pattern
from watcher.classify.policyfile import Examples, NameSpec, PolicyFile, read_policy_file, read_yaml
from watcher.errors import ConfigError
from watcher.models.policies import Policy
from watcher.models.words import Action
from watcher.vocabulary import data_file, policy_files

_SURROGATES = re.compile("[\ud800-\udfff]")
WINDOW: Final = 400
"""How far (folded characters) a context word may stand from the name that needs it."""


class Strength(IntEnum):
    """How much a name says by itself, weakest first. A decoy names something else and covers a shorter hit."""

    DECOY = 0
    CONTEXT = 1
    ACRONYM = 2
    PATTERN = 3
    HASHTAG = 4
    CITATION = 5
    CASED = 6
    NAME = 7


@dataclass(frozen=True, slots=True)
class Alias:
    """One name of one policy, or a word that only names it under conditions.

    `needs` and `rejects` are folded context words (capitals kept for DHS and the like); `also` are the folded other
    meanings of an acronym; `does` is the action that the words themselves express ("metered asylum seekers");
    `during` are the days of a text on which a description counts.
    """

    policy: str
    text: str
    folded: str
    language: str
    strength: Strength
    needs: tuple[str, ...] = ()
    rejects: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    within: int = WINDOW
    does: Action | None = None
    during: tuple[date, date] | None = None
    pattern: Pattern | None = None

    @property
    def has_conditions(self) -> bool:
        return self.strength in (Strength.CONTEXT, Strength.ACRONYM) or bool(self.needs or self.rejects)


class Vocabulary:
    """All policies and names, compiled. Immutable; share it between threads.

    `known_until` is the day of the newest event it knows of.
    `policies` maps id to `Policy`; `version` is a hash (12 hex digits) of everything that can change a result.
    """

    def __init__(
        self, policies: Mapping[str, Policy], aliases: Sequence[Alias], examples: Sequence[Examples], version: str
    ) -> None:
        self.policies = policies
        self.known_until = known_until(policies.values())
        self.examples = tuple(examples)
        self.version = version
        self.aliases = tuple(aliases)
        self._families: dict[str, frozenset[str]] = {}
        by_name: dict[str, list[Alias]] = {}
        by_acronym: dict[str, list[Alias]] = {}
        for alias in aliases:
            if alias.strength is Strength.ACRONYM:
                by_acronym.setdefault(alias.text, []).append(alias)
            else:
                by_name.setdefault(alias.folded, []).append(alias)
        self._by_acronym = tuple(tuple(group) for group in by_acronym.values())
        self._acronym_automaton = _automaton(by_acronym)
        self._names = tuple(by_name)
        self._by_name = tuple(tuple(group) for group in by_name.values())
        self._automaton = _automaton(self._names)
        self._sharers = {name: sharers for name, group in by_name.items() if len(sharers := _sharers(group)) > 1}
        self._signals = tuple(dict.fromkeys(word for alias in aliases for word in _signals(alias)))
        self._signal_automaton = ahocorasick_rs.AhoCorasick([word.lower() for word in self._signals] or ("\x00",))

    def find(self, folded: str) -> list[tuple[int, int, tuple[Alias, ...]]]:
        """Every occurrence of every name in a folded text, overlapping, borders not yet looked at."""
        found = self._automaton.find_matches_as_indexes(folded, overlapping=True)
        return [(start, end, self._by_name[index]) for index, start, end in found] if self._names else []

    def find_acronyms(self, text: str) -> list[tuple[int, int, tuple[Alias, ...]]]:
        """Every occurrence of every acronym in a text as it was given: capitals count."""
        try:
            found = self._acronym_automaton.find_matches_as_indexes(text, overlapping=True)
        except UnicodeEncodeError:  # lone surrogates cannot leave Python; none is part of an acronym
            text = _SURROGATES.sub("\ufffd", text)
            found = self._acronym_automaton.find_matches_as_indexes(text, overlapping=True)
        return [(start, end, self._by_acronym[index]) for index, start, end in found] if self._by_acronym else []

    def find_signals(self, folded: str) -> list[tuple[int, int, str]]:
        """Every context word in a folded text (borders and capitals not yet looked at)."""
        found = self._signal_automaton.find_matches_as_indexes(folded, overlapping=True)
        return [(start, end, self._signals[index]) for index, start, end in found] if self._signals else []

    def sharers(self, alias: Alias) -> frozenset[str]:
        """The policies that a nickname may mean; one for a name that is not shared."""
        return self._sharers.get(alias.folded, frozenset((alias.policy,)))

    def is_shared(self, alias: Alias) -> bool:
        """Whether several policies go by this nickname."""
        return alias.folded in self._sharers

    def family(self, policy: str) -> frozenset[str]:
        """The policy with its ancestors and descendants."""
        if policy not in self._families:
            self._families[policy] = frozenset((policy, *self.ancestors(policy), *self.descendants(policy)))
        return self._families[policy]

    def ancestors(self, policy: str) -> tuple[str, ...]:
        """Parent, grandparent, ... of a policy."""
        found: list[str] = []
        parent = self.policies[policy].parent if policy in self.policies else None
        while parent is not None and parent in self.policies and parent not in found:
            found.append(parent)
            parent = self.policies[parent].parent
        return tuple(found)

    def descendants(self, policy: str) -> tuple[str, ...]:
        """Children, grandchildren, ... of a policy."""
        children = [other.id for other in self.policies.values() if other.parent == policy]
        return tuple(children) + tuple(grand for child in children for grand in self.descendants(child))


def _automaton(names: Iterable[str]) -> ahocorasick_rs.AhoCorasick:
    """A DFA: twice as fast as the default NFA on texts without hits, for a few MB (measured with 1,900 names)."""
    return ahocorasick_rs.AhoCorasick(tuple(names) or ("\x00",), implementation=ahocorasick_rs.Implementation.DFA)


def _sharers(group: Iterable[Alias]) -> frozenset[str]:
    """Policies that claim one text as a nickname; where one of them owns it without conditions, nobody shares."""
    group = list(group)
    if any(alias.strength is not Strength.CONTEXT for alias in group):
        return frozenset()
    return frozenset(alias.policy for alias in group)


def _signals(alias: Alias) -> tuple[str, ...]:
    return (*alias.needs, *alias.rejects, *alias.also)


def load_vocabulary(extra_dirs: Sequence[Path] = ()) -> Vocabulary:
    """The shipped vocabulary, with what the operator's folders add, extend or switch off.

    Raises ConfigError with one line per mistake (`file:line: path: what to do`).
    """
    groups = _context_groups(read_yaml(data_file("context.yaml")))
    extra = [file for folder in extra_dirs for file in _operator_files(folder)]
    sources: list[Traversable] = [*policy_files(), *extra]
    files = [read_policy_file(source, groups) for source in sources]
    version = _version([*sources, *(data_file(name) for name in ("context.yaml", "actions.yaml", "actors.yaml"))])
    return _combine(files, version)


def _operator_files(folder: Path) -> list[Traversable]:
    if not folder.is_dir():
        raise ConfigError(f"{folder}: no such folder of vocabulary files; create it or take it out of the settings")
    return sorted(folder.glob("*.yaml"))  # type: ignore[return-value]  # a Path is a Traversable


def _context_groups(raw: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(str(word) for word in words) for name, words in raw.items()}


def _version(sources: Iterable[Traversable]) -> str:
    digest = hashlib.sha256()
    for source in sources:
        digest.update(source.name.encode() + b"\0" + source.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def _combine(files: Sequence[PolicyFile], version: str) -> Vocabulary:
    policies: dict[str, Policy] = {}
    switched_off = {policy for file in files for policy in file.leave_out}
    for file in files:
        if file.policy is None:
            continue
        if file.policy.id in policies:
            raise ConfigError(f"{file.where}: id: {file.policy.id} exists already; write `extends: {file.policy.id}`")
        policies[file.policy.id] = file.policy
    _check_references(files, policies)
    kept = {key: policy for key, policy in policies.items() if key not in switched_off}
    without = {(file.about, fold(name)) for file in files for name in file.without}
    aliases = [alias for file in files if file.about in kept for alias in _aliases(file)]
    aliases = [alias for alias in aliases if (alias.policy, alias.folded) not in without]
    return Vocabulary(
        {key: _with_children(policy, kept) for key, policy in kept.items()},
        list(dict.fromkeys(aliases)),
        [examples for file in files if file.about in kept for examples in file.examples],
        version,
    )


def _check_references(files: Sequence[PolicyFile], policies: Mapping[str, Policy]) -> None:
    mistakes = [
        f"{file.where}: {path}: there is no policy {name!r}"
        for file in files
        for path, name in file.references
        if name not in policies
    ]
    if mistakes:
        raise ConfigError("\n".join(mistakes))


def _with_children(policy: Policy, kept: Mapping[str, Policy]) -> Policy:
    return replace(policy, children=tuple(other.id for other in kept.values() if other.parent == policy.id))


def _aliases(file: PolicyFile) -> Iterable[Alias]:
    for name in file.names:
        pattern, texts = _compiled(name)
        for text in texts:
            yield Alias(
                policy=file.about,
                text=name.text,
                folded=text,
                language=name.language,
                strength=Strength[name.strength],
                needs=tuple(signal(word) for word in name.needs),
                rejects=tuple(signal(word) for word in name.rejects),
                also=tuple(signal(word) for word in name.also),
                within=name.within,
                does=name.does,
                during=name.during,
                pattern=pattern,
            )


def _compiled(name: NameSpec) -> tuple[Pattern | None, tuple[str, ...]]:
    if name.strength == "PATTERN":
        pattern = compile_pattern(name.text)
        return pattern, pattern.anchors
    if name.strength == "CITATION":
        return None, spellings(name.text)
    return None, (fold(name.text).strip(),)


def signal(word: str) -> str:
    """A context word as it is compared: short words in capitals keep their case (DHS, ICE), others are folded."""
    return word if word.isupper() and word.isalpha() and len(word) <= 6 else fold(word).strip()
