"""The limit: nothing but httpx asking the same conditional questions. Arguments: port, number of sources."""

from __future__ import annotations

import asyncio
import sys

import httpx

from benchmarks.origin import ETAG, address


async def main(port: int, sources: int) -> None:
    room = asyncio.Semaphore(50)
    async with httpx.AsyncClient(timeout=60) as client:

        async def ask(number: int) -> int:
            async with room:
                answer = await client.get(address(number, port), headers={"If-None-Match": ETAG})
                return answer.status_code

        statuses = await asyncio.gather(*(ask(number) for number in range(sources)))
    assert set(statuses) == {304}, set(statuses)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
