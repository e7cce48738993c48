"""How a trial is shown: what a check would store, what was found in it and why, and whom it would alert."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from watcher.cli.output import when
from watcher.models.checks import CheckOutcome, TextState

if TYPE_CHECKING:
    from watcher.models.catalog import Source
    from watcher.models.checks import CheckRecord, EntryRecord
    from watcher.models.policies import Policy

_LONGEST_QUOTE = 160


def trial_data(record: CheckRecord) -> dict[str, object]:
    """A trial as JSON data."""
    return {"problem": record.problem, "entries": [_entry_data(entry) for entry in record.entries]}


def print_trial(record: CheckRecord, policies: Mapping[str, Policy], most: int, *, reasons: bool = True) -> None:
    """Print the first entries of a trial with their matches; `reasons` adds how each score came about."""
    if record.problem:
        click.echo(f"{record.problem.message.rstrip('.')}. {record.problem.advice}")
    if record.outcome is CheckOutcome.FAILED:
        return
    click.echo(summary(record))
    for each in record.entries[:most]:
        _print_entry(each, policies, reasons=reasons)


def read_as(source: Source) -> str:
    """How a source is read, in a line."""
    options = ", ".join(f"{name}: {value}" for name, value in source.options.items())
    return f"{source.kind}  {source.url}{f'  ({options})' if options else ''}"


def summary(record: CheckRecord) -> str:
    """How many entries and matches there are, and the newest date."""
    from watcher.observe.lines import many

    matches = sum(len(each.classification.matches) for each in record.entries)
    days = [each.entry.published for each in record.entries if each.entry.published]
    newest = f", newest {when(max(days))}" if days else ", none with a date"
    entries = many(record.entries_seen, "entry", "entries")
    return f"{entries}{newest if record.entries else ''}, {many(matches, 'match', 'matches')}"


def _print_entry(each: EntryRecord, policies: Mapping[str, Policy], *, reasons: bool) -> None:
    from watcher.vocabulary.wording import headline

    click.echo(f"\n{when(each.entry.published)}  {each.entry.title}\n  {each.entry.url or 'no link'}")
    if each.text_state is TextState.SCAN:
        click.echo("  unread scan: pictures of pages without text")
    if each.entry.authentication:
        click.echo(f"  sender: {each.entry.authentication}")
    if each.page_error and reasons:
        click.echo(f"  page not read: {each.page_error}")
    for match in each.classification.matches:
        click.echo(f"  {match.score:.2f}  {headline(match, policies[match.policy].shown('en'), 'en')}")
        if reasons:
            click.echo(f"        {_quote(match.evidence.text)}")
            click.echo(f"        {' + '.join(f'{reason.value:.2f} {reason.name}' for reason in match.reasons)}")
    for alert in each.deliveries:
        click.echo(f"  would alert {alert.recipient_id} by rule {', '.join(alert.rule_ids)}")


def _quote(text: str) -> str:
    line = " ".join(text.split())
    return f"“{line if len(line) <= _LONGEST_QUOTE else f'{line[:_LONGEST_QUOTE]}…'}”"


def _entry_data(record: EntryRecord) -> dict[str, object]:
    return {
        "title": record.entry.title,
        "url": record.entry.url,
        "published": record.entry.published,
        "text_state": record.text_state,
        "page_error": record.page_error,
        "matches": record.classification.matches,
        "alerts": [{"recipient": each.recipient_id, "rules": each.rule_ids} for each in record.deliveries],
    }
