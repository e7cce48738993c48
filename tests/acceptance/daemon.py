"""The real daemon as a process of its own, and what a test wants from it."""

from __future__ import annotations

import asyncio
import os
import random
import re
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from tests.acceptance import compose

ROOT = Path(__file__).parents[2]
SEVERAL = "WATCHER_TEST_SEVERAL"
"""In a test's environment: the work of the daemon is shared out among several processes."""
UNDER_FIRE = "WATCHER_TEST_UNDER_FIRE"
"""In a test's environment, beside `SEVERAL`: the seed of moments at which workers are killed."""
KILLS = 5
"""Workers that are killed of one crew; it may work in peace then, so that a scenario has an end."""


class RunningDaemon:
    """A `watcher run` under way; its lines are kept."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.lines: list[str] = []
        self._reading = asyncio.create_task(self._read())

    @property
    def address(self) -> str:
        """Where the pages are."""
        return self._said(r"review pages: (http\S+)")

    @property
    def login_link(self) -> str:
        """The one-time link of the first start."""
        return self._said(r"(http\S+/login/\S+)")

    async def says(self, pattern: str, seconds: float = 40) -> str:
        """The first line that fits, as soon as it is there."""
        await until(lambda: any(re.search(pattern, line) for line in self.lines), seconds, lambda: self.text)
        return next(line for line in self.lines if re.search(pattern, line))

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    async def stop(self, seconds: float = 10) -> int:
        """SIGTERM, and the exit code; fails when it takes longer than promised."""
        self.process.send_signal(signal.SIGTERM)
        code = await asyncio.wait_for(self.process.wait(), seconds)
        await self._reading
        return code

    async def kill(self) -> None:
        """kill -9."""
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()
        await self._reading

    async def _read(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            self.lines.append(line.decode(errors="replace").rstrip())

    def _said(self, pattern: str) -> str:
        found = re.search(pattern, self.text)
        assert found, self.text
        return found[1]


class RunningProcesses(RunningDaemon):
    """The same in several processes: a scheduler (which plays the daemon's part), two workers, and perhaps the web."""

    def __init__(self, scheduler: asyncio.subprocess.Process, others: Sequence[asyncio.subprocess.Process]) -> None:
        super().__init__(scheduler)
        self.others = [RunningDaemon(process) for process in others]
        for other in self.others:
            other.lines = self.lines

    async def stop(self, seconds: float = 10) -> int:
        return max(await asyncio.gather(super().stop(seconds), *(other.stop(seconds) for other in self.others)))

    async def kill(self) -> None:
        await asyncio.gather(super().kill(), *(other.kill() for other in self.others))


class RunningUnderFire(RunningProcesses):
    """The same, and a worker is killed (-9) now and then, and another one started as `restart: unless-stopped` does."""

    def __init__(
        self,
        scheduler: asyncio.subprocess.Process,
        others: Sequence[asyncio.subprocess.Process],
        another: Callable[[], Awaitable[asyncio.subprocess.Process]],
        seed: int,
    ) -> None:
        super().__init__(scheduler, others)
        self._another = another
        self._moments = random.Random(seed)
        self._peace = asyncio.Event()
        self._fire = asyncio.create_task(self._kill_workers())

    async def stop(self, seconds: float = 10) -> int:
        await self._cease()
        return await super().stop(seconds)

    async def kill(self) -> None:
        await self._cease()
        await super().kill()

    async def _cease(self) -> None:
        self._peace.set()
        await self._fire

    async def _kill_workers(self) -> None:
        for kills in range(KILLS):
            # nobody is killed before it has begun
            while self.text.count("working on") < kills + 2 and not self._peace.is_set():  # noqa: ASYNC110
                await asyncio.sleep(0.05)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._peace.wait(), self._moments.uniform(0.5, 5))
            if self._peace.is_set():
                return
            place = self._moments.randrange(2)  # the workers come first
            await self.others[place].kill()
            self.others[place] = RunningDaemon(await self._another())
            self.others[place].lines = self.lines
            self.lines.append("(a worker was killed)")


async def start(environment: Mapping[str, str], *arguments: str) -> RunningDaemon:
    """Start `watcher run` on a free port; or several processes, where the environment says so."""
    if SEVERAL not in environment:
        return RunningDaemon(await begin(environment, "run", "--port", "0", *arguments))
    port = compose.free_port()
    services = ["scheduler", "worker", "worker", *([] if "--no-web" in arguments else ["web"])]
    migrated = await _service("migrate", environment, port)
    assert await migrated.wait() == 0
    scheduler, *others = [await _service(name, environment, port) for name in services]
    if UNDER_FIRE not in environment:
        return RunningProcesses(scheduler, others)
    seed = int(environment[UNDER_FIRE])
    return RunningUnderFire(scheduler, others, lambda: _service("worker", environment, port), seed)


async def _service(name: str, environment: Mapping[str, str], port: int) -> asyncio.subprocess.Process:
    return await begin(compose.environment(name, environment, port), *compose.arguments(name, port))


async def begin(environment: Mapping[str, str], *arguments: str) -> asyncio.subprocess.Process:
    """A watcher command as a process of its own."""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-u", "-m", "watcher", *arguments),
        cwd=ROOT,
        env=clean_environment(environment),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        limit=2**20,
    )


@asynccontextmanager
async def running(environment: Mapping[str, str], *arguments: str) -> AsyncIterator[RunningDaemon]:
    """A daemon for the block; killed at its end if it still lives."""
    daemon = await start(environment, *arguments)
    try:
        yield daemon
    finally:
        await daemon.kill()


async def command(environment: Mapping[str, str], *arguments: str) -> tuple[int, str]:
    """Run a watcher command to its end: exit code, and what it printed to both streams."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "watcher", *arguments),
        cwd=ROOT,
        env=clean_environment(environment),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode is not None
    return process.returncode, output.decode()


async def until(
    holds: Callable[[], bool], seconds: float = 20, explain: Callable[[], object] = lambda: "never happened"
) -> None:
    """Wait until something holds; fail with an explanation when it does not in time."""
    end = asyncio.get_running_loop().time() + seconds
    while not holds():
        assert asyncio.get_running_loop().time() < end, explain()
        await asyncio.sleep(0.05)


def clean_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Nothing of this process's own settings gets in."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("WATCHER_")}
    return {**own, **environment}
