"""Edits of recorded pages: those of what a text says are noticed, those of what surrounds it are not."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator

import pytest

from tests.material import material
from watcher.errors import ParseError
from watcher.models.entries import Reading
from watcher.pipeline.reading import read_source

PAGES = 24
"""Of 181: each takes half a second."""
_SCRIPT = re.compile(r"<script\b.*?</script>|<meta\b[^>]*>", re.DOTALL | re.IGNORECASE)
_VERB = re.compile(r" (is|are|was|were|will|has|have) ")
_SURROUNDING = """<nav class="menu"><a href="/x">Title 42</a> <a href="/y">Asylum news</a></nav>
<aside class="sidebar"><p>Related: the secretary ended the protocols, a court said.</p></aside>
<footer><p>Copyright 2027. You are visitor 1,204,331. This page was made in 12 ms.</p></footer>"""


def _read(markup: str, memory: str | None = None) -> Reading:
    return read_source(
        kind="page",
        body=markup.encode(),
        url="https://www.agency.example.org/page",
        media_type="text/html",
        charset="utf-8",
        options={},
        limit=2000,
        now="2026-11-24T12:00:00+00:00",
        memory=memory,
    )


@pytest.fixture(scope="module")
def pages() -> list[tuple[str, Reading]]:
    """Recorded pages as they are, with what their first reading gave."""
    folder = material("pages", "article-extraction-benchmark", "html")
    markups = [gzip.decompress(path.read_bytes()).decode("utf-8", "replace") for path in sorted(folder.iterdir())]
    read = ((markup, _read(markup)) for markup in markups[: 2 * PAGES])
    return [(markup, reading) for markup, reading in read if any(_sentences(markup, reading))][:PAGES]


def _sentences(markup: str, reading: Reading) -> Iterator[str]:
    """Sentences of the text that stand in the visible markup once, in one piece, and have a verb to change."""
    visible = _SCRIPT.sub("", markup)
    for paragraph in reading.entries[0].text.split("\n"):
        for sentence in re.split(r"(?<=[.!?]) ", paragraph):
            if len(sentence) > 60 and _VERB.search(sentence) and markup.count(sentence) == visible.count(sentence) == 1:
                yield sentence


_SAYS_OTHERWISE: dict[str, Callable[[str], str]] = {
    "negation": lambda said: _VERB.sub(r" \1 not ", said, count=1),
    "another verb": lambda said: _VERB.sub(" may ", said, count=1),
    "a country": lambda said: f"{said[:-1]} in Haiti{said[-1]}",
    "a policy": lambda said: f"{said} Title 42 ended.",
    "another sentence": lambda said: f"{said} The secretary ended the program.",
}


@pytest.mark.parametrize("edit", _SAYS_OTHERWISE.values(), ids=_SAYS_OTHERWISE.keys())
def test_edits_of_the_text_are_noticed(pages: list[tuple[str, Reading]], edit: Callable[[str], str]) -> None:
    noticed = 0
    for markup, reading in pages:
        sentence = next(_sentences(markup, reading))
        noticed += len(_read(markup.replace(sentence, edit(sentence)), reading.memory).entries) == 1
    assert noticed >= 0.98 * len(pages)


_SAYS_THE_SAME: dict[str, Callable[[str], str]] = {
    "surroundings": lambda markup: markup.replace("</body>", f"{_SURROUNDING}</body>"),
    "years": lambda markup: re.sub(r"\b20(?:1\d|2[0-4])\b", "2026", markup),
    "comments and classes": lambda markup: markup.replace("<p>", '<!-- b7 --><p class="css-1x2y3z">'),
    "quotes": lambda markup: markup.replace("’", "'").replace("“", "&quot;").replace("”", "&quot;"),
}


@pytest.mark.parametrize("edit", _SAYS_THE_SAME.values(), ids=_SAYS_THE_SAME.keys())
def test_edits_around_the_text_are_not(pages: list[tuple[str, Reading]], edit: Callable[[str], str]) -> None:
    noticed = sum(len(_read(edit(markup), reading.memory).entries) for markup, reading in pages)
    assert noticed <= 0.02 * len(pages) + 1


def test_no_recorded_page_is_taken_for_a_notice(pages: list[tuple[str, Reading]]) -> None:
    folder = material("pages", "courts")
    refused = []
    for path in sorted(folder.iterdir()):
        try:
            _read(path.read_bytes().decode("utf-8", "replace"))
        except ParseError as error:
            refused.append((path.name, error.problem.kind.value))
    assert [each for each in refused if each[1] != "unreadable"] == []
    assert len(pages) == PAGES
