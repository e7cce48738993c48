"""From publication to alert: a new entry at an origin that is checked every minute, until the webhook has it.

python -m benchmarks.latency [SOURCES]
"""

from __future__ import annotations

import asyncio
import base64
import json
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.origin import address
from benchmarks.peers import watcher
from benchmarks.processes import cost, environment, origin, publish
from tests.acceptance.daemon import running

HOST = "127.0.0.2"
SHARE = 50
"""One source in so many has news in every interval: 2 %."""
INTERVAL = 60
INTERVALS = 2
_SECRET = "whsec_" + base64.b64encode(b"of the benchmark, and long enough").decode()
_HEAD = """\
publishers:
  - {{id: bench, name: Bench, type: ngo}}
hosts:
  - {{host: "*", apart: 0s, robots: ignore}}
recipients:
  - {{id: hook, channel: webhook, url: "http://{host}:{port}/", secret: "${{BENCH_SECRET}}"}}
rules:
  - {{id: all, when: {{}}, send: [hook], how: immediate}}
sources:
"""


async def measure(sources: int = 200) -> dict[str, float]:
    """Seconds from publication to the webhook's arrival; the announcements are spread evenly over the intervals."""
    with origin() as port, tempfile.TemporaryDirectory() as folder:
        async with _receiver() as (hook, came):
            place = watcher.here(Path(folder))
            addresses = [address(number, port, "/brief") for number in range(sources)]
            watcher.configure(place, addresses, every="1m", head=_HEAD.format(host=HOST, port=hook))
            variables = {**watcher.variables(place), "WATCHER_ALLOW_SEND": f"{HOST}/32:{hook}", "BENCH_SECRET": _SECRET}
            cost(watcher.command(place), variables)
            async with running({**environment(), **variables}) as daemon:
                await daemon.says("watching")
                said = await _publish(sources, port)
                await asyncio.sleep(INTERVAL + 15)
    waited = sorted(came[host] - moment for host, moment in said.items() if host in came)
    return {
        "sources": sources,
        "published": len(said),
        "arrived": len(waited),
        "p50_s": round(waited[len(waited) // 2], 1),
        "p99_s": round(waited[len(waited) * 99 // 100], 1),
    }


async def _publish(sources: int, port: int) -> dict[str, float]:
    """Host -> when it published: 2 % of the sources in each interval."""
    total = max(1, sources // SHARE) * INTERVALS
    moments: dict[str, float] = {}
    for number in range(total):
        await asyncio.to_thread(publish, number, port)
        moments[urlsplit(address(number, port)).hostname or ""] = time.monotonic()
        await asyncio.sleep(INTERVAL * INTERVALS / total)
    return moments


@asynccontextmanager
async def _receiver() -> AsyncIterator[tuple[int, dict[str, float]]]:
    """A webhook receiver: its port, and when the first alert about an entry of each host came."""
    came: dict[str, float] = {}

    async def receive(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        length = int(head.partition("content-length:")[2].split("\r\n")[0])
        body = json.loads(await reader.readexactly(length))
        came.setdefault(urlsplit(body["data"]["entry"]["url"]).hostname or "", time.monotonic())
        writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(receive, HOST, 0)
    async with server:
        yield server.sockets[0].getsockname()[1], came


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 200)), indent=2))
