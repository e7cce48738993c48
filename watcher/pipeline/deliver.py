"""Empty what is due in the outbox: claim with a lease, send through the channels at the same time, record what came.

A delivery is recorded after it was sent. When the process dies in between, the lease ends, and it is sent again under
the same id.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random, SystemRandom
from typing import Protocol

from watcher.alerts import digest, refusals
from watcher.alerts.channels import Channel, Sender
from watcher.alerts.oneline import one_line
from watcher.alerts.retry import next_attempt
from watcher.alerts.schedule import gathering, most_in_full
from watcher.errors import DeliveryError, StoreError
from watcher.models.alerts import AttemptResult, ClaimedDelivery, Delivery, DeliveryState, Gathering, Sent
from watcher.models.catalog import Recipient
from watcher.models.subscriptions import Judge
from watcher.pipeline.arrears import Arrears

AT_ONCE = 200
"""Deliveries under way. Far more than the hanging ones of a bad day (the store claims four per address), so that
they never fill it."""
LOOK_AGAIN = 0.5
"""Seconds after which newly due deliveries are claimed while others are still under way."""
TOGETHER = 0.05
"""Seconds in which further results may join the first one in its transaction."""
SHORTEST_LEASE = timedelta(seconds=120)
BEYOND_DEADLINE = timedelta(seconds=30)
"""What a lease has beyond the longest send: to record the result on a slow database."""
ANSWER = 500
"""Characters kept of what a receiver said."""

log = logging.getLogger(__name__)


class Outbox(Protocol):
    """Deliveries that are not yet finished (`store.deliveries`)."""

    def claim_due(
        self, now: datetime, *, lease: timedelta, limit: int, gathering: Gathering | None = None
    ) -> list[ClaimedDelivery]: ...

    def finish(self, results: Sequence[AttemptResult], judge: Judge) -> None: ...


class HasOutbox(Protocol):
    """The store, as far as delivering knows it."""

    @property
    def deliveries(self) -> Outbox: ...


@dataclass(frozen=True, slots=True)
class DeliverySummary:
    """How many attempts ended how."""

    delivered: int = 0
    retrying: int = 0
    dead: int = 0
    disabled: int = 0

    @property
    def attempts(self) -> int:
        """All of them."""
        return self.delivered + self.retrying + self.dead + self.disabled


@dataclass(frozen=True, slots=True)
class Courier:
    """What delivering works with. The two mappings are looked at for every delivery, so they may change meanwhile.

    `senders` are by channel name, `recipients` by id.
    """

    channels: Mapping[str, Channel]
    senders: Mapping[str, Sender]
    recipients: Mapping[str, Recipient]
    clock: Callable[[], datetime]
    rng: Random = field(default_factory=SystemRandom)
    refresh: Callable[[], None] = lambda: None
    """Called when deliveries are claimed, before and after: brings the mappings up to what was committed by then."""

    @property
    def lease(self) -> timedelta:
        """Longer than any send lasts, so that no lease has to be renewed and none runs out under a living sender."""
        longest = max((sender.deadline for sender in self.senders.values()), default=timedelta(0))
        return max(SHORTEST_LEASE, longest + BEYOND_DEADLINE)


async def deliver_due(
    store: HasOutbox,
    courier: Courier,
    *,
    stop: asyncio.Event | None = None,
    news: asyncio.Event | None = None,
    arrears: Arrears | None = None,
) -> DeliverySummary:
    """Send all that is due, and what becomes due meanwhile; return when nothing is due or under way.

    `news` is set by who has just committed deliveries: they are claimed at once instead of at the next look.
    After `stop` is set nothing more is claimed. When cancelled, what is under way is given up and due again at once.
    Raises StoreError; receivers that fail are no error here, but results. What the store did not take is left in
    `arrears`.
    """
    outbox, counted, news = store.deliveries, Counter[DeliveryState](), news or asyncio.Event()
    arrears = arrears or Arrears()
    running: dict[asyncio.Task[AttemptResult], ClaimedDelivery] = {}
    try:
        while True:
            news.clear()
            await _claim(outbox, courier, running, stop, arrears)
            if not running and (not news.is_set() or (stop is not None and stop.is_set())):
                return _summary(counted)
            results = await _next_results(running, news)
            await _record(outbox, results, arrears)
            counted.update(result.state for result in results)
    finally:
        await _give_up(outbox, courier, running, arrears)


async def _claim(
    outbox: Outbox,
    courier: Courier,
    running: dict[asyncio.Task[AttemptResult], ClaimedDelivery],
    stop: asyncio.Event | None,
    arrears: Arrears,
) -> None:
    room = AT_ONCE - len(running)
    if room <= 0 or (stop is not None and stop.is_set()):
        return
    taking = asyncio.create_task(asyncio.to_thread(_take, outbox, courier, room, arrears))
    try:
        await asyncio.shield(taking)
    finally:  # cancelled while the thread claims: what it takes must not stay leased to nobody
        for claimed in await taking:
            running[asyncio.create_task(attempt(claimed, courier))] = claimed


def _take(outbox: Outbox, courier: Courier, room: int, arrears: Arrears) -> list[ClaimedDelivery]:
    courier.refresh()
    now, lease = courier.clock(), courier.lease
    together = gathering(courier.recipients, now)
    try:
        claimed = outbox.claim_due(now, lease=lease, limit=room, gathering=together)
        if claimed:  # one of them may be for somebody who came in between
            courier.refresh()
    except StoreError:  # committed, perhaps, and only the answer was lost
        arrears.delivery_leases.append(now + lease)
        raise
    return claimed


async def _next_results(
    running: dict[asyncio.Task[AttemptResult], ClaimedDelivery], news: asyncio.Event
) -> list[AttemptResult]:
    """Takes those that have ended out of `running`: the first, and any that end directly after it. None on news."""
    await _first_of(running, news)
    done = {task for task in running if task.done()}
    if done and len(done) < len(running):
        more, _ = await asyncio.wait(running.keys() - done, timeout=TOGETHER)
        done |= more
    return [result for task in done for result in _of_each(task.result(), running.pop(task))]


async def _first_of(running: Iterable[asyncio.Task[AttemptResult]], news: asyncio.Event) -> None:
    """Until one has ended, there is news, or it is time to look again."""
    hearing = asyncio.create_task(news.wait())
    try:
        await asyncio.wait({*running, hearing}, timeout=LOOK_AGAIN, return_when=asyncio.FIRST_COMPLETED)
    finally:
        hearing.cancel()


async def _record(outbox: Outbox, results: Sequence[AttemptResult], arrears: Arrears) -> None:
    if not results:
        return
    try:
        await asyncio.to_thread(outbox.finish, results, refusals.judge)
    except BaseException:  # also when cancelled: the thread may fail yet
        arrears.results += results
        raise


async def _give_up(
    outbox: Outbox,
    courier: Courier,
    running: dict[asyncio.Task[AttemptResult], ClaimedDelivery],
    arrears: Arrears,
) -> None:
    """On the way out by cancellation or error: nothing goes on in the background, and what ended is recorded."""
    if not running:
        return
    await _cancel(running)
    now = courier.clock()
    ended = {
        task: _interrupted(claimed, now) if task.cancelled() else task.result() for task, claimed in running.items()
    }
    results = [each for task, result in ended.items() for each in _of_each(result, running[task])]
    await _record(outbox, results, arrears)


def _of_each(result: AttemptResult, claimed: ClaimedDelivery) -> list[AttemptResult]:
    """How a message went is how each of its deliveries went; they are recorded together."""
    if not claimed.members:
        return [result]
    return [replace(result, delivery_id=each.delivery.id, fence=each.fence) for each in claimed.members]


async def _cancel(tasks: Iterable[asyncio.Task[AttemptResult]]) -> None:
    """Cancel them until they have ended: on Python 3.11 asyncio.wait_for swallows a cancellation that comes in just
    when what it waits for is there (cpython issue 86296), and the task would go on to its deadline."""
    pending = set(tasks)
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=0.2)


def _interrupted(claimed: ClaimedDelivery, now: datetime) -> AttemptResult:
    said = "watcher was stopped while sending; it is sent again, under the same id"
    return AttemptResult(claimed.delivery.id, claimed.fence, DeliveryState.RETRYING, now, said, now)


async def attempt(claimed: ClaimedDelivery, courier: Courier) -> AttemptResult:
    """Send one delivery and say how it ended. Whatever a sender does, it ends within the sender's deadline."""
    delivery = claimed.delivery
    try:
        sent = await _send(claimed, courier)
    except DeliveryError as error:
        result = _failed(claimed, error, courier)
        log.warning("delivery.failed", extra=_pairs(claimed, result))
        return result
    answer = one_line(sent.answer, ANSWER)
    result = AttemptResult(delivery.id, claimed.fence, DeliveryState.DELIVERED, courier.clock(), answer, None)
    log.info("delivery.done", extra=_pairs(claimed, result))
    return result


