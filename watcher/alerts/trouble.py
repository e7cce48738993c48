"""What an incident looks like to a person: subject, text, HTML and a block for the terminal, from its payload."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from watcher.alerts.oneline import one_line
from watcher.alerts.operators import CLOSED, OPENED
from watcher.alerts.phrases import incident_phrases

SUBJECT = 180
LINE = 500


def is_incident(payload: Mapping[str, Any]) -> bool:
    """Whether a payload tells of an incident, not of matches."""
    return payload.get("type") in (OPENED, CLOSED)


def subject(payload: Mapping[str, Any], language: str) -> str:
    """What happened; of an incident that closed, that it is over."""
    words, incident = incident_phrases(language), payload["data"]["incident"]
    said = incident["headline"][words.language]
    if payload["type"] == CLOSED:
        return one_line(f"{words.over}: {said}", SUBJECT)
    return one_line(said, SUBJECT)


def lines(payload: Mapping[str, Any], language: str) -> Iterator[str]:
    """For the terminal: a block when it opens, one line when it closes."""
    words, data = incident_phrases(language), payload["data"]
    incident = data["incident"]
    yield f"▌ {subject(payload, language)}"
    if payload["type"] == CLOSED:
        if incident["note"]:
            yield f"▌ {one_line(incident['note'], LINE)}"
        return
    yield f"▌ {one_line(incident['message'], LINE)}"
    yield f"▌ {incident['advice'][words.language]}"
    for repair in incident["repairs"]:
        yield f"▌ {words.proposed}: {one_line(_repair(repair), LINE)}"


def content(payload: Mapping[str, Any], language: str, moment: Callable[[str | None], str | None]) -> dict[str, Any]:
    """The values of the mail's templates, without links; `moment` writes an instant."""
    words, data = incident_phrases(language), payload["data"]
    incident = data["incident"]
    return {
        "say": words,
        "subject": subject(payload, language),
        "over": payload["type"] == CLOSED,
        "message": one_line(incident["message"], 2 * LINE),
        "advice": incident["advice"][words.language],
        "note": one_line(incident["note"], LINE),
        "since": moment(incident["since"]),
        "closed": moment(incident["closed"]),
        "repairs": [one_line(_repair(repair), 2 * LINE) for repair in incident["repairs"]],
        "evidence": incident["evidence"],
    }


def _repair(repair: Mapping[str, Any]) -> str:
    preview = f" ({repair['preview']})" if repair["preview"] else ""
    return f"{repair['option']}: {repair['value']}{preview}"
