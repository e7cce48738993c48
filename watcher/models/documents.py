"""What fetching hands on: the bytes of one address and how they came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from watcher.errors import FetchError, Problem


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave us to ask "anything new?" with (RFC 9110 section 8.8); both None = ask for everything."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """The complete body of one fetched address, decoded from its content encodings.

    `headers` are the answer's, lower-case names, in the order of arrival. `redirects` are the addresses that were
    asked before `final_url`, first to last. `sha256` is the hex digest of `body`.
    `fresh_for` is how long the server says the answer stays fresh (Cache-Control, Expires), or None.
    """

    url: str
    final_url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    media_type: str
    charset: str | None
    body: bytes
    sha256: str
    fetched_at: datetime
    redirects: tuple[str, ...]
    validators: Validators
    fresh_for: timedelta | None = None


class RefusedError(FetchError):
    """A FetchError whose server said something beside its status: `answer` has the beginning of it, never parsed."""

    def __init__(
        self, problem: Problem, answer: Document, *, status: int | None, retry_after: timedelta | None
    ) -> None:
        super().__init__(problem, status=status, retry_after=retry_after)
        self.answer = answer


@dataclass(frozen=True, slots=True)
class NotModified:
    """The server says that nothing changed since the validators we sent (304)."""

    url: str
    fetched_at: datetime
    validators: Validators
    """Those to send next time: the new ones where the server sent any, else the ones that we sent."""
    fresh_for: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Extracted:
    """The readable main text of a document, cleaned; `language` is what the document says of itself, or None.

    `scan` says that the document is pictures of pages: nobody but a person can read it. `dated` is when the document
    says that it was last changed (ISO 8601), or "". `links` are the addresses that the main text links to, `versions`
    those where the document says that it stands in another language.
    """

    title: str
    text: str
    language: str | None
    scan: bool = False
    dated: str = ""
    links: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
