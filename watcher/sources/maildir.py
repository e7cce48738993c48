"""Mailboxes: bulletins that agencies send by mail, in a Maildir folder or on an IMAP server.

`url` is `maildir:/path/to/folder` or `imaps://user@host/folder`. Messages are read and left as they are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import urlsplit

from watcher.models.catalog import Interval
from watcher.models.entries import RawEntry, RawReading
from watcher.models.mail import unpack
from watcher.sources import base


@dataclass(frozen=True, slots=True)
class Options:
    """Whose messages are taken, and how to get at them."""

    senders: tuple[str, ...] = ()
    """Domains (`dhs.gov`, with all below it) and addresses (`uscis@service.govdelivery.com`) whose messages are taken,
    by their From line. Messages of all others are passed over, counted and reported."""
    server: str = ""
    """Your mail server as it names itself in the Authentication-Results lines that it adds (RFC 8601): only those are
    believed. Without it nobody's word is taken for who sent a message."""
    verified: bool = False
    """True: only messages are taken of which `server` says that they really come from the domain in their From line."""
    password: str = ""
    """For IMAP: a reference, ${NAME} or file:/path."""

    def __post_init__(self) -> None:
        """Raises ValueError for senders that no From line has, and for `verified` without `server`."""
        for sender in self.senders:
            if not re.fullmatch(r"(?:[^\s@]+@)?[\w.-]+", sender):
                raise ValueError(f"senders: {sender!r} is neither a domain nor an address")
        if self.verified and not self.server:
            raise ValueError("verified: say which `server` verifies them")


KIND = base.Kind(
    name="maildir",
    options=Options,
    every=Interval(timedelta(minutes=5), timedelta(hours=1)),
    accept="message/rfc822",
    read="watcher.sources.maildir:read",
    decoded=False,
    door="mailbox",
)

_SHOWN = 5


def wrong_with_address(url: str) -> str | None:
    """Why an address names no mailbox, or None."""
    if url.startswith("maildir:"):
        absolute = url.startswith("maildir:/") and not url.startswith("maildir://")
        return None if absolute else "write the whole path of the folder: `maildir:/var/mail/bulletins`"
    if not url.startswith("imaps://"):
        return "a mailbox is `maildir:/path/to/folder` or `imaps://user@host/folder`"
    try:
        parts = urlsplit(url)
        port_is_good = parts.port != 0
    except ValueError as error:
        return f"this is no address: {error}"
    if parts.password is not None:
        return "a password must not stand in this file: put a reference into `options: {password: ${NAME}}`"
    if not parts.username or not parts.hostname or not port_is_good:
        return "write user and host: `imaps://user@host/folder` (an @ in the user's name as %40)"
    return None


def read(body: bytes, *, url: str, media_type: str, charset: str | None, options: Options) -> RawReading:
    """The messages of a bundle (see `models.mail`) as entries: those of the listed senders.

    `note` counts what was passed over. Raises ParseError: UNREADABLE (empty), UNEXPECTED (no bundle).
    """
    from watcher.sources import authenticity, letters

    if not body.strip():
        raise base.unreadable(f"{url} gave an empty document.", "It is tried again at the next check.")
    try:
        bundle = unpack(body)
    except ValueError as error:
        advice = "Use `kind: maildir` for mailboxes only: `maildir:/path` or `imaps://user@host/folder`."
        raise base.unexpected(f"{url} gave no messages ({error}).", advice, body) from error
    taken: dict[str, RawEntry] = {}
    refused: list[str] = []
    for message in filter(bytes.strip, bundle.messages):
        letter = letters.read_letter(message)
        if letter is None:
            refused.append("a message that cannot be read")
            continue
        verdict = authenticity.verdict(letter.results, options.server)
        if reason := _why_not(letter.sender, verdict.verified_for(letter.domain), options):
            refused.append(reason)
            continue
        taken.setdefault(letter.key, replace(letters.entry(letter), authentication=verdict.said))
    return RawReading(tuple(taken.values()), title=url, note=_note(refused, bundle.left_over, bundle.older))


def _why_not(sender: str, verified: bool, options: Options) -> str:
    if not any(_is_from(sender, listed.casefold()) for listed in options.senders):
        return sender.rpartition("@")[2] or "no sender at all"
    return f"{sender}, not verified" if options.verified and not verified else ""


def _is_from(sender: str, listed: str) -> bool:
    if "@" in listed:
        return sender == listed
    domain = sender.rpartition("@")[2]
    return domain == listed or domain.endswith(f".{listed}")


def _note(refused: Sequence[str], left_over: int, older: int) -> str:
    """What a person should know about messages that were not taken."""
    notes = []
    if refused:
        times = Counter(refused)
        named = ", ".join(f"{who} ({count})" for who, count in times.most_common(_SHOWN))
        more = f" and {len(times) - _SHOWN} more" if len(times) > _SHOWN else ""
        messages = "message" if len(refused) == 1 else "messages"
        notes.append(f"passed over {len(refused)} {messages} whose sender is not listed in `senders`: {named}{more}")
    if older:
        notes.append(f"left {older} older messages aside at the first look")
    if left_over:
        notes.append(f"{left_over} messages wait for the next check")
    return "; ".join(notes)
