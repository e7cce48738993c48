"""Mailboxes on an IMAP server: the messages that came since the last look; nothing is marked, moved or deleted.

The folder is opened for reading only (EXAMINE). What is new is told by UIDVALIDITY and UID (RFC 3501 section 2.3.1.1):
UIDs only grow; where UIDVALIDITY changed, the next look is like the first, and the reader knows what it has seen.
"""

from __future__ import annotations

import contextlib
import imaplib
import re
import socket
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from watcher.fetch.maildir import LONGEST_MESSAGE, MOST_BYTES, MOST_MESSAGES
from watcher.models.mail import Bundle

_SEEN = re.compile(r"(\d{1,10}):(\d{1,10})")
_TIME_FOR_MESSAGES = 30.0
"""Seconds from the start after which no message is begun: what was fetched is kept, the next look takes the rest."""


class RefusedError(Exception):
    """The server said no; the text is its answer."""


@dataclass(frozen=True, slots=True)
class Account:
    """Where a mailbox is and how to get in."""

    host: str
    port: int
    user: str
    password: str
    folder: str


def account(url: str, password: str) -> Account:
    """The account that `imaps://user@host/folder` names; what has a special meaning in an address is %-encoded."""
    parts = urlsplit(url)
    folder = unquote(parts.path.lstrip("/")) or "INBOX"
    return Account(parts.hostname or "", parts.port or 993, unquote(parts.username or ""), password, folder)


class Look:
    """One look into a mailbox, in a thread; `abort` from another thread ends it at once."""

    def __init__(self, of: Account, *, context: ssl.SSLContext, timeout: float) -> None:
        self._account = of
        self._context = context
        self._timeout = timeout
        self._server: imaplib.IMAP4_SSL | None = None
        self._aborted = False
        self._started = 0.0

    def run(self, seen: str | None) -> tuple[Bundle, str] | None:
        """The new messages and what to hand over as `seen` the next time; None: nothing new.

        The first look takes the newest messages, later ones the oldest that are new. Raises RefusedError, OSError
        (ssl's and time-outs are such), imaplib.IMAP4.error.
        """
        at = self._account
        self._started = time.monotonic()
        server = self._server = imaplib.IMAP4_SSL(at.host, at.port, ssl_context=self._context, timeout=self._timeout)
        try:
            if self._aborted:
                raise TimeoutError
            _asked(server.login(at.user, at.password), "the login")
            _asked(server.select(_quoted(at.folder), readonly=True), f"the folder {at.folder!r}")
            return self._new(server, seen)
        finally:
            _leave(server)

    def abort(self) -> None:
        """End the look: whatever it waits for fails."""
        self._aborted = True
        if self._server is not None:
            with contextlib.suppress(OSError):
                self._server.sock.shutdown(socket.SHUT_RDWR)

    def _new(self, server: imaplib.IMAP4_SSL, seen: str | None) -> tuple[Bundle, str] | None:
        validity = _validity(server)
        mark = _SEEN.fullmatch(seen or "")
        mark = mark if mark and mark[1] == validity else None
        last = int(mark[2]) if mark else 0
        uids = _uids(server, last)
        if mark and not uids:
            return None
        if mark is None:
            taken = self._messages(server, uids[-MOST_MESSAGES:])
            missing = uids[-MOST_MESSAGES:][len(taken) :]
            newest = missing[0] - 1 if missing else max(uids, default=0)
            bundle = Bundle(tuple(taken), len(missing), max(0, len(uids) - MOST_MESSAGES))
            return bundle, f"{validity}:{newest}"
        taken = self._messages(server, uids[:MOST_MESSAGES])
        return Bundle(tuple(taken), len(uids) - len(taken)), f"{validity}:{uids[len(taken) - 1] if taken else last}"

    def _messages(self, server: imaplib.IMAP4_SSL, uids: Sequence[int]) -> list[bytes]:
        """The messages, in this order, as many as time and room allow; at least one."""
        found: list[bytes] = []
        room, end = MOST_BYTES, self._started + _TIME_FOR_MESSAGES
        for uid in uids:
            if found and (room <= 0 or time.monotonic() > end):
                break
            found.append(_message(server, uid))
            room -= len(found[-1])
        return found


def _asked(answer: tuple[str, list[bytes | None]] | tuple[str, list[bytes]], what: str) -> list[bytes | None]:
    status, data = answer
    if status != "OK":
        said = b" ".join(each for each in data if each).decode("utf-8", "replace")
        raise RefusedError(f"{what}: {said[:200]}")
    return list(data)


def _quoted(folder: str) -> str:
    escaped = folder.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _validity(server: imaplib.IMAP4_SSL) -> str:
    _, data = server.response("UIDVALIDITY")
    value = data[0] if data else None
    return value.decode("ascii", "replace") if isinstance(value, bytes) and value.isdigit() else "0"


def _uids(server: imaplib.IMAP4_SSL, last: int) -> list[int]:
    data = _asked(server.uid("SEARCH", "UID", f"{last + 1}:*"), "the search")
    found = sorted(int(uid) for part in data if part for uid in part.split() if uid.isdigit())
    return [uid for uid in found if uid > last]  # "n:*" always names the last message too


def _message(server: imaplib.IMAP4_SSL, uid: int) -> bytes:
    """The bytes of a message, its beginning when it is long; empty when it was removed meanwhile."""
    status, data = server.uid("FETCH", str(uid), f"(BODY.PEEK[]<0.{LONGEST_MESSAGE}>)")
    literals = [part[1] for part in data if isinstance(part, tuple) and len(part) > 1] if status == "OK" else []
    return bytes(literals[0]) if literals else b""


def _leave(server: imaplib.IMAP4_SSL) -> None:
    try:
        server.logout()
    except (OSError, ValueError, imaplib.IMAP4.error):
        with contextlib.suppress(OSError):
            server.shutdown()
        server.sock.close()
