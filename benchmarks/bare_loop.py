"""The limit: nothing but httpx asking the same conditional questions.

python -m benchmarks.bare_loop FILE [ETAG]: one address a line; without an ETag everything is fetched whole.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

import httpx

AT_ONCE = 50


async def main(addresses: Sequence[str], headers: dict[str, str]) -> None:
    room = asyncio.Semaphore(AT_ONCE)
    async with httpx.AsyncClient(timeout=60) as client:

        async def ask(address: str) -> int:
            async with room:
                answer = await client.get(address, headers=headers)
                return answer.status_code

        statuses = await asyncio.gather(*map(ask, addresses))
    assert set(statuses) == {304 if headers else 200}, set(statuses)


if __name__ == "__main__":
    file, *etag = sys.argv[1:]
    asyncio.run(main(Path(file).read_text().split(), {"If-None-Match": etag[0]} if etag else {}))
