"""Conditional answers are what RFC 9110 says."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest

from watcher.demo.answers import answer
from watcher.demo.outlets import Habit

MODIFIED = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
BODY = b"<rss>" + b"news " * 200


def status(asked: dict[str, str], habit: Habit = Habit.BOTH) -> int:
    return answer(asked, BODY, "text/xml", habit=habit, modified=MODIFIED).status_code


def test_a_first_request_gets_the_body_and_both_validators() -> None:
    got = answer({}, BODY, "text/xml", habit=Habit.BOTH, modified=MODIFIED)
    assert (got.status_code, got.body) == (200, BODY)
    assert got.headers["last-modified"] == "Fri, 20 Nov 2026 15:30:00 GMT"
    assert got.headers["etag"].startswith('"')


def test_a_known_etag_gets_304_without_a_body() -> None:
    etag = answer({}, BODY, "text/xml", habit=Habit.BOTH, modified=MODIFIED).headers["etag"]
    got = answer({"if-none-match": etag}, BODY, "text/xml", habit=Habit.BOTH, modified=MODIFIED)
    assert (got.status_code, got.body) == (304, b"")
    assert got.headers["etag"] == etag


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*"])
def test_an_etag_is_found_weak_in_a_list_and_as_a_star(form: str) -> None:
    etag = answer({}, BODY, "text/xml", habit=Habit.ETAG).headers["etag"]
    assert status({"if-none-match": form.format(etag)}) == 304


def test_an_unknown_etag_counts_more_than_a_matching_date() -> None:
    date = "Fri, 20 Nov 2026 15:30:00 GMT"
    assert status({"if-modified-since": date}) == 304
    assert status({"if-modified-since": date, "if-none-match": '"other"'}) == 200


@pytest.mark.parametrize(("since", "expected"), [("Fri, 20 Nov 2026 15:29:59 GMT", 200), ("yesterday", 200)])
def test_an_older_or_unreadable_date_gets_the_body(since: str, expected: int) -> None:
    assert status({"if-modified-since": since}) == expected


def test_the_compressed_form_has_an_etag_of_its_own_that_is_known_too() -> None:
    got = answer({"accept-encoding": "br, gzip"}, BODY, "text/xml", habit=Habit.BOTH)
    assert got.headers["content-encoding"] == "gzip"
    assert gzip.decompress(bytes(got.body)) == BODY
    assert got.headers["etag"].endswith('-gzip"')
    assert status({"if-none-match": got.headers["etag"]}) == 304


def test_gzip_that_is_not_welcome_is_not_sent() -> None:
    got = answer({"accept-encoding": "gzip;q=0, identity"}, BODY, "text/xml", habit=Habit.WEAK)
    assert got.body == BODY
    assert got.headers["etag"].startswith("W/")


@pytest.mark.parametrize("habit", [Habit.NONE, Habit.RESTLESS])
def test_a_careless_server_sends_no_validators(habit: Habit) -> None:
    got = answer({}, BODY, "text/xml", habit=habit, modified=MODIFIED)
    assert "etag" not in got.headers
    assert "last-modified" not in got.headers
