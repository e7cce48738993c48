"""Names that never change: ids derived from what they name, so that doing something twice gives the same id."""

from __future__ import annotations

import hashlib
from base64 import b32encode
from collections.abc import Sequence
from datetime import datetime

from watcher.models.entries import Entry
from watcher.models.matches import Match


def entry_id(source_id: str, key: str) -> str:
    """The id of an entry: 16 letters and digits from its source and its key within that source."""
    return _digest("entry", source_id, key)


def match_id(entry: str, match: Match) -> str:
    """The id of a match: one per entry and distinct (policy, action, modality, target, polarity, actor)."""
    return _digest(
        "match",
        entry,
        match.policy,
        match.action,
        match.modality,
        match.target_action or "",
        match.target_polarity or "",
        match.actor_type,
    )


def delivery_id(recipient_id: str, address: str, entry: str, revision: int) -> str:
    """The id of a delivery, which every attempt carries: one per revision of an entry and address of a recipient."""
    return _digest("delivery", recipient_id, address, entry, str(revision))


def event_id(founder: str) -> str:
    """The id of an event: of the entry that founded it."""
    return _digest("event", founder)


def incident_id(source_id: str | None, kind: str, opened_at: datetime) -> str:
    """The id of an incident: one per source (None: the network), kind and moment of opening."""
    return _digest("incident", source_id or "", kind, opened_at.isoformat())


def incident_delivery_id(recipient_id: str, address: str, incident: str, event: str) -> str:
    """The id of a delivery that tells an address of an incident's `event`: "opened" or "closed"."""
    return _digest("incident-delivery", recipient_id, address, incident, event)


def notice_id(kind: str, period: str) -> str:
    """The id of a notice (a test, a canary, a receipt): one per kind and the period or occasion that it is about."""
    return _digest("notice", kind, period)


def notice_delivery_id(recipient_id: str, address: str, notice: str) -> str:
    """The id of a delivery that brings a notice to an address."""
    return _digest("notice-delivery", recipient_id, address, notice)


def digest_id(recipient_id: str, address: str, period: str, part: int) -> str:
    """The id of a digest, which every attempt carries: one per address and turn; `part` counts what fits into one."""
    return _digest("digest", recipient_id, address, period, str(part))


def burst_id(recipient_id: str, address: str, deliveries: Sequence[str]) -> str:
    """The id of one message about several immediate alerts."""
    return _digest("burst", recipient_id, address, *deliveries)


def content_sha256(entry: Entry) -> str:
    """The hex digest of what a source says in an entry; dates and addresses do not count as a change of content."""
    return hashlib.sha256("\0".join((entry.title, entry.text)).encode("utf-8", "surrogatepass")).hexdigest()


def _digest(*parts: str) -> str:
    """Length-prefixed, so that no two lists of parts can run together; 80 bits keep 10^9 names apart."""
    whole = b"".join(len(p := part.encode("utf-8", "surrogatepass")).to_bytes(4, "big") + p for part in parts)
    return b32encode(hashlib.blake2b(whole, digest_size=10).digest()).decode().lower()
