"""What headers say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.fetch.headers import fresh_for, head, http_date, kept, media_type, retry_after, validators
from watcher.models.documents import Validators

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def seconds(value: float) -> timedelta:
    return timedelta(seconds=value)


@pytest.mark.parametrize(
    ("value", "date", "wait"),
    [
        ("120", None, seconds(120)),
        (" 120 ", None, seconds(120)),
        ("0", None, None),
        ("-5", None, None),
        ("1.5", None, None),
        ("1e9", None, None),
        ("1000000000", None, DAY),
        ("9" * 40, None, None),
        ("soon", None, None),
        ("", None, None),
        ("²", None, None),
        ("Tue, 24 Nov 2026 12:02:00 GMT", None, seconds(120)),
        ("Tuesday, 24-Nov-26 12:02:00 GMT", None, seconds(120)),
        ("Tue Nov 24 12:02:00 2026", None, seconds(120)),
        ("Tue, 24 Nov 2026 12:02:00", None, seconds(120)),
        ("Tue, 24 Nov 2026 14:02:00 +0200", None, seconds(120)),
        ("Tue, 24 Nov 2026 12:02:00 GMT", "Tue, 24 Nov 2026 12:01:00 GMT", seconds(60)),
        ("Tue, 24 Nov 2020 12:02:00 GMT", "Tue, 24 Nov 2020 12:00:00 GMT", seconds(120)),
        ("Tue, 24 Nov 2026 12:02:00 GMT", "garbage", seconds(120)),
        ("Tue, 24 Nov 2026 11:00:00 GMT", None, None),
        ("Tue, 24 Nov 9999 11:00:00 GMT", None, DAY),
        ("Tue, 99 Nov 2026 11:00:00 GMT", None, None),
    ],
)
def test_retry_after_is_a_wait_of_at_most_a_day_or_nothing(
    value: str, date: str | None, wait: timedelta | None
) -> None:
    headers = {"retry-after": value} | ({"date": date} if date else {})
    assert retry_after(headers, NOW) == wait


@given(st.text(max_size=80), st.text(max_size=40))
def test_no_retry_after_and_no_freshness_can_be_out_of_bounds(value: str, date: str) -> None:
    headers = {"retry-after": value, "date": date, "cache-control": value, "expires": value, "age": date}
    for found in (retry_after(headers, NOW), fresh_for(headers, NOW)):
        assert found is None or timedelta() < found <= DAY


@given(st.integers(0, 4_000_000_000))
def test_an_http_date_is_read_back(when: int) -> None:
    aware = datetime.fromtimestamp(when, UTC)
    assert http_date(format_datetime(aware, usegmt=True)) == aware


@pytest.mark.parametrize(
    ("headers", "fresh"),
    [
        ({}, None),
        ({"cache-control": "max-age=600"}, seconds(600)),
        ({"cache-control": "public, max-age=600, must-revalidate"}, seconds(600)),
        ({"cache-control": 'Max-Age="600"'}, seconds(600)),
        ({"cache-control": "s-maxage=900, max-age=600"}, seconds(600)),
        ({"cache-control": "max-age=600", "age": "60"}, seconds(540)),
        ({"cache-control": "max-age=600", "age": "900"}, None),
        ({"cache-control": "max-age=600, max-age=5"}, seconds(600)),
        ({"cache-control": "max-age=31536000"}, DAY),
        ({"cache-control": "max-age=-1"}, None),
        ({"cache-control": "max-age=soon"}, None),
        ({"cache-control": "max-age=600, no-cache"}, None),
        ({"cache-control": "no-store", "expires": "Wed, 25 Nov 2026 12:00:00 GMT"}, None),
        ({"expires": "Tue, 24 Nov 2026 12:10:00 GMT"}, seconds(600)),
        ({"expires": "Tue, 24 Nov 2026 12:10:00 GMT", "date": "Tue, 24 Nov 2026 12:05:00 GMT"}, seconds(300)),
        ({"expires": "Tue, 24 Nov 2026 12:10:00 GMT", "cache-control": "max-age=60"}, seconds(60)),
        ({"expires": "0"}, None),
        ({"expires": "garbage"}, None),
        ({"expires": "Tue, 24 Nov 2020 12:10:00 GMT"}, None),
        ({"expires": "Tue, 24 Nov 2099 12:10:00 GMT"}, DAY),
    ],
)
def test_freshness_is_what_the_server_says_and_at_most_a_day(headers: dict[str, str], fresh: timedelta | None) -> None:
    assert fresh_for(headers, NOW) == fresh


@pytest.mark.parametrize(
    ("value", "kind", "charset"),
    [
        ("text/html; charset=utf-8", "text/html", "utf-8"),
        ('Text/HTML;Charset="ISO-8859-1"', "text/html", "iso-8859-1"),
        ("application/rss+xml", "application/rss+xml", None),
        ("text/html; boundary=x; charset='windows-1252'", "text/html", "windows-1252"),
        ("text/html; charset=", "text/html", None),
        ("text/html; charset=<script>", "text/html", None),
        ("nonsense", "", None),
        ("", "", None),
        ("; charset=utf-8", "", "utf-8"),
        ("text/" + "x" * 200, "", None),
    ],
)
def test_media_type_and_charset_are_read(value: str, kind: str, charset: str | None) -> None:
    assert media_type({"content-type": value}) == (kind, charset)


MODIFIED = "Mon, 23 Nov 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        ({"etag": '"abc"', "last-modified": MODIFIED}, Validators('"abc"', MODIFIED)),
        ({"etag": 'W/"abc"'}, Validators('W/"abc"')),
        ({"etag": "unquoted"}, Validators("unquoted")),
        ({"etag": '"' + "x" * 65536 + '"'}, Validators()),
        ({"etag": '"a\x01b"'}, Validators()),
        ({"etag": '"é"'}, Validators()),
        ({"etag": ""}, Validators()),
        ({"last-modified": "yesterday"}, Validators()),
        ({"last-modified": "Mon, 23 Nov 2099 12:00:00 GMT"}, Validators()),
        ({"last-modified": MODIFIED, "date": "Mon, 23 Nov 2020 12:00:00 GMT"}, Validators()),
    ],
)
def test_only_validators_that_can_be_sent_back_are_kept(headers: dict[str, str], found: Validators) -> None:
    assert validators(headers, NOW) == found


def test_headers_that_come_twice_are_joined() -> None:
    assert head([(b"Cache-Control", b"public"), (b"CACHE-CONTROL", b"max-age=5")]) == {
        "cache-control": "public, max-age=5"
    }


def test_a_document_keeps_no_cookies_and_no_controls_of_its_headers() -> None:
    raw = [(b"Set-Cookie", b"session=1")] * 5000 + [(b"X-One", b"a\x07b"), (b"X-Long", b"y" * 9000)]
    assert kept(raw) == (("x-one", "a b"), ("x-long", "y" * 4096))
    assert len(kept([(b"X", b"y")] * 5000)) == 100
