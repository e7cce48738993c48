"""A rule held against what is stored: what it would have sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from watcher.alerts.channels.base import addresses
from watcher.alerts.preview import Preview, preview
from watcher.models.alerts import Announcement
from watcher.models.catalog import Catalog, Rule
from watcher.models.policies import Policy

USUAL = timedelta(days=90)
"""How far a preview looks back when nobody says otherwise."""
Stored = Callable[[datetime], Iterable[tuple[Announcement, bool]]]


def preview_rule(
    rule: Rule, catalog: Catalog, stored: Stored, policies: Mapping[str, Policy], *, since: datetime
) -> Preview:
    """What a rule would have sent of what was first seen since then.

    One that is in sources.yaml gets what the rules before it leave; an unsaved one is held last. `stored` gives the
    announcements since a moment, newest first, and whether each is backfill.
    """
    place = catalog.rules.index(rule) if rule in catalog.rules else len(catalog.rules)
    return preview(
        rule,
        catalog.rules[:place],
        stored(since),
        {recipient.id: recipient for recipient in catalog.recipients},
        parents={policy.id: policy.parent for policy in policies.values()},
        addresses=addresses,
    )
