"""Captures as WARC 1.1 (ISO 28500:2017): what archives and courts' experts can read without watcher."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from http import HTTPStatus
from io import BytesIO
from typing import BinaryIO

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from watcher import __version__
from watcher.models.documents import Document

_ENCODINGS = ("content-encoding", "transfer-encoding", "content-length")
"""Of bodies that are kept decoded: these headers told of the way, and would make a reader decode again."""


def write_warc(documents: Sequence[Document], out: BinaryIO) -> None:
    """One response record each, compressed, with a digest of the bytes; redirects are told in the header of each."""
    writer = WARCWriter(out, gzip=True, warc_version="1.1")
    software = {"software": f"watcher/{__version__}", "format": "WARC File Format 1.1"}
    writer.write_record(writer.create_warcinfo_record("watcher.warc.gz", software))
    for document in documents:
        writer.write_record(_record(writer, document))


def _record(writer: WARCWriter, document: Document) -> object:
    about = {
        "WARC-Date": f"{document.fetched_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "WARC-Payload-Digest": f"sha256:{document.sha256}",
    }
    if document.redirects:
        about["X-Redirects"] = " ".join(document.redirects)
    payload, length = BytesIO(document.body), len(document.body)
    if not document.final_url.startswith(("http://", "https://")):  # a letter, or a file: no HTTP answer came
        return writer.create_warc_record(
            document.final_url,
            "resource",
            payload,
            length,
            warc_content_type=document.media_type,
            warc_headers_dict=about,
        )
    return writer.create_warc_record(
        document.final_url, "response", payload, length, http_headers=_headers(document), warc_headers_dict=about
    )


def _headers(document: Document) -> StatusAndHeaders:
    """As they came, except that those of the way are renamed: the body is kept decoded."""
    reason = HTTPStatus(document.status).phrase if document.status in set(HTTPStatus) else ""
    kept = [(f"X-As-Sent-{name}" if name.lower() in _ENCODINGS else name, value) for name, value in document.headers]
    length = ("content-length", str(len(document.body)))
    return StatusAndHeaders(f"{document.status} {reason}".strip(), [*kept, length], "HTTP/1.1")
