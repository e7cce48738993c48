"""What should have arrived, against what was stored and received: the report of `watcher demo --once`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from watcher.demo.catalog import alerts, is_alerted
from watcher.demo.drafts import Expectation
from watcher.demo.mailbox import Mail
from watcher.demo.newsroom import Published
from watcher.demo.outlets import OUTLETS
from watcher.demo.receiver import Hook
from watcher.models.views import MatchRow


@dataclass(frozen=True, slots=True)
class Seen:
    """What the watching brought: entries stored for each source, matches, and what the recipients got."""

    entries: Mapping[str, int]
    matches: Sequence[MatchRow]
    mails: Sequence[Mail]
    hooks: Sequence[Hook]
    refused_hooks: int = 0
    held: frozenset[str] = frozenset()
    """Ids of the entries that rang nobody, because they say nothing that was not told of."""


@dataclass(frozen=True, slots=True)
class Line:
    """One source in the table, or the sum of all: published against stored and received."""

    source: str
    published: int
    entries: int
    matches: int
    alerts: int
    mails: int
    hooks: int


@dataclass(frozen=True, slots=True)
class Report:
    """The table, what is missing, and what a person may want to look at although nothing is missing."""

    lines: tuple[Line, ...]
    events: tuple[str, ...]
    """What several announcements of the newsroom report, and how many messages came of it."""
    missing: tuple[str, ...]
    remarks: tuple[str, ...]

    @property
    def exit_code(self) -> int:
        """0 when everything expected arrived, else 1."""
        return 1 if self.missing else 0


def compare(published: Sequence[Published], seen: Seen, *, parents: Mapping[str, str | None]) -> Report:
    """Compares what the newsroom published with what came of it.

    `parents` maps a policy to its parent: a parent or child of an expected policy is neither right nor wrong.
    """
    in_order = [each for outlet in OUTLETS for each in published if each.draft.outlet == outlet]
    cases = [_case(each, seen, parents) for each in in_order]
    lines = [_line(outlet.id, [case for case in cases if case.source == outlet.id], seen) for outlet in OUTLETS]
    missing = [fault for line in lines for fault in _lost_entries(line)]
    missing += [fault for case in cases for fault in case.missing()]
    if seen.refused_hooks:
        missing.append(f"{seen.refused_hooks} webhooks were refused by the receiver")
    remarks = [remark for case in cases for remark in case.remarks()]
    events = _by_event(cases)
    missing += [
        f"event {name}: none of its reports was alerted" for name, reports in events.items() if _silent(reports)
    ]
    told = tuple(_told(name, reports) for name, reports in events.items())
    return Report((*lines, _sum(lines)), told, tuple(missing), tuple(remarks))


def show(report: Report) -> str:
    """The report as text for a terminal."""
    head = ("source", "published", "entries", "matches", "alerts due", "mails", "webhooks")
    rows = [(each.source, *map(str, _numbers(each))) for each in report.lines]
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    table = [_row(row, widths) for row in (head, *rows)]
    table.insert(-1, "-" * len(table[0]))
    return "\n".join(
        [
            *table,
            "",
            *_listed("One announcement, one alert", report.events),
            *_listed("Not as a person would say it", report.remarks),
            *_verdict(report),
        ]
    )


@dataclass(frozen=True, slots=True)
class _Case:
    """One published announcement and what came of it."""

    published: Published
    matches: tuple[MatchRow, ...]
    mails: int
    hooks: int
    parents: Mapping[str, str | None]
    held: bool = False

    @property
    def source(self) -> str:
        return self.published.draft.outlet.id

    @property
    def name(self) -> str:
        return f"{self.source}: {self.published.draft.title!r}"

    def missing(self) -> Iterator[str]:
        """Policies that were not found, alerts that did not arrive or that say something else than happened."""
        for policy in sorted({each.policy for each in self.published.draft.expected} - self._policies()):
            yield f"{self.name}: no match of {policy}"
        if self.published.draft.age is None:
            yield from self._mislabelled(filter(is_alerted, self.published.draft.expected))
        if alerts(self.published.draft) and not self.held:
            if not self.mails:
                yield f"{self.name}: no mail"
            if not self.hooks:
                yield f"{self.name}: no webhook"

    def remarks(self) -> Iterator[str]:
        """Policies and alerts nobody expected, and matches with other labels than a person gives."""
        expected = self.published.draft.expected
        for policy in sorted(self._policies()):
            if not any(self._related(policy, each.policy) for each in expected):
                yield f"{self.name}: also matched {policy}"
        yield from self._mislabelled(
            each for each in expected if not (alerts(self.published.draft) and is_alerted(each))
        )
        if (self.mails or self.hooks) and not alerts(self.published.draft):
            yield f"{self.name}: alerted, which nobody expected"
        if self.mails > 1:
            yield f"{self.name}: {self.mails} mails"

    def _mislabelled(self, expected: Iterable[Expectation]) -> Iterator[str]:
        for each in expected:
            rows = [row for row in self.matches if row.match.policy == each.policy]
            if rows and not any(_agrees(row, each) for row in rows):
                yield f"{self.name}: {each.policy} is {_labels(rows)}, expected {_wanted(each)}"

    def _policies(self) -> set[str]:
        return {row.match.policy for row in self.matches}

    def _related(self, one: str, other: str) -> bool:
        return one == other or self.parents.get(one) == other or self.parents.get(other) == one


def _case(published: Published, seen: Seen, parents: Mapping[str, str | None]) -> _Case:
    url, source = published.url, published.draft.outlet.id
    rows = tuple(row for row in seen.matches if row.source_id == source and _bare(row.url) == url)
    return _Case(
        published,
        rows,
        mails=sum(url in mail.text for mail in seen.mails),
        hooks=sum(any(_bare(text) == url for text in _strings(hook.body)) for hook in seen.hooks),
        parents=parents,
        held=any(row.entry_id in seen.held for row in rows),
    )


def _by_event(cases: Sequence[_Case]) -> dict[str, list[_Case]]:
    """The reports of what several of them report."""
    found: dict[str, list[_Case]] = {}
    for case in cases:
        if case.published.draft.event:
            found.setdefault(case.published.draft.event, []).append(case)
    return found


def _silent(reports: Sequence[_Case]) -> bool:
    return any(alerts(each.published.draft) for each in reports) and not any(each.mails for each in reports)


def _told(name: str, reports: Sequence[_Case]) -> str:
    outlets = len({each.source for each in reports})
    mails, held = sum(each.mails for each in reports), sum(each.held for each in reports)
    follow_ups = "" if mails < 2 else f" and {mails - 1} follow-up" + ("s" if mails > 2 else "")
    said = f"{len(reports)} reports by {outlets} outlets, {min(mails, 1)} mail{follow_ups}"
    return f"{name}: {said}; {held} held, because they said nothing new"


def _line(source: str, cases: Sequence[_Case], seen: Seen) -> Line:
    return Line(
        source,
        published=len(cases),
        entries=seen.entries.get(source, 0),
        matches=sum(row.source_id == source for row in seen.matches),
        alerts=sum(alerts(case.published.draft) and not case.held for case in cases),
        mails=sum(case.mails for case in cases),
        hooks=sum(case.hooks for case in cases),
    )


def _sum(lines: Sequence[Line]) -> Line:
    return Line(f"{len(lines)} sources", *(sum(column) for column in zip(*map(_numbers, lines), strict=True)))


def _numbers(line: Line) -> tuple[int, ...]:
    return (line.published, line.entries, line.matches, line.alerts, line.mails, line.hooks)


def _lost_entries(line: Line) -> Iterator[str]:
    if line.entries < line.published:
        yield f"{line.source}: {line.published - line.entries} of {line.published} entries were not stored"


def _agrees(row: MatchRow, wanted: Expectation) -> bool:
    return (
        wanted.action in (None, row.match.action)
        and wanted.modality in (None, row.match.modality)
        and wanted.actor in (None, row.match.actor_type)
    )


def _labels(rows: Iterable[MatchRow]) -> str:
    return " and ".join(f"{row.match.action}/{row.match.modality}/{row.match.actor_type}" for row in rows)


def _wanted(expectation: Expectation) -> str:
    return "/".join(str(each or "any") for each in (expectation.action, expectation.modality, expectation.actor))


def _bare(url: str | None) -> str:
    """Without what feeds append for their statistics."""
    return urlsplit(url or "")._replace(query="", fragment="").geturl()


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    numbers = (cell.rjust(width) for cell, width in zip(cells[1:], widths[1:], strict=True))
    return "  ".join((cells[0].ljust(widths[0]), *numbers))


def _listed(title: str, faults: Sequence[str]) -> list[str]:
    return [f"{title}:", *(f"  {fault}" for fault in faults), ""] if faults else []


def _verdict(report: Report) -> list[str]:
    if report.missing:
        return _listed("Expected, and did not arrive", report.missing)[:-1]
    return ["Everything expected arrived."]
