"""Maildir folders: the messages that came since the last look; nothing is moved, marked or deleted.

What is new is told by the time of a file's last change of state (ctime), which delivering, copying and renaming set
and no program can choose. A little of what was seen already is looked at again, for clocks that were set back; the
reader knows those messages.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from watcher.models.mail import Bundle

MOST_MESSAGES = 200
"""Of one look; what is left is taken by the next ones."""
MOST_BYTES = 24 * 1024 * 1024
LONGEST_MESSAGE = 4 * 1024 * 1024
"""What is longer has attachments, which come last; its beginning is enough."""

_LOOK_BACK = 3600 * 10**9
_SEEN = re.compile(r"(\d{1,20})/([^/]{1,255})/([0-9a-f]{16})")


@dataclass(frozen=True, slots=True, order=True)
class _File:
    changed: int
    """Nanoseconds since 1970."""
    name: str
    """Without its flags, which change when the message is read."""
    path: Path


def look(folder: Path, seen: str | None) -> tuple[Bundle, str] | None:
    """The new messages in a Maildir folder, oldest first, and what to hand over as `seen` the next time; None: nothing.

    The first look (`seen` None, or not understood) takes the newest messages, later ones the oldest that are new.
    Raises OSError: FileNotFoundError and NotADirectoryError where there is no Maildir.
    """
    files = sorted(_files(folder))
    mark = _SEEN.fullmatch(seen or "")
    if mark is None:
        taken = _fitting(files[::-1])[::-1]
        return Bundle(_read(taken), older=len(files) - len(taken)), _seen(files, _mark(files[-1:]))
    since = (int(mark[1]), mark[2])
    new = [file for file in files if (file.changed, file.name) > since]
    if not new and _digest(files, since) == mark[3]:
        return None
    taken = _fitting(new)
    again = _near(files, since)[-(MOST_MESSAGES - len(taken)) :] if len(taken) < MOST_MESSAGES else []
    bundle = Bundle(_read([*again, *taken]), left_over=len(new) - len(taken))
    return bundle, _seen(files, _mark(taken[-1:], since))


def _files(folder: Path) -> Iterator[_File]:
    found = [entry for part in ("cur", "new") for entry in os.scandir(folder / part)]
    for entry in found:
        if entry.name.startswith(".") or not entry.is_file(follow_symlinks=False):
            continue
        try:
            changed = entry.stat(follow_symlinks=False).st_ctime_ns
        except FileNotFoundError:  # it was just moved from new to cur: the next look finds it there
            continue
        yield _File(changed, entry.name.partition(":")[0], Path(entry.path))


def _fitting(files: Sequence[_File]) -> list[_File]:
    taken: list[_File] = []
    length = 0
    for file in files[:MOST_MESSAGES]:
        length += min(_size(file.path), LONGEST_MESSAGE)
        if taken and length > MOST_BYTES:
            break
        taken.append(file)
    return taken


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _read(files: Sequence[_File]) -> tuple[bytes, ...]:
    return tuple(message for file in files if (message := _message(file.path)))


def _message(path: Path) -> bytes:
    """A message that is moved while we look is empty here; the next look finds it, because moving changes its time."""
    try:
        with path.open("rb") as file:
            return file.read(LONGEST_MESSAGE)
    except FileNotFoundError:
        return b""


def _mark(last: Sequence[_File], otherwise: tuple[int, str] = (0, "-")) -> tuple[int, str]:
    return (last[0].changed, last[0].name) if last else otherwise


def _seen(files: Sequence[_File], since: tuple[int, str]) -> str:
    return f"{since[0]}/{since[1]}/{_digest(files, since)}"


def _near(files: Sequence[_File], since: tuple[int, str]) -> list[_File]:
    """What was seen shortly before the mark."""
    return [f for f in files if f.changed >= since[0] - _LOOK_BACK and (f.changed, f.name) <= since]


def _digest(files: Sequence[_File], since: tuple[int, str]) -> str:
    names = "\n".join(file.name for file in _near(files, since))
    return hashlib.sha256(names.encode("utf-8", "surrogateescape")).hexdigest()[:16]
