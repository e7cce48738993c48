"""A kill -9 in the middle of work on a database."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

from sqlalchemy import event

from watcher.store import Store


def killed_at(statement: int, store: Store, work: Callable[[Store], object]) -> bool:
    """Do the work in a child that kills itself after so many statements (the last chance: before COMMIT).

    False when the child came to the end of its work. The store has no connection open when the child is made, and
    may be used again afterwards.
    """
    store.close()
    child = os.fork()
    if child:
        return os.WIFSIGNALED(os.waitpid(child, 0)[1])
    left = statement

    def count(*_: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    try:
        event.listen(store._engine, "after_cursor_execute", count)
        event.listen(store._engine, "commit", count)
        work(store)
    finally:
        os._exit(0)
