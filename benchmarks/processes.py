"""What a command costs: CPU seconds of its whole process tree, wall seconds, and memory as shares (PSS)."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.origin import address


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU seconds (user and system, all processes) and wall seconds of one command."""

    cpu: float
    wall: float


def cost(command: Sequence[str], variables: Mapping[str, str], *, seconds: float = 600) -> Cost | None:
    """Of a command that ends by itself; None: it had not ended after that many seconds and was killed.

    Raises CalledProcessError where it fails; what it said is in the error.
    """
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    process = subprocess.Popen(
        command,
        env={**environment(), **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        _, said = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        return None
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    if process.returncode:
        error = subprocess.CalledProcessError(process.returncode, command, stderr=said[-2000:])
        error.add_note(said[-2000:])
        raise error
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(cpu, time.monotonic() - began)


def environment() -> dict[str, str]:
    """Ours, in which Python may keep its compiled modules, as it does where a program is installed.

    Some machines forbid that by a variable; every start would then compile a thousand modules anew.
    """
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def mebibytes(pid: int) -> float:
    """Memory of a process and all below it, every shared page counted once (PSS)."""
    top = psutil.Process(pid)
    shares = (each.memory_full_info().pss for each in [top, *top.children(recursive=True)])
    return round(float(sum(shares)) / 2**20, 1)


@contextmanager
def origin() -> Iterator[int]:
    """A web origin in a process of its own; gives its port."""
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.origin"], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def answers(port: int) -> dict[str, int]:
    """How many answers of each status the origin has given so far."""
    with urllib.request.urlopen(address(0, port, "/answers")) as said:
        found: dict[str, int] = json.load(said)
    return found


def publish(number: int, port: int) -> None:
    """One more announcement at source `number`."""
    urllib.request.urlopen(address(number, port, "/publish")).close()


def peak_mib() -> float:
    """MiB of memory that this process had at most since it runs its program (Linux's VmHWM).

    `ru_maxrss` will not do: it begins with what the process had that started this one.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    (kilobytes,) = (line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:"))
    return round(int(kilobytes) / 1024, 1)
