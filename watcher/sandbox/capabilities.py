"""Root's powers: a child of a daemon that runs as root gives them up, or it could raise its own limits again."""

from __future__ import annotations

import ctypes
import platform

from watcher.sandbox.linux import syscall

_CAPSET = {"x86_64": 126, "aarch64": 91}
_VERSION_3 = 0x20080522
_READ_ANYTHING = 1 << 2
"""CAP_DAC_READ_SEARCH: without it root could not import from another user's closed directory. Landlock bounds it."""


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Sets(ctypes.Structure):
    _fields_ = (("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32))


def give_up() -> bool:
    """From now on this process has no capabilities but, where it was root, reading; False: not known how here."""
    return _keep(_READ_ANYTHING) or _keep(0)


def _keep(low: int) -> bool:
    number = _CAPSET.get(platform.machine())
    if number is None:
        return False
    sets = (_Sets * 2)(_Sets(low, low, 0), _Sets(0, 0, 0))
    return syscall(number, ctypes.byref(_Header(_VERSION_3, 0)), ctypes.byref(sets)) == 0
