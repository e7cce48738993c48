"""From an entry with its matches to its print: what it reports, in a form that can be compared."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from watcher.events.address import canonical, links
from watcher.events.facts import HOME, facts, joined, lower, sentences, starts
from watcher.events.marks import act_marks, marks
from watcher.events.sketch import sketch
from watcher.models.alerts import Announcement
from watcher.models.events import Act, Facts, Print
from watcher.models.matches import Match

FIRST = 2
"""Sentences at the beginning that say the news."""
EVIDENCE = 4
"""Matches whose evidence says the news, too."""
LONGEST = 60_000
"""Characters in which facts are looked for."""
ENOUGH = 5
"""Small words that say in which language a text is."""
LINKS = 64
_MOST = 40
"""Facts of each sort that are kept of the whole text."""
_CUES = (
    *("effective", "take effect", "takes effect", "taken effect", "in force", "deadline", "expire", "until"),
    *("no later than", "beginning", "starting", "correct", "vigor", "a partir", "hasta el", "vence", "plazo"),
    *("comenzar", "empezar", "rectific"),
)
"""What sentences that name the day on which something begins or ends have in them."""
_SPANISH = ("el", "los", "las", "que", "del", "para", "por", "una")
_SMALL = re.compile(rf"\b(?:the|of|and|for|that|was|with|{'|'.join(_SPANISH)})\b", re.IGNORECASE)
_CORRECTS = re.compile(
    r"\b(?:correct(?:ion|ed|s)|clarif(?:ication|ies)|updated?|postpone[sd]?|delay(?:s|ed)|"
    r"(?:new|changed) (?:\w+ )?date|"
    r"date changed|changed the|correcci[oó]n|corrige|aclara|actualiza|aplaza|pospone|nueva fecha|fe de erratas|"
    r"rectifica)",
    re.IGNORECASE,
)


def take_print(announcement: Announcement) -> Print | None:
    """The print of an entry; None where no policy was found in it: then it reports nothing that anybody is told."""
    if not announcement.matches:
        return None
    at = _moment(announcement.published, announcement.first_seen)
    title, text = announcement.title, announcement.text[:LONGEST]
    titled = facts(_without_names(title, announcement.matches), at.date(), keep_home=True)
    everywhere = facts(f"{title}\n{text}", at.date())
    taken = Print(
        entry_id=announcement.entry_id,
        source_id=announcement.source_id,
        publisher_id=announcement.publisher_id,
        publisher_name=announcement.publisher_name,
        publisher_type=announcement.publisher_type,
        language=_language(announcement),
        title=title,
        at=at,
        acts=tuple(dict.fromkeys(map(act, announcement.matches))),
        facts=joined([titled, _key_facts(text, announcement.matches, at.date())]),
        background=_few(everywhere),
        titled=titled,
        address=canonical(announcement.url),
        links=_canonical((*announcement.links, *links(text)), but=canonical(announcement.url))[:LINKS],
        versions=_canonical(announcement.versions),
        sketch=sketch(text),
        corrects=bool(_CORRECTS.search(title) or _CORRECTS.search(text[:200])),
    )
    return replace(taken, marks=marks(taken), act_marks=act_marks(taken))


def _canonical(addresses: Iterable[str], *, but: str = "") -> tuple[str, ...]:
    found = (each if "://" not in each else canonical(each) for each in addresses)
    return tuple(dict.fromkeys(each for each in found if each and each != but))


def act(match: Match) -> Act:
    """What a match says that happens."""
    return Act(match.policy, match.action, match.modality, match.actor_type, match.target_action)


def _language(announcement: Announcement) -> str:
    """What its small words are, where there are enough; else what its source says: many publish in two languages."""
    found = Counter(each.lower() for each in _SMALL.findall(f"{announcement.title} {announcement.text[:2000]}"))
    said = announcement.language.split("-")[0].lower() if announcement.language else ""
    if found.total() < ENOUGH and (said or not found):
        return said
    spanish = sum(number for word, number in found.items() if word in _SPANISH)
    return "es" if spanish * 2 > found.total() else "en"


def _moment(published: datetime | None, seen: datetime) -> datetime:
    """When it became news: an old date of a page that has just appeared is old, one in the future is a mistake."""
    return published if published is not None and published <= seen + timedelta(days=1) else seen


def _without_names(title: str, matches: tuple[Match, ...]) -> str:
    """The title without the names of policies: "Remain in Mexico" says nothing of a country."""
    characters = list(title)
    for match in matches:
        for mention in match.mentions:
            if mention.field == "title":
                characters[mention.start : mention.end] = " " * (mention.end - mention.start)
    return "".join(characters)


def _key_facts(text: str, matches: tuple[Match, ...], on: date) -> Facts:
    """The facts of the first sentences and of those that are evidence; of those with a cue only the dates."""
    spots = [match.evidence.start for match in matches[:EVIDENCE] if match.evidence.field == "text"]
    said: list[str] = []
    cued: list[str] = []
    for number, (start, end) in enumerate(sentences(text)):
        sentence = text[start:end]
        if number < FIRST or any(start <= spot < end for spot in spots):
            said.append(sentence)
        elif _has_cue(sentence):
            cued.append(sentence)
    effective = starts("\n".join(cued), on)
    return joined([facts("\n".join(said), on), Facts(dates=effective, effective=effective)])


def _has_cue(sentence: str) -> bool:
    low = lower(sentence)
    return any(cue in low for cue in _CUES)  # a tenth of the time that one pattern takes


def _few(found: Facts) -> Facts:
    return Facts(
        dates=found.dates[:_MOST],
        effective=found.effective[:_MOST],
        countries=tuple(each for each in found.countries if each not in HOME)[:_MOST],
        courts=found.courts[:_MOST],
        numbers=found.numbers[:_MOST],
        quantities=found.quantities[:_MOST],
        names=found.names[:_MOST],
    )
