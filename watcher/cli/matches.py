"""watcher matches: list, show, review, correct, assign and export what was found."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from watcher.cli.opening import now, opened_store, settings
from watcher.cli.output import as_json, print_json, print_table, when
from watcher.errors import ConfigError
from watcher.exports import FORMATS
from watcher.models.plain import plain
from watcher.models.reviews import Act, Change, DismissReason, ReviewOutcome
from watcher.models.views import MatchPage, MatchQuery, MatchRow, Order, ReviewNote
from watcher.models.words import Action, Modality, PublisherType, Verdict
from watcher.store import Store

if TYPE_CHECKING:
    from watcher.verdicts import Planned

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
        language: str | None,
        assignee: str | None,
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
            language=language,
            assignee=assignee,
        )
        return function(query=query, **others)

    for option in (
        click.option("--assignee", help="Who it was given to."),
        click.option("--language", help="Of the entry: en, es, ..."),
        click.option(
            "--words",
            "--search",
            default="",
            help='Full text: words, "phrases", AND, OR, NOT, policy:ID, publisher:ID.',
        ),
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
    """List, show, review, correct, assign and export stored matches."""


@command.command("list")
@query_options
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 500))
@click.option("--cursor", help="Go on where the last listing ended.")
@click.option(
    "--counts", is_flag=True, help="How many there are for each value of each filter, instead of the matches."
)
@click.option("--important", is_flag=True, help="Entries with what matters most first, instead of the newest match.")
@as_json
def list_(query: MatchQuery, limit: int, cursor: str | None, counts: bool, important: bool, json_: bool) -> None:
    """Stored matches, newest first."""
    with opened_store() as store:
        if counts:
            _print_counts(store.matches.facets(query), json_)
            return
        page = (
            _by_importance(store, query, cursor, limit)
            if important
            else store.matches.search(query, cursor=cursor, limit=limit)
        )
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
    if row.proposed:
        click.echo(f"{row.proposed_by} says {row.proposed.value}; a second person has to agree")
    if row.assignee:
        click.echo(f"given to {row.assignee}{f', due {row.due}' if row.due else ''}")
    for review in history:
        click.echo(f"  {when(review.at)}  {review.reviewer}: {_told(review)}")


def _told(note: ReviewNote) -> str:
    """One line of the audit trail."""
    decided = note.act is Act.DECIDE
    changes = [
        f"{name} {before or '-'} -> {after or '-'}"
        for name, (before, after) in note.changes.items()
        if not (decided and name == "verdict")
    ]
    first = note.verdict.value if decided else note.act.value
    said = [first, ", ".join(changes), note.reason, note.note, note.act_id and f"[{note.act_id}]"]
    return "  ".join(each for each in said if each)


def reviewer_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Whose decision it is; the command line counts as one person."""
    return click.option("--as", "reviewer", default="command line", help="Whose decision it is.")(function)


@command.command()
@click.argument("match", nargs=-1, required=True)
@click.argument("verdict", type=click.Choice([each.value for each in Verdict]))
@click.option("--reason", type=click.Choice([each.value for each in DismissReason]), help="Why it is dismissed.")
@click.option("--note", default="", help="Why, in words; kept in the history.")
@click.option("--version", type=int, help="Refuse if somebody changed it since this version.")
@reviewer_option
def review(
    match: tuple[str, ...], verdict: str, reason: str | None, note: str, version: int | None, reviewer: str
) -> None:
    """Say what you think of matches. Every decision is kept, and can be undone."""
    why = DismissReason(reason) if reason else None
    _make([Change(each, version, verdict=Verdict(verdict), reason=why, note=note) for each in match], reviewer)


@command.command()
@click.argument("match")
@click.option("--policy", help="What it is about.")
@click.option("--action", type=click.Choice([each.value for each in Action]))
@click.option("--modality", type=click.Choice([each.value for each in Modality]))
@click.option("--note", default="")
@reviewer_option
def correct(match: str, policy: str | None, action: str | None, modality: str | None, note: str, reviewer: str) -> None:
    """Say what a match is really about. What was found is kept."""
    from watcher.bootstrap import Knowledge

    if policy and policy not in Knowledge(settings().vocabulary).policies:
        raise ConfigError(f"{policy}: there is no policy of this name; `watcher policies list` shows them")
    if not (policy or action or modality):
        raise click.UsageError("say what is to be corrected: --policy, --action or --modality")
    change = Change(
        match,
        policy=policy,
        action=Action(action) if action else None,
        modality=Modality(modality) if modality else None,
        note=note,
    )
    _make([change], reviewer)


@command.command()
@click.argument("match", nargs=-1, required=True)
@click.option("--to", "assignee", required=True, help='A user; "" takes the match back.')
@click.option("--due", type=DAY, help="Until which day.")
@click.option("--note", default="")
@reviewer_option
def assign(match: tuple[str, ...], assignee: str, due: datetime | None, note: str, reviewer: str) -> None:
    """Give matches to somebody."""
    with opened_store() as store:
        if assignee and assignee not in store.users.names():
            raise ConfigError(f"{assignee}: there is no user of this name; `watcher users list` shows them")
    day = due.date() if due else None
    _make([Change(each, assignee=assignee, due=day, note=note) for each in match], reviewer)


