"""Who hears of an announcement: the rules in their order, match by match, and the reason for every answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from watcher.alerts.criteria import Subject, failing
from watcher.alerts.payload import Links, payload
from watcher.alerts.schedule import timing
from watcher.models.alerts import Announcement, Delivery, Timing
from watcher.models.catalog import Criteria, Recipient, Repeats, Rule
from watcher.models.identity import delivery_id
from watcher.models.matches import Match
from watcher.models.policies import Policy


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a rule does not take a match.

    `condition` is the first key of `when` that the match does not meet, or "not" when the rule's `not` holds, or
    "stop" when an earlier rule with `stop: true` took it (`by` is that rule's id).
    """

    match: Match
    condition: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a rule says to an announcement: the matches that it takes, and why not the others."""

    rule: Rule
    taken: tuple[Match, ...]
    refused: tuple[Refusal, ...]


def explain(
    announcement: Announcement, rules: Sequence[Rule], *, parents: Mapping[str, str | None]
) -> tuple[Answer, ...]:
    """The answer of each rule, in their order. `parents` maps a policy's id to its parent's id or None."""
    subject = Subject(announcement, parents)
    stopped: dict[Match, str] = {}
    answers = []
    for rule in rules:
        answer = _ask(rule, subject, stopped)
        answers.append(answer)
        if rule.stop:
            stopped.update(dict.fromkeys(answer.taken, rule.id))
    return tuple(answers)


def route(
    announcement: Announcement,
    rules: Sequence[Rule],
    recipients: Mapping[str, Recipient],
    *,
    parents: Mapping[str, str | None],
    policies: Mapping[str, Policy],
    addresses: Callable[[Recipient], Sequence[str]],
    links: Links,
    now: datetime,
) -> tuple[Delivery, ...]:
    """The deliveries that an announcement makes: one per address, with the matches that any of its rules took.

    Pure: the same arguments give the same deliveries with the same ids. A rule that sends to a recipient that does
    not exist is the catalog's mistake; it is passed over here.
    """
    answers = [answer for answer in explain(announcement, rules, parents=parents) if answer.taken]
    deliveries: list[Delivery] = []
    for recipient in _recipients(answers, recipients):
        theirs = [answer for answer in answers if recipient.id in answer.rule.send]
        said = payload(
            announcement,
            _in_order(announcement, theirs),
            [answer.rule for answer in theirs],
            policies=policies,
            links=links,
            now=now,
        )
        due = timing(
            [answer.rule.how for answer in theirs],
            recipient,
            urgent=_is_urgent(recipient, theirs, Subject(announcement, parents)),
            now=now,
        )
        deliveries.extend(
            _delivery(announcement, recipient, address, theirs, said, due)
            for address in dict.fromkeys(addresses(recipient))
        )
    return tuple(deliveries)


def _ask(rule: Rule, subject: Subject, stopped: Mapping[Match, str]) -> Answer:
    taken, refused = [], []
    for match in subject.announcement.matches:
        refusal = _refusal(rule, match, subject, stopped)
        if refusal is None:
            taken.append(match)
        else:
            refused.append(refusal)
    return Answer(rule, tuple(taken), tuple(refused))


def _refusal(rule: Rule, match: Match, subject: Subject, stopped: Mapping[Match, str]) -> Refusal | None:
    if match in stopped:
        return Refusal(match, "stop", by=stopped[match])
    key = failing(rule.when, match, subject)
    if key is not None:
        return Refusal(match, key)
    if _excludes(rule.exclude, match, subject):
        return Refusal(match, "not")
    return None


def _excludes(exclude: Criteria | None, match: Match, subject: Subject) -> bool:
    """An empty `not` excludes nothing, although "no condition" is met by everything."""
    if exclude is None or exclude == Criteria():
        return False
    return failing(exclude, match, subject) is None


def _is_urgent(recipient: Recipient, answers: Sequence[Answer], subject: Subject) -> bool:
    """Whether some match of theirs meets the exception of the recipient's quiet hours; without one, none does."""
    urgent = recipient.quiet.urgent if recipient.quiet else None
    if urgent is None or urgent == Criteria():
        return False
    return any(failing(urgent, match, subject) is None for answer in answers for match in answer.taken)


def _recipients(answers: Sequence[Answer], recipients: Mapping[str, Recipient]) -> list[Recipient]:
    """Each once, in the order in which the rules name them."""
    named = dict.fromkeys(recipient_id for answer in answers for recipient_id in answer.rule.send)
    return [recipients[each] for each in named if each in recipients]


def _in_order(announcement: Announcement, answers: Sequence[Answer]) -> list[Match]:
    """The matches that any of the answers took, in the announcement's order (a policy's main match first)."""
    taken = {match for answer in answers for match in answer.taken}
    return [match for match in announcement.matches if match in taken]


def _delivery(
    announcement: Announcement,
    recipient: Recipient,
    address: str,
    answers: Sequence[Answer],
    said: Mapping[str, object],
    due: Timing,
) -> Delivery:
    return Delivery(
        id=delivery_id(recipient.id, address, announcement.entry_id, announcement.revision),
        entry_id=announcement.entry_id,
        rule_ids=tuple(answer.rule.id for answer in answers),
        recipient_id=recipient.id,
        channel=recipient.channel,
        address=address,
        payload=said,
        due_at=due.due_at,
        held=due.held,
        waits_for=due.waits_for,
        digest=due.digest,
        urgent=due.urgent,
        every_entry=Repeats.ALL in (recipient.repeats, *(answer.rule.repeats for answer in answers)),
    )