def _pairs(claimed: ClaimedDelivery, result: AttemptResult) -> dict[str, object]:
    """What a log line says of an attempt."""
    delivery = claimed.delivery
    return {
        "delivery": delivery.id,
        "recipient": delivery.recipient_id,
        "channel": delivery.channel,
        "attempt": claimed.attempt,
        "state": result.state.value,
        "answer": result.answer,
    }


async def _send(claimed: ClaimedDelivery, courier: Courier) -> Sent:
    """Send it. Raises DeliveryError and nothing else."""
    try:
        sender, recipient = _who(claimed.delivery, courier)
        return await _in_time(sender, _whole(claimed, recipient), recipient)
    except DeliveryError:
        raise
    except Exception as error:  # a message that breaks its sender must not stop the others
        log.exception("delivery.defect", extra={"delivery": claimed.delivery.id, "channel": claimed.delivery.channel})
        said = f"{type(error).__name__}: {error}; this is a mistake in watcher, please report it"
        raise DeliveryError(said) from error


def _whole(claimed: ClaimedDelivery, recipient: Recipient) -> ClaimedDelivery:
    """The message of a batch, made of its members; of any other, what it is."""
    if not claimed.members:
        return claimed
    payloads = [each.delivery.payload for each in claimed.members]
    said = digest.payload(payloads, in_full=most_in_full(recipient))
    return replace(claimed, delivery=replace(claimed.delivery, payload=said))


