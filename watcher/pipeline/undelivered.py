"""Which recipients alerts do not reach: one incident each while it lasts, told to the operators by another way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from watcher.models.catalog import Recipient
from watcher.models.identity import incident_id
from watcher.models.incidents import Incident, IncidentChange, IncidentKind
from watcher.models.views import AddressRecord

IN_A_ROW = 5
"""Failed attempts after which an address is in trouble; one that was given up is at once."""


def judge(
    records: Iterable[AddressRecord],
    addresses: Mapping[str, Sequence[str]],
    open_: Mapping[str, Incident],
    now: datetime,
) -> list[IncidentChange]:
    """The incidents that open, and those that close because everything arrives again.

    `addresses` has those that every recipient has now: what has gone from sources.yaml troubles nobody. `open_` are
    the open incidents by recipient.
    """
    worst: dict[str, AddressRecord] = {}
    doubtful: set[str] = set()
    good_at: dict[str, datetime] = {}
    for record in records:
        if record.address not in addresses.get(record.recipient_id, ()):
            continue
        if record.failures:
            doubtful.add(record.recipient_id)
        elif record.good_at is not None:
            good_at[record.recipient_id] = max(record.good_at, good_at.get(record.recipient_id, record.good_at))
        if _in_trouble(record) and record.failures > worst.get(record.recipient_id, _NONE).failures:
            worst[record.recipient_id] = record
    opened = [IncidentChange(opened=_incident(worst[name], now)) for name in worst.keys() - open_.keys()]
    over = [
        name
        for name, incident in open_.items()
        if name not in addresses or (name not in doubtful and name in good_at and good_at[name] >= incident.opened_at)
    ]
    return [*opened, *(IncidentChange(closed=replace(open_[name], closed_at=now)) for name in over)]


def another_way(recipient: str, operators: Sequence[str], recipients: Mapping[str, Recipient]) -> list[str]:
    """The operators to tell that a recipient cannot be reached: those on other channels, else others on the same."""
    failing = recipients.get(recipient)
    others = [name for name in operators if name in recipients and name != recipient]
    elsewhere = [name for name in others if failing is None or recipients[name].channel != failing.channel]
    return elsewhere or others


_NONE = AddressRecord("", "", "")


def _in_trouble(record: AddressRecord) -> bool:
    return record.dead > 0 or record.failures >= IN_A_ROW


def _incident(record: AddressRecord, now: datetime) -> Incident:
    attempts = "1 attempt" if record.failures == 1 else f"{record.failures} attempts in a row"
    given_up = f", {record.dead} given up" if record.dead else ""
    message = f"{record.channel} to {record.address}: {attempts} failed{given_up}; the last answer: {record.answer}"
    return Incident(
        id=incident_id(f"recipient:{record.recipient_id}", IncidentKind.UNDELIVERABLE, now),
        source_id=None,
        kind=IncidentKind.UNDELIVERABLE,
        since=record.since or now,
        opened_at=now,
        message=message,
        recipient_id=record.recipient_id,
    )
