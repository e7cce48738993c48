"""What an alert says, as plain JSON data: fixed when the match is recorded, the same for every channel and attempt.

This is the body of webhooks and the lines of the file channel, so its keys are a contract with other programs: new
keys may come, `version` changes when one goes or changes its meaning.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote as percent_encoded

from watcher.alerts.quote import quote
from watcher.models.alerts import Announcement
from watcher.models.catalog import Rule
from watcher.models.identity import match_id
from watcher.models.matches import Match
from watcher.models.policies import Policy
from watcher.vocabulary.wording import headline

TYPE = "match.created"
VERSION = 1
LANGUAGES = ("en", "es")
"""Those that alerts are written in; a recipient with another one reads English."""


@dataclass(frozen=True, slots=True)
class Links:
    """Where people read more. `base_url` is the address of the review pages, or empty when nobody can reach them."""

    base_url: str = ""

    def review(self, entry_id: str) -> str | None:
        """The review page of an entry."""
        return f"{self.base_url.rstrip('/')}/entries/{percent_encoded(entry_id)}" if self.base_url else None

    def mute(self, policy: str) -> str | None:
        """The page that silences a policy for a while."""
        return (
            f"{self.base_url.rstrip('/')}/alerts/silences?policies={percent_encoded(policy)}" if self.base_url else None
        )


def payload(
    announcement: Announcement,
    matches: Sequence[Match],
    rules: Sequence[Rule],
    *,
    policies: Mapping[str, Policy],
    links: Links,
    now: datetime,
) -> dict[str, Any]:
    """The alert about these matches of an announcement, which these rules took. Plain JSON data, cleaned.

    `policies` gives the names (a policy that is not in it is called by its id); `now` becomes the `timestamp`.
    """
    data = {
        "entry": _entry(announcement),
        "publisher": {
            "id": announcement.publisher_id,
            "name": announcement.publisher_name,
            "type": announcement.publisher_type.value,
        },
        "source": {"id": announcement.source_id},
        "matches": [_match(announcement, match, policies.get(match.policy)) for match in matches],
        "rules": [{"id": rule.id, "note": rule.note} for rule in rules],
        "thread": announcement.thread or announcement.entry_id,
        "links": {
            "review": links.review(announcement.entry_id),
            "source": announcement.url,
            "mute": links.mute(matches[0].policy) if matches else None,
        },
    }
    said: dict[str, Any] = storable({"type": TYPE, "version": VERSION, "timestamp": instant(now), "data": data})
    return said


def _entry(announcement: Announcement) -> dict[str, Any]:
    kind = announcement.announcement_kind
    return {
        "id": announcement.entry_id,
        "revision": announcement.revision,
        "url": announcement.url,
        "title": announcement.title,
        "published": instant(announcement.published),
        "first_seen": instant(announcement.first_seen),
        "language": announcement.language,
        "kind": kind.value if kind else None,
    }


def _match(announcement: Announcement, match: Match, policy: Policy | None) -> dict[str, Any]:
    names = {language: policy.shown(language) if policy else match.policy for language in LANGUAGES}
    return {
        "id": match_id(announcement.entry_id, match),
        "policy": {"id": match.policy, "name": policy.name if policy else match.policy, "names": names},
        "headline": {language: headline(match, names[language], language) for language in LANGUAGES},
        "action": match.action.value,
        "modality": match.modality.value,
        "target_action": match.target_action.value if match.target_action else None,
        "target_polarity": match.target_polarity.value if match.target_polarity else None,
        "actor_type": match.actor_type.value,
        "score": match.score,
        "reasons": [{"name": reason.name, "value": reason.value} for reason in match.reasons],
        "quote": _quote(announcement, match),
    }


def _quote(announcement: Announcement, match: Match) -> dict[str, Any]:
    found = quote(match, title=announcement.title, text=announcement.text)
    return {
        "field": found.field,
        "start": found.start,
        "text": found.text,
        "marks": [{"start": start, "end": end} for start, end in found.marks],
        "opens": found.opens,
        "closes": found.closes,
    }


def instant(moment: datetime | None) -> str | None:
    """RFC 3339, in UTC, whole seconds; None stays None."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if moment else None


def storable(value: Any) -> Any:
    """NUL and lone surrogates, which JSON readers and databases refuse, become U+FFFD: one for one, offsets hold."""
    if isinstance(value, str):
        return "".join("\ufffd" if c == "\0" or "\ud800" <= c <= "\udfff" else c for c in value)
    if isinstance(value, dict):
        return {key: storable(each) for key, each in value.items()}
    if isinstance(value, list):
        return [storable(each) for each in value]
    return value
