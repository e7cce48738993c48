"""What an alert looks like to a person: subject, text and HTML, from its payload, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from watcher.alerts import digest, followups, notices, trouble
from watcher.alerts.doors import NO_DOOR, Door
from watcher.alerts.moments import shown
from watcher.alerts.oneline import one_line, readable
from watcher.alerts.phrases import Phrases, digest_phrases, follow_up_phrases, foot_phrases, phrases

SUBJECT = 180
"""Characters of a subject."""
LINE = 500
"""Characters of a title, a headline or a name in the body."""
UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message for a person: the subject in one line, the body as text, the body as HTML."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters of a quotation that are marked as a mention, or not."""

    text: str
    marked: bool


def email(payload: Mapping[str, Any], language: str, timezone: tzinfo = UTC, door: Door = NO_DOOR) -> Rendered:
    """An alert as an e-mail. Every text from outside is a template's value, never a template or markup.

    `door` has the links that are for its reader alone.
    """
    name, content = _named(payload, language, timezone)
    feet = foot_phrases(language)
    subscribed = bool(door.manage)
    around = {"language": feet.language, "foot": feet, "door": door, "subscribed": subscribed}
    context = {**content, **around}
    if subscribed:  # they have no login
        context |= {"review_link": None, "mute_link": None, "inbox_link": None}
    return Rendered(
        subject=context["subject"],
        text=_templates().get_template(f"{name}.txt").render(context),
        html=_templates().get_template(f"{name}.html").render(context),
    )


def _named(payload: Mapping[str, Any], language: str, timezone: tzinfo) -> tuple[str, dict[str, Any]]:
    """The name of the templates for it, and what they show."""
    if trouble.is_incident(payload):
        return "incident", _incident(payload, language, timezone)
    if notices.is_notice(payload):
        return "notice", notices.content(payload, language)
    if digest.is_digest(payload):
        return "digest", _digest(payload, language, timezone)
    words = phrases(language)
    shown = {"say": words, "words": words, "subject": subject(payload, language)}
    return "alert", {**shown, **_content(payload, words, timezone)}


def subject(payload: Mapping[str, Any], language: str) -> str:
    """What happens to which policy, says who; further policies are counted. Or what happened to a source."""
    if trouble.is_incident(payload):
        return trouble.subject(payload, language)
    if notices.is_notice(payload):
        return notices.subject(payload, language)
    if digest.is_digest(payload):
        return digest.subject(payload, language)
    words, data = phrases(language), payload["data"]
    first, *others = surest_first(data["matches"])
    further = {match["policy"]["id"] for match in others} - {first["policy"]["id"]}
    publisher = one_line(data["publisher"]["name"], 60)
    more = f" ({words.more.format(n=len(further))})" if further else ""
    ending = f" — {publisher}{more}"
    before = f"{follow_up_phrases(language).update}: " if followups.is_follow_up(data) else ""
    return before + one_line(first["headline"][words.language], SUBJECT - len(ending) - len(before)) + ending


def _digest(payload: Mapping[str, Any], language: str, timezone: tzinfo) -> dict[str, Any]:
    say, words, data = digest_phrases(language), phrases(language), payload["data"]
    in_full, listed = data["alerts"][: data["in_full"]], data["alerts"][data["in_full"] :]
    return {
        "say": say,
        "words": words,
        "subject": digest.subject(payload, language),
        "groups": _by_policy(in_full, words, timezone),
        "listed": [_content({"data": each}, words, timezone) for each in listed],
        "more": say.more_one if len(listed) == 1 else say.more.format(n=len(listed)),
        "inbox_link": web_link(data["links"]["inbox"]),
        "rules": _rules(data["alerts"]),
    }


def _by_policy(alerts: Sequence[Mapping[str, Any]], words: Phrases, timezone: tzinfo) -> list[dict[str, Any]]:
    """In their order, which is policy by policy."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for each in alerts:
        name = one_line(digest.policy_name(each, words.language), LINE)
        groups.setdefault(name, []).append(_content({"data": each}, words, timezone))
    return [{"policy": name, "alerts": theirs} for name, theirs in groups.items()]


def _rules(alerts: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Every rule that any of the alerts is sent by, once."""
    found = {rule["id"]: rule for each in alerts for rule in each["rules"]}
    return [_rule(rule) for rule in found.values()]


def _rule(rule: Mapping[str, str]) -> dict[str, str]:
    return {"id": one_line(rule["id"], LINE), "note": one_line(rule["note"], 2000)}


