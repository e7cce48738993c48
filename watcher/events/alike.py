"""Whether two entries report the same announcement, and why: one pair, one answer, no memory.

For it speak the same address, copied text, a link, the same act within days with shared facts, and a version in the
other language. Against it speak opposite acts, other policies, and facts that exclude each other. When in doubt they
are two: an alert too many is better than one that is missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from watcher.events.families import (
    OPINIONS,
    Family,
    by_authority,
    family,
    is_act,
    main,
    near_doing,
    opposite,
    related,
    same_actor,
    same_doing,
)
from watcher.events.sketch import Overlap, overlap
from watcher.models.events import Act, Print

FARTHEST = timedelta(days=30)
"""Between two reports of one announcement, copies included: last year's anniversary is another one."""
COPIED = 0.5
"""Share of the shorter text that stands in the other one."""
ALMOST_ALL = 0.8
_FEW = 6
"""Sequences of five words that must be shared: a stock phrase is no copy."""
SOON = timedelta(hours=36)
LATER = timedelta(days=4)
LATEST = timedelta(days=10)
"""For the same act in other words: at once no facts need to be shared, later one, then three."""
VERSION = timedelta(hours=72)
"""Between an announcement and its version in the other language."""
REACTS = timedelta(days=7)
_LATE_FACTS = 3.0
_NEAR_FACTS = 2.0
_WEIGHTS = {"numbers": 2.0, "courts": 1.5, "dates": 1.0, "countries": 1.0, "quantities": 1.0, "names": 1.0}
Parents = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Likeness:
    """`same`: one announcement. `reaction`: the later one reacts to the earlier one. `strength` orders candidates."""

    same: bool = False
    strength: float = 0.0
    why: str = ""
    reaction: bool = False
    against: str = ""
    """What excludes it, where something does."""


def compare(new: Print, old: Print, parents: Parents) -> Likeness:
    """Whether both report the same announcement. Symmetric but for `reaction` (`new` reacts to `old`)."""
    apart = abs(new.at - old.at)
    if apart > FARTHEST:
        return Likeness(against=f"{apart.days} days apart")
    copied = overlap(new.sketch, old.sketch) if _one_policy(new, old, parents) else Overlap()
    against = _against(new, old, copied, parents)
    if against:
        return Likeness(against=against, reaction=reacts(new, old, parents))
    shared = _shared(new, old)
    for rule in (_same_address, _same_text, _declared, _linked, _version, _continued, _same_act):
        found = rule(new, old, copied, shared, apart, parents)
        if found:
            why = "; ".join(each for each in (found.why, _said(shared), _time(apart)) if each)
            return Likeness(True, found.strength + shared.weight / 100, why)
    return Likeness(reaction=reacts(new, old, parents))


@dataclass(frozen=True, slots=True)
class _Found:
    """A rule that says yes."""

    strength: float
    why: str


@dataclass(frozen=True, slots=True)
class _Shared:
    """Facts that one of them tells as its news and the other one has as well."""

    facts: tuple[str, ...]
    weight: float


# --- for it ------------------------------------------------------------------------------------------------------


def _same_address(
    new: Print, old: Print, copied: Overlap, shared: _Shared, apart: timedelta, parents: Parents
) -> _Found | None:
    if not new.address or new.address != old.address:
        return None
    return _Found(5.0, "the same address") if _one_policy(new, old, parents) else None


def _same_text(
    new: Print, old: Print, copied: Overlap, shared: _Shared, apart: timedelta, parents: Parents
) -> _Found | None:
    if copied.contained < COPIED or copied.shared < _FEW:
        return None
    if apart > LATER and copied.alike < ALMOST_ALL:
        return None  # a form letter that was filled in anew
    what = "the same text" if copied.alike >= ALMOST_ALL else "copied text"
    return _Found(3.0 + copied.contained, f"{what}, {copied.contained:.0%} contained")


def _linked(
    new: Print, old: Print, copied: Overlap, shared: _Shared, apart: timedelta, parents: Parents
) -> _Found | None:
    """A link alone joins nothing: both tell an act, the same one, or nearly the same with a fact that both say."""
    pair = _link(new, old)
    if pair is None or apart > LATEST or not _one_policy(new, old, parents):
        return None
    one, other = main(new), main(old)
    if not (is_act(one) and is_act(other)):
        return None
    sure = same_doing(one, other) and (apart <= LATER or shared.weight)
    if sure or (near_doing(one, other) and shared.weight):
        return _Found(2.5, f"{pair[0].publisher_name} links to the announcement of {pair[1].publisher_name}")
    return None


