"""Matches as files: CSV for spreadsheets, JSON and JSON Lines for programs, Markdown for people; a piece at a time."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import quote, urlsplit

from watcher.models.plain import plain
from watcher.models.views import MatchRow
from watcher.spreadsheet import csv_lines

COLUMNS = (
    *("id", "first_seen", "published", "policy", "action", "modality", "actor_type", "score", "verdict", "what"),
    *("quote", "publisher", "publisher_type", "source", "title", "url", "entry", "version"),
)
"""Of the CSV. `version` lets verdicts be read back from the file without overwriting a later one."""

Wording = Callable[[MatchRow], str]
"""Says in words what a match means."""


@dataclass(frozen=True, slots=True)
class Format:
    """How matches become a file: the name of the ending, its media type, and the pieces of the text."""

    ending: str
    media_type: str
    write: Callable[[Iterable[MatchRow], Wording], Iterator[str]]


def as_csv(rows: Iterable[MatchRow], wording: Wording) -> Iterator[str]:
    """One line per match, no cell of which a spreadsheet takes for a formula."""
    return csv_lines(COLUMNS, (_cells(row, wording(row)) for row in rows))


def as_json(rows: Iterable[MatchRow], wording: Wording) -> Iterator[str]:
    """One array; each match with all that is stored of it."""
    before = "[\n"
    for row in rows:
        yield f"{before}{json.dumps(plain(row), ensure_ascii=False)}"
        before = ",\n"
    yield "[]\n" if before.startswith("[") else "\n]\n"


def as_lines(rows: Iterable[MatchRow], wording: Wording) -> Iterator[str]:
    """One JSON object per line."""
    return (f"{json.dumps(plain(row), ensure_ascii=False)}\n" for row in rows)


def as_markdown(rows: Iterable[MatchRow], wording: Wording) -> Iterator[str]:
    """One section per entry with a link, and under it each match with the words in which it was said."""
    yield "# Matches\n"
    for _, group in groupby(rows, key=lambda row: row.entry_id):
        together = list(group)
        yield _section(together[0])
        for row in together:
            yield _said(row, wording(row))


FORMATS = {
    "csv": Format("csv", "text/csv; charset=utf-8", as_csv),
    "json": Format("json", "application/json", as_json),
    "jsonl": Format("jsonl", "application/jsonl", as_lines),
    "markdown": Format("md", "text/markdown; charset=utf-8", as_markdown),
}


def _cells(row: MatchRow, words: str) -> tuple[object, ...]:
    match = row.match
    return (
        *(row.id, plain(row.first_seen), plain(row.published), match.policy, match.action.value),
        *(match.modality.value, match.actor_type.value, f"{match.score:.2f}", row.verdict.value, words),
        *(match.evidence.text, row.publisher.name, row.publisher.type.value, row.source_id, row.title),
        *(row.url or "", row.entry_id, row.version),
    )


# --- Markdown ------------------------------------------------------------------------------------------------------

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~&]|:(?=//)|^[-+=]|(?<=^\d)[.)]|(?<=^\d\d)[.)])")


def _section(row: MatchRow) -> str:
    published = f", published {row.published:%Y-%m-%d}" if row.published else ""
    return f"\n## {_linked(row.title, row.url)}\n\n{_text(row.publisher.name)}{published}, entry `{row.entry_id}`\n"


def _said(row: MatchRow, words: str) -> str:
    head = f"\n**{_text(words)}** (score {row.match.score:.2f}, {row.verdict.value}, match `{row.id}`)\n\n"
    return head + "".join(f"> {_text(line)}\n" for line in row.match.evidence.text.splitlines() or [""])


def _linked(title: str, url: str | None) -> str:
    text = _text(title) or "\\(no title\\)"
    if url is None or urlsplit(url).scheme not in ("http", "https"):
        return text
    return f"[{text}](<{quote(url, safe='/:?#@!$&()*+,;=%~.-_')}>)"


def _text(text: str) -> str:
    """One line in which nothing is markup (CommonMark 2.4)."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
