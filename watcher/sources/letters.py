"""One mail message, taken apart: who sent it, what it says, what is attached."""

from __future__ import annotations

import contextlib
import hashlib
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.parser import BytesHeaderParser, BytesParser
from email.utils import getaddresses, parsedate_to_datetime

from watcher.models.entries import RawEntry
from watcher.sources import base, bulletins

_MOST_PARTS = 200
_MOST_BOUNDARIES = 2000
_MULTIPART = re.compile(rb"multipart/", re.IGNORECASE)
_LONGEST_HEADER = 4000


@dataclass(frozen=True, slots=True)
class Letter:
    """A message, taken apart. `sender` is the address of the From line, lower case, or ""; `content` is HTML."""

    key: str
    sender: str
    subject: str
    content: str
    url: str | None
    date: datetime | None
    date_raw: str
    language: str | None
    results: tuple[str, ...]
    """The Authentication-Results lines, the newest first."""

    @property
    def domain(self) -> str:
        """Of the sender."""
        return self.sender.rpartition("@")[2]


def read_letter(raw: bytes) -> Letter | None:
    """The message in these bytes; what is broken in it is left out. None: not even the rest can be read.

    One message that the email package cannot cope with must not keep the others of its mailbox unread for ever.
    """
    try:
        return _letter(raw)
    except Exception:
        return None


def _letter(raw: bytes) -> Letter:
    message = _parsed(raw)
    plain, markup, attached = _bodies(message)
    subject = _header(message, "subject")
    written = _header(message, "date")
    return Letter(
        key=_key(_header(message, "message-id"), raw),
        sender=_sender(message),
        subject=subject,
        content=bulletins.content(plain, markup) + _attached(attached),
        url=bulletins.address_online(plain, markup),
        date=_moment(written),
        date_raw=written,
        language=base.primary_language(_header(message, "content-language")),
        results=tuple(_headers(message, "authentication-results")),
    )


def _parsed(raw: bytes) -> EmailMessage:
    """The message; one with parts within parts without end as its headers and the raw text of its body.

    The email package takes 4 s for 150 KB of 3,000 multiparts within each other, and two kilobytes for every part.
    """
    bottomless = len(_MULTIPART.findall(raw)) > _MOST_PARTS or raw.count(b"\n--") > _MOST_BOUNDARIES
    parser = BytesHeaderParser if bottomless else BytesParser
    message = parser(policy=policy.default).parsebytes(raw)
    assert isinstance(message, EmailMessage)
    if bottomless:
        for name in ("content-type", "content-transfer-encoding"):
            del message[name]
    return message


def entry(letter: Letter) -> RawEntry:
    """The message as an entry: it carries its whole text."""
    return RawEntry(
        key=letter.key,
        url=letter.url,
        title=html.escape(letter.subject, quote=False),
        content=letter.content,
        teaser=False,
        published=letter.date,
        published_raw=letter.date_raw,
        language=letter.language,
    )


# --- headers -----------------------------------------------------------------------------------------------------


def _headers(message: EmailMessage, name: str) -> Iterator[str]:
    """The values of a header, decoded. Raw values, because some broken ones make the library's own parsers fail."""
    for key, value in message.raw_items():
        if key.lower() == name:
            yield _decoded(str(value)[:_LONGEST_HEADER])


def _header(message: EmailMessage, name: str) -> str:
    return next(_headers(message, name), "")


def _decoded(value: str) -> str:
    """RFC 2047; a header in bare 8-bit characters is UTF-8 or windows-1252."""
    raw = value.encode("utf-8", "surrogateescape")
    try:
        value = raw.decode("utf-8")
    except UnicodeDecodeError:
        value = raw.decode("cp1252", "replace")
    with contextlib.suppress(ValueError, LookupError):
        value = str(make_header(decode_header(value)))
    return " ".join(value.split())


def _sender(message: EmailMessage) -> str:
    """Of exactly one From line with one address: what has two may show a person another one than us."""
    lines = [str(value)[:_LONGEST_HEADER] for key, value in message.raw_items() if key.lower() == "from"]
    addresses = [address for _, address in getaddresses([" ".join(line.split()) for line in lines])]
    if len(lines) != 1 or len(addresses) != 1 or not re.fullmatch(r"[^\s@,<>]+@[\w.-]+", addresses[0]):
        return ""
    return addresses[0].casefold()


def _key(message_id: str, raw: bytes) -> str:
    found = re.search(r"<([^<>\s]+)>", message_id)
    return f"mid:{found[1]}" if found else f"sha256:{hashlib.sha256(raw).hexdigest()}"


def _moment(written: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(written)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


# --- bodies ------------------------------------------------------------------------------------------------------


def _bodies(message: EmailMessage) -> tuple[str, str, list[str]]:
    """The longest plain text, the longest HTML, and the names of what is attached."""
    plain, markup, attached = "", "", []
    for number, part in enumerate(message.walk()):
        if number >= _MOST_PARTS:
            break
        if part.is_multipart():
            continue
        name = _file_name(part)
        kind = part.get_content_type()
        if name or kind not in ("text/plain", "text/html"):
            attached.append(name or kind)
        elif kind == "text/html":
            markup = max(markup, _text(part), key=len)
        else:
            plain = max(plain, _text(part), key=len)
    return plain, markup, attached


def _file_name(part: EmailMessage) -> str:
    try:
        return " ".join((part.get_filename() or "").split())[:200]
    except (ValueError, LookupError, AttributeError, TypeError):
        return "unnamed"


def _text(part: EmailMessage) -> str:
    """The characters of a part: UTF-8 where it is valid, else what the part says, else windows-1252."""
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        return ""
    body = payload if isinstance(payload, bytes) else b""
    for charset in ("utf-8", part.get_content_charset() or "cp1252"):
        try:
            return body.decode(charset)
        except (UnicodeDecodeError, LookupError, ValueError):
            continue
    return body.decode("cp1252", "replace")


def _attached(names: list[str]) -> str:
    shown = ", ".join(dict.fromkeys(names[:20]))
    return f"<p>[attached: {html.escape(shown, quote=False)}]</p>" if names else ""
