"""A watched PDF: each new state of the document is an entry."""

from __future__ import annotations

from tests.extract.pdfs import pdf, scan
from watcher.models.entries import Entry, Reading
from watcher.pipeline.reading import read_source

_URL = "https://agency.example.org/order.pdf"
_LINES = ["The Secretary terminates the programme", "and directs the Department to wind it down."]


def _read(body: bytes, *, options: dict[str, str] | None = None) -> Reading:
    return read_source(
        kind="pdf",
        body=body,
        url=_URL,
        media_type="application/pdf",
        charset=None,
        options=options or {},
        limit=10,
        now="2026-11-24T12:00:00+00:00",
    )


def _entry(body: bytes) -> Entry:
    (entry,) = _read(body).entries
    return entry


def test_the_document_is_one_entry_with_its_text() -> None:
    entry = _entry(pdf([_LINES, ["Second page."]], info="/Title (An order) /ModDate (D:20210202103000Z)"))
    assert (entry.title, entry.url, entry.teaser, entry.scan) == ("An order", _URL, False, False)
    assert entry.text == f"{' '.join(_LINES)}\n\n[page 2]\n\nSecond page."
    assert entry.published is not None
    assert entry.published.isoformat() == "2021-02-02T10:30:00+00:00"


def test_the_same_words_in_another_file_are_the_same_entry() -> None:
    assert _entry(pdf([_LINES], info="/Producer (A)")).key == _entry(pdf([_LINES], info="/Producer (B)")).key


def test_other_words_are_another_entry() -> None:
    assert _entry(pdf([_LINES])).key != _entry(pdf([[*_LINES, "Amended."]])).key


def test_scans_are_told_apart_by_their_bytes() -> None:
    one, two = _entry(scan(1)), _entry(scan(2))
    assert one.scan
    assert two.scan
    assert one.key != two.key


def test_the_title_can_be_given() -> None:
    (entry,) = _read(pdf([_LINES]), options={"title": "The <big> order"}).entries
    assert entry.title == "The <big> order"


def test_brackets_in_the_text_are_no_markup() -> None:
    assert _entry(pdf([["Sent to <desk@example.org> & others."]])).text == "Sent to <desk@example.org> & others."