def _link(one: Print, other: Print) -> tuple[Print, Print] | None:
    """Which of them links to which; the later one where both do."""
    both = sorted((one, other), key=lambda each: (each.at, each.entry_id), reverse=True)
    return next(((a, b) for a, b in (both, both[::-1]) if b.address and b.address in a.links), None)


def _declared(
    new: Print, old: Print, copied: Overlap, shared: _Shared, apart: timedelta, parents: Parents
) -> _Found | None:
    """One says that the other is it in another language."""
    says = (new.address and new.address in old.versions) or (old.address and old.address in new.versions)
    if not says or not new.language or new.language == old.language or not _one_policy(new, old, parents):
        return None
    if new.publisher_id != old.publisher_id:
        return None
    return _Found(3.0, "its page names the other as itself in another language")


def _version(
    new: Print, old: Print, copied: Overlap, shared: _Shared, apart: timedelta, parents: Parents
) -> _Found | None:
    """The same publisher says it in another language."""
    if not new.language or not old.language or new.language == old.language:
        return None
    if new.publisher_id != old.publisher_id or apart > VERSION:
        return None
    one, other = main(new), main(old)
    demands = family(one) is family(other) is Family.DEMAND and bool(shared.facts)
    alike = same_doing(one, other) or near_doing(one, other) or demands
    if not related(one.policy, other.policy, parents) or not alike:
        return None
    if not shared.facts and (apart > timedelta(hours=24) or not same_doing(one, other)):
        return None
    return _Found(2.0, "the same publisher in another language")


def _continued(
    new: Print, old: Print, copied: Overlap, shared: _Shared, apart: timedelta, parents: Parents
) -> _Found | None:
    """The same publisher goes back to what it said: a correction, another date."""
    later = max(new, old, key=lambda each: (each.at, each.entry_id))
    if new.publisher_id != old.publisher_id or not later.corrects or apart > LATEST:
        return None
    one, other = main(new), main(old)
    if not related(one.policy, other.policy, parents) or not (is_act(one) and is_act(other)):
        return None
    return _Found(1.5, "the same publisher goes back to it")


def _same_act(
    new: Print, old: Print, copied: Overlap, shared: _Shared, apart: timedelta, parents: Parents
) -> _Found | None:
    one, other = main(new), main(old)
    if not related(one.policy, other.policy, parents) or apart > LATEST:
        return None
    needed = _needed(one, other, apart, same_publisher=new.publisher_id == old.publisher_id)
    if needed is None or shared.weight + copied.contained < needed:
        return None
    return _Found(1.0, f"the same act: {_act(one)}")


def _needed(one: Act, other: Act, apart: timedelta, *, same_publisher: bool) -> float | None:
    """What shared facts must weigh; None where nothing will do."""
    if not (is_act(one) and (is_act(other) or family(other) is Family.REPORT)) and not (
        is_act(other) and family(one) is Family.REPORT
    ):
        return None
    late = 0.0 if apart <= SOON else 1.0 if apart <= LATER else _LATE_FACTS
    if same_doing(one, other):
        own = 1.0 if same_publisher else 0.0  # one that speaks twice mostly says two things
        challenge = 1.0 if family(one) is Family.CHALLENGE else 0.0
        return max(late, own, challenge)
    if near_doing(one, other) and same_actor(one, other):
        return max(late, _NEAR_FACTS)
    return None


# --- against it --------------------------------------------------------------------------------------------------


def _against(new: Print, old: Print, copied: Overlap, parents: Parents) -> str:
    """What excludes that both report one announcement; "" where nothing does."""
    one, other = main(new), main(old)
    if not _one_policy(new, old, parents):
        return f"{one.policy} is not {other.policy}"
    if related(one.policy, other.policy, parents) and opposite(one, other):
        denied = one.action is other.action
        return "one denies it" if denied else f"{one.action.value} is not {other.action.value}"
    if _is_opinion(new) != _is_opinion(old) and copied.alike < ALMOST_ALL:
        return "one is an act, one an opinion"
    return _excluding(new, old, copied)


