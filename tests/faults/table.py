"""The table of a campaign: fault family, injected, survived, lost, doubled, worst recovery."""

from __future__ import annotations

from tests.faults.behaviour import Family
from tests.faults.campaign import Campaign, Result

HEAD = (
    "fault family",
    "injected",
    "survived",
    "items lost",
    "stored twice",
    "same id",
    "other id",
    "worst check",
    "worst recovery",
)


def table(campaign: Campaign) -> str:
    """For people to read."""
    rows = [HEAD, *(_row(family, campaign.of(family), campaign.recovery) for family in Family)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    return "\n".join([*lines, "", *_notes(campaign)])


def _row(family: Family, results: list[Result], recovery: float) -> tuple[str, ...]:
    survived = sum(not result.mistakes for result in results)
    again = sum(result.alerts[1] for result in results)
    lost, doubled = sum(result.lost for result in results), sum(result.doubled for result in results)
    slowest = max(result.seconds for result in results)
    repeated = sum(result.repeated for result in results)
    numbers = (len(results), survived, lost, doubled, repeated, again, f"{slowest:.1f} s", f"{recovery:.1f} s")
    return (family.value, *map(str, numbers))


def _notes(campaign: Campaign) -> list[str]:
    expected = sum(result.home.variant.alerts or 0 for result in campaign.results)
    sent = sum(result.alerts[0] for result in campaign.results if result.home.variant.alerts is not None)
    wrong = [f"{r.home.id} ({r.home.variant.title}): {'; '.join(r.mistakes)}" for r in campaign.results if r.mistakes]
    return [
        f"alerts: expected {expected}, sent {sent}",
        f"healthy neighbours: {campaign.neighbours_lost} entries lost, at most {campaign.neighbours_late:.1f} s late",
        f"private dials {len(campaign.private_dials)}, daemon restarts {campaign.restarts}",
        f"peak memory: daemon {campaign.memory.daemon:.0f} MiB, all processes {campaign.memory.everything:.0f} MiB",
        f"{campaign.seconds:.0f} s in all",
        *wrong,
    ]
