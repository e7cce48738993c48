"""JSON interfaces: what paths and presets find, how pages follow each other, and what is refused."""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Literal, get_args, get_type_hints

import pytest

from watcher.errors import ParseError, ProblemClass
from watcher.models.entries import RawReading
from watcher.sources import api
from watcher.sources.presets import PRESETS

_URL = "https://agency.example.org/api/documents.json"
_ANSWER = {
    "data": [
        {
            "id": 4711,
            "attributes": {"name": "Fees & <waivers>", "body": "One.\nTwo.", "when": "3/2/2021", "lang": "es-MX"},
            "self": "/documents/4711",
        },
        {"id": "b", "attributes": {"name": "Second", "body": None, "when": 1612224000}, "self": None},
    ]
}
_PATHS: dict[str, Any] = {
    "entries": "data",
    "url": "self",
    "title": "attributes.name",
    "text": "attributes.body",
    "date": "attributes.when",
    "language": "attributes.lang",
}


def _read(answer: Any, *, at: str = _URL, memory: str | None = None, **options: Any) -> RawReading:
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    return api.read(
        body, url=at, media_type="application/json", charset="utf-8", options=api.Options(**options), memory=memory
    )


def _problem(answer: Any, **options: Any) -> tuple[ProblemClass, str]:
    with pytest.raises(ParseError) as caught:
        _read(answer, **options)
    return caught.value.problem.kind, caught.value.problem.message


def _titles(reading: RawReading) -> list[str]:
    return [entry.title for entry in reading.entries]


def test_paths_say_where_everything_stands() -> None:
    first, second = _read(_ANSWER, **_PATHS).entries
    assert (first.key, first.url) == ("4711", "https://agency.example.org/documents/4711")
    assert (first.title, first.content) == ("Fees &amp; &lt;waivers&gt;", "One.<br>Two.")
    assert (first.published, first.published_raw) == (datetime(2021, 3, 2, tzinfo=UTC), "3/2/2021")
    assert (first.language, first.teaser) == ("es", True)
    assert (second.key, second.url, second.teaser) == ("b", None, False)
    assert second.published == datetime(2021, 2, 2, tzinfo=UTC)


def test_the_order_of_day_and_month_can_be_said() -> None:
    assert _read(_ANSWER, **_PATHS, date_order="DMY").entries[0].published == datetime(2021, 2, 3, tzinfo=UTC)


@pytest.mark.parametrize("written", ["1612224000", 1612224000000, "<time>1612224000</time>", "2021-02-02T00:00:00Z"])
def test_a_date_may_be_seconds_milliseconds_or_wrapped_in_markup(written: Any) -> None:
    (entry,) = _read([{"title": "A", "date": written}]).entries
    assert entry.published == datetime(2021, 2, 2, tzinfo=UTC)


def test_without_any_path_the_usual_names_are_tried() -> None:
    (entry,) = _read([{"id": 1, "title": "A", "link": "https://e.org/a", "date": "2021-02-02"}]).entries
    assert (entry.key, entry.title, entry.url) == ("1", "A", "https://e.org/a")


def test_markup_goes_before_plain_text_and_a_list_gives_its_texts() -> None:
    rows = [{"title": "A", "h": "<p>x</p>", "t": "y"}, {"title": "B", "t": ["a < b", ["c", None, "d"], {"e": 1}, ""]}]
    first, second = _read(rows, html="h", text="t").entries
    assert first.content == "<p>x</p>"
    assert second.content == "a &lt; b<br>c, d"


def test_an_entry_without_id_is_known_by_its_link() -> None:
    entries = _read([{"title": "A", "url": "http://www.e.org/a/?utm_source=x"}, {"title": "B"}]).entries
    assert entries[0].key == "https://e.org/a"
    assert entries[1].key.startswith("title:")


def test_entries_that_share_an_id_are_told_apart_and_repeated_ones_are_not() -> None:
    rows = [{"id": 1, "title": title, "url": f"https://e.org/{title}"} for title in "ABB"]
    entries = _read(rows).entries
    assert len({entry.key for entry in entries}) == len(entries) == 2


def test_full_texts_have_no_page_to_fetch_unless_they_are_empty() -> None:
    rows = [{"title": "A", "url": "https://e.org/a", "t": "all"}, {"title": "B", "url": "https://e.org/b", "t": ""}]
    assert [entry.teaser for entry in _read(rows, text="t", full_text="always").entries] == [False, True]


def test_where_keeps_the_entries_for_which_it_is_true() -> None:
    rows = [{"title": "A", "type": "Rule"}, {"title": "B", "type": "Notice"}]
    assert _titles(_read(rows, where="type == 'Rule'")) == ["A"]
    assert _titles(_read(rows, where="contains(type, 'ot')")) == ["B"]
    assert _titles(_read(rows, where="length(nothing) > `1`")) == []


