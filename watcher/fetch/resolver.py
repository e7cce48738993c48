"""Names to addresses by the system's resolver, beside the event loop."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Sequence

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
"""Host and port to addresses in the order in which they should be dialled. Raises socket.gaierror (an OSError)."""

_AT_ONCE = 32


class SystemResolver:
    """getaddrinfo in threads of its own, at most 32 at one time.

    Not in the loop's executor: lookups that hang for half a minute would hold up the database, which works there.
    The threads are daemons, so that a hanging lookup cannot hold up the end of the process either.
    """

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(_AT_ONCE)

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Sequence[str]] = loop.create_future()
        await self._free.acquire()

        def finish(answer: Sequence[str] | Exception) -> None:
            self._free.release()
            if done.done():
                return
            if isinstance(answer, Exception):
                done.set_exception(answer)
            else:
                done.set_result(answer)

        def work() -> None:
            answer = _look_up(host, port)
            try:
                loop.call_soon_threadsafe(finish, answer)
            except RuntimeError:  # the loop has ended meanwhile, nobody waits
                return

        threading.Thread(target=work, name=f"resolve {host}", daemon=True).start()
        return await done


def _look_up(host: str, port: int) -> Sequence[str] | Exception:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        return error
    return list(dict.fromkeys(str(info[4][0]) for info in found))