def _incident(payload: Mapping[str, Any], language: str, timezone: tzinfo) -> dict[str, Any]:
    links = payload["data"]["links"]
    return {
        **trouble.content(payload, language, lambda instant: _moment(instant, timezone)),
        "source_link": web_link(links["source"]),
        "health_link": web_link(links["health"]),
    }


def surest_first(matches: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The policies by the score of their first match, the highest first; the matches of a policy stay in order."""
    score: dict[str, float] = {}
    for match in matches:
        score.setdefault(match["policy"]["id"], match["score"])
    policies = sorted(score, key=lambda policy: -score[policy])
    return sorted(matches, key=lambda match: policies.index(match["policy"]["id"]))


def pieces(quote: Mapping[str, Any]) -> list[Piece]:
    """A quotation cut at its marks, with an ellipsis where its paragraph goes on."""
    text, at, found = readable(quote["text"]), 0, []
    for mark in quote["marks"]:
        found.append(Piece(text[at : mark["start"]], False))
        found.append(Piece(text[mark["start"] : mark["end"]], True))
        at = mark["end"]
    found.append(Piece(text[at:], False))
    before = [] if quote["opens"] else [Piece("… ", False)]
    after = [] if quote["closes"] else [Piece(" …", False)]
    return [piece for piece in (*before, *found, *after) if piece.text]


def marked_text(quote: Mapping[str, Any]) -> str:
    """A quotation in one paragraph of plain text, its mentions between asterisks."""
    text = "".join(f"*{piece.text.strip()}*" if piece.marked else piece.text for piece in pieces(quote))
    return " ".join(text.split())


def _content(payload: Mapping[str, Any], words: Phrases, timezone: tzinfo) -> dict[str, Any]:
    data = payload["data"]
    entry, links = data["entry"], data["links"]
    return {
        "matches": [_shown(match, words) for match in _one_per_headline(surest_first(data["matches"]), words)],
        "publisher": one_line(data["publisher"]["name"], LINE),
        "title": one_line(entry["title"], LINE),
        "published": _moment(entry["published"], timezone),
        "first_seen": _moment(entry["first_seen"], timezone),
        "rules": [_rule(rule) for rule in data["rules"]],
        "source_link": web_link(links["source"]),
        "review_link": web_link(links["review"]),
        "mute_link": web_link(links.get("mute")),  # waiting alerts of an earlier release have none
        "whats_new": _whats_new(data, words),
        "reports": [_report(each) for each in (data.get("event") or {}).get("reports", ())],
    }


def _report(said: Mapping[str, Any]) -> dict[str, str | None]:
    """Another report of the same announcement, in a digest."""
    where = f"{one_line(said['publisher'], LINE)}: {one_line(said['title'], LINE)}"
    return {"what": where, "source_link": web_link(said["links"]["source"])}


def _whats_new(data: Mapping[str, Any], words: Phrases) -> dict[str, Any] | None:
    """What is new in a follow-up; None of a first alert."""
    told = followups.told(data, words.language)
    if told is None:
        return None
    lines = [one_line(each, LINE) for each in (*told["news"], told["more"]) if each]
    return {"title": told["say"].new, "lines": lines or [told["say"].nothing_named]}


def _one_per_headline(matches: list[dict[str, Any]], words: Phrases) -> list[dict[str, Any]]:
    """Matches that read the same to a person, because the headline leaves out where they differ, are shown once."""
    shown: dict[str, dict[str, Any]] = {}
    for match in matches:
        shown.setdefault(match["headline"][words.language], match)
    return list(shown.values())


def _shown(match: Mapping[str, Any], words: Phrases) -> dict[str, Any]:
    quote = match["quote"]
    return {
        "headline": one_line(match["headline"][words.language], LINE),
        "quote": marked_text(quote),
        "pieces": pieces(quote),
        "from_title": quote["field"] == "title",
    }


def web_link(address: str | None) -> str | None:
    """The address if it may be a link: http or https, without blanks or anything invisible."""
    if not address or not address.lower().startswith(("http://", "https://")):
        return None
    return None if address != "".join(readable(address).split()) else address


def _moment(instant: str | None, timezone: tzinfo) -> str | None:
    """ "2026-03-14 09:30 EDT": the one order of numbers that nobody misreads."""
    return shown(datetime.fromisoformat(instant), timezone) if instant else None


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("watcher.alerts", "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True, disabled_extensions=("txt",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
