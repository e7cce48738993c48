"""One vocabulary file: what may stand in it, and where a mistake in it is.

    id, name, names {en, es, fr}, summary, kind, jurisdiction, agencies, countries, parent, related
    introduced, status {is, as_of}, events [{date, action, modality, actor, what, confidence, source}]
    match:
      en, es, fr, misspellings   names that are enough by themselves (case, accents, dashes, plural are folded)
      cased                      names of plain words: only in these capitals, in quotes or before "policy"
      hashtags, citations, cases
      context                    {text, needs, rejects, within}: only near a needed word, and no rejected one
      acronyms                   {text, needs, rejects, also}: in these capitals; the document's own definition wins
      patterns                   "first|other <60> second": words with at most so many characters between
      decoys                     names of other things that contain one of ours
    examples                     {text, action, modality, actor, target, polarity} or {not: a text it is not in}

An operator's file may say `extends: ID` instead of `id` (with `without: [names]`), or `leave_out: [ids]`. Any name can
be a mapping with `does` (the action the words express) and `during` (two dates between which a text must lie).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources.abc import Traversable
from typing import Any

import yaml

from watcher.classify.patterns import compile_pattern
from watcher.errors import ConfigError
from watcher.models.policies import Policy, PolicyEvent
from watcher.models.words import Action, ActorType, Modality, Polarity

LANGUAGES = ("en", "es", "fr")
_TOP = [
    "id",
    "name",
    "names",
    "summary",
    "kind",
    "jurisdiction",
    "agencies",
    "countries",
    "parent",
    "related",
    "introduced",
    "status",
    "events",
    "match",
    "examples",
    "extends",
    "leave_out",
    "without",
]
_PLAIN_LISTS = {
    "en": ("NAME", "en"),
    "es": ("NAME", "es"),
    "fr": ("NAME", "fr"),
    "misspellings": ("NAME", "any"),
    "cased": ("CASED", "any"),
    "hashtags": ("HASHTAG", "any"),
    "citations": ("CITATION", "any"),
    "cases": ("CITATION", "any"),
    "patterns": ("PATTERN", "any"),
    "decoys": ("DECOY", "any"),
    "context": ("CONTEXT", "any"),
    "acronyms": ("ACRONYM", "any"),
}
_NAME_KEYS = {"text", "language", "needs", "rejects", "also", "within", "does", "during"}
_EXAMPLE_KEYS = {"text", "title", "not", "action", "modality", "actor", "target", "polarity", "date"}
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class NameSpec:
    """One name as a file states it; `strength` is the name of a member of `vocabulary.Strength`."""

    text: str
    language: str
    strength: str
    needs: tuple[str, ...] = ()
    rejects: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    within: int = 400
    does: Action | None = None
    during: tuple[date, date] | None = None


@dataclass(frozen=True, slots=True)
class Examples:
    """A sentence with what the classifier must say of it: `absent` means that the policy must not be reported."""

    policy: str
    text: str
    title: str
    absent: bool
    action: Action | None
    modality: Modality | None
    actor_type: ActorType | None
    target_action: Action | None
    target_polarity: Polarity | None
    date: str | None
    where: str


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """The content of one file. `policy` is None where the file extends another or only switches off."""

    where: str
    about: str
    policy: Policy | None
    names: tuple[NameSpec, ...]
    examples: tuple[Examples, ...]
    leave_out: tuple[str, ...]
    without: tuple[str, ...]
    references: tuple[tuple[str, str], ...]


class _Mistakes:
    """Collects what is wrong, and finds the lines only if something is."""

    def __init__(self, source: Traversable) -> None:
        self.source = source
        self.found: list[tuple[Path, str]] = []

    def add(self, path: Path, message: str) -> None:
        self.found.append((path, message))

    def raise_if_any(self) -> None:
        if self.found:
            node = yaml.compose(self.source.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
            lines = [f"{self.source}:{_line(node, path)}: {_shown(path)}: {text}" for path, text in self.found]
            raise ConfigError("\n".join(lines))


def _shown(path: Path) -> str:
    return ".".join(str(step) for step in path) or "file"


def _line(node: yaml.Node | None, path: Path) -> int:
    """The line of the deepest node on the path that exists."""
    line = 1 if node is None else node.start_mark.line + 1
    for step in path:
        if isinstance(node, yaml.MappingNode):
            pair = next(((key, value) for key, value in node.value if key.value == str(step)), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            pair = (node.value[step], node.value[step])
        else:
            pair = None
        if pair is None:
            return line
        line, node = pair[0].start_mark.line + 1, pair[1]
    return line


def read_yaml(source: Traversable) -> dict[str, Any]:
    """The mapping in a YAML file. Raises ConfigError with file and line when it is not one."""
    try:
        raw = yaml.load(source.read_bytes(), Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise ConfigError(f"{source}:{line}: cannot be read as YAML: {getattr(error, 'problem', error)}") from error
    if not isinstance(raw, dict):
        raise ConfigError(f"{source}:1: must be a mapping that begins with `id:`, `extends:` or `leave_out:`")
    return raw


def read_policy_file(source: Traversable, groups: Mapping[str, tuple[str, ...]]) -> PolicyFile:
    """Read and check one file; `groups` are the context words that `@name` stands for.

    Raises ConfigError with one line per mistake.
    """
    raw = read_yaml(source)
    mistakes = _Mistakes(source)
    for key in raw:
        if key not in _TOP:
            mistakes.add((str(key),), f"unknown key; known are {', '.join(_TOP)}")
    about = str(raw.get("id") or raw.get("extends") or "")
    if not about and "leave_out" not in raw:
        mistakes.add(
            (), "says neither `id` (a new policy), `extends` (more for one) nor `leave_out` (policies to leave out)"
        )
    policy = _policy(raw, mistakes) if raw.get("id") else None
    names = tuple(_names(raw.get("match") or {}, groups, mistakes))
    examples = tuple(_examples(about, raw.get("examples") or [], source, mistakes))
    references = tuple(_references(raw))
    leave_out, without = (
        _strings(raw.get("leave_out"), ("leave_out",), mistakes),
        _strings(raw.get("without"), ("without",), mistakes),
    )
    mistakes.raise_if_any()
    return PolicyFile(str(source), about, policy, names, examples, leave_out, without, references)


def _references(raw: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key in ("parent", "extends"):
        if raw.get(key):
            yield key, str(raw[key])
    for key in ("related", "leave_out"):
        yield from ((key, str(name)) for name in raw.get(key) or ())


def _policy(raw: Mapping[str, Any], mistakes: _Mistakes) -> Policy:
    for key in ("name", "summary"):
        if not isinstance(raw.get(key), str):
            mistakes.add((key,), "is missing; say it in a short text")
    status = _mapping(raw.get("status"), ("status",), mistakes)
    names = {str(k): str(v) for k, v in _mapping(raw.get("names"), ("names",), mistakes).items()}
    return Policy(
        id=str(raw["id"]),
        name=str(raw.get("name")),
        names=names,
        summary=str(raw.get("summary")),
        kind=str(raw.get("kind", "policy")),
        jurisdiction=str(raw.get("jurisdiction", "")),
        agencies=_strings(raw.get("agencies"), ("agencies",), mistakes),
        countries=_strings(raw.get("countries"), ("countries",), mistakes),
        parent=str(raw["parent"]) if raw.get("parent") else None,
        children=(),
        related=_strings(raw.get("related"), ("related",), mistakes),
        introduced=str(raw.get("introduced", "")),
        status=str(status.get("is", "")),
        status_as_of=str(status.get("as_of", "")),
        events=tuple(_events(raw.get("events") or [], mistakes)),
    )


def _mapping(value: Any, path: Path, mistakes: _Mistakes) -> Mapping[str, Any]:
    if value is None:
        return {}
    if isinstance(value, dict):
        return value
    mistakes.add(path, "must be a mapping of keys to values")
    return {}


def _strings(value: Any, path: Path, mistakes: _Mistakes) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    mistakes.add(path, "must be a list of texts, like [one, two]; put quotes around numbers")
    return ()


def _events(raw: Any, mistakes: _Mistakes) -> Iterator[PolicyEvent]:
    for index, event in enumerate(raw):
        path: Path = ("events", index)
        event = _mapping(event, path, mistakes)
        action = _member(Action, event.get("action"), (*path, "action"), mistakes)
        actor = _member(ActorType, event.get("actor"), (*path, "actor"), mistakes)
        modality = _member(Modality, event.get("modality", "actual"), (*path, "modality"), mistakes)
        if action is None or actor is None or modality is None:
            continue
        what, source = str(event.get("what", "")), str(event.get("source", ""))
        target = _member(Action, event["target"], (*path, "target"), mistakes) if "target" in event else None
        on, confidence = str(event.get("date")), str(event.get("confidence", ""))
        yield PolicyEvent(on, action, modality, actor, what, source, confidence, target)


def _member(closed_set: Any, value: Any, path: Path, mistakes: _Mistakes) -> Any:
    try:
        return closed_set(value)
    except ValueError:
        mistakes.add(path, f"{value!r} is not one of {', '.join(closed_set)}")
        return None


def _names(match: Any, groups: Mapping[str, tuple[str, ...]], mistakes: _Mistakes) -> Iterator[NameSpec]:
    for key, entries in _mapping(match, ("match",), mistakes).items():
        if key not in _PLAIN_LISTS:
            mistakes.add(("match", key), f"unknown key; known are {', '.join(_PLAIN_LISTS)}")
            continue
        if not isinstance(entries, list):
            mistakes.add(("match", key), "must be a list")
            continue
        strength, language = _PLAIN_LISTS[key]
        for index, entry in enumerate(entries):
            name = _name(entry, strength, language, groups, ("match", key, index), mistakes)
            if name is not None:
                yield name


def _name(
    entry: Any, strength: str, language: str, groups: Mapping[str, tuple[str, ...]], path: Path, mistakes: _Mistakes
) -> NameSpec | None:
    fields = {"text": entry} if isinstance(entry, str) else _mapping(entry, path, mistakes)
    unknown = set(fields) - _NAME_KEYS
    if unknown:
        mistakes.add(path, f"unknown key {sorted(unknown)[0]}; known are {', '.join(sorted(_NAME_KEYS))}")
    text = fields.get("text")
    if not isinstance(text, str) or not text.strip():
        mistakes.add(path, "a name must be a text; put quotes around it")
        return None
    if strength == "PATTERN" and (wrong := _pattern_mistake(text)):
        mistakes.add(path, wrong)
        return None
    does = _member(Action, fields["does"], (*path, "does"), mistakes) if "does" in fields else None
    return NameSpec(
        text=text,
        language=str(fields.get("language", language)),
        strength=strength,
        needs=_context(fields.get("needs"), groups, (*path, "needs"), mistakes),
        rejects=_context(fields.get("rejects"), groups, (*path, "rejects"), mistakes),
        also=_context(fields.get("also"), groups, (*path, "also"), mistakes),
        within=int(fields.get("within", 400)),
        does=does,
        during=_during(fields.get("during"), (*path, "during"), mistakes),
    )


def _during(value: Any, path: Path, mistakes: _Mistakes) -> tuple[date, date] | None:
    """First and last day on which a name counts, for descriptions that fit only the news of some weeks."""
    if value is None:
        return None
    if isinstance(value, list) and len(value) == 2 and all(isinstance(day, date) for day in value):
        return value[0], value[1]
    mistakes.add(path, "must be two dates, like [2024-06-01, 2024-07-15]")
    return None


def _pattern_mistake(text: str) -> str:
    try:
        compile_pattern(text)
    except ValueError as error:
        return str(error)
    return ""


def _context(value: Any, groups: Mapping[str, tuple[str, ...]], path: Path, mistakes: _Mistakes) -> tuple[str, ...]:
    words: list[str] = []
    for word in _strings(value, path, mistakes):
        if not word.startswith("@"):
            words.append(word)
        elif word[1:] in groups:
            words.extend(groups[word[1:]])
        else:
            mistakes.add(path, f"there is no group {word}; known are {', '.join('@' + name for name in groups)}")
    return tuple(words)


def _examples(policy: str, raw: Any, source: Traversable, mistakes: _Mistakes) -> Iterator[Examples]:
    for index, entry in enumerate(raw):
        path: Path = ("examples", index)
        fields = _mapping(entry, path, mistakes)
        unknown = set(fields) - _EXAMPLE_KEYS
        if unknown:
            mistakes.add(path, f"unknown key {sorted(unknown)[0]}; known are {', '.join(sorted(_EXAMPLE_KEYS))}")
        text = fields.get("text", fields.get("not"))
        if not isinstance(text, str):
            mistakes.add(path, "must have `text` (the policy is found) or `not` (it is not)")
            continue

        def label(closed_set: Any, key: str, fields: Mapping[str, Any] = fields, path: Path = path) -> Any:
            return _member(closed_set, fields[key], (*path, key), mistakes) if key in fields else None

        yield Examples(
            policy=policy,
            text=text,
            title=str(fields.get("title", "")),
            absent="not" in fields,
            action=label(Action, "action"),
            modality=label(Modality, "modality"),
            actor_type=label(ActorType, "actor"),
            target_action=label(Action, "target"),
            target_polarity=label(Polarity, "polarity"),
            date=str(fields["date"]) if "date" in fields else None,
            where=f"{source.name}: examples.{index}",
        )