@command.command()
@click.argument("act")
@reviewer_option
def undo(act: str, reviewer: str) -> None:
    """Take a decision back: ACT is what review, correct and assign print, or a match, whose last one is meant."""
    with opened_store() as store:
        outcome = store.reviews.undo(store.reviews.last_of(act) or act, reviewer=reviewer, now=now())
    if not (outcome.kept or outcome.conflicts or outcome.missing):
        raise ConfigError(
            f"{act}: is no decision, and no match that one was made about; `watcher matches list` shows them"
        )
    _tell(outcome)


def _make(changes: list[Change], reviewer: str) -> None:
    with opened_store() as store:
        outcome = store.reviews.make(changes, reviewer=reviewer, now=now(), second_reviewer=settings().second_reviewer)
    _tell(outcome)


def _tell(outcome: ReviewOutcome) -> None:
    """What became of it; raises ConfigError when nothing did."""
    for conflict in outcome.conflicts:
        click.echo(f"{conflict.change.match_id}: left as it is, somebody changed it since", err=True)
    for missing in outcome.missing:
        click.echo(f"{missing}: there is no match of this name; `watcher matches list` shows them", err=True)
    if not outcome.kept:
        raise ConfigError("nothing was changed")
    click.echo(f"{', '.join(outcome.kept)}: kept; `watcher matches undo {outcome.act_id}` takes it back")


@command.command()
@query_options
@click.option("--format", "format_", default="csv", show_default=True, type=click.Choice(list(FORMATS)))
def export(query: MatchQuery, format_: str) -> None:
    """Write all matches that fit to standard output, newest first."""
    with opened_store() as store:
        for piece in FORMATS[format_].write(store.matches.each(query), _words()):
            sys.stdout.write(piece)


@command.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--apply", is_flag=True, help="Keep the verdicts; without it, only say what would come of them.")
@reviewer_option
@as_json
def import_(file: BinaryIO, apply: bool, reviewer: str, json_: bool) -> None:
    """Read verdicts from a CSV or JSON Lines file (columns id and verdict; reason, note and version if they are there).

    FILE is what `export` wrote, with other verdicts; - reads standard input.
    """
    from watcher import verdicts

    try:
        text = file.read().decode()
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file.name}: it is not UTF-8 text; save the table as CSV (UTF-8)") from error
    act = ""
    with opened_store() as store:
        planned = verdicts.look_at(store, text)
        if apply:
            agree = settings().second_reviewer
            planned, act = verdicts.carry_out(store, planned, reviewer=reviewer, now=now(), second_reviewer=agree)
    _tell_import(planned, act, apply, json_)


def _tell_import(planned: Sequence[Planned], act: str, apply: bool, json_: bool) -> None:
    """What came of a file; ends with exit code 1 when a line was not as it should be."""
    counts = Counter(each.fate.value for each in planned)
    if json_:
        print_json({"applied": apply, "act": act, "counts": counts, "lines": planned})
    else:
        shown = [each for each in planned if each.fate != "same"]
        rows = [(each.line, each.match_id, each.fate.value, each.detail) for each in shown]
        print_table(("line", "match", "what", "detail"), rows, empty="every verdict in the file stands already")
        click.echo(", ".join(f"{count:,} {fate}" for fate, count in sorted(counts.items())))
        after = f"kept; `watcher matches undo {act}` takes it back" if act else "nothing was changed"
        click.echo(after if apply or not counts["change"] else f"{after}; --apply keeps the verdicts")
    if counts.keys() - {"change", "same"}:
        click.get_current_context().exit(1)


def _print_counts(facets: Mapping[str, list[tuple[str, int]]], json_: bool) -> None:
    """A count of 1,001 means more than 1,000."""
    if json_:
        print_json(facets)
        return
    rows = [(name, value, "1,000+" if n > 1000 else f"{n:,}") for name, values in facets.items() for value, n in values]
    print_table(("filter", "value", "matches"), rows, empty="no stored match fits")


def _by_importance(store: Store, query: MatchQuery, cursor: str | None, limit: int) -> MatchPage:
    cards = store.matches.cards(query, order=Order.IMPORTANT, cursor=cursor, limit=limit)
    rows = tuple(row for card in cards.cards for row in card)
    return MatchPage(rows, cards.next_cursor, cards.total, cards.total_is_exact)


def _words() -> Callable[[MatchRow], str]:
    """Says in words what a match means."""
    from watcher.bootstrap import Knowledge
    from watcher.vocabulary.wording import headline

    policies = Knowledge(settings().vocabulary).policies

    def words(row: MatchRow) -> str:
        policy = policies.get(row.match.policy)
        return headline(row.match, policy.shown("en") if policy else row.match.policy, "en")

    return words
