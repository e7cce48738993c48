"""Small PDF documents, written by hand: pages of lines, scans, locked ones, and bombs."""

from __future__ import annotations

import zlib
from collections.abc import Sequence


def pdf(pages: Sequence[Sequence[str]], *, info: str = "", locked: bool = False, repeat: int = 1) -> bytes:
    """A document whose pages have these lines; `info` is the inside of its information dictionary.

    `locked`: nobody knows its password. `repeat`: the tree of pages names every page so many times.
    """
    contents = [_content(lines) for lines in pages]
    return _written(contents, info=info, locked=locked, repeat=repeat)


def scan(pages: int, stamp: str = "") -> bytes:
    """A document whose pages are pictures, with a stamped line on each of them."""
    picture = b"q 500 0 0 700 50 50 cm BI /W 8 /H 8 /CS /G /BPC 8 ID " + bytes(range(64, 128)) + b" EI Q\n"
    return _written([picture + _content([stamp] if stamp else []) for _ in range(pages)])


def bomb(length: int) -> bytes:
    """One page whose content is much longer than its file."""
    return _written([b"BT /F1 8 Tf 10 10 Td " + b"(asylum) Tj " * (length // 12) + b"ET"])


def _content(lines: Sequence[str]) -> bytes:
    shown = "".join(f"({_escaped(line)}) Tj 0 -14 Td " for line in lines)
    return f"BT /F1 10 Tf 50 780 Td {shown}ET".encode("cp1252")


def _escaped(line: str) -> str:
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _written(contents: Sequence[bytes], *, info: str = "", locked: bool = False, repeat: int = 1) -> bytes:
    first = 5
    kids = " ".join(f"{first + 2 * n} 0 R" for n in range(len(contents)) for _ in range(repeat))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(contents) * repeat} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        f"<< {info} >>".encode("cp1252"),
    ]
    for n, content in enumerate(contents):
        packed = zlib.compress(content)
        page = f"/MediaBox [0 0 600 800] /Resources << /Font << /F1 3 0 R >> >> /Contents {first + 2 * n + 1} 0 R"
        objects.append(f"<< /Type /Page /Parent 2 0 R {page} >>".encode())
        head = f"<< /Length {len(packed)} /Filter /FlateDecode >>".encode()
        objects.append(head + b"\nstream\n" + packed + b"\nendstream")
    return _file(objects, _lock() if locked else "")


def _lock() -> str:
    """A lock of the oldest sort (ISO 32000-1, section 7.6.3), for a password that was never chosen."""
    return f"/Encrypt << /Filter /Standard /V 1 /R 2 /O <{'4f' * 32}> /U <{'55' * 32}> /P -4 >> /ID [<61> <61>]"


def _file(objects: Sequence[bytes], trailer: str) -> bytes:
    body = b"%PDF-1.5\n"
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table
    end = f"trailer << /Size {len(objects) + 1} /Root 1 0 R /Info 4 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n"
    return body + end.encode()
