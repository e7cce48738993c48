"""What an alert says of the announcement behind its entry: which alert it follows up, what is new, who reports it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from watcher.alerts.phrases import FollowUpPhrases, follow_up_phrases
from watcher.models.alerts import Delivery, Waits, WaitsFor
from watcher.models.events import Act, News, NewsKind
from watcher.models.words import Action, ActorType, Modality
from watcher.vocabulary import places

_NAMED = 4
"""Other sources that are named."""


def acts_of(payload: Mapping[str, Any]) -> tuple[Act, ...]:
    """The acts that an alert is about."""
    return tuple(_act(match) for match in payload.get("data", {}).get("matches", ()))


def first(made: Delivery, event: str) -> Delivery:
    """The first alert of an event to its address."""
    return _saying(made, {"id": event, "follows": None, "news": [], "sources": []})


def follow_up(made: Delivery, event: str, *, root: str, news: Sequence[News], sources: Sequence[str]) -> Delivery:
    """An alert that goes on in the conversation of `root`; `sources` are publishers that reported since."""
    told = {
        "id": event,
        "follows": root,
        "news": [{"kind": each.kind.value, "value": each.value} for each in news],
        "sources": list(sources),
    }
    return replace(_saying(made, told), thread=root)


def held(made: Delivery, event: str, *, root: str, title: str, publisher: str) -> Delivery:
    """An alert that is recorded and not sent: its address has been told all of it."""
    said = (WaitsFor(Waits.REPEAT, title=title, publisher=publisher),)
    told = _saying(made, {"id": event, "follows": root, "news": [], "sources": []})
    return replace(told, repeats=True, held=False, waits_for=said, digest=None, thread=root)


def is_follow_up(data: Mapping[str, Any]) -> bool:
    """Whether the `data` of an alert goes on where an earlier one ended."""
    return bool((data.get("event") or {}).get("follows"))


def told(data: Mapping[str, Any], language: str) -> dict[str, Any] | None:
    """What is new, in words: `news` (lines) and `more` (who else reports it, or ""); None of a first alert."""
    if not is_follow_up(data):
        return None
    words, event = follow_up_phrases(language), data["event"]
    lines = [_line(News(NewsKind(each["kind"]), each["value"]), data, words) for each in event["news"]]
    return {"say": words, "news": list(dict.fromkeys(lines)), "more": _more(event["sources"], words)}


def _saying(made: Delivery, event: Mapping[str, Any]) -> Delivery:
    if "data" not in made.payload:
        return made
    return replace(made, payload={**made.payload, "data": {**made.payload["data"], "event": event}})


def _act(match: Mapping[str, Any]) -> Act:
    target = match.get("target_action")
    return Act(
        policy=match["policy"]["id"],
        action=Action(match["action"]),
        modality=Modality(match["modality"]),
        actor=ActorType(match["actor_type"]),
        target=Action(target) if target else None,
    )


def _more(sources: Sequence[str], words: FollowUpPhrases) -> str:
    if not sources:
        return ""
    named = ", ".join(sources[:_NAMED]) + (", …" if len(sources) > _NAMED else "")
    return words.source.format(names=named) if len(sources) == 1 else words.sources.format(n=len(sources), names=named)


def _line(news: News, data: Mapping[str, Any], words: FollowUpPhrases) -> str:
    match news.kind:
        case NewsKind.OFFICIAL:
            return words.official.format(name=news.value)
        case NewsKind.ACT:
            return words.act.format(what=_headline(news.value, data, words))
        case NewsKind.EFFECTIVE:
            return words.effective.format(day=_day(news.value, words))
        case NewsKind.DATE:
            return words.date.format(day=_day(news.value, words))
        case NewsKind.COUNTRY:
            return words.country.format(name=places.country(news.value, words.language))
        case NewsKind.COURT:
            return words.court.format(name=words.courts.get(news.value.split(" ")[0], news.value.upper()))
        case _:
            return words.number.format(value=news.value)


def _headline(act: str, data: Mapping[str, Any], words: FollowUpPhrases) -> str:
    """The headline of the match that the act was taken from."""
    for match in data["matches"]:
        if act == " ".join((match["policy"]["id"], match["action"], match["modality"], match["actor_type"])):
            return str(match["headline"][words.language])
    return act


def _day(iso: str, words: FollowUpPhrases) -> str:
    day = date.fromisoformat(iso)
    return words.day.format(day=day.day, month=words.months[day.month - 1], year=day.year)
