"""watcher sources incidents: what is and was wrong with sources, and the bytes that show it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from watcher.cli.opening import opened_store
from watcher.cli.output import as_json, print_json, print_table, when
from watcher.errors import ConfigError
from watcher.vocabulary.troubles import advice, label

if TYPE_CHECKING:
    from watcher.models.incidents import Incident
    from watcher.models.views import SourceHealth


@click.command()
@click.argument("source", required=False)
@click.option("--all", "all_", is_flag=True, help="Also those that are over.")
@click.option("--evidence", metavar="INCIDENT", help="Write the bytes that show this incident (its id) to stdout.")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 1000))
@as_json
def incidents(source: str | None, all_: bool, evidence: str | None, limit: int, json_: bool) -> None:
    """What is wrong with the sources (of SOURCE only), newest first."""
    if evidence:
        sys.stdout.buffer.write(_evidence(evidence))
        return
    with opened_store() as store:
        found = store.incidents.listing(open_only=not all_, source=source, limit=limit)
    if json_:
        print_json(found)
        return
    print_table(
        ("incident", "source", "what", "since (UTC)", "over (UTC)", "seen"),
        [(each.id, _about(each), label(each.kind), each.since, each.closed_at, _seen(each)) for each in found],
        empty="no incident" if all_ else "no open incident",
    )


def _about(incident: Incident) -> str:
    return incident.source_id or incident.recipient_id or "network"


def _seen(incident: Incident) -> str:
    proposed = "".join(f"; proposed: {each.option}: {each.value}" for each in incident.repairs[:1])
    return f"{incident.message}{proposed}"


def _evidence(incident: str) -> bytes:
    with opened_store() as store:
        found = store.incidents.show(incident)
        body = store.captures.read(found.evidence) if found and found.evidence else None
    if found is None:
        raise ConfigError(f"{incident}: there is no incident of this id; `watcher sources incidents --all` shows them")
    if body is None:
        raise ConfigError(f"{incident}: no bytes came that could be kept; `watcher sources show` has what was seen")
    return body


def incident_facts(health: SourceHealth) -> list[tuple[str, object]]:
    """What `sources show` says of the trouble of a source; nothing when all is well."""
    facts: list[tuple[str, object]] = []
    incident = health.incident
    if incident:
        facts += [
            (
                "incident",
                f"{label(incident.kind)} since {when(incident.since)}, known since {when(incident.opened_at)}",
            ),
            ("seen", incident.message),
            ("what to do", advice(incident.kind)),
        ]
        for repair in incident.repairs:
            facts.append(
                ("proposed", f"{repair.option}: {repair.value}" + (f"  ({repair.preview})" * bool(repair.preview)))
            )
        if incident.evidence:
            facts.append(("evidence", f"watcher sources incidents --evidence {incident.id} > evidence"))
    if health.gap:
        facts.append(("may be missing", f"entries between {when(health.gap.since)} and {when(health.gap.until)}"))
    return facts
