"""watcher matches: list, show, review and export what was found."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import wraps
from typing import Any

import click

from watcher.cli.opening import now, opened_store, settings
from watcher.cli.output import as_json, plain, print_json, print_json_line, print_table, when
from watcher.errors import ConfigError
from watcher.models.views import MatchQuery, MatchRow
from watcher.models.words import Action, Modality, PublisherType, Verdict
from watcher.spreadsheet import csv_lines

CSV_COLUMNS = (
    *("id", "first_seen", "published", "policy", "action", "modality", "actor_type", "score", "verdict", "what"),
    *("quote", "publisher", "publisher_type", "source", "title", "url", "entry"),
)
DAY = click.DateTime(["%Y-%m-%d"])


def query_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The filters that every listing of matches takes; the command gets them as one MatchQuery, `query`."""

    @wraps(function)
    def with_query(
        *,
        policy: str | None,
        publisher: str | None,
        publisher_type: str | None,
        source: str | None,
        action: str | None,
        modality: str | None,
        verdict: str | None,
        since: datetime | None,
        until: datetime | None,
        words: str,
        **others: Any,
    ) -> Any:
        query = MatchQuery(
            policy=policy,
            publisher=publisher,
            publisher_type=PublisherType(publisher_type) if publisher_type else None,
            source=source,
            action=Action(action) if action else None,
            modality=Modality(modality) if modality else None,
            verdict=Verdict(verdict) if verdict else None,
            since=since.date() if since else None,
            until=until.date() if until else None,
            words=words,
        )
        return function(query=query, **others)

    for option in (
        click.option("--words", default="", help='Full-text search; "in quotes" for a phrase.'),
        click.option("--until", type=DAY, help="Last day (UTC) of first sight."),
        click.option("--since", type=DAY, help="First day (UTC) of first sight."),
        click.option("--verdict", type=click.Choice([each.value for each in Verdict])),
        click.option("--modality", type=click.Choice([each.value for each in Modality])),
        click.option("--action", type=click.Choice([each.value for each in Action])),
        click.option("--source"),
        click.option("--publisher-type", type=click.Choice([each.value for each in PublisherType])),
        click.option("--publisher"),
        click.option("--policy"),
    ):
        with_query = option(with_query)
    return with_query


@click.group(name="matches")
def command() -> None:
    """List, show, review and export stored matches."""


@command.command("list")
@query_options
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 500))
@click.option("--cursor", help="Go on where the last listing ended.")
@as_json
def list_(query: MatchQuery, limit: int, cursor: str | None, json_: bool) -> None:
    """Stored matches, newest first."""
    with opened_store() as store:
        page = store.matches.search(query, cursor=cursor, limit=limit)
    if json_:
        print_json(page)
        return
    words = _words()
    print_table(
        ("match", "first seen (UTC)", "score", "verdict", "what", "publisher", "title"),
        [
            (
                row.id,
                row.first_seen,
                f"{row.match.score:.2f}",
                row.verdict.value,
                words(row),
                row.publisher.name,
                row.title,
            )
            for row in page.rows
        ],
        empty="no stored match fits",
    )
    if page.next_cursor:
        more = f"{page.total:,}" if page.total_is_exact else f"more than {page.total:,}"
        click.echo(f"{len(page.rows)} of {more}; go on with --cursor {page.next_cursor}")


@command.command()
@click.argument("match")
@as_json
def show(match: str, json_: bool) -> None:
    """One match with its quote, the reasons of its score, and its review history."""
    with opened_store() as store:
        row = store.matches.show(match)
        view = store.entries.show(row.entry_id) if row else None
    if row is None or view is None:
        raise ConfigError(f"{match}: there is no match of this name; `watcher matches list` shows them")
    history = [review for reviewed, review in view.reviews if reviewed == match]
    if json_:
        print_json({**plain(row), "reviews": plain(history)})
        return
    click.echo(f"{_words()(row)}\n{row.title}\n{row.publisher.name}, {when(row.published)}  {row.url or ''}\n")
    click.echo(f"“{row.match.evidence.text}”\n")
    click.echo(f"score {row.match.score:.2f}")
    for reason in row.match.reasons:
        click.echo(f"  {reason.value:+.2f}  {reason.name}")
    click.echo(f"verdict: {row.verdict.value}")
    for review in history:
        click.echo(f"  {when(review.at)}  {review.reviewer}: {review.verdict.value}  {review.note}")


@command.command()
@click.argument("match")
@click.argument("verdict", type=click.Choice([each.value for each in Verdict if each is not Verdict.NEW]))
@click.option("--note", default="", help="Why; kept in the history.")
def review(match: str, verdict: str, note: str) -> None:
    """Say what you think of a match. Every decision is kept."""
    with opened_store() as store:
        if not store.matches.review(match, Verdict(verdict), note=note, reviewer="command line", now=now()):
            raise ConfigError(f"{match}: there is no match of this name; `watcher matches list` shows them")
    click.echo(f"{match}: {verdict}")


@command.command()
@query_options
@click.option("--format", "format_", default="csv", show_default=True, type=click.Choice(["csv", "json", "jsonl"]))
def export(query: MatchQuery, format_: str) -> None:
    """Write all matches that fit to standard output, newest first."""
    with opened_store() as store:
        rows = store.matches.each(query)
        {"csv": _write_csv, "json": _write_json, "jsonl": _write_lines}[format_](rows)


def _write_csv(rows: Iterator[MatchRow]) -> None:
    words = _words()
    for line in csv_lines(CSV_COLUMNS, (_cells(row, words(row)) for row in rows)):
        sys.stdout.write(line)


def _cells(row: MatchRow, words: str) -> tuple[object, ...]:
    match = row.match
    return (
        *(row.id, plain(row.first_seen), plain(row.published), match.policy, match.action.value),
        *(match.modality.value, match.actor_type.value, f"{match.score:.2f}", row.verdict.value, words),
        *(match.evidence.text, row.publisher.name, row.publisher.type.value, row.source_id, row.title),
        *(row.url or "", row.entry_id),
    )


def _write_json(rows: Iterator[MatchRow]) -> None:
    print_json(list(rows))


def _write_lines(rows: Iterator[MatchRow]) -> None:
    for row in rows:
        print_json_line(row)


def _words() -> Callable[[MatchRow], str]:
    """Says in words what a match means."""
    from watcher.bootstrap import Knowledge
    from watcher.vocabulary.wording import headline

    policies = Knowledge(settings().vocabulary).policies

    def words(row: MatchRow) -> str:
        policy = policies.get(row.match.policy)
        return headline(row.match, policy.shown("en") if policy else row.match.policy, "en")

    return words
