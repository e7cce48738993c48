"""Passwords: hashed with Argon2id away from the event loop, few at a time, and the same time for everybody."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter, to_thread
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from starlette.exceptions import HTTPException

from watcher.web.strings import Say

T = TypeVar("T")

_HASHER = PasswordHasher(time_cost=1, memory_cost=46 * 1024, parallelism=1)
"""46 MiB, one pass: the first choice of OWASP's Password Storage Cheat Sheet. Others hash anew at the next login."""
NOBODYS = "$argon2id$v=19$m=47104,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
"""What a guess at an account without a password is compared with: it takes as long and never fits."""
AT_ONCE = 2
"""So that guessing costs at most 92 MiB and leaves a core to the checks."""
WAITING = 20
SHORTEST = 12
LONGEST = 200
_DISTINCT = 5


class Passwords:
    """Hashes and compares. Raises HTTPException (503) when too many wait already."""

    def __init__(self) -> None:
        self._places = CapacityLimiter(AT_ONCE)

    async def hashed(self, password: str) -> str:
        """What may be kept of a password."""
        return await self._run(lambda: _HASHER.hash(_normal(password)))

    async def fits(self, password: str, kept: str | None) -> bool:
        """Whether this is the password; takes as long when there is none."""
        return await self._run(lambda: _fits(password, kept or NOBODYS)) and kept is not None

    async def _run(self, work: Callable[[], T]) -> T:
        if self._places.statistics().tasks_waiting >= WAITING:
            raise HTTPException(503, headers={"Retry-After": "10"})
        return await to_thread.run_sync(work, limiter=self._places)


def is_outdated(kept: str) -> bool:
    """Whether a hash was made with other parameters than new ones are."""
    return _HASHER.check_needs_rehash(kept)


def wrong_with(password: str, name: str, say: Say) -> str:
    """Why it cannot be a password of this person; "" when it can. Length is what counts (NIST SP 800-63B 3.1.1.2)."""
    given = _normal(password)
    if len(given) < SHORTEST:
        return say("A password needs 12 characters or more; four words that do not belong together are good.")
    if len(given) > LONGEST:
        return say("A password has at most 200 characters.")
    if len(set(given.replace(name, ""))) < _DISTINCT:
        return say("This password is too easy to guess.")
    return ""


def _fits(password: str, kept: str) -> bool:
    try:
        return _HASHER.verify(kept, _normal(password))
    except (VerificationError, InvalidHashError):
        return False


def _normal(password: str) -> str:
    """The same characters however a keyboard composes them; cut, because everything is hashed."""
    return unicodedata.normalize("NFKC", password[: LONGEST * 4]).encode("utf-8", "replace").decode()
