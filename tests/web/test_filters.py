"""The filters in the address."""

from __future__ import annotations

from datetime import date

import pytest

from watcher.models.views import MatchQuery
from watcher.models.words import Action, Verdict
from watcher.web.filters import Filters, spans


def test_without_filters_the_inbox_shows_what_is_new() -> None:
    assert Filters.read({}).query() == MatchQuery(verdict=Verdict.NEW)


def test_any_verdict_is_no_restriction() -> None:
    assert Filters.read({"verdict": "any"}).query().verdict is None


def test_the_address_says_what_was_read_from_it() -> None:
    address = {"q": "Título 42 & más", "policy": "title-42", "action": "block", "since": "2026-05-01"}
    filters = Filters.read(address)
    assert filters.address() == "/inbox?q=T%C3%ADtulo+42+%26+m%C3%A1s&policy=title-42&action=block&since=2026-05-01"
    assert filters.query().action is Action.BLOCK
    assert filters.query().since == date(2026, 5, 1)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("action", "explode"),
        ("verdict", "maybe"),
        ("since", "yesterday"),
        ("until", "2026-13-40"),
        ("modality", "\0"),
        ("next", "//evil.example"),
    ],
)
def test_a_value_that_means_nothing_is_left_out(name: str, value: str) -> None:
    assert Filters.read({name: value}) == Filters()


def test_a_search_is_cut_to_a_length_that_people_type() -> None:
    assert len(Filters.read({"q": "x" * 5_000}).query().words) == 200


def test_clearing_keeps_the_verdict() -> None:
    filters = Filters.read({"verdict": "confirmed", "policy": "mpp", "q": "wall"})
    assert filters.without(*filters.narrowed).address() == "/inbox?verdict=confirmed"


def test_days_are_links_and_the_chosen_one_takes_itself_away() -> None:
    today = date(2026, 5, 7)
    (off,) = spans(Filters(), today, {7: "7 days"})
    assert (off.address, off.on) == ("/inbox?since=2026-05-01", False)
    (on,) = spans(Filters.read({"since": "2026-05-01"}), today, {7: "7 days"})
    assert (on.address, on.on) == ("/inbox", True)
