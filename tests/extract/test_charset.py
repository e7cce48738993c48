"""Which encoding a document is read in, whatever its labels say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.extract.charset import decode

_TEXT = "Protección “temporal” – año"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_decides(encoding: str) -> None:
    assert decode(f"<p>{_TEXT}".encode(encoding), "iso-8859-1") == f"<p>{_TEXT}"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_wide_encodings_without_a_mark_are_seen_by_their_zeros(encoding: str) -> None:
    assert decode(f"<p>{_TEXT}".encode(encoding)) == f"<p>{_TEXT}"


def test_valid_utf_8_is_utf_8_whatever_the_header_says() -> None:
    assert decode(_TEXT.encode(), "iso-8859-1") == _TEXT
    assert decode(b'<meta charset="windows-1252">' + _TEXT.encode()).endswith(_TEXT)


@pytest.mark.parametrize(
    "charset", ["iso-8859-1", "latin1", "us-ascii", "windows-1252", '"ISO-8859-1"', "utf-8", "nonsense", None]
)
def test_western_pages_are_windows_1252(charset: str | None) -> None:
    assert decode(_TEXT.encode("cp1252"), charset) == _TEXT


def test_the_header_comes_before_the_declaration() -> None:
    body = '<meta charset="iso-8859-2">Łódź'.encode("cp1250")
    assert decode(body, "windows-1250").endswith("Łódź")


@pytest.mark.parametrize(
    "declaration",
    [
        '<?xml version="1.0" encoding="windows-1250"?>',
        '<html><head><meta charset="windows-1250">',
        '<meta http-equiv="Content-Type" content="text/html; charset=windows-1250">',
        "<META CHARSET = windows-1250 >",
    ],
)
def test_the_declaration_decides_where_no_header_does(declaration: str) -> None:
    assert decode((declaration + "Łódź").encode("cp1250")).endswith("Łódź")


@pytest.mark.parametrize(
    "charset", ["rot13", "base64", "zip", "utf-7", "unicode_escape", "idna", "punycode", "\0", "x" * 5000]
)
def test_codecs_that_are_no_character_sets_are_not_used(charset: str) -> None:
    assert decode("año".encode("cp1252"), charset) == "año"


def test_a_few_damaged_bytes_do_not_make_a_utf_8_text_western() -> None:
    body = ("Protección, año, niños y migración. " * 3).encode()
    assert decode(body + b"\xff" + body).count("Protección") == 6
    assert decode(body[:-1] + "ó".encode()[:1]).count("año") == 3


@given(st.binary(max_size=200), st.one_of(st.none(), st.text(max_size=10)))
def test_no_bytes_are_an_error(body: bytes, charset: str | None) -> None:
    decode(body, charset).encode("utf-8", "surrogatepass")
