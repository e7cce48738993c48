"""Several alerts in one message: their order, what is told in full, and the payload that says all of it.

Nothing is left out: beyond what is told in full, every alert still stands there with its title and its links.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from watcher.alerts.oneline import one_line
from watcher.alerts.phrases import digest_phrases

TYPE = "digest"
VERSION = 1
SUBJECT = 180
_HEADLINES = 3
"""In the subject."""

Said = Mapping[str, Any]


def is_digest(payload: Said) -> bool:
    """Whether a payload tells of several alerts."""
    return payload.get("type") == TYPE


def payload(alerts: Sequence[Said], *, in_full: int) -> dict[str, Any]:
    """The payloads of several alerts as one: plain JSON data, the same for the same alerts, most important first.

    `data.alerts` are the `data` of each (see `watcher.alerts.payload`); the first `data.in_full` of them are told in
    full where people read it. The timestamp is that of the newest.
    """
    ordered = by_importance(_one_per_event([each["data"] for each in alerts]))
    data = {
        "count": len(ordered),
        "in_full": min(in_full, len(ordered)),
        "alerts": ordered,
        "links": {"inbox": _inbox(ordered)},
    }
    return {"type": TYPE, "version": VERSION, "timestamp": max(each["timestamp"] for each in alerts), "data": data}


def _one_per_event(alerts: Sequence[Said]) -> list[Said]:
    """Alerts about one announcement are one: the newest, with all that they are about.

    The others stand under `event.reports`, each with its title, publisher and links. Alerts that know of no event, as
    those of an earlier release that still wait, stay as they are.
    """
    found: dict[str | int, list[Said]] = {}
    for number, each in enumerate(alerts):
        name = (each.get("event") or {}).get("id")
        found.setdefault(name or number, []).append(each)
    return [_joined(theirs) for theirs in found.values()]


def _joined(alerts: Sequence[Said]) -> Said:
    if len(alerts) == 1:
        return alerts[0]
    last = alerts[-1]
    reports = [
        {"title": each["entry"]["title"], "publisher": each["publisher"]["name"], "links": each["links"]}
        for each in alerts[:-1]
    ]
    news = [each for alert in alerts for each in alert["event"]["news"]]
    follows = next((each["event"]["follows"] for each in alerts if each["event"]["follows"]), None)
    matches = {match["id"]: match for alert in (last, *alerts[:-1]) for match in alert["matches"]}
    rules = {rule["id"]: rule for alert in alerts for rule in alert["rules"]}
    event = {**last["event"], "follows": follows, "news": news, "reports": reports}
    return {**last, "matches": list(matches.values()), "rules": list(rules.values()), "event": event}


def by_importance(alerts: Sequence[Said]) -> list[Said]:
    """Policy by policy, the one with the most important alert first, and so within a policy."""
    best: dict[str, tuple[bool, float]] = {}
    for each in alerts:
        policy = leading(each)["policy"]["id"]
        best[policy] = max(best.get(policy, (False, 0.0)), _importance(each))
    policies = sorted(best, key=lambda policy: (best[policy], policy), reverse=True)
    return sorted(
        alerts, key=lambda each: (policies.index(leading(each)["policy"]["id"]), *_downwards(_importance(each)))
    )


def leading(alert: Said) -> Said:
    """The match that an alert is headed by: the first one of its surest policy."""
    firsts: dict[str, Said] = {}
    for match in alert["matches"]:
        firsts.setdefault(match["policy"]["id"], match)
    return max(firsts.values(), key=lambda match: match["score"])


def subject(payload: Said, language: str) -> str:
    """ "7 announcements: MPP ends, ..." in one line."""
    words, data = digest_phrases(language), payload["data"]
    headlines = dict.fromkeys(leading(each)["headline"][words.language] for each in data["alerts"])
    shown = "; ".join(one_line(each, SUBJECT) for each in list(headlines)[:_HEADLINES])
    more = "; …" if len(headlines) > _HEADLINES else ""
    count = words.subject_one if data["count"] == 1 else words.subject.format(n=data["count"])
    return one_line(f"{count}: {shown}{more}", SUBJECT)


def policy_name(alert: Said, language: str) -> str:
    """The name of the policy under which an alert stands."""
    names: Said = leading(alert)["policy"]["names"]
    return str(names[digest_phrases(language).language])


def _importance(alert: Said) -> tuple[bool, float]:
    """An act that took place before one that is asked for; then how sure we are."""
    match = leading(alert)
    return match["modality"] == "actual", float(match["score"])


def _downwards(importance: tuple[bool, float]) -> tuple[bool, float]:
    return not importance[0], -importance[1]


def _inbox(alerts: Sequence[Said]) -> str | None:
    """The inbox since the day of the oldest of them; of one policy, if it is only one."""
    reviews = [each["links"]["review"] for each in alerts if each["links"]["review"]]
    if not reviews:
        return None
    base = reviews[0].rpartition("/entries/")[0]
    policies = {leading(each)["policy"]["id"] for each in alerts}
    asked = {"policy": next(iter(policies))} if len(policies) == 1 else {}
    since = min(each["entry"]["first_seen"] for each in alerts)[:10]
    return f"{base}/?{urlencode({'verdict': 'any', **asked, 'since': since})}"
