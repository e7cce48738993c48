"""The door to mailboxes: Maildir folders of this machine, and IMAP over TLS.

Both are the operator's own, named in sources.yaml and nowhere else, so no guard stands before them: a mailbox on the
machine itself or in the local network is the usual case.
"""

from __future__ import annotations

import asyncio
import hashlib
import imaplib
import socket
import ssl
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote

from watcher.errors import ConfigError, FetchError, Problem, ProblemClass
from watcher.fetch import imap, maildir
from watcher.models.documents import Document, NotModified, Validators
from watcher.models.mail import MEDIA_TYPE, Bundle, pack

_NOTHING = Validators()
Looked = tuple[Bundle, str] | None


class Mailboxes:
    """Fetches what is new in a mailbox as one document (see `models.mail`).

    `secret` resolves references to passwords. `context` is for servers whose certificate only the operator knows.
    `deadline` is of a whole look, `timeout` of one answer of the server, both in seconds.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], datetime],
        secret: Callable[[str], str],
        context: ssl.SSLContext | None = None,
        deadline: float = 50.0,
        timeout: float = 15.0,
    ) -> None:
        self._clock = clock
        self._secret = secret
        self._context = context
        self._deadline = deadline
        self._timeout = timeout

    async def fetch(
        self, url: str, validators: Validators = _NOTHING, *, password: str = "", ca_file: str | None = None
    ) -> Document | NotModified:
        """The messages that came since `validators` were given; `password` is a reference to a secret.

        `url` is `maildir:/path` or `imaps://user@host/folder`. Raises FetchError.
        """
        try:
            looked = await self._look(url, validators.etag, password, ca_file)
        except (OSError, imaplib.IMAP4.error, imap.RefusedError) as error:
            raise _problem(url, error) from error
        if looked is None:
            return NotModified(url, self._clock(), validators)
        return self._document(url, *looked)

    async def _look(self, url: str, seen: str | None, password: str, ca_file: str | None) -> Looked:
        if url.startswith("maildir:"):
            folder = Path(unquote(url.removeprefix("maildir:")))
            return await asyncio.to_thread(maildir.look, folder, seen)
        account = imap.account(url, self._password(url, password))
        context = self._context or _context(url, ca_file)
        look = imap.Look(account, context=context, timeout=self._timeout)
        work = asyncio.create_task(asyncio.to_thread(look.run, seen))
        try:
            return await asyncio.wait_for(asyncio.shield(work), self._deadline)
        finally:
            if not work.done():  # a thread cannot be cancelled; without its connection it ends by itself
                look.abort()
                work.add_done_callback(lambda done: done.cancelled() or done.exception())

    def _password(self, url: str, reference: str) -> str:
        try:
            return self._secret(reference) if reference else ""
        except ConfigError as error:
            advice = "Set it, and start again; nothing is lost: the messages wait in the mailbox."
            raise FetchError(Problem(ProblemClass.REFUSED, f"{url}: no password: {error}", advice)) from error

    def _document(self, url: str, bundle: Bundle, seen: str) -> Document:
        body = pack(bundle)
        return Document(
            url=url,
            final_url=url,
            status=200,
            headers=(),
            media_type=MEDIA_TYPE,
            charset=None,
            body=body,
            sha256=hashlib.sha256(body).hexdigest(),
            fetched_at=self._clock(),
            redirects=(),
            validators=Validators(etag=seen),
        )


def _context(url: str, ca_file: str | None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    try:
        if ca_file:
            context.load_verify_locations(ca_file)
    except OSError as error:
        advice = "Put a PEM file there that this user may read, or take `ca_file` out."
        raise FetchError(Problem(ProblemClass.TLS, f"{url}: {ca_file} cannot be used ({error})", advice)) from error
    return context


def _problem(url: str, error: Exception) -> FetchError:
    for kinds, kind, message, advice in _WORDS:
        if isinstance(error, kinds):
            return FetchError(Problem(kind, message.format(url=url, error=error), advice))
    raise AssertionError from error


_WORDS: tuple[tuple[type[Exception] | tuple[type[Exception], ...], ProblemClass, str, str], ...] = (
    (
        imap.RefusedError,
        ProblemClass.REFUSED,
        "{url}: the mail server refuses {error}",
        "Check the user, the folder's name and the secret that `password` refers to.",
    ),
    (
        imaplib.IMAP4.error,
        ProblemClass.REFUSED,
        "{url}: the mail server does not do what it was asked ({error})",
        "Check the user, the folder's name and the secret that `password` refers to.",
    ),
    (
        (FileNotFoundError, NotADirectoryError),
        ProblemClass.GONE,
        "{url}: there is no Maildir (a folder with the folders new, cur and tmp)",
        "Check the path; the program that delivers the mail makes the folder with the first message.",
    ),
    (
        PermissionError,
        ProblemClass.REFUSED,
        "{url}: the folder may not be read by this user",
        "Give the user that watcher runs as the right to read it.",
    ),
    (
        ssl.SSLError,
        ProblemClass.TLS,
        "{url}: no secure connection ({error})",
        "Check the server's certificate; one that only you know is named as the source's `ca_file`.",
    ),
    (
        socket.gaierror,
        ProblemClass.NAME_NOT_FOUND,
        "{url}: the mail server's name is not known",
        "Check the spelling of the host name.",
    ),
    (
        TimeoutError,
        ProblemClass.TIMEOUT,
        "{url}: the mail server did not answer in time",
        "It is asked again later.",
    ),
    (OSError, ProblemClass.REFUSED, "{url}: cannot be read ({error})", "It is tried again later."),
)
