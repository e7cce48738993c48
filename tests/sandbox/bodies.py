"""Functions that run in the sandbox in the tests: honest ones, greedy ones, broken ones."""

from __future__ import annotations

import ctypes
import importlib
import io
import os
import resource
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from watcher.errors import ParseError, Problem, ProblemClass
from watcher.models.words import Action


@dataclass(frozen=True, slots=True)
class Line:
    text: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Page:
    title: str
    lines: tuple[Line, ...] = ()
    ttl: timedelta | None = None
    action: Action | None = None


def page(body: bytes, title: str = "untitled", lines: int = 1) -> Page:
    at = datetime(2026, 7, 31, 12, 0, tzinfo=UTC)
    texts = body.decode().split()[:lines]
    return Page(title, tuple(Line(text, at) for text in texts), timedelta(minutes=15), Action.ADOPT)


def echo(**arguments: Any) -> dict[str, Any]:
    return {name: value.decode() if isinstance(value, bytes) else value for name, value in arguments.items()}


def feed(body: bytes) -> int:
    import feedparser

    parsed = feedparser.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False)
    return len(parsed.entries)


def refuse(body: bytes) -> Page:
    raise ParseError(Problem(ProblemClass.UNEXPECTED, "This is HTML.", "Use kind: listing."), sample=body.decode())


def fail() -> Page:
    raise KeyError("missing\x1b[31m\nkey")


def wrong_shape() -> dict[str, int]:
    return {"title": 3}


def not_plain() -> object:
    return object()


def surrogate() -> Page:
    return Page("a\ud800b")


def spin() -> Page:
    while True:
        pass


def sleep(seconds: float) -> Page:
    time.sleep(seconds)
    return Page("slept")


def read_slowly(url: str, seconds: float, body: bytes = b"") -> Page:
    time.sleep(seconds)
    return Page(url)


def hog(mib: int) -> Page:
    return Page(str(len(b"x" * (mib * 1024 * 1024))))


def long_answer(mib: int) -> Page:
    return Page("x" * (mib * 1024 * 1024))


def exit_at_once(code: int) -> Page:
    os._exit(code)


def crash() -> Page:
    return Page(str(ctypes.string_at(0)))


def chatter() -> Page:
    print("not an answer")
    os.write(1, b"\x00" * 64)
    return Page("said")


def pid() -> int:
    return os.getpid()


def environment() -> dict[str, str]:
    return dict(os.environ)


def limits() -> dict[str, int]:
    return {
        "memory": resource.getrlimit(resource.RLIMIT_AS)[1],
        "files": resource.getrlimit(resource.RLIMIT_NOFILE)[1],
        "written": resource.getrlimit(resource.RLIMIT_FSIZE)[1],
        "core": resource.getrlimit(resource.RLIMIT_CORE)[1],
        "group": os.getpgid(0) - os.getpid(),
    }


def raise_limits() -> list[str]:
    """The limits that could be raised again."""
    raised: list[str] = []
    for name in ("RLIMIT_AS", "RLIMIT_NOFILE", "RLIMIT_FSIZE", "RLIMIT_CORE", "RLIMIT_CPU"):
        try:
            resource.setrlimit(getattr(resource, name), (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            raised.append(name)
        except (ValueError, OSError):
            continue
    return raised


def write(path: str) -> str:
    try:
        Path(path).write_text("written by a parser")
    except OSError as error:
        return type(error).__name__
    return "written"


def read(path: str) -> str:
    try:
        return Path(path).read_text()
    except OSError as error:
        return type(error).__name__


def dial() -> str:
    try:
        socket.create_connection(("127.0.0.1", 1), timeout=1)
    except OSError as error:
        return type(error).__name__
    return "dialled"


def start_process() -> str:
    try:
        subprocess.run([sys.executable, "-c", "pass"], check=True)
    except OSError as error:
        return type(error).__name__
    return "started"


def kill(process: int) -> str:
    try:
        os.kill(process, 0)
    except OSError as error:
        return type(error).__name__
    return "sent"


def run_thread() -> str:
    said: list[str] = []
    thread = threading.Thread(target=said.append, args=("ran",))
    thread.start()
    thread.join()
    return said[0]


def import_all(names: list[str]) -> int:
    return len([importlib.import_module(name) for name in names])


def imported(names: list[str]) -> list[str]:
    return [name for name in names if name in sys.modules]