async def _in_time(sender: Sender, claimed: ClaimedDelivery, recipient: Recipient) -> Sent:
    seconds = sender.deadline.total_seconds()
    try:
        async with asyncio.timeout(seconds):
            return await sender.send(claimed, recipient)
    except TimeoutError as error:
        raise DeliveryError(f"no answer within {seconds:g} s; see whether the receiver works") from error


def _who(delivery: Delivery, courier: Courier) -> tuple[Sender, Recipient]:
    """The sender and the recipient of a delivery, if the configuration still has both as they were."""
    recipient = courier.recipients.get(delivery.recipient_id)
    if recipient is None:
        raise _unknown(f"there is no recipient {delivery.recipient_id} any more")
    channel, sender = courier.channels.get(delivery.channel), courier.senders.get(delivery.channel)
    if channel is None or sender is None:
        raise _unknown(f"nothing is set up for the channel {delivery.channel}")
    if recipient.channel != channel.name or delivery.address not in channel.addresses(recipient):
        raise _unknown(f"{delivery.address} ({delivery.channel}) is no address of recipient {recipient.id} any more")
    return sender, recipient


def _unknown(what: str) -> DeliveryError:
    return DeliveryError(f"not sent: {what}; if that was not meant, put it back and retry", permanent=True)


def _failed(claimed: ClaimedDelivery, error: DeliveryError, courier: Courier) -> AttemptResult:
    """What follows from a failed attempt: an end with its reason, or the next attempt."""
    now, again = courier.clock(), None
    if claimed.members and error.of_message:
        return _one_by_one(claimed, error, now)
    if error.disable:
        state = DeliveryState.DISABLED
    elif error.permanent:
        state = DeliveryState.DEAD
    else:
        schedule = courier.channels[claimed.delivery.channel].schedule
        again = next_attempt(schedule, claimed.attempt, now, error.retry_after, courier.rng)
        state = DeliveryState.RETRYING if again else DeliveryState.DEAD
    said = _answer(claimed, error, state)
    return AttemptResult(claimed.delivery.id, claimed.fence, state, now, said, again, refused=error.refused)


def _one_by_one(claimed: ClaimedDelivery, error: DeliveryError, now: datetime) -> AttemptResult:
    """One alert that no receiver takes must not keep the others of its message back."""
    said = f"one message with {len(claimed.members)} alerts was not taken, so each goes by itself: {error}"
    state = DeliveryState.RETRYING
    return AttemptResult(claimed.delivery.id, claimed.fence, state, now, one_line(said, ANSWER), now, alone=True)


def _answer(claimed: ClaimedDelivery, error: DeliveryError, state: DeliveryState) -> str:
    said = str(error)
    if error.answer and error.answer not in said:
        said = f"{said} (it said: {error.answer})"
    if state is DeliveryState.DEAD and not error.permanent:
        said = f"given up after {claimed.attempt} attempts: {said}"
    return one_line(said, ANSWER)


def _summary(counted: Mapping[DeliveryState, int]) -> DeliverySummary:
    return DeliverySummary(
        delivered=counted[DeliveryState.DELIVERED],
        retrying=counted[DeliveryState.RETRYING],
        dead=counted[DeliveryState.DEAD],
        disabled=counted[DeliveryState.DISABLED],
    )
