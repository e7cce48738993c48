"""What a further report of an event brings that those before did not: only that is worth another alert."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from watcher.events.families import OFFICIAL, REAL, by_authority, family, is_act, main, related
from watcher.models.events import Act, Facts, News, NewsKind, Print

MOST = 8
"""Pieces of news that are named."""


def news(
    new: Print, known: Sequence[Print], parents: Mapping[str, str | None], *, acts: Sequence[Act], told: Sequence[Act]
) -> tuple[News, ...]:
    """The news in an entry after the entries `known` have been told.

    `acts` are those of the entry that its alert is about, `told` those that earlier alerts were about.
    """
    found = [News(NewsKind.ACT, _words(act)) for act in acts if _is_new(act, told, parents)]
    if _confirms(new, known):
        found.append(News(NewsKind.OFFICIAL, new.publisher_name))
    found += _facts(new, known)
    return tuple(dict.fromkeys(found))[:MOST]


def _confirms(new: Print, known: Sequence[Print]) -> bool:
    """An official source after unofficial ones."""
    speaks = new.publisher_type in OFFICIAL and is_act(main(new))
    return speaks and not any(each.publisher_type in OFFICIAL for each in known)


def _is_new(act: Act, told: Sequence[Act], parents: Mapping[str, str | None]) -> bool:
    """An act that was not told of, or only as a plan or a rumour; what others say about it is none."""
    if not is_act(act) or not by_authority(act):
        return False
    before = [each for each in told if related(each.policy, act.policy, parents) and family(each) is family(act)]
    if not before:
        return True
    return act.modality in REAL and not any(each.modality in REAL for each in before)


def _facts(new: Print, known: Sequence[Print]) -> list[News]:
    found: list[News] = []
    for kind, sort in (
        (NewsKind.EFFECTIVE, "effective"),
        (NewsKind.DATE, "dates"),
        (NewsKind.COUNTRY, "countries"),
        (NewsKind.COURT, "courts"),
        (NewsKind.NUMBER, "numbers"),
        (NewsKind.NUMBER, "quantities"),
    ):
        before = {fact for each in known for fact in _of(each, sort)}
        said = {each.value for each in found}
        found += [News(kind, fact) for fact in _told(new, sort) if fact not in before and fact not in said]
    return found


def _of(known: Print, sort: str) -> set[str]:
    """Where a date was told as a mere date, it is not news that something begins on it."""
    sorts = ("dates",) if sort == "effective" else (sort,)
    return {fact for each in sorts for part in (known.facts, known.background) for fact in getattr(part, each)}


def _told(new: Print, sort: str) -> tuple[str, ...]:
    """Dates that lie behind are history, not news."""
    facts: Facts = new.facts
    told: tuple[str, ...] = getattr(facts, sort)
    if sort in ("dates", "effective"):
        return tuple(each for each in told if each > new.at.date().isoformat())
    return told


def _words(act: Act) -> str:
    return f"{act.policy} {act.action.value} {act.modality.value} {act.actor.value}"
