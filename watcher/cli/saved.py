"""A saved file in place of the network: trying a page, feed, answer or PDF that somebody kept."""

from __future__ import annotations

import hashlib
import mimetypes
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from watcher.errors import ConfigError, FetchError, Problem, ProblemClass
from watcher.models.documents import Document, NotModified, Validators

_NONE = Validators()


class SavedFile:
    """Fetches one file, under an address that no server has, and nothing else. Raises ConfigError: cannot be read."""

    def __init__(self, path: Path, now: datetime) -> None:
        self.url = f"https://saved.invalid/{quote(path.name)}"
        try:
            body = path.read_bytes()
        except OSError as error:
            raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
        self._document = Document(
            url=self.url,
            final_url=self.url,
            status=200,
            headers=(),
            media_type=mimetypes.guess_type(path.name)[0] or "application/octet-stream",
            charset=None,
            body=body,
            sha256=hashlib.sha256(body).hexdigest(),
            fetched_at=now,
            redirects=(),
            validators=_NONE,
        )

    async def __call__(
        self, url: str, validators: Validators = _NONE, *, accept: str = "*/*", ca_file: str | None = None
    ) -> Document | NotModified:
        """The file; for other addresses raises FetchError."""
        if url == self.url:
            return self._document
        raise FetchError(
            Problem(ProblemClass.GONE, f"{url}: only the saved file is read", "Try the address itself, to read more.")
        )
