"""Calls into the kernel that Python has no name for."""

from __future__ import annotations

import ctypes

_libc = ctypes.CDLL(None, use_errno=True)


def prctl(option: int, value: int, argument: object = 0) -> bool:
    """prctl(2); True when the kernel took it. `argument` is a number or a pointer."""
    call = getattr(_libc, "prctl", None)
    pointer = argument if not isinstance(argument, int) else ctypes.c_ulong(argument)
    return call is not None and call(option, ctypes.c_ulong(value), pointer, ctypes.c_ulong(0), ctypes.c_ulong(0)) == 0


def syscall(number: int, *arguments: object) -> int:
    """syscall(2); -1 when the kernel refused or does not know it."""
    return int(_libc.syscall(ctypes.c_long(number), *arguments))
