"""A mailbox: an SMTP server that takes every message, and the messages that it took."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, Envelope, Session

_LARGEST = 2_000_000


@dataclass(frozen=True, slots=True)
class Mail:
    """A received message. `number` counts from 1; `text` and `html` are its two readings, decoded, or empty."""

    number: int
    received_at: datetime
    sender: str
    recipients: tuple[str, ...]
    headers: tuple[tuple[str, str], ...]
    text: str
    html: str

    def header(self, name: str) -> str:
        """The first header of that name, decoded, or an empty string."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


class Mailbox:
    """All messages that arrived, oldest first; `clock` says when."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._mails: list[Mail] = []

    @property
    def mails(self) -> tuple[Mail, ...]:
        """What arrived so far."""
        return tuple(self._mails)

    def find(self, number: int) -> Mail | None:
        """The message of that number, or None."""
        return self._mails[number - 1] if 1 <= number <= len(self._mails) else None

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Takes a message; the name is the one that aiosmtpd looks for."""
        content = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        self._mails.append(self._read(content, envelope))
        return f"250 taken as {len(self._mails)}"

    def _read(self, content: bytes, envelope: Envelope) -> Mail:
        message = message_from_bytes(content, policy=policy.default)
        return Mail(
            number=len(self._mails) + 1,
            received_at=self._clock(),
            sender=envelope.mail_from or "",
            recipients=tuple(envelope.rcpt_tos),
            headers=tuple((name, str(value)) for name, value in message.items()),
            text=_part(message, "plain"),
            html=_part(message, "html"),
        )


@asynccontextmanager
async def receiving_mail(mailbox: Mailbox, listening: socket.socket) -> AsyncIterator[None]:
    """Speaks SMTP on the socket, without TLS, until the context ends; closes it then."""
    loop = asyncio.get_running_loop()

    def session() -> SMTP:
        return SMTP(mailbox, hostname="mailbox.demo", data_size_limit=_LARGEST, enable_SMTPUTF8=True, loop=loop)

    server = await loop.create_server(session, sock=listening)
    try:
        yield
    finally:
        server.close()


def _part(message: EmailMessage, subtype: str) -> str:
    part = message.get_body((subtype,))
    return str(part.get_content()) if part is not None else ""
