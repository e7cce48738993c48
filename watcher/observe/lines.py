"""Lines for the person at the terminal: what a check brought, and once a minute how everything is."""

from __future__ import annotations

from watcher.models.alerts import DeliveryState
from watcher.models.checks import CheckOutcome, CheckSummary
from watcher.models.incidents import Incident
from watcher.models.keeping import Pruned
from watcher.models.views import Counts
from watcher.vocabulary.troubles import advice, label


def check_line(summary: CheckSummary) -> str:
    """What one check brought: `kind-news: 3 new entries, 1 match, 2 alerts`."""
    if summary.outcome is CheckOutcome.FAILED and summary.problem:
        return f"{summary.source_id}: not read: {summary.problem.message}. {summary.problem.advice}"
    if summary.outcome is CheckOutcome.UNCHANGED:
        return f"{summary.source_id}: unchanged"
    line = f"{summary.source_id}: {_brought(summary)}"
    return f"{line}. Note: {summary.problem.message}. {summary.problem.advice}" if summary.problem else line


def _brought(summary: CheckSummary) -> str:
    if summary.backfill:
        return (
            f"{many(summary.new_entries, 'entry', 'entries')}, {many(summary.matches, 'match', 'matches')} "
            "stored as backfill; alerts from now on"
        )
    parts = [many(summary.new_entries, "new entry", "new entries")]
    if summary.new_revisions:
        parts.append(many(summary.new_revisions, "revision"))
    parts.append(many(summary.matches, "match", "matches"))
    parts.append(many(summary.deliveries, "alert"))
    return ", ".join(parts)


def incident_line(incident: Incident) -> str:
    """An incident that opened, with what to do; or that it is over: `kind-news: over: moved, since 2026-03-01`."""
    about = incident.source_id or incident.recipient_id or "network"
    if incident.closed_at:
        note = f"; {incident.note}" if incident.note else ""
        return f"{about}: over: {label(incident.kind)}, since {incident.since:%Y-%m-%d %H:%M} UTC{note}"
    proposed = "".join(f" Proposed: {each.option}: {each.value}" for each in incident.repairs[:1])
    return f"{about}: incident: {label(incident.kind)}: {incident.message}. {advice(incident.kind)}{proposed}"


def minute_line(counts: Counts, *, checks: int, failed: int, under_way: int) -> str:
    """How everything is, in one line: `checked 43 sources (2 failed) in the last minute; ...`."""
    waiting = sum(counts.deliveries.get(state, 0) for state in (DeliveryState.WAITING, DeliveryState.RETRYING))
    parts = [
        f"last minute: {many(checks, 'check')} ({failed} failed), {under_way} under way",
        f"{counts.sources - counts.failing} of {many(counts.sources, 'source')} well",
        f"{many(counts.entries, 'entry', 'entries')}, {many(counts.matches, 'match', 'matches')} stored",
        f"{counts.new_matches} to review",
        *([f"{many(counts.incidents, 'incident')} open: see `watcher sources incidents`"] if counts.incidents else []),
        f"{many(waiting, 'alert')} waiting",
    ]
    dead = counts.deliveries.get(DeliveryState.DEAD, 0) + counts.deliveries.get(DeliveryState.DISABLED, 0)
    if dead:
        parts.append(f"{many(dead, 'alert')} not delivered: see `watcher alerts list --state dead`")
    if counts.scans:
        parts.append(many(counts.scans, "unread scan"))
    return "; ".join(parts)


def delivery_line(*, delivered: int, retrying: int, dead: int, disabled: int) -> str:
    """What a run of the outbox did: `alerts: 3 delivered, 1 to be tried again`."""
    parts = [f"{delivered} delivered"]
    if retrying:
        parts.append(f"{retrying} to be tried again")
    if dead:
        parts.append(f"{dead} given up (see `watcher alerts list --state dead`)")
    if disabled:
        parts.append(f"{disabled} switched off by their receivers")
    return f"alerts: {', '.join(parts)}"


def pruned_line(gone: Pruned) -> str:
    """What a day's pruning took away."""
    return f"pruned {gone.texts:,} texts and {gone.captures:,} captures without a match"


def many(count: int, one: str, more: str = "") -> str:
    """`1 match`, `2 matches`."""
    return f"{count:,} {one if count == 1 else more or one + 's'}"
