"""Rules and recipients that people made on pages, and the catalog that they make together with sources.yaml."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Generic, TypeVar

from watcher.models.catalog import Catalog, Recipient, Rule

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Made(Generic[T]):
    """A rule or a recipient, with who saved it last."""

    what: T
    author: str
    made_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class MadeHere:
    """All that was made on pages."""

    rules: tuple[Made[Rule], ...] = ()
    recipients: tuple[Made[Recipient], ...] = ()


NOTHING_MADE = MadeHere()


def together(catalog: Catalog, made: MadeHere) -> Catalog:
    """The catalog with what was made on pages, after what stands in the file."""
    return replace(
        catalog,
        recipients=(*catalog.recipients, *(each.what for each in made.recipients)),
        rules=(*catalog.rules, *(each.what for each in made.rules)),
    )


def alone(made: MadeHere) -> Catalog:
    """Only what was made on pages."""
    return together(Catalog((), (), (), (), ()), made)


def clashes(catalog: Catalog, made: MadeHere) -> list[str]:
    """What stands in the file under an id that was taken on a page, as `rules.acts`."""
    rules = {each.what.id for each in made.rules} & {each.id for each in catalog.rules}
    recipients = {each.what.id for each in made.recipients} & {each.id for each in catalog.recipients}
    return sorted([f"rules.{each}" for each in rules] + [f"recipients.{each}" for each in recipients])
