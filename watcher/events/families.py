"""Actions that announcements of one act may be described with, those that exclude each other, and mere statements."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from watcher.models.events import Act, Print
from watcher.models.words import Action, ActorType, Modality, PublisherType


class Family(StrEnum):
    """What is done, coarsely: two outlets call the same act "reinstates" and "resumes", or "suspends" and "ends"."""

    BEGIN = "begin"
    CARRY_OUT = "carry_out"
    """What was decided before, be it a beginning or an end, takes effect."""
    GROW = "grow"
    END = "end"
    AMEND = "amend"
    PROPOSE = "propose"
    BLOCK = "block"
    ALLOW = "allow"
    CHALLENGE = "challenge"
    DEMAND = "demand"
    COMMENT = "comment"
    COMMEMORATE = "commemorate"
    REPORT = "report"


_FAMILIES = {
    Action.ADOPT: Family.BEGIN,
    Action.IMPLEMENT: Family.CARRY_OUT,
    Action.REINSTATE: Family.BEGIN,
    Action.EXTEND: Family.GROW,
    Action.EXPAND: Family.GROW,
    Action.SUSPEND: Family.END,
    Action.TERMINATE: Family.END,
    Action.AMEND: Family.AMEND,
    Action.PROPOSE: Family.PROPOSE,
    Action.BLOCK: Family.BLOCK,
    Action.ALLOW: Family.ALLOW,
    Action.CHALLENGE: Family.CHALLENGE,
    Action.CALL_FOR: Family.DEMAND,
    Action.COMMENT: Family.COMMENT,
    Action.COMMEMORATE: Family.COMMEMORATE,
    Action.REPORT: Family.REPORT,
    Action.MENTION: Family.REPORT,
}
ACTS = frozenset(
    {
        Family.BEGIN,
        Family.CARRY_OUT,
        Family.GROW,
        Family.END,
        Family.AMEND,
        Family.PROPOSE,
        Family.BLOCK,
        Family.ALLOW,
        Family.CHALLENGE,
    }
)
"""Something happens; the others say something about it."""
OPINIONS = frozenset({Family.DEMAND, Family.COMMENT, Family.COMMEMORATE})
_NEAR = (
    {Family.BEGIN, Family.GROW},
    {Family.BEGIN, Family.PROPOSE},
    {Family.BEGIN, Family.AMEND},
    {Family.GROW, Family.AMEND},
    {Family.PROPOSE, Family.AMEND},
    {Family.END, Family.BLOCK},
    {Family.END, Family.PROPOSE},
    {Family.END, Family.AMEND},
)
"""Families that different outlets use for one act now and then; more must speak for it."""
_FORWARD = frozenset({Family.BEGIN, Family.GROW, Family.ALLOW})
_BACKWARD = frozenset({Family.END, Family.BLOCK})
_AUTHORITIES = frozenset(
    {ActorType.EXECUTIVE, ActorType.COURT, ActorType.LEGISLATURE, ActorType.SUBNATIONAL_GOVERNMENT}
)
_VAGUE = frozenset({ActorType.UNKNOWN, ActorType.INDIVIDUAL})
OFFICIAL = frozenset(
    {PublisherType.EXECUTIVE, PublisherType.LEGISLATURE, PublisherType.COURT, PublisherType.SUBNATIONAL_GOVERNMENT}
)
"""Publishers whose word settles whether something happened."""
REAL = frozenset({Modality.ACTUAL, Modality.PAST})


def family(act: Act) -> Family:
    """The family of an act."""
    return _FAMILIES[act.action]


def main(each: Print) -> Act:
    """What an entry is about first of all."""
    return each.acts[0]


def is_act(act: Act) -> bool:
    """Whether something happens, has happened or will; not only asked for, denied or imagined."""
    real = act.modality not in (Modality.REQUESTED, Modality.NEGATED, Modality.HYPOTHETICAL)
    return family(act) in ACTS and real


def related(one: str, other: str, parents: Mapping[str, str | None]) -> bool:
    """Whether two policies are one, or parent and child; siblings are not."""
    return one == other or parents.get(one) == other or parents.get(other) == one


def same_doing(one: Act, other: Act) -> bool:
    """Whether both say that the same is done, by the same kind of body."""
    same = family(one) is family(other)
    if family(one) is Family.DEMAND:
        same = same and one.target is other.target
    return same and same_actor(one, other)


def near_doing(one: Act, other: Act) -> bool:
    """Whether outlets may have meant the same act with different words."""
    pair = {family(one), family(other)}
    vague = Family.REPORT in pair and len(pair & ACTS) == 1
    carried = Family.CARRY_OUT in pair and pair <= ACTS
    return (any(pair == near for near in _NEAR) or vague or carried) and not opposite(one, other)


def opposite(one: Act, other: Act) -> bool:
    """Whether one undoes what the other does, or denies it."""
    if family(one) not in ACTS or family(other) not in ACTS:
        return False
    pair = {family(one), family(other)}
    turned = bool(pair & _FORWARD) and bool(pair & _BACKWARD)
    denied = (one.modality is Modality.NEGATED) != (other.modality is Modality.NEGATED)
    return turned or denied


def same_actor(one: Act, other: Act) -> bool:
    """Whether the same kind of body acts; an unknown one may be any."""
    return one.actor is other.actor or one.actor in _VAGUE or other.actor in _VAGUE


def by_authority(act: Act) -> bool:
    """Whether a government, a parliament or a court acts."""
    return act.actor in _AUTHORITIES
