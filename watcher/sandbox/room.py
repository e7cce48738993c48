"""The sandbox: a few warm children, each with one job at a time, replaced when they are worn, stuck or dead."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, contextmanager
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from watcher.errors import ParseError
from watcher.sandbox import frames, problems
from watcher.sandbox.frames import Outcome
from watcher.sandbox.limits import Limits
from watcher.sandbox.process import Answer, Child, ChildEnded

T = TypeVar("T")


class Sandbox:
    """Runs functions on bytes from strangers, in processes that can be lost.

    At most `workers` children, started when they are first needed and ended when they have been idle for a while.
    `warm` names functions ("package.module:function") whose modules a child imports at its start; packages other than
    watcher and the installed ones can be used only when they are among them. Use it from one event loop, in a thread
    that lives as long as the sandbox (on Linux the children end with the thread that started them); close it with
    `aclose` in the end.
    """

    def __init__(self, *, workers: int = 2, limits: Limits | None = None, warm: Sequence[str] = ()) -> None:
        self._limits = limits or Limits()
        self._warm = tuple(warm)
        self._workers = workers
        self._free = asyncio.Semaphore(workers)
        self._heavy = asyncio.Semaphore(max(workers - 1, 1))
        self._slow: set[str] = set()
        self._idle: list[Child] = []
        self._children: set[Child] = set()
        self._endings: set[asyncio.Task[int | None]] = set()
        self._closed = False

    async def run(self, function: str, arguments: Mapping[str, Any], returns: type[T]) -> T:
        """The value of `function(**arguments)`, computed in a child and validated as `returns`.

        Arguments are bytes or what JSON can hold; `returns` is a dataclass or another type that pydantic validates.
        Raises ParseError: the function's own; TOO_LARGE when memory did not suffice; UNREADABLE when time did not,
        when the parser crashed, raised anything else or answered with another shape. A cancelled run ends its child.
        Heavy jobs (a large body, or one of a host whose last job was slow) leave one child to the others.
        """
        sample = problems.sample_of(arguments)
        async with AsyncExitStack() as places:
            if self._is_heavy(arguments):
                await places.enter_async_context(self._heavy)
            await places.enter_async_context(self._free)
            with self._timed(_host(arguments)):
                answer = await self._ask(frames.request(function, arguments), sample)
        return self._value(answer, returns, sample)

    def _is_heavy(self, arguments: Mapping[str, Any]) -> bool:
        sizes = (len(value) for value in arguments.values() if isinstance(value, bytes))
        return sum(sizes) > self._limits.light or _host(arguments) in self._slow

    @contextmanager
    def _timed(self, host: str) -> Iterator[None]:
        """Remembers whose job was slow, whether it ended well or not."""
        began = asyncio.get_running_loop().time()
        try:
            yield
        finally:
            if host:
                slow = asyncio.get_running_loop().time() - began > self._limits.slow
                (self._slow.add if slow else self._slow.discard)(host)

    @property
    def walls(self) -> tuple[str, ...]:
        """The walls around the children that run now ("limits", "landlock", "seccomp"); empty when none runs."""
        return next((child.walls for child in self._children), ())

    @property
    def process_ids(self) -> tuple[int, ...]:
        """The children that run now."""
        return tuple(child.process.pid for child in self._children)

    async def aclose(self) -> None:
        """Ends all children and waits for them; runs under way raise ParseError."""
        self._closed = True
        self._idle.clear()
        for child in tuple(self._children):
            self._let_go(child)
        for _ in range(self._workers):  # whoever is starting a child ends it and gives its place back
            await self._free.acquire()
        for _ in range(self._workers):
            self._free.release()
        while self._endings:
            await asyncio.wait(self._endings)

    async def _ask(self, request: Sequence[bytes], sample: str) -> Answer:
        child = await self._take()
        try:
            answer = await child.ask(request)
        except TimeoutError:
            await self._let_go(child)
            raise problems.took_too_long(self._limits.wall, "waiting", sample) from None
        except ChildEnded:
            code = await self._let_go(child)
            raise self._why_it_ended(child, code, sample) from None
        except BaseException:
            await self._let_go(child)
            raise
        self._give_back(child, answer)
        return answer

    def _why_it_ended(self, child: Child, code: int | None, sample: str) -> ParseError:
        if child.end_of_computing():
            return problems.took_too_long(self._limits.cpu, "computing", sample)
        return problems.crashed(code, sample)

    def _value(self, answer: Answer, returns: type[T], sample: str) -> T:
        match answer.outcome:
            case Outcome.VALUE:
                found: T = _validated(answer.value, returns)
                return found
            case Outcome.REFUSED:
                raise problems.refused(answer.header)
            case Outcome.MEMORY:
                raise problems.too_much_memory(self._limits.memory, sample)
            case _:
                raise problems.failed(answer.header, sample)

    async def _take(self) -> Child:
        """A child without a job: the one that worked last, so that the others may grow idle and end."""
        while self._idle:
            child = self._idle.pop()
            if child.idle is not None:
                child.idle.cancel()
            if not child.worn:
                return child
            self._let_go(child)
        if self._closed:
            raise problems.not_started("the sandbox is closed")
        child = await Child.start(self._limits, self._warm)
        self._children.add(child)
        if self._closed:  # closed while it came up
            await self._let_go(child)
            raise problems.not_started("the sandbox is closed")
        return child

    def _give_back(self, child: Child, answer: Answer) -> None:
        if self._closed or child.worn or answer.outcome == Outcome.MEMORY:
            self._let_go(child)
            return
        child.idle = asyncio.get_running_loop().call_later(self._limits.idle, self._tire_of, child)
        self._idle.append(child)

    def _tire_of(self, child: Child) -> None:
        self._idle.remove(child)
        self._let_go(child)

    def _let_go(self, child: Child) -> asyncio.Future[int | None]:
        """Ends a child; the result can be awaited, and is looked after where nobody does."""
        child.kill()
        ending = asyncio.ensure_future(self._ended(child))
        self._endings.add(ending)
        ending.add_done_callback(self._endings.discard)
        return asyncio.shield(ending)

    async def _ended(self, child: Child) -> int | None:
        code = await child.end()
        self._children.discard(child)
        return code


def _host(arguments: Mapping[str, Any]) -> str:
    """Whose bytes a job is about, as far as its `url` says."""
    url = arguments.get("url")
    return url.partition("://")[2].partition("/")[0] if isinstance(url, str) else ""


def _validated(value: bytes, returns: Any) -> Any:
    try:
        return _adapter(returns).validate_json(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise problems.not_understood(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None


@functools.cache
def _adapter(returns: Any) -> TypeAdapter[Any]:
    return TypeAdapter(returns)
