"""What the headers of an answer say: media type, validators, how long it is fresh, when to come back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from watcher.fetch.bounds import DAY
from watcher.models.documents import Validators

_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,80}/[a-z0-9!#$&^_.+-]{1,80}")
_CHARSET = re.compile(r"""charset\s*=\s*["']?([a-z0-9._:+-]{1,40})""", re.IGNORECASE)
_MAX_AGE = re.compile(r"(?:^|,)\s*max-age\s*=\s*\"?(\d{1,12})\"?\s*(?=,|$)", re.IGNORECASE)
_NO_STORE = re.compile(r"(?:^|,)\s*(?:no-cache|no-store)\s*(?=,|=|$)", re.IGNORECASE)
_SECONDS = re.compile(r"\d{1,12}")
_VALIDATOR = re.compile(r"[\x20-\x7e]{1,2048}")
_MOST_HEADERS = 100
_LONGEST_VALUE = 4096

Head = Mapping[str, str]
"""Lower-case names; the values of a name that came several times are joined with commas (RFC 9110 section 5.3)."""


def head(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """The headers by lower-case name."""
    found: dict[str, str] = {}
    for name, value in raw:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        found[key] = f"{found[key]}, {text}" if key in found else text
    return found


def kept(raw: Iterable[tuple[bytes, bytes]]) -> tuple[tuple[str, str], ...]:
    """The headers that a document keeps, in the order of arrival: no cookies, no controls, at most 100 of 4 KiB."""
    pairs = ((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in raw)
    wanted = [(name, _printable(value)) for name, value in pairs if not name.startswith("set-cookie")]
    return tuple(wanted[:_MOST_HEADERS])


def _printable(value: str) -> str:
    return "".join(char if char.isprintable() else " " for char in value[:_LONGEST_VALUE])


def media_type(headers: Head) -> tuple[str, str | None]:
    """Media type in lower case ("" when there is none that is valid) and the charset named with it, or None."""
    value = headers.get("content-type", "")
    kind, _, parameters = value.partition(";")
    kind = kind.strip().lower()
    charset = _CHARSET.search(parameters)
    return (kind if _MEDIA_TYPE.fullmatch(kind) else ""), charset.group(1).lower() if charset else None


def validators(headers: Head, now: datetime) -> Validators:
    """What to ask with next time.

    A validator that is too long for a request (over 2 KiB), has other than visible ASCII in it, or is a modification
    date more than a day ahead of the server's clock is as good as none: sent back, it would be refused or never match.
    """
    etag, modified = headers.get("etag"), headers.get("last-modified")
    return Validators(
        etag=etag if etag and _VALIDATOR.fullmatch(etag) else None,
        last_modified=modified if modified and _is_past(modified, headers, now) else None,
    )


def conditions(given: Validators) -> list[tuple[bytes, bytes]]:
    """The request headers that ask "anything new?" (RFC 9110 section 13.1); both where both are known."""
    pairs = ((b"If-None-Match", given.etag), (b"If-Modified-Since", given.last_modified))
    return [(name, value.encode("ascii")) for name, value in pairs if value and _VALIDATOR.fullmatch(value)]


def _is_past(modified: str, headers: Head, now: datetime) -> bool:
    when = http_date(modified)
    return when is not None and when <= (http_date(headers.get("date", "")) or now) + DAY


def http_date(value: str) -> datetime | None:
    """An HTTP date (RFC 9110 section 5.6.7) as aware UTC, or None for anything else; without a zone it is UTC."""
    if not 6 <= len(value) <= 64:
        return None
    try:
        when = parsedate_to_datetime(value)
        return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def retry_after(headers: Head, now: datetime) -> timedelta | None:
    """How long the server wants us to wait (RFC 9110 section 10.2.3), at most a day; None for the past and garbage.

    A date is read against the server's own clock where it shows one (Date), so that a wrong clock does no harm.
    """
    value = headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(value):
        return _positive(timedelta(seconds=int(value)))
    return _until(http_date(value), headers, now)


def fresh_for(headers: Head, now: datetime) -> timedelta | None:
    """How long the answer stays fresh (RFC 9111 section 4.2.1), at most a day; None when the server does not say.

    `no-cache`, a lifetime of nothing, and garbage say nothing about when to come back.
    """
    control = headers.get("cache-control", "")
    if _NO_STORE.search(control):
        return None
    age = headers.get("age", "").strip()
    spent = timedelta(seconds=int(age)) if _SECONDS.fullmatch(age) else timedelta()
    if found := _MAX_AGE.search(control):
        return _positive(timedelta(seconds=int(found.group(1))) - spent)
    return _until(http_date(headers.get("expires", "")), headers, now)


def _until(when: datetime | None, headers: Head, now: datetime) -> timedelta | None:
    return None if when is None else _positive(when - (http_date(headers.get("date", "")) or now))


def _positive(span: timedelta) -> timedelta | None:
    return min(span, DAY) if span > timedelta() else None
