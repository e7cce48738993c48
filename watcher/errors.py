"""Every error that watcher raises on purpose.

    WatcherError
    ├── ConfigError        the configuration is wrong: file, line, path, what to write instead (exit code 2)
    ├── StoreError         the database cannot be used: what it is, what to do (exit code 2)
    ├── SearchError        what was typed is no search: what to write instead (exit code 2)
    ├── FetchError         a document did not come; carries its Problem and how long to wait (with what the server
    │                      said instead, where it said something: models.documents.RefusedError)
    ├── ProviderError      a sign-in with OpenID did not come about: what the provider did or failed to do
    ├── ParseError         a document came and cannot be read; carries a sample of it
    └── DeliveryError      a message did not go; says whether trying again can help

Expected outcomes (`NotModified`, a refused delivery) are values, not errors.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class ProblemClass(StrEnum):
    """Why a source could not be read: a closed set, each with one piece of advice where nothing better is known."""

    NAME_NOT_FOUND = "name-not-found"
    REFUSED = "refused"
    TIMEOUT = "timeout"
    TLS = "tls"
    BLOCKED = "blocked"
    GONE = "gone"
    MOVED = "moved"
    TOO_LARGE = "too-large"
    UNEXPECTED = "unexpected"
    UNREADABLE = "unreadable"
    INCOMPLETE = "incomplete"
    ROBOTS = "robots"


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong with a source, in words a person can act on."""

    kind: ProblemClass
    message: str
    """What happened, with the address or the status."""
    advice: str
    """What the reader can do next."""
    unasked: bool = False
    """Nobody was asked: the address itself is refused (not public, not http, not valid)."""


class WatcherError(Exception):
    """The root of the tree; its text is fit to be shown to a person."""


class ConfigError(WatcherError):
    """The configuration cannot be used. The text has one line per mistake: `file:line:column: path: what`."""


class StoreError(WatcherError):
    """The database cannot be used as it is; the text says what to do."""


class SearchError(WatcherError):
    """What was typed is no search. `text` with `values` filled in says what to write; pages translate `text`."""

    def __init__(self, text: str, **values: str) -> None:
        super().__init__(text.format(**values))
        self.text = text
        self.values = values


class FetchError(WatcherError):
    """A document could not be fetched.

    `retry_after` is the server's wish (RFC 9110 section 10.2.3), already capped, or None.
    `status` is the HTTP status, or None when no answer came.
    """

    def __init__(self, problem: Problem, *, status: int | None = None, retry_after: timedelta | None = None) -> None:
        super().__init__(problem.message)
        self.problem = problem
        self.status = status
        self.retry_after = retry_after


class ProviderError(WatcherError):
    """The OpenID provider gave no usable answer; with `unproved`, it gave one that does not prove who came."""

    def __init__(self, message: str, *, unproved: bool = False) -> None:
        super().__init__(message)
        self.unproved = unproved


class ParseError(WatcherError):
    """A document could not be read as what the source should be; `sample` is its beginning, cleaned."""

    def __init__(self, problem: Problem, *, sample: str = "") -> None:
        super().__init__(problem.message)
        self.problem = problem
        self.sample = sample


class DeliveryError(WatcherError):
    """A message was not taken. `permanent` means that the same message to the same address will never be taken.

    `disable` means that the receiver asked not to be called again (HTTP 410). `of_message` means that this message is
    not taken, and another one to the same address may be. `refused` is the status with which a mail server refused
    the address for good: "5.1.1" (RFC 3463), or its reply code where it gives no status.
    """

    def __init__(
        self,
        message: str,
        *,
        permanent: bool = False,
        disable: bool = False,
        of_message: bool = False,
        retry_after: timedelta | None = None,
        answer: str = "",
        refused: str = "",
    ) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.disable = disable
        self.of_message = of_message
        self.retry_after = retry_after
        self.answer = answer
        self.refused = refused
