"""Files: with Landlock (Linux 5.13) a process gives up all of the file system but reading what it names."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable
from pathlib import Path

from watcher.sandbox.linux import syscall

# linux/landlock.h; the numbers are the same on every architecture
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_VERSION = 1
_PATH_BENEATH = 1
_READ_FILE, _READ_DIRECTORY = 1 << 2, 1 << 3
_ALL_OF_VERSION = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}


class _Ruleset(ctypes.Structure):
    _fields_ = (("handled_access_fs", ctypes.c_uint64),)


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


def only_read(places: Iterable[str]) -> bool:
    """From now on this process reads beneath `places` and writes, creates, removes nothing; False: no Landlock."""
    version = syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint(_ASK_VERSION))
    if version < 1:
        return False
    handled = _ALL_OF_VERSION[max(known for known in _ALL_OF_VERSION if known <= version)]
    wish = _Ruleset(handled)
    rules = syscall(_CREATE_RULESET, ctypes.byref(wish), ctypes.c_size_t(ctypes.sizeof(wish)), ctypes.c_uint(0))
    if rules < 0:
        return False
    try:
        for place in dict.fromkeys(places):
            _allow_reading(rules, place)
        return syscall(_RESTRICT_SELF, ctypes.c_int(rules), ctypes.c_uint(0)) == 0
    finally:
        os.close(rules)


def _allow_reading(rules: int, place: str) -> None:
    try:
        handle = os.open(place, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        access = _READ_FILE | _READ_DIRECTORY if Path(place).is_dir() else _READ_FILE
        beneath = _Beneath(access, handle)
        syscall(_ADD_RULE, ctypes.c_int(rules), ctypes.c_int(_PATH_BENEATH), ctypes.byref(beneath), ctypes.c_uint(0))
    finally:
        os.close(handle)
