"""What a mail server's answer means for whoever asked for mails by themselves, recorded with the attempt.

Recipients that somebody configured are never ended here: the operators hear of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection, select, update

from watcher.models.alerts import AttemptResult, DeliveryState
from watcher.models.subscriptions import REQUEST, SUBSCRIBER, Ended, Judge, Refusal
from watcher.store.codec import REFUSALS
from watcher.store.schema import subscription_requests, subscriptions
from watcher.store.subscriptions import end_one

CLOSED = "the request for a subscription is closed: its reader has to ask again, with an address that takes mail"


def heed(
    connection: Connection, results: Sequence[AttemptResult], whose: Mapping[str, str], judge: Judge
) -> list[AttemptResult]:
    """Forget refusals of subscribers who got a mail, and end what `judge` says is over.

    `whose` has the recipient of each delivery. Returns the results; in the answers stands what was ended.
    """
    _forget(connection, [whose[each.delivery_id] for each in results if each.state is DeliveryState.DELIVERED])
    refused = {whose[each.delivery_id]: each for each in results if each.refused}
    over = {recipient: _refused(connection, recipient, result, judge) for recipient, result in refused.items()}
    return [_with(each, over.get(whose[each.delivery_id], "")) for each in results]


def _with(result: AttemptResult, over: str) -> AttemptResult:
    return replace(result, answer=f"{result.answer}; {over}") if over and result.refused else result


def _forget(connection: Connection, recipients: Sequence[str]) -> None:
    names = sorted(each.removeprefix(SUBSCRIBER) for each in recipients if each.startswith(SUBSCRIBER))
    if names:
        theirs = (subscriptions.c.id.in_(names), subscriptions.c.refusals.is_not(None))
        connection.execute(update(subscriptions).where(*theirs).values(refusals=None))


def _refused(connection: Connection, recipient: str, result: AttemptResult, judge: Judge) -> str:
    """Why no more mails go there, or ""."""
    refusal = Refusal(result.finished_at, result.refused)
    if recipient.startswith(SUBSCRIBER):
        return _subscriber(connection, recipient.removeprefix(SUBSCRIBER), refusal, judge)
    if recipient.startswith(REQUEST) and judge((), refusal).remembered:
        return _close(connection, recipient.removeprefix(REQUEST), refusal)
    return ""


def _subscriber(connection: Connection, name: str, refusal: Refusal, judge: Judge) -> str:
    lasting = (subscriptions.c.id == name, subscriptions.c.ended_at.is_(None))
    row = connection.execute(select(subscriptions.c.refusals).where(*lasting).with_for_update()).first()
    if row is None:
        return ""
    judged = judge(REFUSALS.load(row.refusals) if row.refusals else (), refusal)
    kept = REFUSALS.dump(judged.remembered) if judged.remembered else None
    connection.execute(update(subscriptions).where(*lasting).values(refusals=kept))
    if judged.over:
        end_one(connection, name, Ended.REFUSED, judged.over, refusal.at)
    return judged.over


def _close(connection: Connection, name: str, refusal: Refusal) -> str:
    """It stays, so that requests can be counted, until its link would have expired; then its address goes."""
    waiting = (subscription_requests.c.id == name, subscription_requests.c.used_at.is_(None))
    closing = update(subscription_requests).where(*waiting).values(used_at=refusal.at)
    return CLOSED if connection.execute(closing).rowcount else ""
