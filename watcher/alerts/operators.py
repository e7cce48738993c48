"""What operators are told of an incident: one alert when it opens, one line when it closes, to every address."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote as percent_encoded

from watcher.alerts.payload import LANGUAGES, VERSION, Links, instant, storable
from watcher.models.alerts import Delivery
from watcher.models.catalog import Publisher, Recipient, Source
from watcher.models.identity import incident_delivery_id
from watcher.models.incidents import Incident
from watcher.vocabulary import troubles

OPENED = "incident.opened"
CLOSED = "incident.closed"
RULE = "operators"
"""What stands in place of a rule's id: the key of sources.yaml that asked for it."""


def tell(
    incident: Incident,
    source: Source | None,
    publisher: Publisher | None,
    operators: Iterable[str],
    recipients: Mapping[str, Recipient],
    *,
    addresses: Callable[[Recipient], Sequence[str]],
    links: Links,
    now: datetime,
) -> tuple[Delivery, ...]:
    """The deliveries about an incident that opens, or closes (`closed_at` is set). Pure, with stable ids.

    An operator that is no recipient is the catalog's mistake, and is passed over here.
    """
    said = payload(incident, source, publisher, links=links, now=now)
    event = said["type"].rpartition(".")[2]
    return tuple(
        Delivery(
            id=incident_delivery_id(recipient.id, address, incident.id, event),
            entry_id=incident.id,
            rule_ids=(RULE,),
            recipient_id=recipient.id,
            channel=recipient.channel,
            address=address,
            payload=said,
            due_at=now,
        )
        for recipient in (recipients[name] for name in dict.fromkeys(operators) if name in recipients)
        for address in dict.fromkeys(addresses(recipient))
    )


def payload(
    incident: Incident, source: Source | None, publisher: Publisher | None, *, links: Links, now: datetime
) -> dict[str, Any]:
    """The alert as plain JSON data: the body of webhooks, so its keys are a contract (see `watcher.alerts.payload`)."""
    data = {
        "incident": _incident(incident, incident.recipient_id or _name(source, publisher)),
        "source": {"id": source.id, "name": source.name, "kind": source.kind, "url": source.url} if source else None,
        "publisher": {"id": publisher.id, "name": publisher.name, "type": publisher.type.value} if publisher else None,
        "links": {
            "health": _ledger(links) if incident.recipient_id else _health(links, source),
            "source": source.url if source else None,
        },
    }
    kind = CLOSED if incident.closed_at else OPENED
    whole: dict[str, Any] = storable({"type": kind, "version": VERSION, "timestamp": instant(now), "data": data})
    return whole


def _incident(incident: Incident, name: str) -> dict[str, Any]:
    return {
        "id": incident.id,
        "kind": incident.kind.value,
        "label": {language: troubles.label(incident.kind, language) for language in LANGUAGES},
        "headline": {language: troubles.headline(incident.kind, name, language) for language in LANGUAGES},
        "advice": {language: troubles.advice(incident.kind, language) for language in LANGUAGES},
        "since": instant(incident.since),
        "opened": instant(incident.opened_at),
        "closed": instant(incident.closed_at),
        "message": incident.message,
        "note": incident.note,
        "evidence": incident.evidence,
        "repairs": [{"option": r.option, "value": r.value, "preview": r.preview} for r in incident.repairs],
    }


def _name(source: Source | None, publisher: Publisher | None) -> str:
    """What people call it: the source's own name, or its id, and the publisher."""
    if source is None:
        return ""
    name = source.name or source.id
    return f"{name} ({publisher.name})" if publisher and publisher.name != name else name


def _ledger(links: Links) -> str | None:
    return f"{links.base_url.rstrip('/')}/alerts" if links.base_url else None


def _health(links: Links, source: Source | None) -> str | None:
    if not links.base_url:
        return None
    place = f"#s-{percent_encoded(source.id)}" if source else ""
    return f"{links.base_url.rstrip('/')}/sources{place}"
