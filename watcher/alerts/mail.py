"""An alert as bytes that any mail server takes: our headers and no others, short lines, read back before it leaves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from email import message_from_bytes
from email.header import Header
from email.headerregistry import Address, HeaderRegistry, UniqueUnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy, Policy
from typing import Any

from watcher.alerts.doors import NO_DOOR, Door
from watcher.alerts.render import Rendered, email
from watcher.alerts.smtp import sender_address
from watcher.errors import DeliveryError

OPTIONAL = ("References", "In-Reply-To", "List-Unsubscribe", "List-Unsubscribe-Post")
"""Headers that not every mail has."""


class _Subject(UniqueUnstructuredHeader):
    """A subject that arrives as it was, blank for blank.

    The library's own folding of text that is partly ASCII loses and doubles blanks between words (seen on 3.11).
    """

    def fold(self, *, policy: Policy[Any]) -> str:
        subject = str(self)
        charset = "us-ascii" if subject.isascii() else "utf-8"
        folded = Header(subject, charset, header_name="Subject").encode(linesep=policy.linesep)
        return f"Subject: {folded}{policy.linesep}"


class _Whole(UniqueUnstructuredHeader):
    """A header with an address in it, in one piece: the library would encode or break a long one."""

    def fold(self, *, policy: Policy[Any]) -> str:
        return f"{self.name}: {self}{policy.linesep}"  # type: ignore[attr-defined]  # every header has a name


def _policy() -> EmailPolicy[EmailMessage]:
    headers = HeaderRegistry()
    headers.map_to_type("subject", _Subject)  # type: ignore[arg-type]  # the registry makes it a BaseHeader
    for name in OPTIONAL:
        headers.map_to_type(name.lower(), _Whole)  # type: ignore[arg-type]
    # Seven bits and short lines need no extension of the server (no 8BITMIME, no SMTPUTF8).
    return SMTP.clone(cte_type="7bit", header_factory=headers)


POLICY = _policy()
"""How our messages are written."""
HEADERS = (
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "List-Id",
    "Auto-Submitted",
    "MIME-Version",
    "Content-Type",
)
LONGEST_LINE = 998
"""Octets without CRLF: RFC 5322 section 2.1.1."""


def compose(
    payload: Mapping[str, Any],
    *,
    delivery_id: str,
    mail_from: str,
    to: str,
    language: str,
    now: datetime,
    timezone: tzinfo,
    door: Door = NO_DOOR,
    thread: str = "",
) -> bytes:
    """The message for one address. The same delivery always has the same Message-ID, so that copies can be recognised.

    `door` has the links that are for its reader alone. `thread` is the id under which the message was sent that this
    one follows up. Without it, mails about one thing are answers to one message that nobody has: mail programs show
    them together (RFC 5322 section 3.6.4), whichever comes first.

    Raises DeliveryError (permanent) when what would be sent does not read back as what was meant.
    """
    rendered = email(payload, language, timezone, door)
    sender = sender_address(mail_from)
    more = {**_thread(payload, thread, sender.domain), **_list(door)}
    message = _message(rendered, sender, to, f"<{delivery_id}@{sender.domain}>", now)
    for name, value in more.items():
        message[name] = value
    serialised = message.as_bytes(policy=POLICY)
    _check(serialised, to, rendered, more)
    return serialised


def _thread(payload: Mapping[str, Any], first: str, domain: str) -> dict[str, str]:
    root = payload["data"].get("thread") or payload["data"].get("incident", {}).get("id")
    parent = f"<{first}@{domain}>" if first else f"<thread.{root}@{domain}>"
    return {"In-Reply-To": parent, "References": parent} if first or root else {}


def _list(door: Door) -> dict[str, str]:
    """How the reader's mail program ends it: RFC 2369 section 3.2, RFC 8058."""
    if not door.unsubscribe:
        return {}
    post = {"List-Unsubscribe-Post": "List-Unsubscribe=One-Click"} if door.is_one_click else {}
    return {"List-Unsubscribe": f"<{door.unsubscribe}>", **post}


def _message(rendered: Rendered, sender: Address, to: str, message_id: str, now: datetime) -> EmailMessage:
    user, _, domain = to.rpartition("@")
    message = EmailMessage(policy=POLICY)
    message["From"] = sender
    message["To"] = Address("", user, domain)
    message["Subject"] = rendered.subject
    message["Date"] = now
    message["Message-ID"] = message_id
    message["List-Id"] = f"watcher alerts <watcher.{sender.domain}>"  # RFC 2919: for people's filters
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no vacation answers, please
    message.set_content(rendered.text, cte="quoted-printable")
    message.add_alternative(rendered.html, subtype="html", cte="quoted-printable")
    return message


def _check(serialised: bytes, to: str, rendered: Rendered, more: Mapping[str, str]) -> None:
    """What a receiver will read must be what we meant (unpatched Pythons write other headers for hostile titles)."""
    received = message_from_bytes(serialised, policy=POLICY)
    fault = _fault(received, serialised, to, rendered, more)
    if fault:
        raise DeliveryError(
            f"the message was not sent, because it would not arrive as it was meant: {fault};"
            " look at the title of the entry, and report it as a mistake in watcher",
            permanent=True,
            of_message=True,
        )


def _fault(received: EmailMessage, serialised: bytes, to: str, rendered: Rendered, more: Mapping[str, str]) -> str:
    if sorted(received.keys()) != sorted((*HEADERS, *more)) or any(received[name] != more[name] for name in more):
        return f"its headers are {', '.join(received.keys())[:300]}"
    if [each.addr_spec for each in received["To"].addresses] != [to]:
        return "it would go to other addresses"
    if received["Subject"] != rendered.subject:
        return "its subject changed"
    if any(len(line) > LONGEST_LINE for line in serialised.split(b"\r\n")):
        return "a line is too long"
    return "" if serialised.isascii() else "it has bytes beyond ASCII"
