"""watcher alerts silence: keep matters quiet for a while, with who said so and why."""

from __future__ import annotations

import getpass
from datetime import datetime

import click

from watcher.alerts.silences import wrong_with
from watcher.cli.opening import now, opened_store, settings
from watcher.cli.output import as_json, print_json, print_table
from watcher.errors import ConfigError
from watcher.models.catalog import Catalog, Criteria
from watcher.models.silences import Silence, described
from watcher.sources.catalog import durations

_KEYS = (
    *("policies", "publishers", "publisher_types", "sources", "languages", "actions", "modalities"),
    *("announcement_kinds", "actor_types", "words"),
)


@click.group()
def silence() -> None:
    """Hold alerts for a while: they are recorded and counted, and sent to nobody."""


@silence.command()
@click.option("--for", "for_", required=True, metavar="DURATION", help=f"How long, such as {durations.EXAMPLES}.")
@click.option("--comment", required=True, help="Why; shown with the silence.")
@click.option("--author", help="Who says so; without it, the name of this machine's user.")
@click.option("--policy", "policies", multiple=True)
@click.option("--publisher", "publishers", multiple=True)
@click.option("--publisher-type", "publisher_types", multiple=True)
@click.option("--source", "sources", multiple=True)
@click.option("--language", "languages", multiple=True)
@click.option("--action", "actions", multiple=True)
@click.option("--modality", "modalities", multiple=True)
@click.option("--kind", "announcement_kinds", multiple=True)
@click.option("--actor-type", "actor_types", multiple=True)
@click.option("--words", "words", multiple=True, help="A word or phrase in title or text.")
@click.option("--min-score", type=float)
def add(for_: str, comment: str, author: str | None, min_score: float | None, **given: tuple[str, ...]) -> None:
    """Hold what meets every condition; a condition that is given several times holds when one of them does."""
    lasts = durations.parse(for_)
    if lasts is None:
        raise click.UsageError(f"--for {for_}: write a duration like {durations.EXAMPLES}")
    at = now()
    values: dict[str, object] = {key: list(given[key]) for key in _KEYS if given[key]}
    if min_score is not None:
        values["min_score"] = str(min_score)
    with opened_store() as store:
        criteria = _criteria(values, store.catalogs.current())
        if wrong := wrong_with(criteria, at + lasts, at):
            raise ConfigError(wrong)
        made = store.silences.add(
            criteria, author=author or getpass.getuser(), comment=comment, expires_at=at + lasts, now=at
        )
    click.echo(f"{made.id}: holds alerts until {made.expires_at:%Y-%m-%d %H:%M} UTC: {described(criteria)}")


@silence.command("list")
@as_json
def list_(json_: bool) -> None:
    """All silences, newest first, with how many alerts each held. Those that are over stay listed."""
    with opened_store() as store:
        found = store.silences.listing()
    if json_:
        print_json(found)
        return
    at = now()
    print_table(
        ("silence", "state", "until (UTC)", "held", "by", "what", "comment"),
        [
            (each.id, _state(each, at), each.over_at, each.held, each.author, described(each.criteria), each.comment)
            for each in found
        ],
        empty="no silences",
    )


@silence.command()
@click.argument("silence_id", metavar="SILENCE")
def end(silence_id: str) -> None:
    """End SILENCE (its id) now. What it held stays held; `watcher alerts retry` sends it."""
    with opened_store() as store:
        if not store.silences.end(silence_id, now()):
            raise ConfigError(f"{silence_id}: is no silence that is in force; see `watcher alerts silence list`")
    click.echo(f"{silence_id}: ended")


def _criteria(values: dict[str, object], catalog: Catalog | None) -> Criteria:
    from watcher.bootstrap import Knowledge
    from watcher.sources.catalog.onerule import read_criteria

    known = catalog or Catalog((), (), (), (), ())
    return read_criteria(values, known, Knowledge(settings().vocabulary).policies.keys())


def _state(each: Silence, at: datetime) -> str:
    return "in force" if each.holds_at(at) else "over"
