"""Changes a sources.yaml as a person would: the lines concerned, and no other byte of it.

Comments, order, quotes and alignment stay because the text itself is edited at the places that the YAML parser names.
What comes out is read again and must be what was meant, otherwise nothing is written.
"""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml

from watcher.errors import ConfigError
from watcher.models.catalog import Publisher, Source
from watcher.sources.catalog.dump import member_data

_BY_HAND = "this file is written in a way that cannot be edited safely; change it by hand"
_WIDE = 100_000

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Change:
    """An edit of a file's text, and the same edit of its data, to compare the result with."""

    of_text: Callable[[str, yaml.Node], str]
    of_data: Callable[[Any], None]


def add_source(source: Source) -> Change:
    """A new member at the end of `sources`, in lines of its own."""
    return _adding("sources", member_data("sources", source), _lines)


def add_publisher(publisher: Publisher) -> Change:
    """A new member at the end of `publishers`, on one line."""
    return _adding("publishers", member_data("publishers", publisher), lambda data: [_flow(data)])


def set_enabled(source_id: str, enabled: bool) -> Change:
    """Whether a source is checked; true is what holds where nothing is written. Raises ConfigError: no such source."""
    return _setting(source_id, "enabled", enabled, absent_means=True)


def change_url(source_id: str, url: str) -> Change:
    """A source's new address. Raises ConfigError: no such source."""
    return _setting(source_id, "url", url)


def set_key(source_id: str, key: str, value: Any) -> Change:
    """Another value of a key of a source, plain data; None takes the key out. Raises ConfigError: no such source."""
    return _without(source_id, key) if value is None else _setting(source_id, key, value)


def edit(text: str, *changes: Change, name: str = "sources.yaml") -> str:
    """The text after the changes. Raises ConfigError when it is not YAML, or no safe edit is possible."""
    for change in changes:
        root, data = _composed(text, name)
        change.of_data(data)
        text = change.of_text(text, root)
        if not _says(text, data):
            raise ConfigError(f"{name}: {_BY_HAND}")
    return text


def rewrite(path: Path, *changes: Change, check: Callable[[Path], object]) -> bool:
    """Edit a file in one step that is done or not done; False when nothing changed.

    `check` is given the new file before it takes the old one's place, and raises ConfigError when it is not right.
    The file keeps its mode and, where the system lets us, its owner; a link stays a link. Raises ConfigError: it
    cannot be read or written, the changes make it wrong, or somebody else changed it at the same moment.
    """
    real = path.resolve()
    before, text = _read(real, path)
    after = edit(text, *changes, name=str(path))
    if after == text:
        return False
    refuse_read_only(path)
    try:
        _replace(real, path, before, after.encode("utf-8"), check)
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be replaced ({error.strerror}); its folder must be writable, and the file must not be"
            " mounted by itself"
        ) from error
    return True


def drafted(path: Path, *changes: Change, read: Callable[[Path], T]) -> T:
    """What `read` makes of the file as it would be after the changes. Raises ConfigError."""
    after = edit(_read(path.resolve(), path)[1], *changes, name=str(path))
    with tempfile.TemporaryDirectory() as folder:
        new = Path(folder) / path.name
        new.write_text(after, encoding="utf-8", newline="")
        return _checked(new, path, read)


def current(path: Path, source_id: str) -> tuple[Any, str]:
    """What the file says of a source: its data, scalars as they are written, and its lines. Raises ConfigError."""
    return written(_read(path.resolve(), path)[1], source_id, name=str(path))


def written(text: str, source_id: str, *, name: str = "sources.yaml") -> tuple[Any, str]:
    """The same of a text."""
    root, data = _composed(text, name)
    source, node = _source(data, source_id), _source_node(root, source_id)
    start = text.rfind("\n", 0, node.start_mark.index) + 1
    end = text.find("\n", _end(node))
    return source, text[start : end if end >= 0 else len(text)]


def as_lines(section: str, member: Publisher | Source) -> str:
    """A member as it would be written into its section, for people to paste."""
    lines = _lines(member_data(section, member))
    return "\n".join([f"{section}:", *("  " + line for line in _dashed(lines))])