def _excluding(new: Print, old: Print, copied: Overlap) -> str:
    for sort in ("countries", "courts"):
        if clash := _clash(getattr(new.titled, sort), getattr(old.titled, sort)):
            return clash
        if clash := _clash(_news(new, old, sort), _news(old, new, sort)):
            return clash
    if clash := _other_numbers(new, old):
        return clash
    if new.corrects or old.corrects:
        return ""
    return _other_details(new, old, copied)


def _clash(one: tuple[str, ...], other: tuple[str, ...]) -> str:
    if one and other and not set(one) & set(other):
        return f"{', '.join(sorted(one)[:3])} is not {', '.join(sorted(other)[:3])}"
    return ""


def _news(one: Print, other: Print, sort: str) -> tuple[str, ...]:
    """What one tells as its news, unless all of it stands somewhere in the other one."""
    told: tuple[str, ...] = getattr(one.facts, sort)
    if not told:
        return ()
    known = {*getattr(other.facts, sort), *getattr(other.background, sort)}
    return () if set(told) & known else told


def _other_numbers(new: Print, old: Print) -> str:
    """Two dockets, or two executive orders, are two matters."""
    for kind in ("docket ", "fr ", "eo ", "proclamation ", "bill "):
        one = tuple(each for each in new.facts.numbers if each.startswith(kind))
        other = tuple(each for each in old.facts.numbers if each.startswith(kind))
        both = {*new.background.numbers} & {*old.background.numbers}
        if not any(each.startswith(kind) for each in both) and (clash := _clash(one, other)):
            return clash
    return ""


def _other_details(new: Print, old: Print, copied: Overlap) -> str:
    """A form letter that was filled in anew: the words are the same, days and numbers are not."""
    own = new.publisher_id == old.publisher_id
    days = _clash(_news(new, old, "dates"), _news(old, new, "dates"))
    counts = _clash(_news(new, old, "quantities"), _news(old, new, "quantities"))
    titled = _clash(new.titled.dates, old.titled.dates) or _clash(new.titled.quantities, old.titled.quantities)
    if own and new.language == old.language and (titled or (days and counts)):
        return titled or days
    if own and new.language == old.language and (days or counts) and new.title != old.title:
        return days or counts
    return days if days and counts and copied.contained < COPIED else ""


def _one_policy(new: Print, old: Print, parents: Parents) -> bool:
    """Whether what one is mainly about plays the same part in the other, or both name it as an act."""
    one, other = main(new), main(old)
    return related(one.policy, other.policy, parents)


def _is_opinion(each: Print) -> bool:
    return family(main(each)) in OPINIONS or not (is_act(main(each)) or family(main(each)) is Family.REPORT)


# --- the words ---------------------------------------------------------------------------------------------------


def _shared(new: Print, old: Print) -> _Shared:
    facts: dict[str, float] = {}
    for sort, weight in _WEIGHTS.items():
        for told, other in ((new, old), (old, new)):
            if said := getattr(told.facts, sort):
                known = {*getattr(other.facts, sort), *getattr(other.background, sort)}
                facts |= {fact: weight for fact in said if fact in known}
    return _Shared(tuple(sorted(facts)), sum(facts.values()))


def _said(shared: _Shared) -> str:
    return f"both say {', '.join(shared.facts[:4])}" if shared.facts else ""


def _act(act: Act) -> str:
    return f"{act.actor.value} {act.action.value} {act.policy}"


def _time(apart: timedelta) -> str:
    if apart < timedelta(hours=1):
        return "within an hour"
    hours = apart // timedelta(hours=1)
    return f"{hours} h apart" if hours <= 48 else f"{apart.days} days apart"


def reacts(new: Print, old: Print, parents: Parents) -> bool:
    """Whether an opinion is one about an act that the other reports: it names the act, or comments the policy."""
    one, other = main(new), main(old)
    if not _is_opinion(new) or not is_act(other) or not by_authority(other):
        return False
    if not -timedelta(days=1) <= new.at - old.at <= REACTS or family(one) is Family.COMMEMORATE:
        return False
    names_it = any(
        related(act.policy, other.policy, parents) and is_act(act) and same_doing(act, other) for act in new.acts
    )
    comments = family(one) is Family.COMMENT and related(one.policy, other.policy, parents)
    points_at_it = bool(other_address := old.address) and other_address in new.links
    return names_it or comments or (points_at_it and related(one.policy, other.policy, parents))
