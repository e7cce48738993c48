"""What can go wrong in fetching, as words for people: one class, what and where, one piece of advice."""

from __future__ import annotations

import errno
import socket
import ssl
import unicodedata
from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

import httpcore
import httpx

from watcher.errors import FetchError, Problem, ProblemClass


class OverBudgetError(Exception):
    """More bytes came over the wire than headers or body may have."""


FOREIGN = (
    OverBudgetError,
    httpx.HTTPError,
    httpx.InvalidURL,
    httpx.StreamError,
    httpcore.NetworkError,
    httpcore.TimeoutException,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    httpcore.UnsupportedProtocol,
    httpcore.ConnectionNotAvailable,
    OSError,
    ValueError,
)
"""Everything the libraries below us raise; idna's errors are ValueErrors, those of ssl and of time-outs OSErrors."""

ADVICE: Mapping[ProblemClass, str] = MappingProxyType(
    {
        ProblemClass.NAME_NOT_FOUND: "Check the spelling of the host name; if every source fails like this, "
        "check this machine's network and name server.",
        ProblemClass.REFUSED: "The server may be down or moved: it is tried again later; if it stays like this, "
        "open the address in a browser and look for the new one.",
        ProblemClass.TIMEOUT: "The server is slow or overloaded: it is tried again later; if it stays like this, "
        "look for another address of the same source.",
        ProblemClass.TLS: "Nothing was asked, because nobody can vouch for the server. Open the address in a browser: "
        "if it warns too, tell the publisher; if it does not, the server forgets to send a certificate in between: "
        "save that one in a PEM file and name it as the source's `ca_file`.",
        ProblemClass.BLOCKED: "The server does not want to be read by programs: check less often, ask the publisher "
        "for access, or look for another address (feed, API, newsletter).",
        ProblemClass.GONE: "Look on the publisher's site for its new address.",
        ProblemClass.MOVED: "Open the address in a browser and put the one where you end into sources.yaml; "
        "a feed has one of its own, often linked there.",
        ProblemClass.TOO_LARGE: "Look for a smaller address of the same source: a feed of the newest entries, "
        "a page of a list.",
        ProblemClass.UNEXPECTED: "Something is wrong on the server: it is tried again later; if it stays like this, "
        "open the address in a browser and see what is there.",
        ProblemClass.UNREADABLE: "The server sends bytes that cannot be decoded: it is tried again later; "
        "if it stays like this, tell the publisher.",
        ProblemClass.INCOMPLETE: "The answer broke off and was thrown away: it is tried again later.",
        ProblemClass.ROBOTS: "The site does not want programs to read this: ask the publisher, look for a feed, an API "
        "or a newsletter, or, if you have the publisher's leave, set `robots: ignore` for this host under `hosts` "
        "in sources.yaml.",
    }
)

_FORBIDDEN = (
    "Only plain http and https addresses on the public internet are asked; an address inside your own network must be "
    "allowed in WATCHER_ALLOW_FETCH (sources) or WATCHER_ALLOW_SEND (webhooks)."
)


def forbidden(message: str) -> FetchError:
    """The error of an address that we refuse to ask, whoever gave it."""
    return FetchError(Problem(ProblemClass.REFUSED, message, _FORBIDDEN, unasked=True))


def trouble(
    kind: ProblemClass,
    message: str,
    *,
    status: int | None = None,
    retry_after: timedelta | None = None,
    advice: str | None = None,
) -> FetchError:
    """The error of that class, with the advice that belongs to it, or a better one where more is known."""
    return FetchError(Problem(kind, message, advice or ADVICE[kind]), status=status, retry_after=retry_after)


def plain(text: str, limit: int = 120) -> str:
    """Text from outside as one short line without controls, so that it can stand in a message or a log."""
    if len(text) <= limit and text.isprintable():
        return text
    line = "".join(" " if unicodedata.category(char)[0] in "CZ" else char for char in text[: limit * 4])
    line = " ".join(line.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def from_foreign(error: Exception, where: str) -> FetchError:
    """The FetchError for an exception of the libraries or of the system; `where` is an address fit to be shown."""
    if isinstance(error, OverBudgetError):
        return trouble(ProblemClass.TOO_LARGE, f"{where}: the answer has no end")
    if isinstance(error, TimeoutError | httpcore.TimeoutException | httpx.TimeoutException):
        return trouble(ProblemClass.TIMEOUT, f"{where}: no answer in time")
    if isinstance(error, ssl.SSLError):
        return trouble(ProblemClass.TLS, f"{where}: {tls_words(error)}")
    if isinstance(error, UnicodeError):
        return trouble(ProblemClass.NAME_NOT_FOUND, f"{where}: this cannot be a host name ({plain(str(error))})")
    if isinstance(error, socket.gaierror):
        return trouble(ProblemClass.NAME_NOT_FOUND, f"{where}: {_name_words(error)}")
    if isinstance(error, httpcore.NetworkError) and isinstance(error.__cause__, OSError):
        return from_foreign(error.__cause__, where)
    if isinstance(error, OSError | httpcore.NetworkError | httpx.NetworkError):
        return _from_network(error, where)
    if isinstance(error, httpcore.ProxyError | httpx.ProxyError):
        return trouble(ProblemClass.REFUSED, f"{where}: the proxy does not pass the request on ({plain(str(error))})")
    if isinstance(error, httpcore.ProtocolError | httpx.ProtocolError):
        return _from_protocol(error, where)
    return trouble(ProblemClass.UNEXPECTED, f"{where}: {type(error).__name__}: {plain(str(error))}")


def tls_words(error: ssl.SSLError) -> str:
    """What is wrong with a TLS connection, in words."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate cannot be trusted: {plain(error.verify_message)}"
    return f"no secure connection: {plain(error.reason or str(error)).lower().replace('_', ' ')}"


def _name_words(error: socket.gaierror) -> str:
    if error.errno == socket.EAI_AGAIN:
        return "the name server gave no answer"
    return "this host name does not exist"


def _from_network(error: Exception, where: str) -> FetchError:
    number = getattr(error, "errno", None)
    if number == errno.ECONNREFUSED:
        return trouble(ProblemClass.REFUSED, f"{where}: nobody listens there (connection refused)")
    if number in {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL, errno.ENETDOWN}:
        return trouble(ProblemClass.REFUSED, f"{where}: this machine has no way to the server (network unreachable)")
    if isinstance(error, ConnectionError | httpcore.ReadError | httpcore.WriteError):
        return trouble(ProblemClass.INCOMPLETE, f"{where}: the server broke the connection off")
    return trouble(ProblemClass.REFUSED, f"{where}: no connection ({plain(str(error)) or type(error).__name__})")


def _from_protocol(error: Exception, where: str) -> FetchError:
    """h11 says both "this is not HTTP" and "it broke off" with one class; only the text tells them apart."""
    words = str(error)
    if "disconnected without sending" in words:
        return trouble(ProblemClass.INCOMPLETE, f"{where}: the server closed the connection without an answer")
    if "peer closed connection" in words or "peer unexpectedly closed" in words:
        return trouble(ProblemClass.INCOMPLETE, f"{where}: the answer broke off before its end")
    if "buffer too long" in words:
        return trouble(ProblemClass.TOO_LARGE, f"{where}: the headers of the answer are too long")
    return trouble(ProblemClass.UNEXPECTED, f"{where}: the answer is not valid HTTP ({plain(words)})")
