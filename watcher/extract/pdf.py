"""PDF documents: their text page by page, without what is printed around it; or the finding that a scan has none.

Each page but the first begins with a line of its own, "[page 2]": readers see where a quote stands, and the line is
part of the text, so that places in the text stay what they are. Page numbers are counted from the first sheet.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from watcher.errors import ParseError, Problem, ProblemClass
from watcher.extract import language
from watcher.extract.clean import TEXT, clean, clean_line
from watcher.models.documents import Extracted

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

MOST_PAGES = 1000
"""Pages that are read of one document (3 ms each); the longest court opinions and rules have about 700."""

_MAGIC = b"%PDF-"
_MAGIC_WITHIN = 1024
_LOCKED = 4
"""PDFium's FPDF_ERR_PASSWORD."""
_LETTERS_PER_PAGE = 20
"""A page with fewer letters than this, what is stamped on every page aside, is a picture."""
_LOOKED_AT = 5
_REPEATED = 3
_MARGIN_LINES = 3
_LINE_NUMBERS = 8
_BROKEN = re.compile("([^\\W\\d_]*)\ufffe[ \r\n]*(\\S*)")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_SAYS = re.compile(r"[^\W_]")
_LETTER = re.compile(r"[^\W\d_]")
_NUMBER = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"(?:page |página |p\. ?)?-? ?(?:\d{1,4}|[ivxlc]{1,7})(?: ?-|(?: of | de |/)\d{1,4})?", re.IGNORECASE
)
_LEADERS = re.compile(r"(?:\. ?){5,}")
_ITEM = re.compile(r"(?:[•▪◦*–—-]|\(?[0-9A-Za-z]{1,4}[.)])\s")
_LONG_LINE = 0.75
_DATE = re.compile(r"D:(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?(?:([+-])(\d\d)'?(\d\d)?|Z)?")
_PROGRAMS_TITLE = re.compile(
    r"^(?:microsoft (?:word|powerpoint|excel) - .*|untitled.*|document ?\d*"
    r"|.*\.(?:docx?|pdf|rtf|wpd|indd|xlsx?|pptx?))$",
    re.IGNORECASE,
)


def is_pdf(body: bytes, media_type: str = "") -> bool:
    """Whether a document is a PDF: its first bytes say so, or its media type where the bytes say nothing else."""
    return _MAGIC in body[:_MAGIC_WITHIN] or (media_type == "application/pdf" and body.lstrip()[:1] != b"<")


def extract(body: bytes, *, url: str) -> Extracted:
    """The title, text and language of a PDF, and when it was made.

    `scan` says that its pages are pictures; `text` is then what little could be read. Pages and characters beyond
    the caps are left out, which the last line of the text says. Raises ParseError: UNREADABLE (empty, encrypted,
    broken, without pages), UNEXPECTED (no PDF).
    """
    document = _opened(body, url)
    try:
        sheets, total = _sheets(document, url)
        pages = _without_margins([_lines(text) for text in sheets])
        scan = _is_scan(document, pages)
        told = document.get_metadata_dict()
    finally:
        document.close()
    text = clean(_LEADERS.sub(" … ", _joined(pages, total)))
    return Extracted(
        title=_title(told.get("Title") or "", text),
        text=text,
        language=language.guess(text),
        scan=scan,
        dated=_date(told.get("ModDate") or "") or _date(told.get("CreationDate") or ""),
    )


def _opened(body: bytes, url: str) -> PdfDocument:
    import pypdfium2

    if not body.strip():
        raise _error(ProblemClass.UNREADABLE, f"{url} answered with an empty document.")
    if _MAGIC not in body[:_MAGIC_WITHIN]:
        raise _error(ProblemClass.UNEXPECTED, f"{url} is called a PDF and is none.")
    try:
        return pypdfium2.PdfDocument(body)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == _LOCKED:
            raise _error(ProblemClass.UNREADABLE, f"The PDF {url} is locked with a password.") from error
        raise _error(ProblemClass.UNREADABLE, f"The PDF {url} is broken or incomplete ({error}).") from error


def _sheets(document: PdfDocument, url: str) -> tuple[list[str], int]:
    """The raw text of the pages, at most as many as the caps allow, and how many pages there are."""
    total = len(document)
    if not total:
        raise _error(ProblemClass.UNREADABLE, f"The PDF {url} has no pages.")
    sheets: list[str] = []
    length = 0
    for number in range(min(total, MOST_PAGES)):
        if length > TEXT:
            break
        sheets.append(_sheet(document, number))
        length += len(sheets[-1])
    return sheets, total


def _sheet(document: PdfDocument, number: int) -> str:
    """The text of one page; a page that cannot be loaded is an empty one, the others are still read."""
    import pypdfium2

    try:
        page = document[number]
        text = page.get_textpage()
        said: str = text.get_text_range()
    except pypdfium2.PdfiumError:
        return ""
    text.close()
    page.close()
    return said


def _is_scan(document: PdfDocument, pages: Sequence[list[str]]) -> bool:
    """Hardly a letter, and pictures; or no letter at all."""
    letters = _letters(_without_stamps(pages))
    if letters >= _LETTERS_PER_PAGE * len(pages):
        return False
    return not letters or any(_has_picture(document, number) for number in range(min(len(pages), _LOOKED_AT)))


def _has_picture(document: PdfDocument, number: int) -> bool:
    import pypdfium2

    try:
        return any(document[number].get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]))
    except pypdfium2.PdfiumError:
        return False


