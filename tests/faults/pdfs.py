"""F38: PDFs that are bombs, loops, locked, or nothing at all."""

from __future__ import annotations

import zlib
from collections.abc import Mapping

from tests.faults.behaviour import Variant, bad, page
from watcher.sources.base import kinds

TYPE = "Content-Type: application/pdf"
READABLE = ("", "unreadable", "too-large", "unexpected", "incomplete", "timeout")
"""A PDF may be stored as an unread scan, or refused; the watcher lives, and is on time."""


def document(objects: Mapping[int, bytes], *, trailer: bytes = b"") -> bytes:
    """A PDF of these objects; object 1 is its catalog."""
    out, places = bytearray(b"%PDF-1.7\n"), {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start, size = len(out), max(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    out += b"".join(b"%010d 00000 n \n" % places.get(number, 0) for number in range(1, size))
    out += b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF" % (size, trailer, start)
    return bytes(out)


def stream(data: bytes, *filters: str) -> bytes:
    names = " ".join(f"/{name}" for name in filters)
    return b"<< /Length %d /Filter [%s] >>\nstream\n" % (len(data), names.encode()) + data + b"\nendstream"


CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
ONE = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R >>"


def bomb() -> bytes:
    """1 GiB of blanks, deflated twice."""
    squeeze = zlib.compressobj(9)
    once = b"".join(squeeze.compress(b" " * 2**20) for _ in range(1024)) + squeeze.flush()
    data = zlib.compress(once, 9)
    return document({1: CATALOG, 2: ONE, 3: PAGE, 4: stream(data, "FlateDecode", "FlateDecode")})


def loop() -> bytes:
    """Pages that are their own children."""
    return document(
        {
            1: CATALOG,
            2: b"<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 2 /Parent 2 0 R >>",
            3: b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>",
        }
    )


def one_page() -> bytes:
    """An honest PDF."""
    text = zlib.compress(b"BT /F1 12 Tf 72 700 Td (Well again) Tj ET")
    return document(
        {1: CATALOG, 2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", 3: PAGE, 4: stream(text, "FlateDecode")}
    )


def same_pages() -> bytes:
    """5,000 references to one page."""
    text = b"BT /F1 12 Tf 72 700 Td (" + b"The same page again. " * 200 + b") Tj ET"
    kids = b"<< /Type /Pages /Kids [" + b"3 0 R " * 5000 + b"] /Count 5000 >>"
    return document({1: CATALOG, 2: kids, 3: PAGE, 4: stream(zlib.compress(text), "FlateDecode")})


def locked() -> bytes:
    """Encrypted with a password that nobody knows."""
    objects = {
        1: CATALOG,
        2: ONE,
        3: PAGE,
        4: stream(zlib.compress(b"x" * 64), "FlateDecode"),
        5: b"<< /Filter /Standard /V 2 /R 3 /Length 128 /P -4 /O <" + b"41" * 32 + b"> /U <" + b"42" * 32 + b"> >>",
    }
    return document(objects, trailer=b"/Encrypt 5 0 R /ID [<" + b"00" * 16 + b"> <" + b"00" * 16 + b">]")


def _pdf(title: str, body: bytes, *outcomes: str) -> Variant:
    kind = "pdf" if "pdf" in kinds() else "feed"
    return bad(title, page(body, TYPE), *(outcomes or READABLE), kind=kind)


PDFS = (
    _pdf("1 GiB in a page", bomb()),
    _pdf("pages that are their own children", loop()),
    _pdf("5,000 times the same page", same_pages()),
    _pdf("a password", locked()),
    _pdf("no bytes", b"", "unreadable", "unexpected", "incomplete"),
    _pdf("cut in the middle", same_pages()[:9000]),
)
