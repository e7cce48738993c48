"""An unchanged round: CPU seconds of `watcher check --all` beside a bare httpx loop, and the memory of the daemon.

python -m benchmarks.unchanged [SOURCES]
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil

from benchmarks.origin import address

ROUNDS = 3


def measure(sources: int = 1000) -> dict[str, object]:
    """CPU seconds (least of three), their ratio, and MiB of memory."""
    with origin() as port, tempfile.TemporaryDirectory() as folder:
        environment = prepared(Path(folder), port, sources)
        first = cpu_seconds([sys.executable, "-m", "watcher", "check", "--all"], environment)
        ours, bare = [], []
        for _ in range(ROUNDS):
            ours.append(cpu_seconds([sys.executable, "-m", "watcher", "check", "--all"], environment))
            bare.append(
                cpu_seconds([sys.executable, "-m", "benchmarks.bare_loop", str(port), str(sources)], environment)
            )
        return {
            "sources": sources,
            "first_check_cpu_s": round(first, 2),
            "unchanged_cpu_s": round(min(ours), 2),
            "bare_loop_cpu_s": round(min(bare), 2),
            "ratio": round(min(ours) / min(bare), 2),
            **memory(environment),
        }


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


def prepared(folder: Path, port: int, sources: int) -> dict[str, str]:
    """A sources.yaml for the origin, and the environment that names it.

    robots.txt is not asked for: the daemon does that once a day per host, and the bare loop does not do it at all.
    """
    lines = [
        "publishers:",
        "  - {id: bench, name: Bench, type: ngo}",
        "hosts:",
        '  - {host: "*", apart: 0s, robots: ignore}',
        "sources:",
    ]
    lines += [
        f'  - {{id: s{number}, publisher: bench, kind: feed, every: 15m, url: "{address(number, port)}"}}'
        for number in range(sources)
    ]
    lines += ["recipients:", "  - {id: console, channel: console}", "rules: []", ""]
    (folder / "sources.yaml").write_text("\n".join(lines))
    return {
        **os.environ,
        "WATCHER_CONFIG": str(folder / "sources.yaml"),
        "WATCHER_DATA_DIR": str(folder / "data"),
        "WATCHER_ALLOW_FETCH": f"127.0.0.0/8:{port}",
    }


def cpu_seconds(command: Sequence[str], environment: Mapping[str, str]) -> float:
    """User and system time of a command and its children, in seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, env=dict(environment), check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def memory(environment: Mapping[str, str], *, seconds: float = 20) -> dict[str, float]:
    """MiB of the daemon with pages after some seconds: its own resident set, and all its processes' shares (PSS)."""
    process = subprocess.Popen(
        [sys.executable, "-m", "watcher", "run", "--port", "0"], env=dict(environment), stdout=subprocess.DEVNULL
    )
    try:
        time.sleep(seconds)
        daemon = psutil.Process(process.pid)
        everything = [daemon, *daemon.children(recursive=True)]
        return {
            "daemon_rss_mib": round(daemon.memory_info().rss / 2**20, 1),
            "all_pss_mib": round(sum(each.memory_full_info().pss for each in everything) / 2**20, 1),
        }
    finally:
        process.terminate()
        process.wait(20)


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 1000), indent=2))