def test_words_keep_the_entries_that_say_one_of_them() -> None:
    rows = [{"title": "ASYLUM fee"}, {"title": "Asylums"}, {"title": "x", "t": "credible\nfear"}]
    assert _titles(_read(rows, text="t", words=("asylum",))) == ["ASYLUM fee"]
    assert _titles(_read(rows, text="t", words=["credible fear"])) == ["x"]


# ---- pages --------------------------------------------------------------------------------------------------------


def _page(*ids: int, **more: Any) -> dict[str, Any]:
    return {"items": [{"id": each, "title": f"No. {each}"} for each in ids], **more}


def test_the_answer_names_its_next_page() -> None:
    reading = _read(_page(1, 2, next="/api/documents.json?cursor=abc"), entries="items", next="next")
    assert reading.more == ("https://agency.example.org/api/documents.json?cursor=abc",)
    assert reading.memory is not None
    assert len(reading.memory) < 65_536


def test_the_answer_may_give_only_the_value_of_a_parameter() -> None:
    options = {"entries": "items", "next": "token", "next_parameter": "after"}
    assert _read(_page(1, token="a&b"), at=f"{_URL}?q=x", **options).more == (f"{_URL}?q=x&after=a%26b",)
    assert _read(_page(1, token=None), **options).more == ()


def test_pages_are_counted() -> None:
    options = {"entries": "items", "next_parameter": "page"}
    assert _read(_page(1), **options).more == (f"{_URL}?page=2",)
    assert _read(_page(1), at=f"{_URL}?page=7&q=x", **options).more == (f"{_URL}?q=x&page=8",)
    assert _read(_page(1), **options, first_page=0).more == (f"{_URL}?page=1",)


def test_entries_are_counted() -> None:
    options = {"entries": "items", "next_parameter": "offset", "counts": "entries"}
    assert _read(_page(1, 2, 3), **options).more == (f"{_URL}?offset=3",)
    assert _read(_page(4, 5), at=f"{_URL}?offset=3", **options).more == (f"{_URL}?offset=5",)


def test_counting_ends_where_the_answer_says_so_or_a_page_is_not_full() -> None:
    options = {"entries": "items", "next_parameter": "page[number]"}
    assert _read(_page(1, more=True), **options, next="more").more == (f"{_URL}?page%5Bnumber%5D=2",)
    assert _read(_page(1, more=False), **options, next="more").more == ()
    assert _read(_page(1), at=f"{_URL}?per_page=2", **options).more == ()
    assert _read(_page(1, 2), at=f"{_URL}?per_page=2", **options).more != ()


def test_an_empty_page_is_the_last() -> None:
    reading = _read(_page(), entries="items", next_parameter="page")
    assert (reading.entries, reading.more) == ((), ())


def _rounds(listed: Sequence[dict[str, Any]], memory: str | None, **options: Any) -> tuple[list[str], str | None]:
    """Follow pages as long as they lead on; what was asked for, and the memory at the end."""
    asked, url = [], _URL
    while True:
        asked.append(url)
        number = len(asked) - 1
        reading = _read(
            listed[min(number, len(listed) - 1)],
            at=url,
            memory=memory,
            entries="items",
            next_parameter="page",
            **options,
        )
        memory = reading.memory
        if not reading.more:
            return asked, memory
        (url,) = reading.more


def test_the_first_check_reads_so_many_pages_and_later_ones_until_they_meet_what_was_seen() -> None:
    old = [_page(number * 2, number * 2 + 1) for number in range(60)]
    asked, memory = _rounds(old, None, pages=3)
    assert len(asked) == 3
    assert len(_rounds(old, memory, pages=3)[0]) == 1
    newer = [_page(1000 + number) for number in range(10)] + old
    assert len(_rounds(newer, memory, pages=3)[0]) == 11


def test_filtered_pages_are_followed_by_what_they_say_before_the_filter() -> None:
    pages = [_page(number) for number in range(9)]
    asked, memory = _rounds(pages, None, pages=4, where="id > `100`")
    assert len(asked) == 4
    assert len(_rounds(pages, memory, pages=4, where="id > `100`")[0]) == 1


def test_a_page_that_leads_back_ends_the_round() -> None:
    first = _read(_page(1, next=f"{_URL}?page=2"), entries="items", next="next", pages=99)
    again = _read(_page(1, next=_URL), at=f"{_URL}?page=2", memory=first.memory, entries="items", next="next", pages=99)
    assert again.more == ()


@pytest.mark.parametrize("address", ["https://elsewhere.example.org/2", "file:///etc/passwd", "javascript:1", 7, {}])
def test_nobody_is_led_to_another_host_or_out_of_the_web(address: Any) -> None:
    more = _read(_page(1, next=address), entries="items", next="next").more
    assert all(each.startswith("https://agency.example.org/") for each in more)


