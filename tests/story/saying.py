"""Short ways to say who told what when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import count

from watcher.models.catalog import Publisher
from watcher.models.story import Axis, Report, Story
from watcher.models.words import Action, ActorType, Modality, PublisherType, Verdict
from watcher.story import tell

TODAY = date(2026, 11, 24)
DHS = Publisher("dhs", "DHS", PublisherType.EXECUTIVE)
COURT = Publisher("ca9", "Ninth Circuit", PublisherType.COURT)
KIND = Publisher("kind", "KIND", PublisherType.NGO)
WIRE = Publisher("wire", "Continental Wire", PublisherType.MEDIA)
_numbers = count(1)


def said(
    publisher: Publisher,
    on: str,
    action: Action,
    modality: Modality = Modality.ACTUAL,
    *,
    target: Action | None = None,
    actor: ActorType = ActorType.EXECUTIVE,
    quote: str = "",
    title: str = "A title",
    event: str = "",
    entry: str = "",
) -> Report:
    """A report of an act; the court's acts are by a court."""
    number = next(_numbers)
    if action in (Action.BLOCK, Action.ALLOW):
        actor = ActorType.COURT
    at = datetime.fromisoformat(on).replace(tzinfo=UTC)
    quote = quote or f"they did {action}"
    name = f"{number:04}"
    return Report(
        match=f"m{name}",
        entry=entry or f"e{name}",
        event=event,
        at=at,
        action=action,
        modality=modality,
        target=target,
        actor=actor,
        score=0.9,
        quote=quote,
        publisher=publisher,
        title=title,
        url=f"https://example.org/{name}",
        seq=number,
    )


def confirmed(report: Report) -> Report:
    """The same, with a person's agreement."""
    return replace(report, verdict=Verdict.CONFIRMED)


def story(*reports: Report) -> Story:
    """What they make, without background."""
    return tell("mpp", reports, today=TODAY)


def steps(told: Story, axis: Axis = Axis.GOVERNMENT) -> list[str]:
    """The states of an axis, short."""
    return [f"{each.step}" + (f":{each.of}" if each.of else "") for each in told.on(axis)]
