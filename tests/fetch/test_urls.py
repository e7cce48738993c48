"""Which addresses are asked, and how they are shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.errors import FetchError, ProblemClass
from watcher.fetch.urls import parse, shown

REFUSED = [
    "",
    "news.example.org/feed",
    "/feed.xml",
    "file:///etc/passwd",
    "ftp://example.org/",
    "gopher://example.org/",
    "data:text/html,hello",
    "javascript:alert(1)",
    "mailto:desk@example.org",
    "ws://example.org/",
    "http:///feed",
    "http://",
    "http://.",
    "https:example.org",
    "http://user@example.org/",
    "http://user:secret@example.org/",
    "http://example.org@127.0.0.1/",
    "http://example.org\\@127.0.0.1/",
    "http:\\\\example.org/",
    "http://example.org/\r\nHost: other",
    "http://exa\tmple.org/",
    "http://example.org/\x00",
    "http://example.org:0/",
    "http://example.org:65536/",
    "http://example.org:port/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.1/",
    "http://127.1/",
    "http://127.0.1/",
    "http://0177.0.0.1/",
    "http://0/",
    "http://0x/",
    "http://1.2.3.4.5/",
    "http://127.0.0.1./",
    "http://example.256/",
    "http://xn--/",
    "http://xn--a/",
    "http://[::1/",
    "http://[::1%25eth0]/",
    "http://[fe80::1%eth0]/",
    "http://exa mple.org/",
    "http://%31%32%37.0.0.1/",
    "http://example.org/" + "x" * 9000,
]


@pytest.mark.parametrize("text", REFUSED)
def test_an_address_that_can_be_misread_is_refused(text: str) -> None:
    with pytest.raises(FetchError) as caught:
        parse(text)
    assert (caught.value.problem.kind, caught.value.problem.unasked) == (ProblemClass.REFUSED, True)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        (" https://example.org/feed#top ", "https://example.org/feed"),
        ("HTTP://Example.ORG", "http://example.org"),
        ("https://example.org:8443/a?b=c", "https://example.org:8443/a?b=c"),
        ("https://straße.example/é", "https://xn--strae-oqa.example/%C3%A9"),
        ("https://example.org/with space", "https://example.org/with%20space"),
        ("http://127.0.0.2:80/", "http://127.0.0.2/"),
        ("http://[2606:4700::1111]/", "http://[2606:4700::1111]/"),
    ],
)
def test_a_good_address_is_asked_as_it_is(text: str, asked: str) -> None:
    found = parse(text)
    assert f"{found.scheme}://{found.netloc.decode()}{found.raw_path.decode()}".rstrip("/") == asked.rstrip("/")


def test_a_host_in_wide_digits_is_read_as_the_address_it_becomes() -> None:
    """IDNA turns wide digits and dots into plain ones: what is then dialled is judged like any address."""
    try:
        found = parse("http://１２７。０。０。１/")
    except FetchError:
        return
    assert found.raw_host == b"127.0.0.1"


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("https://u:p@example.org/a", "https://***@example.org/a"),
        ("https://example.org/a?q=1&api_key=abc&page=2", "https://example.org/a?q=1&api_key=***&page=2"),
        ("https://example.org/?token=abc", "https://example.org/?token=***"),
        ("https://example.org/?access_token=abc", "https://example.org/?access_token=***"),
        ("https://example.org/?X-Amz-Signature=abc", "https://example.org/?X-Amz-Signature=***"),
        ("https://example.org/?sig=abc&Password=x&pwd=y", "https://example.org/?sig=***&Password=***&pwd=***"),
        ("https://example.org/?apikey=abc", "https://example.org/?apikey=***"),
        ("https://example.org/?keyword=asylum", "https://example.org/?keyword=asylum"),
        ("https://example.org/?monkey", "https://example.org/?monkey"),
        ("https://example.org/#token=abc", "https://example.org/"),
        ("https://exam\x1b[31mple.org/", "https://exam [31mple.org/"),
        ("https://[u:secret@x/?a", "https://***@x/"),
    ],
)
def test_an_address_is_shown_without_its_secrets(text: str, seen: str) -> None:
    assert shown(text) == seen


@given(st.text(max_size=300))
def test_whatever_is_shown_is_one_short_printable_line(text: str) -> None:
    assert shown(text).isprintable()
    assert len(shown(text)) <= 200


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_a_clear_refusal(text: str) -> None:
    for whole in (text, "http://" + text):
        try:
            found = parse(whole)
        except FetchError as error:
            assert error.problem.advice  # noqa: PT017
        else:
            assert found.scheme in {"http", "https"}
            assert found.raw_host
