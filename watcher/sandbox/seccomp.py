"""Sockets and processes: with a seccomp filter a process gives up the system calls that make them.

The filter names what is refused: an allow-list would break with every new release of the C library. What is left
over (reading, computing, threads, memory) is bounded by the limits and by Landlock.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct

from watcher.sandbox.linux import prctl

_PR_SET_SECCOMP, _MODE_FILTER = 22, 2
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER_AT, _ARCHITECTURE_AT, _FIRST_ARGUMENT_AT = 0, 4, 16
_CLONE_THREAD = 0x10000
_X32 = 0x40000000

# socket connect accept bind listen socketpair accept4 | execve execveat fork vfork | kill ptrace
# process_vm_readv/writev pidfd_getfd | unshare setns mount bpf io_uring_setup
_REFUSED = {
    "x86_64": (41, 42, 43, 49, 50, 53, 288, 59, 322, 57, 58, 62, 101, 310, 311, 438, 272, 308, 165, 321, 425),
    "aarch64": (198, 203, 202, 200, 201, 199, 242, 221, 281, 129, 117, 270, 271, 438, 97, 268, 40, 280, 425),
}
_CLONE = {"x86_64": 56, "aarch64": 220}
_CLONE3 = 435
_AUDIT_ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def no_sockets_no_processes() -> bool:
    """From now on those calls answer "not permitted" in this process; False: no seccomp here. Needs no_new_privs."""
    machine = platform.machine()
    if machine not in _REFUSED:
        return False
    code = _program(machine)
    return prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(_Program(len(code) // 8, code)))


def _program(machine: str) -> bytes:
    """The filter in classic BPF (seccomp(2)): eight bytes for each instruction."""
    refuse = _do(_RETURN, _ERRNO | errno.EPERM)
    lines = [
        _do(_LOAD, _ARCHITECTURE_AT),
        _do(_EQUAL, _AUDIT_ARCHITECTURE[machine], yes=1),
        refuse,
        _do(_LOAD, _NUMBER_AT),
        _do(_AT_LEAST, _X32, no=1),
        refuse,
    ]
    for number in _REFUSED[machine]:
        lines += [_do(_EQUAL, number, no=1), refuse]
    # the C library falls back from clone3, whose flags a filter cannot see, to clone, whose flags it can
    lines += [_do(_EQUAL, _CLONE3, no=1), _do(_RETURN, _ERRNO | errno.ENOSYS)]
    lines += [_do(_EQUAL, _CLONE[machine], no=3), _do(_LOAD, _FIRST_ARGUMENT_AT)]
    lines += [_do(_ANY_BIT, _CLONE_THREAD, yes=1), refuse, _do(_RETURN, _ALLOW)]
    return b"".join(lines)


def _do(code: int, operand: int, *, yes: int = 0, no: int = 0) -> bytes:
    """One instruction; `yes` and `no` are how many to skip after a comparison."""
    return struct.pack("=HBBI", code, yes, no, operand)
