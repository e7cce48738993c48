"""One child as the parent sees it: start it, ask it, end it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

from watcher.sandbox import problems
from watcher.sandbox.frames import LENGTHS, Outcome
from watcher.sandbox.limits import Limits

_HEADER_LIMIT = 64 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """What a child said: the header of its frame, and the returned value in JSON."""

    header: dict[str, Any]
    value: bytes

    @property
    def outcome(self) -> str:
        return str(self.header.get("outcome"))


class ChildEnded(Exception):  # noqa: N818 - it is what happened, not whose fault it was
    """The child ended in the middle of a conversation."""


@dataclass(eq=False, slots=True)
class Child:
    """A running child. One conversation at a time; after any exception it must be ended."""

    process: asyncio.subprocess.Process
    limits: Limits
    walls: tuple[str, ...] = ()
    jobs: int = 0
    resident: int = 0
    idle: asyncio.TimerHandle | None = field(default=None, repr=False)

    @classmethod
    async def start(cls, limits: Limits, warm: Sequence[str]) -> Self:
        """A child that is up. It gets our module search path and nothing else of the environment."""
        try:
            process = await _start_python(str(os.getpid()), json.dumps(asdict(limits)), *warm)
        except OSError as error:
            raise problems.not_started(str(error)) from error
        child = cls(process, limits)
        try:
            await child._come_up()
        except BaseException:
            await child.end()
            raise
        return child

    async def _come_up(self) -> None:
        try:
            async with asyncio.timeout(self.limits.start):
                hello = await self._hear()
        except TimeoutError:
            raise problems.not_started(f"it was not up after {self.limits.start:g} s") from None
        except ChildEnded:
            await self.end()
            raise problems.not_started(f"it ended at once (exit {self.process.returncode})") from None
        if hello.outcome != Outcome.READY:
            raise problems.not_started(f"{hello.header.get('type')}: {hello.header.get('message')}")
        self.walls = tuple(hello.header.get("walls", ()))

    @property
    def alive(self) -> bool:
        assert self.process.stdout is not None
        return self.process.returncode is None and not self.process.stdout.at_eof()

    @property
    def worn(self) -> bool:
        """Whether it should be replaced before the next job."""
        return self.jobs >= self.limits.jobs or self.resident > self.limits.resident or not self.alive

    async def ask(self, request: Sequence[bytes]) -> Answer:
        """One job; raises ChildEnded, TimeoutError (wall clock), ParseError (an answer beyond the limit)."""
        stdin = self.process.stdin
        assert stdin is not None
        self.jobs += 1
        async with asyncio.timeout(self.limits.wall):
            try:
                stdin.writelines(request)
                await stdin.drain()
            except (BrokenPipeError, ConnectionResetError):
                raise ChildEnded from None
            return await self._hear()

    async def _hear(self) -> Answer:
        stdout = self.process.stdout
        assert stdout is not None
        try:
            header_length, value_length = LENGTHS.unpack(await stdout.readexactly(LENGTHS.size))
            if header_length > _HEADER_LIMIT:
                raise problems.not_understood(f"a header of {header_length} bytes")
            if value_length > self.limits.answer:
                raise problems.answer_too_large(value_length, self.limits.answer)
            header = _as_header(await stdout.readexactly(header_length))
            value = await stdout.readexactly(value_length)
        except (asyncio.IncompleteReadError, ConnectionResetError):
            raise ChildEnded from None
        self.resident = header["resident"]
        return Answer(header, value)

    def kill(self) -> None:
        """Ends it without waiting. Not by Process.kill: that may take the exit status away from asyncio's watcher."""
        if self.idle is not None:
            self.idle.cancel()
        if self.process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.process.pid, signal.SIGKILL)

    async def end(self) -> int | None:
        """Ends it and waits until it is gone; returns its exit code (negative: a signal)."""
        self.kill()
        # communicate, not wait: wait does not return while unread output holds up the reader of the pipe
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            await self.process.communicate()
        return self.process.returncode

    def end_of_computing(self) -> bool:
        """Whether the kernel ended it because its computing time was used up."""
        return self.process.returncode in (-signal.SIGXCPU, 128 + signal.SIGXCPU)


async def _start_python(*arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-B", "-P", "-X", "utf8", "-m", "watcher.sandbox.child", *arguments),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={"PYTHONPATH": _search_path(), "TZ": "UTC"},
        cwd="/",
        start_new_session=True,  # Ctrl-C at a terminal is the daemon's to handle
        limit=1 << 20,
    )


def _search_path() -> str:
    return os.pathsep.join(str(Path(place).absolute()) for place in sys.path)


def _as_header(data: bytes) -> dict[str, Any]:
    try:
        header = json.loads(data)
    except ValueError:
        header = None
    if not isinstance(header, dict) or not isinstance(header.get("resident"), int):
        raise problems.not_understood("not a header")
    return header
