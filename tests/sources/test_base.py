"""What all kinds share: finding them, and what of a page may become an address."""

from __future__ import annotations

import subprocess
import sys

import pytest

from watcher.sources.base import kinds, primary_language, sample, web_address


def test_every_module_with_a_kind_is_found() -> None:
    assert {"feed", "listing"} <= set(kinds())
    assert all(kind.name == name for name, kind in kinds().items())


def test_importing_the_kinds_loads_no_parser() -> None:
    parsers = ("feedparser", "selectolax", "trafilatura", "lxml", "dateparser", "pydantic")
    code = (
        "import sys, watcher.pipeline.reading, watcher.sources.feed, watcher.sources.listing;"
        f"print(sorted(set({parsers}) & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("href", "address"),
    [
        ("/a", "https://e.org/a"),
        ("b c", "https://e.org/n/b%20c"),
        (" https://x.org/?q=1#f ", "https://x.org/?q=1#f"),
        ("//x.org/a", "https://x.org/a"),
        ("", None),
        (None, None),
        ("javascript:alert(1)", None),
        ("jav\tascript:alert(1)", None),
        ("data:text/html,a", None),
        ("http://", None),
        ("http://[", None),
        ("http://e.org:99999/", None),
    ],
)
def test_only_web_addresses_are_addresses(href: str | None, address: str | None) -> None:
    assert web_address("https://e.org/n/", href) == address


@pytest.mark.parametrize(
    ("tag", "language"), [("en-US", "en"), (" ES ", "es"), ("fra", "fra"), ("x", None), ("english", None), (None, None)]
)
def test_the_primary_language_of_a_tag(tag: str | None, language: str | None) -> None:
    assert primary_language(tag) == language


def test_a_sample_is_one_short_printable_line() -> None:
    shown = sample(b"a\x00\x1b[31m\r\nb\xff\xe2\x80\xae" + b"x" * 1000)
    assert shown.isprintable()
    assert len(shown) <= 300
