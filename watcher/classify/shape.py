"""A classification as plain values for JSON: the shape of `watcher classify --jsonl` and of what is stored."""

from __future__ import annotations

from typing import Any

from watcher.models.matches import Classification, Match, Mention, Span, Undecided


def to_json(classification: Classification) -> dict[str, Any]:
    """All keys are always present; the caller adds `id`."""
    return {
        "languages": list(classification.languages),
        "announcement_kind": classification.announcement_kind,
        "secondary_kind": classification.secondary_kind,
        "matches": [_match(match) for match in classification.matches],
        "undecided": [_undecided(name) for name in classification.undecided],
    }


def _match(match: Match) -> dict[str, Any]:
    return {
        "policy": match.policy,
        "action": match.action,
        "modality": match.modality,
        "target_action": match.target_action,
        "target_polarity": match.target_polarity,
        "actor_type": match.actor_type,
        "score": match.score,
        "reasons": [{"name": reason.name, "value": reason.value} for reason in match.reasons],
        "evidence": _span(match.evidence),
        "mentions": [_mention(mention) for mention in match.mentions],
    }


def _span(span: Span) -> dict[str, Any]:
    return {"field": span.field, "start": span.start, "end": span.end, "text": span.text}


def _mention(mention: Mention) -> dict[str, Any]:
    place = {"field": mention.field, "start": mention.start, "end": mention.end}
    return place | {"text": mention.text, "language": mention.language}


def _undecided(name: Undecided) -> dict[str, Any]:
    place = {"text": name.text, "field": name.field, "start": name.start, "end": name.end}
    return place | {"candidates": list(name.candidates)}
