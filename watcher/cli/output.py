"""How commands print: aligned tables for people, JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

import click

from watcher.models.plain import plain

as_json = click.option("--json", "json_", is_flag=True, help="Print JSON for programs.")


def print_json(value: object) -> None:
    """Print dataclasses, mappings and sequences as indented JSON."""
    click.echo(json.dumps(plain(value), indent=2, ensure_ascii=False))


def print_table(headings: Sequence[str], rows: Iterable[Sequence[object]], *, empty: str = "nothing") -> None:
    """Print rows under headings, columns aligned; the last column may be as long as it likes."""
    cells = [[_cell(value) for value in row] for row in rows]
    if not cells:
        click.echo(empty)
        return
    widths = [max(len(line[column]) for line in (list(headings), *cells)) for column in range(len(headings))]
    for line in (list(headings), *cells):
        click.echo("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())


def when(value: datetime | None) -> str:
    """A time for a table, to the minute, in UTC."""
    return value.strftime("%Y-%m-%d %H:%M") if value else "-"


def _cell(value: object) -> str:
    """One line, and nothing that could move the cursor."""
    text = when(value) if isinstance(value, datetime) else "-" if value in (None, "") else str(value)
    return "".join(char if char.isprintable() else " " for char in text)
