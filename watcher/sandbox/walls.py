"""What a child does to itself before it touches a stranger's bytes: limits, then doors locked from inside.

Nothing here can be undone by the child. The limits hold on every POSIX system; the doors (no sockets, no new
processes, no file but Python's own) are Linux's seccomp and Landlock, and a kernel without them leaves them open:
`raise_walls` says which stand.
"""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import sys
from collections.abc import Iterable
from pathlib import Path

from watcher.sandbox import capabilities, landlock, seccomp
from watcher.sandbox.limits import Limits
from watcher.sandbox.linux import prctl

_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38

# what a Python with its libraries must read after its start; some look whether a file exists and then rely on it
_PYTHONS_OWN = [
    *(sys.prefix, sys.base_prefix, "/usr", "/lib", "/lib64"),
    *("/etc/ld.so.cache", "/etc/localtime", "/etc/mime.types", "/dev/null", "/dev/urandom"),
    *("/etc/ssl/openssl.cnf", "/etc/pki/tls/openssl.cnf"),  # import ssl, which parsers bring along
]


def raise_walls(limits: Limits, parent: int, packages: Iterable[str] = ()) -> list[str]:
    """Limits this process for good and ties its life to `parent`'s; returns the names of the walls that stand.

    `packages` are imported packages whose files it may still read, beside Python's own.
    """
    _die_with(parent)
    _die_first_when_memory_is_short()
    _limit(limits)
    if sys.platform != "linux" or not prctl(_PR_SET_NO_NEW_PRIVS, 1):
        return ["limits"]
    readable = [*_PYTHONS_OWN, *_homes(packages)]
    walls = {
        "capabilities": capabilities.give_up(),
        "landlock": landlock.only_read(readable),
        "seccomp": seccomp.no_sockets_no_processes(),
    }
    return ["limits", *(name for name, stands in walls.items() if stands)]


def allow_seconds(seconds: int) -> None:
    """Lets this process compute for `seconds` from now; then the kernel ends it (SIGXCPU)."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = int(used.ru_utime + used.ru_stime) + 1 + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def _die_with(parent: int) -> None:
    """A parent that is killed outright cannot end its children, and a busy child does not see its stdin close."""
    if sys.platform == "linux":
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before we asked
        sys.exit(0)


def _die_first_when_memory_is_short() -> None:
    """The kernel's out-of-memory killer takes a child before the daemon."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("800")


def _limit(limits: Limits) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (limits.files, limits.files))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ceiling = (limits.jobs + 2) * (limits.cpu + 1)
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu + 1, ceiling))


def _homes(packages: Iterable[str]) -> list[str]:
    """The directories of packages. Not those of the search path: an editable installation has its data among them."""
    return [place for name in packages for place in getattr(sys.modules.get(name), "__path__", [])]
