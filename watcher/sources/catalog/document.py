"""A YAML file as plain data that remembers where everything stands.

Scalars stay texts, so that `NO`, dates and times are what was written; validation makes numbers and truth of them.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from watcher.errors import ConfigError

Place = tuple[str | int, ...]
"""Keys and list positions from the top of the file: ("sources", 3, "url")."""

MOST_REPEATED = 10_000
"""Values that aliases (`*name`) may repeat; ten lines of them can stand for billions."""

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Mark:
    """A position in the file; both count from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Document:
    """A file's data (dict, list, str, None), its nodes, and what is wrong with it as YAML: (place, mark, what).

    `digest` is the SHA-256 of its bytes, hex.
    """

    name: str
    digest: str
    data: Any
    root: yaml.Node
    mistakes: tuple[tuple[Place, Mark, str], ...]

    def mark(self, place: Place, *, key: bool = False) -> Mark:
        """Where the value at a place stands (or its key), or the innermost thing around it that is there."""
        node = mark = self.root
        for part in place:
            found = _child(node, part)
            if found is None:
                return _mark(mark)
            mark, node = found
            mark = mark if key else node
        return _mark(mark)

    def known(self, place: Place) -> Place:
        """The longest beginning of a place that is in the file."""
        node = self.root
        for depth, part in enumerate(place):
            found = _child(node, part)
            if found is None:
                return place[:depth]
            node = found[1]
        return place


def load(path: Path) -> Document:
    """The document in a file; raises ConfigError when it cannot be read or is not YAML."""
    try:
        body = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    return parse(body, str(path))


def parse(body: bytes, name: str) -> Document:
    """The document in these bytes, called `name` in what is said of it.

    Raises ConfigError when it is not YAML, or when its aliases repeat more than MOST_REPEATED values.
    """
    try:
        root = yaml.compose(body, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        raise ConfigError(_syntax(name, error)) from error
    except (yaml.YAMLError, ValueError) as error:
        raise ConfigError(f"{name}: is not YAML in UTF-8: {error}") from error
    except RecursionError as error:
        raise ConfigError(f"{name}: is nested too deeply") from error
    if root is None:
        raise ConfigError(f"{name}:1:1: the file is empty; start from the shipped sources.yaml")
    plain = _Plain(name)
    data = plain.value(root, ())
    return Document(name, hashlib.sha256(body).hexdigest(), data, root, tuple(plain.mistakes))


def _syntax(path: str, error: yaml.MarkedYAMLError) -> str:
    mark = error.problem_mark or error.context_mark
    where = f"{mark.line + 1}:{mark.column + 1}" if mark else "1:1"
    what = f"{error.context} {error.problem}" if error.context else str(error.problem)
    return f"{path}:{where}: is not YAML: {what} (look at this line and the one before: indentation, quotes, colons)"


class _Plain:
    """Turns nodes into plain data and collects what YAML allows and we do not."""

    def __init__(self, name: str) -> None:
        self.mistakes: list[tuple[Place, Mark, str]] = []
        self._name = name
        self._around: list[yaml.Node] = []
        self._seen: set[yaml.Node] = set()
        self._repeated = 0

    def value(self, node: yaml.Node, place: Place) -> Any:
        self._count(node)
        if node in self._around:
            return self._refuse(place, node, "an alias must not contain itself")
        if node.tag.startswith("!"):
            return self._refuse(place, node, f"there is no tag {node.tag} here; take it out")
        if isinstance(node, yaml.ScalarNode):
            return None if node.tag == "tag:yaml.org,2002:null" else str(node.value)
        self._around.append(node)
        data = self._mapping(node, place) if isinstance(node, yaml.MappingNode) else self._list(node, place)
        self._around.pop()
        return data

    def _count(self, node: yaml.Node) -> None:
        self._repeated += node in self._seen
        self._seen.add(node)
        if self._repeated > MOST_REPEATED:
            mark = _mark(node)
            where = f"{self._name}:{mark.line}:{mark.column}"
            raise ConfigError(f"{where}: aliases (*name) repeat more than {MOST_REPEATED:,} values; write them out")

    def _list(self, node: yaml.Node, place: Place) -> list[Any]:
        return [self.value(item, (*place, index)) for index, item in enumerate(node.value)]

    def _mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key, item in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self._refuse(place, key, "a key must be a single word")
            elif key.value in data:
                self._refuse((*place, key.value), key, "this key stands here twice; keep one of them")
            else:
                data[key.value] = self.value(item, (*place, key.value))
        return data

    def _refuse(self, place: Place, node: yaml.Node, what: str) -> None:
        self.mistakes.append((place, _mark(node), what))


def _child(node: yaml.Node, part: str | int) -> tuple[yaml.Node, yaml.Node] | None:
    """The key node and the value node of a part (the same node twice in a list)."""
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == part), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part], node.value[part]
    return None


def _mark(node: yaml.Node) -> Mark:
    return Mark(node.start_mark.line + 1, node.start_mark.column + 1)
