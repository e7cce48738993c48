"""The figures for people: Markdown tables."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from datetime import date

from benchmarks.rounds import Round

LIMIT = "bare httpx loop"
"""The peer that the unchanged rounds are compared with."""


def machine(on: date) -> str:
    """What the figures were taken on."""
    return f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}, {on}"


def rounds(found: Sequence[Round]) -> str:
    """One row for every program, number of sources and kind of round."""
    head = (
        "| program | sources | round | checks per CPU s | without its start | CPU s | wall s | sent whole / 304 "
        "| CPU to the bare loop's |"
    )
    limits = {(each.sources, each.work): each for each in found if each.peer == LIMIT}
    rows = [_row(each, limits.get((each.sources, each.work))) for each in sorted(found, key=_order)]
    return "\n".join([head, "| --- " * 9 + "|", *rows])


def _order(found: Round) -> tuple[int, bool, float]:
    return found.sources, found.work == "first", -(found.rate or 0)


def _row(found: Round, limit: Round | None) -> str:
    if found.failed:
        return f"| {found.peer} | {found.sources} | {found.work} | {found.failed.replace('|', ' ')} | | | | | |"
    ratio = f"{found.cpu_s / limit.cpu_s:.1f}" if found.cpu_s and limit and limit.cpu_s else ""
    after = f"{found.rate_after_start:.0f}" if found.rate_after_start else ""
    answers = f"{found.whole} / {found.unchanged}"
    cells = (found.peer, found.sources, found.work, f"{found.rate or 0:.0f}", after, found.cpu_s, found.wall_s, answers)
    return f"| {' | '.join(map(str, cells))} | {ratio} |"


def figures(found: Mapping[str, object]) -> str:
    """Everything else: one row for each name and value."""
    rows = [f"| {name} | {_value(value)} |" for name, value in found.items()]
    return "\n".join(["| what | figure |", "| --- | --- |", *rows])


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_value(each)}" for name, each in value.items())
    return str(value)