@pytest.mark.parametrize("memory", ["", "null", "[]", '{"open": 1}', '{"newest": "x"}', '{"open": {}, "seen": 3}'])
def test_a_memory_that_is_not_ours_is_forgotten(memory: str) -> None:
    assert _read(_page(1), entries="items", next_parameter="page", memory=memory).more == (f"{_URL}?page=2",)


# ---- what is refused ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", ProblemClass.UNREADABLE),
        (b'{"a" 1, "b": 2}', ProblemClass.UNREADABLE),
        (b'[{"title": "A"}, {"ti', ProblemClass.INCOMPLETE),
        (b'[{"title": "A', ProblemClass.INCOMPLETE),
        (b"<!doctype html><p>Access denied", ProblemClass.UNEXPECTED),
        (b'{"error": "not found"}', ProblemClass.UNEXPECTED),
        (b'[{"a": 1}, {"b": 2}]', ProblemClass.UNEXPECTED),
        (b"null", ProblemClass.UNEXPECTED),
    ],
)
def test_what_is_no_answer_of_this_interface_is_told_apart(body: bytes, kind: ProblemClass) -> None:
    found, message = _problem(body)
    assert found is kind
    assert _URL in message


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"entries": "a["}, r"entries: `a\[` is not a JMESPath path: .*column 3"),
        ({"title": "a.b."}, "title: `a.b.` is not a JMESPath path: .*column 4"),
        ({"text": "joined(', ', a)"}, "text: JMESPath has no function `joined`"),
        ({"where": "contains(a)"}, "where: the JMESPath function `contains` takes 2 arguments"),
        ({"date": "a" + "[a" * 2000 + "]" * 2000}, "date: "),
        ({"pages": 0}, "pages: "),
        ({"words": ("",)}, "words: "),
        ({"counts": "pages"}, "counts: name the parameter"),
        ({"first_page": 0}, "first_page: name the parameter"),
    ],
)
def test_options_that_cannot_work_are_refused_with_the_reason(options: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{reason}"):
        api.Options(**options)


# ---- hostile answers (JSON of a stranger) -------------------------------------------------------------------------


def test_deep_nesting_is_unreadable_and_nothing_worse() -> None:
    for body in (b"[" * 100_000, b'{"a":' * 100_000, b"[" * 100_000 + b"]" * 100_000):
        assert _problem(body)[0] in (ProblemClass.UNREADABLE, ProblemClass.INCOMPLETE)


def test_nesting_below_the_limit_is_walked_by_no_path() -> None:
    deep = b'[{"title": "A", "date": ' + b"[" * 900 + b"]" * 900 + b"}]"
    assert _titles(_read(deep, text="to_string(date)", where="date == date")) in (["A"], [])


def test_numbers_without_sense_are_nothing() -> None:
    body = b'[{"id": 1e999, "title": "A", "date": NaN}, {"id": ' + b"9" * 10_000_000 + b', "title": "B"}]'
    started = time.monotonic()
    entries = _read(body).entries
    assert time.monotonic() - started < 2
    assert [entry.published for entry in entries] == [None, None]
    assert [len(entry.key) < 100 for entry in entries] == [True, True]


def test_the_last_of_two_equal_names_counts() -> None:
    assert _titles(_read(b'[{"title": "A", "title": "B"}]')) == ["B"]


def test_long_ids_keep_every_digit() -> None:
    assert _read(b'[{"id": 12345678901234567891, "title": "A"}]').entries[0].key == "12345678901234567891"


def test_many_entries_take_linear_time() -> None:
    started = time.monotonic()
    assert len(_read([{"id": number, "title": "A"} for number in range(20_000)]).entries) == 20_000
    assert time.monotonic() - started < 5


def test_values_of_any_shape_are_passed_over() -> None:
    shapes: list[Any] = [None, True, 7, 1.5, [], {}, [[["x"]]], {"a": "b"}, "\ud800", "\0"]
    rows = [dict.fromkeys(("id", "url", "title", "date"), shape) | {"t": "text"} for shape in shapes]
    reading = _read([*rows, "row", 7, None], text="t", language="title", html="date")
    assert len(reading.entries) >= 5
    assert all(entry.key for entry in reading.entries)


def test_every_preset_can_be_chosen_and_its_paths_are_paths() -> None:
    choices = get_args(get_type_hints(api.Options)["preset"])
    assert set(choices) == {"", *PRESETS}
    names = {field.name for field in dataclasses.fields(api.Options)}
    for preset in PRESETS.values():
        assert set(preset) <= names
        api.Options(**preset)  # type: ignore[arg-type]


def test_own_paths_go_before_those_of_a_preset() -> None:
    preset: Literal["wordpress"] = "wordpress"
    row = {"id": 1, "link": "https://e.org/a", "title": {"rendered": "A"}, "slug": "b"}
    assert _titles(_read([row], preset=preset, title="slug")) == ["b"]
