"""Answers with validators: what a careful server sends to "anything new?" (RFC 9110 sections 8.8, 13.1 and 12.5.3)."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from starlette.responses import Response

from watcher.demo.outlets import Habit


def answer(
    asked: Mapping[str, str], body: bytes, content_type: str, *, habit: Habit, modified: datetime | None = None
) -> Response:
    """200 with the body, in gzip where that is welcome, or 304 when `asked` (the request's headers) has it already.

    `modified` is when the document changed last, to the second; without it no Last-Modified is sent.
    """
    headers = _validators(body, habit, modified)
    if _has_it(asked, headers):
        return Response(status_code=304, headers=headers)
    headers |= {"content-type": content_type, "vary": "Accept-Encoding"}
    if not _takes_gzip(asked.get("accept-encoding", "")):
        return Response(body, headers=headers)
    headers["content-encoding"] = "gzip"
    if headers.get("etag", "").startswith('"'):
        headers["etag"] = headers["etag"][:-1] + '-gzip"'
    return Response(gzip.compress(body, mtime=0), headers=headers)


def _validators(body: bytes, habit: Habit, modified: datetime | None) -> dict[str, str]:
    headers = {}
    if habit in (Habit.BOTH, Habit.ETAG, Habit.WEAK):
        tag = hashlib.sha256(body).hexdigest()[:20]
        headers["etag"] = f'W/"{tag}"' if habit is Habit.WEAK else f'"{tag}"'
    if modified and habit in (Habit.BOTH, Habit.MODIFIED):
        headers["last-modified"] = format_datetime(modified.astimezone(UTC), usegmt=True)
    return headers


def _has_it(asked: Mapping[str, str], headers: Mapping[str, str]) -> bool:
    """RFC 9110 section 13.2.2: If-Modified-Since counts only where there is no If-None-Match."""
    if wanted := asked.get("if-none-match"):
        return "etag" in headers and (wanted.strip() == "*" or _bare(headers["etag"]) in map(_bare, wanted.split(",")))
    since, modified = asked.get("if-modified-since"), headers.get("last-modified")
    if not since or not modified:
        return False
    try:
        return parsedate_to_datetime(modified) <= parsedate_to_datetime(since)
    except ValueError:
        return False


def _bare(tag: str) -> str:
    """For the weak comparison of RFC 9110 section 8.8.3.2; the compressed form of a document is not another one."""
    return tag.strip().removeprefix("W/").strip('"').removesuffix("-gzip")


def _takes_gzip(accepted: str) -> bool:
    for part in accepted.lower().split(","):
        coding, _, weight = part.strip().partition(";")
        if coding.strip() in ("gzip", "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0")
    return False
