"""The text of PDF documents: whole words, page by page, without what is printed around it."""

from __future__ import annotations

import time

import pytest

from tests.extract.pdfs import bomb, pdf, scan
from tests.material import material
from watcher.errors import ParseError, ProblemClass
from watcher.extract.pdf import MOST_PAGES, extract, is_pdf
from watcher.models.documents import Extracted

_URL = "https://agency.example.org/order.pdf"
_LINES = [
    "The Secretary terminates the Migrant Protection",
    "Protocols and directs the Department to continue a phased",
    "process for the return of those who were enrolled.",
]


def _extract(body: bytes) -> Extracted:
    return extract(body, url=_URL)


def _problem(body: bytes) -> ProblemClass:
    with pytest.raises(ParseError) as caught:
        _extract(body)
    assert _URL in caught.value.problem.message
    assert caught.value.problem.advice
    return caught.value.problem.kind


def test_lines_that_were_broken_to_fit_the_page_are_joined() -> None:
    assert _extract(pdf([_LINES])).text == " ".join(_LINES)


def test_each_page_but_the_first_begins_with_its_number() -> None:
    text = _extract(pdf([["First page."], ["Second page."], ["Third page."]])).text
    assert text == "First page.\n\n[page 2]\n\nSecond page.\n\n[page 3]\n\nThird page."


def test_running_heads_and_feet_and_page_numbers_are_said_once() -> None:
    pages = [
        [f"Case 1:21-cv-4 Filed 2/2/21 Page {n} of 5", f"Paragraph {name} of the order.", "It says more.", str(n)]
        for n, name in enumerate(("one", "two", "three", "four", "five"), start=1)
    ]
    text = _extract(pdf(pages)).text
    assert _extract(pdf([["One."], [], ["Three."]])).text == "One.\n\n[page 3]\n\nThree."
    assert text.count("Case 1:21-cv-4") == 1
    assert text.count("It says more.") == 1  # it stands at the foot of every page
    assert [name for name in ("one", "two", "three", "four", "five") if f"Paragraph {name}" not in text] == []
    assert "\n\n5" not in text


def test_the_numbers_of_lines_in_a_pleading_are_left_out() -> None:
    text = _extract(pdf([[*map(str, range(1, 29)), *_LINES]])).text
    assert text == " ".join(_LINES)


def test_lists_stay_lists() -> None:
    items = ["The request seeks:", "1. Field office name", "2. Date of entry", "\u2022 Country of birth"]
    assert _extract(pdf([items])).text.split("\n\n") == items


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["persons who seek protec-", "tion here"], "persons who seek protection here"),
        (["an alien known by A-", "Number only"], "an alien known by A-Number only"),
        (
            ["a third country is a country", "that is the third one; a third-", "country agreement"],
            "a third country is a country that is the third one; a third-country agreement",
        ),
    ],
)
def test_words_that_were_broken_are_whole_again(lines: list[str], text: str) -> None:
    assert " ".join(_extract(pdf([lines])).text.split()) == text


@pytest.mark.parametrize(
    ("info", "title"),
    [
        ("/Title (Termination of the Protocols)", "Termination of the Protocols"),
        ("/Title (Microsoft Word - 3141455_2)", "The Secretary terminates the Migrant Protection"),
        ("/Title (final_v3 order.docx)", "The Secretary terminates the Migrant Protection"),
        ("", "The Secretary terminates the Migrant Protection"),
    ],
)
def test_the_title_is_the_documents_own_unless_a_program_made_it(info: str, title: str) -> None:
    assert _extract(pdf([_LINES], info=info)).title.startswith(title)


@pytest.mark.parametrize(
    ("info", "dated"),
    [
        ("/ModDate (D:20210202103000-05'00')", "2021-02-02T10:30:00-05:00"),
        ("/CreationDate (D:20210202103000Z)", "2021-02-02T10:30:00+00:00"),
        ("/CreationDate (D:20210202)", "2021-02-02T00:00:00+00:00"),
        ("/CreationDate (yesterday)", ""),
    ],
)
def test_the_date_is_when_it_was_last_changed(info: str, dated: str) -> None:
    assert _extract(pdf([_LINES], info=info)).dated == dated


@pytest.mark.parametrize("stamp", ["", "Case 1:21-cv-00004-ABC Document 17 Filed 02/02/21 Page 1 of 9 PageID 211"])
@pytest.mark.parametrize("pages", [1, 9])
def test_a_scan_is_told_from_a_text(pages: int, stamp: str) -> None:
    said = ("One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")[:pages]
    assert _extract(scan(pages, stamp)).scan
    assert not _extract(pdf([[stamp, f"{name} is the number of this page."] for name in said])).scan


@pytest.mark.parametrize("accented", ["Comisión Mexicana de Ayuda a Refugiados", "“Remain in Mexico” – ended"])
def test_accents_and_quotes_survive(accented: str) -> None:
    assert accented in _extract(pdf([[accented]])).text


def test_what_is_beyond_the_caps_is_said_to_be_missing() -> None:
    total = MOST_PAGES + 7
    text = _extract(pdf([["One page."]], repeat=total)).text
    assert text.endswith(f"[pages {MOST_PAGES + 1} to {total} were not read]")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", ProblemClass.UNREADABLE),
        (b" \n", ProblemClass.UNREADABLE),
        (b"%PDF-1.7\n", ProblemClass.UNREADABLE),
        (b"%PDF-1.7\n" + bytes(range(256)) * 40, ProblemClass.UNREADABLE),
        (pdf([_LINES], locked=True), ProblemClass.UNREADABLE),
        (pdf([_LINES])[:300], ProblemClass.UNREADABLE),
        (pdf([]), ProblemClass.UNREADABLE),
        (b"<html><body>Not found</body></html>", ProblemClass.UNEXPECTED),
    ],
    ids=["empty", "blank", "head only", "garbage", "locked", "cut", "no pages", "a web page"],
)
def test_what_cannot_be_read_is_refused_with_advice(body: bytes, kind: ProblemClass) -> None:
    assert _problem(body) is kind


def test_a_locked_document_is_called_locked() -> None:
    with pytest.raises(ParseError, match="password"):
        _extract(pdf([_LINES], locked=True))


@pytest.mark.parametrize("body", [pdf([_LINES], repeat=5000), bomb(3_000_000)], ids=["same page", "inflated"])
def test_bombs_end_soon(body: bytes) -> None:
    start = time.process_time()
    assert len(_extract(body).text) <= 1_000_000
    assert time.process_time() - start < 8


def test_a_pdf_is_known_by_its_first_bytes() -> None:
    assert is_pdf(b"\n%PDF-1.4 ...", "text/html")
    assert is_pdf(b"", "application/pdf")
    assert not is_pdf(b"<html>", "application/pdf")
    assert not is_pdf(b"text", "text/plain")


def test_recorded_documents_are_read_page_by_page() -> None:
    root = material("files", "pdf")
    found = {path.name: _extract(path.read_bytes()) for path in root.glob("*.pdf")}
    brief = found["11 Appellate Briefing_ACLU Reply Brief.pdf"].text
    assert "by substituting Unique IDs for A-Numbers in the spreadsheets it produced" in brief
    assert "[page 34]" in brief
    assert not any(extracted.scan or "\ufffe" in extracted.text for extracted in found.values())
