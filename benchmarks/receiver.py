"""A webhook receiver in a process of its own: notes when the first byte of each request came; tells all at the end.

python -m benchmarks.receiver: prints its port; a line on standard input ends it, and it prints {id: seconds} as JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

HOST = "127.0.0.2"
ANSWER = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"


async def main() -> None:
    came: dict[str, float] = {}

    async def receive(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first = await reader.readexactly(1)
        moment = time.monotonic()
        head = (first + await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        headers = dict(line.split(": ", 1) for line in head.splitlines()[1:] if ": " in line)
        await reader.readexactly(int(headers["content-length"]))
        came.setdefault(headers["webhook-id"], moment)
        writer.write(ANSWER)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(receive, HOST, 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    print(json.dumps(came), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
