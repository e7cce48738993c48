"""Who asked for alerts by themselves: what they chose, and the rule and the recipient that follow from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from watcher.models.catalog import Criteria, Digest, How, Recipient, Rule, zone
from watcher.models.words import Action, ActorType, Modality

SUBSCRIBER = "subscriber:"
"""Begins the ids of their rules and recipients; ids in sources.yaml have no colon, so that none can clash."""
REQUEST = "request:"
"""Begins the id of the recipient of a confirmation mail."""
_DONE = ("propose", "adopt", "implement", "extend", "expand", "amend")
_UNDONE = ("suspend", "terminate", "reinstate", "block", "allow", "challenge")
ACTS = Criteria(
    actor_types=(ActorType.EXECUTIVE, ActorType.LEGISLATURE, ActorType.COURT),
    actions=tuple(map(Action, (*_DONE, *_UNDONE))),
    modalities=(Modality.ACTUAL, Modality.PLANNED),
)
"""What "government acts only" means: a government, legislature or court changes a policy, or rules on it."""


class Ended(StrEnum):
    """Why a subscription is over."""

    UNSUBSCRIBED = "unsubscribed"
    REFUSED = "refused"
    """Mail servers refuse its address for good."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A mail server refused an address for good, with this status ("5.1.1", RFC 3463; else "550")."""

    at: datetime
    status: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """What follows from a refusal: what is remembered of it and those before, and why no more mails go, or ""."""

    remembered: tuple[Refusal, ...]
    over: str = ""


Judge = Callable[[Sequence[Refusal], Refusal], Judgement]
"""From the refusals that are remembered, the oldest first, and a new one (`watcher.alerts.refusals`)."""


class Frequency(StrEnum):
    """How often a subscriber is written to."""

    IMMEDIATE = "immediate"
    DAILY = "daily"
    WEEKLY = "weekly"


_SCHEDULES = {Frequency.DAILY: "0 8 * * *", Frequency.WEEKLY: "0 8 * * mon"}


@dataclass(frozen=True, slots=True)
class Choices:
    """What a subscriber wants to hear of, how often, and in which language. No policies: all of them."""

    policies: tuple[str, ...] = ()
    acts_only: bool = False
    frequency: Frequency = Frequency.IMMEDIATE
    language: str = "en"
    timezone: str = "UTC"

    def __post_init__(self) -> None:
        zone(self.timezone)


@dataclass(frozen=True, slots=True)
class SubscriptionRequest:
    """Somebody asked for alerts to an address; nothing follows until its reader confirms, before `expires_at`."""

    id: str
    address: str
    choices: Choices
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Subscription:
    """A confirmed wish to be written to; with `ended_at` it is over, for that reason (`Ended`)."""

    id: str
    address: str
    choices: Choices
    confirmed_at: datetime
    ended_at: datetime | None = None
    ended_because: str = ""


def as_rule(subscription: Subscription) -> Rule:
    """The rule that a subscription stands for."""
    chosen = subscription.choices
    acts = ACTS if chosen.acts_only else Criteria()
    when = Criteria(
        policies=chosen.policies, actor_types=acts.actor_types, actions=acts.actions, modalities=acts.modalities
    )
    schedule = _SCHEDULES.get(chosen.frequency)
    how = Digest(schedule, chosen.timezone) if schedule else How.IMMEDIATE
    return Rule(id=subscriber_id(subscription.id), send=(subscriber_id(subscription.id),), when=when, how=how)


def as_recipient(subscription: Subscription) -> Recipient:
    """The recipient that a subscription stands for."""
    return _recipient(subscriber_id(subscription.id), subscription.address, subscription.choices)


def asked(request: SubscriptionRequest) -> Recipient:
    """Who gets the mail that asks for confirmation, and nothing else."""
    return _recipient(f"{REQUEST}{request.id}", request.address, request.choices)


def subscriber_id(subscription_id: str) -> str:
    """The id of a subscription's rule and recipient."""
    return f"{SUBSCRIBER}{subscription_id}"


def tidy(address: str) -> str:
    """An address as it is kept: without blanks around it, its domain in lower case (RFC 5321 section 2.4)."""
    user, at, domain = address.strip().rpartition("@")
    return f"{user}{at}{domain.lower()}"


def _recipient(name: str, address: str, choices: Choices) -> Recipient:
    return Recipient(name, "email", choices.language, options={"to": [address]}, timezone=choices.timezone)