def after_changes(path: Path, *changes: Change) -> str:
    """The file's text after the changes; nothing is written. Raises ConfigError."""
    return edit(_read(path.resolve(), path)[1], *changes, name=str(path))


def refuse_read_only(path: Path) -> None:
    """Raises ConfigError when the file must not be changed: to know it before people are asked anything."""
    real = path.resolve()
    mode = real.stat().st_mode if real.exists() else 0o600
    if not mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH) or (real.exists() and not os.access(real, os.W_OK)):
        hint = "make it writable (chmod u+w), or edit it by hand"
        raise ConfigError(f"{path}: is read-only, so nothing was changed; {hint}")


def _read(real: Path, path: Path) -> tuple[bytes, str]:
    try:
        body = real.read_bytes()
        return body, body.decode("utf-8")
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be read: {error.strerror}; `watcher init` writes one to start from"
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: is not UTF-8 ({error}); save it as UTF-8") from error


def _replace(real: Path, path: Path, before: bytes, after: bytes, check: Callable[[Path], object]) -> None:
    handle, name = tempfile.mkstemp(dir=real.parent, prefix=f".{real.stem}-", suffix=real.suffix)
    new = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(after)
            file.flush()
            os.fsync(file.fileno())
        _take_after(new, real)
        _checked(new, path, check)
        if real.read_bytes() != before:
            raise ConfigError(f"{path}: was changed by somebody else meanwhile, so nothing was written; try again")
        new.replace(real)
    finally:
        new.unlink(missing_ok=True)
    folder = os.open(real.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _take_after(new: Path, old: Path) -> None:
    status = old.stat()
    with suppress(PermissionError):
        os.chown(new, status.st_uid, status.st_gid)
    new.chmod(stat.S_IMODE(status.st_mode))


def _checked(new: Path, path: Path, check: Callable[[Path], T]) -> T:
    try:
        return check(new)
    except ConfigError as error:
        told = str(error).replace(str(new), str(path))
        raise ConfigError(f"nothing was written, because the file would be wrong:\n{told}") from error


def _says(text: str, data: Any) -> bool:
    try:
        return bool(_composed(text, "")[1] == data)
    except ConfigError:
        return False


def _composed(text: str, name: str) -> tuple[yaml.Node, Any]:
    """The nodes of a text and its data; scalars stay as they are written, as validation sees them."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise ConfigError(f"{name}: is not YAML: {error}") from error
    if not isinstance(root, yaml.MappingNode):
        raise ConfigError(f"{name}: has no keys at its top; `watcher init` writes a file to start from")
    return root, _data(root)


def _data(node: yaml.Node | None) -> Any:
    if isinstance(node, yaml.MappingNode):
        return {key.value: _data(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_data(value) for value in node.value]
    return None if node is None or node.tag == "tag:yaml.org,2002:null" else node.value


def _adding(section: str, data: dict[str, Any], lines: Callable[[dict[str, Any]], list[str]]) -> Change:
    def of_data(whole: Any) -> None:
        whole[section] = [*(whole.get(section) or []), _as_written(data)]

    def of_text(text: str, root: yaml.Node) -> str:
        members = _value(root, section)
        if members is None:
            return _with_section(text, section, lines(data))
        if not isinstance(members, yaml.SequenceNode) or not members.value:
            return _instead(text, root, section, members, lines(data))
        if members.flow_style:
            return _insert(text, _end(members.value[-1]), f", {_flow(data)}")
        indent = " " * members.start_mark.column
        return _insert_lines(text, _end(members.value[-1]), [indent + line for line in _dashed(lines(data))])

    return Change(of_text, of_data)


def _setting(source_id: str, key: str, value: Any, *, absent_means: bool | None = None) -> Change:
    written = _flow(value)

    def of_data(whole: Any) -> None:
        source = _source(whole, source_id)
        if key in source or value is not absent_means:
            source[key] = _as_written(value)

    def of_text(text: str, root: yaml.Node) -> str:
        node = _source_node(root, source_id)
        old = _value(node, key)
        if old is not None:
            return text[: old.start_mark.index] + written + text[_end(old) :]
        if value is absent_means:
            return text
        if node.flow_style:
            return _insert(text, _end(node.value[-1][1]), f", {key}: {written}")
        after = next((each for name, each in node.value if name.value == "url"), node.value[-1][1])
        return _insert_lines(text, _end(after), [" " * node.start_mark.column + f"{key}: {written}"])

    return Change(of_text, of_data)


def _without(source_id: str, key: str) -> Change:
    def of_data(whole: Any) -> None:
        _source(whole, source_id).pop(key, None)

    def of_text(text: str, root: yaml.Node) -> str:
        node = _source_node(root, source_id)
        place = next((place for place, (name, _value) in enumerate(node.value) if name.value == key), None)
        if not place:  # not there, or the first one, which stands beside the dash
            return text
        name, value = node.value[place]
        if node.flow_style:
            return text[: _end(node.value[place - 1][1])] + text[_end(value) :]
        start = text.rfind("\n", 0, name.start_mark.index) + 1
        end = text.find("\n", _end(value))
        return text[:start] + (text[end + 1 :] if end >= 0 else "")

    return Change(of_text, of_data)


def _source(whole: Any, source_id: str) -> Any:
    found = [each for each in whole.get("sources") or [] if isinstance(each, dict) and each.get("id") == source_id]
    if len(found) != 1:
        raise ConfigError(f"{source_id}: the file has no source of this name; `watcher sources list` shows them")
    return found[0]


def _source_node(root: yaml.Node, source_id: str) -> yaml.MappingNode:
    for node in _value(root, "sources").value:
        if isinstance(node, yaml.MappingNode) and getattr(_value(node, "id"), "value", None) == source_id:
            return node
    raise ConfigError(f"{source_id}: {_BY_HAND}")


def _value(node: yaml.Node, key: str) -> Any:
    return next((value for name, value in node.value if name.value == key), None)


def _as_written(data: Any) -> Any:
    """Data as `_data` reads it back."""
    return _data(yaml.compose(_flow(data), Loader=yaml.SafeLoader))


def _flow(data: Any) -> str:
    """Data on one line."""
    text: str = yaml.safe_dump(data, default_flow_style=True, sort_keys=False, allow_unicode=True, width=_WIDE)
    return text.removesuffix("...\n").strip()


def _lines(data: dict[str, Any]) -> list[str]:
    """One line for each key."""
    return [f"{key}: {_flow(value)}" for key, value in data.items()]


def _dashed(lines: list[str]) -> list[str]:
    return [("- " if place == 0 else "  ") + line for place, line in enumerate(lines)]


def _end(node: yaml.Node) -> int:
    """Where the last character of a node stands: the parser counts what follows a block to it."""
    while isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    return int(node.end_mark.index)


def _insert(text: str, place: int, what: str) -> str:
    return text[:place] + what + text[place:]


def _insert_lines(text: str, place: int, lines: list[str]) -> str:
    """Lines after the one in which `place` is; a block scalar ends at the start of the next line."""
    newline = "\r\n" if "\r\n" in text else "\n"
    place = len(text[:place].rstrip())
    end = text.find("\n", place)
    if end < 0:
        return text + newline + newline.join(lines) + newline
    return text[: end + 1] + newline.join(lines) + newline + text[end + 1 :]


def _with_section(text: str, section: str, lines: list[str]) -> str:
    """A section of its own at the end of the file."""
    newline = "\r\n" if "\r\n" in text else "\n"
    head = text if text.endswith("\n") else text + newline
    return head + newline.join([f"{section}:", *("  " + line for line in _dashed(lines))]) + newline


def _instead(text: str, root: yaml.Node, section: str, empty: yaml.Node, lines: list[str]) -> str:
    """Members in place of `[]` or nothing."""
    key = next(name for name, _value in root.value if name.value == section)
    colon = text.index(":", key.end_mark.index) + 1
    text = text[:colon] + text[max(colon, int(empty.end_mark.index)) :]
    return _insert_lines(text, colon, ["  " + line for line in _dashed(lines)])