def _lines(sheet: str) -> list[str]:
    plain = _mended(sheet)
    lines = [" ".join(line.split()) for line in plain.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return _without_line_numbers([line for line in lines if _SAYS.search(line)])


def _mended(sheet: str) -> str:
    """Words that were broken at the end of a line, whole again. PDFium writes U+FFFE for a hyphen in that place.

    Whether the hyphen belongs to the word, only the other words tell: "A-Numbers" and "privacy-pia" keep theirs.
    """
    if "\ufffe" not in sheet:
        return sheet
    words = Counter(word.casefold() for word in _WORD.findall(sheet.replace("\ufffe", " \ufffe ")))
    return _BROKEN.sub(lambda found: _whole(found, words), sheet)


def _whole(found: re.Match[str], words: Counter[str]) -> str:
    first, second = found[1], _WORD.match(found[2])
    left, right = first.casefold(), (second[0] if second else "").casefold()
    belongs = len(first) < 2 or not second or second[0][0].isupper() or "-" in right or "/" in found[2]
    known_apart = words[left] > 1 and words[right] > 1
    if words[left + right] or not (belongs or known_apart or words[f"{left}-{right}"]):
        return first + found[2]
    return f"{first}-{found[2]}"


def _without_line_numbers(lines: list[str]) -> list[str]:
    """Pleadings number their lines in the margin: 1, 2, 3, ... one below the other."""
    kept: list[str] = []
    run: list[str] = []
    for line in [*lines, ""]:
        if line.isascii() and line.isdigit() and (not run or int(line) == int(run[-1]) + 1) and len(line) < 4:
            run.append(line)
            continue
        kept += run if len(run) < _LINE_NUMBERS else []
        run = [line] if line.isascii() and line.isdigit() and len(line) < 4 else []
        kept += [] if run or not line else [line]
    return kept


def _without_margins(pages: Sequence[list[str]]) -> list[list[str]]:
    """Running heads and feet are left on the first page that has them; page numbers go."""
    repeated = _running(pages)
    seen: set[str] = set()
    return [_inner(lines, repeated, seen) for lines in pages]


def _inner(lines: list[str], repeated: frozenset[str], seen: set[str]) -> list[str]:
    kept: list[str] = []
    for index, line in enumerate(lines):
        at_edge = index < _MARGIN_LINES or index >= len(lines) - _MARGIN_LINES
        form = _form(line)
        if at_edge and (form in seen or _PAGE_NUMBER.fullmatch(line)):
            continue
        seen |= {form} & repeated if at_edge else set()
        kept.append(line)
    return kept


def _running(pages: Sequence[list[str]]) -> frozenset[str]:
    """What stands at the edge of many pages, numbers aside."""
    times = Counter(form for lines in pages for form in {_form(line) for line in _edges(lines)})
    least = max(_REPEATED, len(pages) // 3)
    return frozenset(form for form, count in times.items() if count >= least)


def _edges(lines: list[str]) -> list[str]:
    return lines if len(lines) <= 2 * _MARGIN_LINES else [*lines[:_MARGIN_LINES], *lines[-_MARGIN_LINES:]]


def _form(line: str) -> str:
    return _NUMBER.sub("0", line).casefold()


def _without_stamps(pages: Sequence[list[str]]) -> Iterable[str]:
    """What counts as text: the electronic filing systems of courts stamp a line of text on every page of a scan."""
    repeated = _running(pages) | {_form(line) for line in pages[0] if line.startswith("Case ") and "Filed" in line}
    return (line for lines in pages for line in lines if _form(line) not in repeated)


def _letters(lines: Iterable[str]) -> int:
    return sum(len(_LETTER.findall(line)) for line in lines)


def _joined(pages: Sequence[list[str]], total: int) -> str:
    parts = list(_marked(pages))
    if len(pages) < total:
        parts.append(f"[pages {len(pages) + 1} to {total} were not read]")
    return "\n\n".join(parts)


def _marked(pages: Sequence[list[str]]) -> Iterator[str]:
    for number, lines in enumerate(pages, start=1):
        if number > 1 and lines:
            yield f"[page {number}]"
        yield from _paragraphs(lines)


def _paragraphs(lines: Sequence[str]) -> list[str]:
    """Lines that were broken to fit the page, joined: a line as long as the others goes on in the next one."""
    if not lines:
        return []
    usual = sorted(map(len, lines))[len(lines) * 9 // 10]
    paragraphs = [lines[0]]
    for before, line in pairwise(lines):
        if _goes_on(before, line, usual):
            paragraphs[-1] += line if before.endswith("-") and not before.endswith(" -") else f" {line}"
        else:
            paragraphs.append(line)
    return paragraphs


def _goes_on(line: str, following: str, usual: int) -> bool:
    if _ITEM.match(following):
        return False
    return following[:1].islower() or (len(line) > _LONG_LINE * usual and len(line) > 40)


def _title(told: str, text: str) -> str:
    """The document's own title, unless a program made it up; else its first line."""
    title = clean_line(told)
    if len(title) > 5 and " " in title and not _PROGRAMS_TITLE.match(title):
        return title
    lines = (line for line in text.split("\n") if len(_WORD.findall(line)) > 1)
    return clean_line(next(lines, ""), 120)


def _date(told: str) -> str:
    """A PDF date (ISO 32000-1, section 7.9.4) as ISO 8601, UTC where it gives no zone; "" when it is none."""
    found = _DATE.match(told)
    if not found:
        return ""
    year, month, day, hour, minute, second, sign, hours, minutes = found.groups()
    zone = f"{sign}{hours}:{minutes or '00'}" if sign else "+00:00"
    return f"{year}-{month}-{day}T{hour or '00'}:{minute or '00'}:{second or '00'}{zone}"


def _error(kind: ProblemClass, message: str) -> ParseError:
    advice = "Open the address in a browser. What the entry says without it is kept, and it is tried again later."
    return ParseError(Problem(kind, message, advice))
