"""The child: `python -m watcher.sandbox.child PARENT LIMITS FUNCTION...` answers requests until its stdin closes.

What it imports at its start is all that every child pays for; the functions' own modules come on top.
"""

from __future__ import annotations

import functools
import gc
import importlib
import json
import os
import sys
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

from watcher.errors import ParseError
from watcher.sandbox.frames import LENGTHS, Outcome, arguments, head, value_to_json
from watcher.sandbox.limits import Limits
from watcher.sandbox.walls import allow_seconds, raise_walls

Answer = tuple[dict[str, Any], bytes]


def main(parent: str, limits: str, *warm: str) -> None:
    """Raises the walls, imports the modules of `warm`, says READY, then works."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # what a library prints must not be taken for an answer
    memory = os.open("/proc/self/statm", os.O_RDONLY | os.O_CLOEXEC) if sys.platform == "linux" else -1
    allowed = Limits(**json.loads(limits))
    _send(answers, _ready(allowed, int(parent), warm), memory)
    while lengths := requests.read(LENGTHS.size):
        header_length, payload_length = LENGTHS.unpack(lengths)
        header = json.loads(requests.read(header_length))
        payload = requests.read(payload_length)
        allow_seconds(allowed.cpu)
        _send(answers, _work(header, payload), memory)


def _ready(limits: Limits, parent: int, warm: tuple[str, ...]) -> Answer:
    try:
        packages = {"watcher", *(function.partition(".")[0] for function in warm)}
        for package in packages:
            importlib.import_module(package)
        walls = raise_walls(limits, parent, packages)
        for function in warm:
            find(function)
    except Exception as error:
        return _failed(error)
    gc.freeze()
    return {"outcome": Outcome.READY, "walls": walls}, b""


def _work(header: Mapping[str, Any], payload: bytes) -> Answer:
    try:
        value = find(header["function"])(**arguments(header, payload))
        return {"outcome": Outcome.VALUE}, value_to_json(value)
    except ParseError as error:
        problem = error.problem
        said = {"kind": problem.kind, "message": problem.message, "advice": problem.advice, "sample": error.sample}
        return {"outcome": Outcome.REFUSED, **said}, b""
    except MemoryError:
        return {"outcome": Outcome.MEMORY}, b""
    except Exception as error:
        return _failed(error)


def _failed(error: Exception) -> Answer:
    return {"outcome": Outcome.FAILED, "type": type(error).__name__, "message": str(error)[:2000]}, b""


def _send(answers: BinaryIO, answer: Answer, memory: int) -> None:
    header, payload = answer
    data = memoryview(head({**header, "resident": _resident(memory)}, len(payload)) + payload)
    while data:
        data = data[answers.write(data) :]


def _resident(memory: int) -> int:
    """Resident memory in bytes. Not ru_maxrss: Linux counts the parent's own peak in it (vfork shares its pages)."""
    if memory < 0:
        return 0
    return int(os.pread(memory, 128, 0).split()[1]) * os.sysconf("SC_PAGESIZE")


@functools.cache
def find(function: str) -> Callable[..., object]:
    """The function behind "package.module:function"."""
    module, _, name = function.partition(":")
    found: Callable[..., object] = getattr(importlib.import_module(module), name)
    return found


if __name__ == "__main__":
    main(*sys.argv[1:])
