"""What a child cannot do, even when the parser in it is taken over."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import psutil
import pytest

from tests.sandbox import bodies
from watcher.sandbox import Limits, Sandbox

ROOT = Path(__file__).parents[2]


def named(function: Callable[..., object]) -> str:
    return f"{function.__module__}:{function.__name__}"


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    sandbox = Sandbox(workers=1, warm=[named(bodies.page)])
    yield sandbox
    await sandbox.aclose()


async def standing(sandbox: Sandbox, wall: str) -> None:
    await sandbox.run(named(bodies.pid), {}, int)
    if wall not in sandbox.walls:
        pytest.skip(f"this kernel has no {wall}")


async def test_no_limit_can_be_raised_again(sandbox: Sandbox) -> None:
    await standing(sandbox, "capabilities")

    assert await sandbox.run(named(bodies.raise_limits), {}, list) == []


async def test_the_limits_are_set(sandbox: Sandbox) -> None:
    set_to = await sandbox.run(named(bodies.limits), {}, dict)

    limits = Limits()
    assert set_to == {"memory": limits.memory, "files": limits.files, "written": 0, "core": 0, "group": 0}


async def test_the_environment_holds_no_secrets(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATCHER_SMTP_URL", "smtps://desk:secret@mail.example.org")

    environment = await sandbox.run(named(bodies.environment), {}, dict)

    assert set(environment) <= {"PYTHONPATH", "TZ", "LC_CTYPE"}


async def test_nothing_can_be_written(sandbox: Sandbox, tmp_path: Path) -> None:
    target = tmp_path / "made by a parser"

    assert await sandbox.run(named(bodies.write), {"path": str(target)}, str) != "written"

    assert not target.exists() or target.stat().st_size == 0


async def test_nothing_can_be_made_in_the_file_system(sandbox: Sandbox, tmp_path: Path) -> None:
    await standing(sandbox, "landlock")
    target = tmp_path / "made by a parser"

    await sandbox.run(named(bodies.write), {"path": str(target)}, str)

    assert not target.exists()


async def test_files_that_are_not_pythons_cannot_be_read(sandbox: Sandbox, tmp_path: Path) -> None:
    await standing(sandbox, "landlock")
    secret = tmp_path / "secret"
    secret.write_text("s3cret")

    for path in (secret, ROOT / "pyproject.toml", Path("/proc/1/environ")):
        assert await sandbox.run(named(bodies.read), {"path": str(path)}, str) == "PermissionError"


async def test_nobody_can_be_dialled(sandbox: Sandbox) -> None:
    await standing(sandbox, "seccomp")

    assert await sandbox.run(named(bodies.dial), {}, str) == "PermissionError"


async def test_no_process_can_be_started_or_signalled(sandbox: Sandbox) -> None:
    await standing(sandbox, "seccomp")

    assert await sandbox.run(named(bodies.start_process), {}, str) == "PermissionError"
    assert await sandbox.run(named(bodies.kill), {"process": os.getpid()}, str) == "PermissionError"


async def test_a_library_may_still_use_threads(sandbox: Sandbox) -> None:
    assert await sandbox.run(named(bodies.run_thread), {}, str) == "ran"


async def test_every_parser_can_be_imported_inside_the_walls(sandbox: Sandbox) -> None:
    parsers = ["feedparser", "selectolax.lexbor", "lxml.html", "trafilatura", "dateparser", "mimetypes", "zoneinfo"]

    assert await sandbox.run(named(bodies.import_all), {"names": parsers}, int) == len(parsers)


async def test_a_child_goes_first_when_memory_is_short(sandbox: Sandbox) -> None:
    child = await sandbox.run(named(bodies.pid), {}, int)

    assert score(child) > score(os.getpid())


def score(process: int) -> int:
    file = Path(f"/proc/{process}/oom_score_adj")
    if not file.exists():
        pytest.skip("this system has no score for running out of memory")
    return int(file.read_text())


PARENT = """
    import asyncio
    from watcher.sandbox import Sandbox

    async def main():
        sandbox = Sandbox(workers=2, warm=["tests.sandbox.bodies:page"])
        for function in ("spin", "sleep"):
            arguments = {"seconds": 60} if function == "sleep" else {}
            asyncio.ensure_future(sandbox.run("tests.sandbox.bodies:" + function, arguments, dict))
        async with asyncio.timeout(30):
            while len(sandbox.process_ids) < 2:
                await asyncio.sleep(0.01)
        await asyncio.sleep(0.2)
        print(*sandbox.process_ids, flush=True)
        await asyncio.sleep(60)

    asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
def test_a_parent_that_is_killed_outright_leaves_no_child_behind() -> None:
    code = textwrap.dedent(PARENT)
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        children = [int(pid) for pid in parent.stdout.readline().split()]
        assert len(children) == 2
        assert all(psutil.pid_exists(child) for child in children)
        parent.send_signal(signal.SIGKILL)

    deadline = time.monotonic() + 5
    while any(map(_runs, children)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not any(map(_runs, children))


def _runs(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
